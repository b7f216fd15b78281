"""Writing a note, with and without the list of colleagues."""

import pytest

from moderation_portal.models import News
from tests import world

from .browsing import text, url

pytestmark = pytest.mark.django_db


def test_a_note_marks_whom_it_names_and_leaves_handles_alone(desk):
    case, browser = world.case(), desk(world.ayu)
    world.bima()
    done = browser.post(url("note", case.pk), {"text": "@Bima <b> akun @bunga_77"})
    assert done.status_code == 302
    page = text(browser.get(done.url))
    assert "<mark>@Bima</mark> &lt;b&gt; akun @bunga_77" in page
    assert 'id="note-1"' in page
    assert "nobody was told: @bunga_77" in page


def test_a_colleague_is_chosen_from_a_list_of_those_who_may_read_the_case(desk):
    case, sealed = world.case(), world.child_case("michat: kuncup_1")
    world.ayu(), world.bima(), world.cleared_sri(), world.auditor()
    page = text(desk(world.citra).get(url("note", case.pk)))
    assert all(name in page for name in ("Ayu Lestari", "Bima Saputra", "Ratna Dewi"))
    assert "Umar Hakim" not in page
    page = text(desk(world.citra).get(url("note", sealed.pk)))
    assert "Ratna Dewi" in page
    assert "Bima Saputra" not in page
    assert "data-draft" not in page, "nothing of a sealed matter is kept in a browser"


def test_the_list_tells_and_refuses_who_may_not_read_the_case(desk):
    case, sealed = world.case(), world.child_case("michat: kuncup_1")
    bima = world.bima()
    desk(world.ayu).post(url("note", case.pk), {"text": "Lihat.", "tell": bima.pk})
    assert News.objects.get().person == bima
    refused = desk(world.citra).post(url("note", sealed.pk), {"text": "Lihat.", "tell": bima.pk})
    assert refused.status_code == 422
    assert "Lihat." in text(refused), "what was written is kept"
    assert not sealed.notes.exists()


def test_an_empty_note_says_so_and_who_may_write_none_is_told(desk):
    case = world.case()
    assert desk(world.ayu).post(url("note", case.pk), {"text": " "}).status_code == 422
    assert desk(world.auditor).get(url("note", case.pk)).status_code == 403
    assert desk(world.polisi).get(url("note", case.pk)).status_code == 404
