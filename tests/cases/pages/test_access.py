"""What is sealed stays unseen on the pages of the desk, and what a page asks of the database.

Who may open which page is told in `tests/test_doors.py`.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import notices
from cases.models import Case, Notice
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .browsing import plain, text, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["tick"])
def test_what_only_saves_has_no_page(desk, page):
    assert desk(world.ayu).get(url(page, world.case().pk)).status_code == 405


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.auditor])
def test_lists_and_counts_say_nothing_of_what_is_sealed(desk, who):
    browser = desk(who)
    world.citra(), world.cleared_sri(), world.michat()
    before = [plain(browser.get(url(page))) for page in ("queue", "notices")]
    world.notice("michat: mawar_contoh", category=world.CHILD)
    assert [plain(browser.get(url(page))) for page in ("queue", "notices")] == before


def test_a_cleared_person_sees_the_sealed_case_and_the_record_says_so(desk):
    found = world.child_case()
    page = text(desk(world.citra).get(url("case", found.pk)))
    assert found.number in page
    assert "sealed" in page
    assert "data-draft" not in page, "nothing of a sealed matter is kept in a browser"
    assert Event.objects.filter(kind="case.page_opened", thread=found.thread).exists()


@pytest.mark.parametrize(("who", "is_told"), [("ayu", False), ("auditor", False), ("citra", True)])
def test_events_are_numbered_for_the_cleared_alone(desk, who, is_told):
    """By the gaps between the numbers the events of sealed cases could be counted."""
    page = text(desk(getattr(world, who)).get(url("record", world.case().pk)))
    assert "case.opened" in page
    assert ("<code>" in page) is is_told


DESCRIBED = {
    "new": world.case,
    "upheld": world.upheld_case,
    "approved": world.approved_case,
    "ordered": lambda: (world.served_notice(), Case.objects.get())[1],
}


def asked_of(browser: Client, address: str) -> list[str]:
    """The statements of a page beside the person's own row."""
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(address).status_code == 200
    return [
        one["sql"]
        for one in asked
        if 'FROM "moderation_portal_user" WHERE "moderation' not in one["sql"]
    ]


def test_the_queue_asks_ten_statements_at_most_however_many_cases_it_shows(desk):
    browser = desk(world.sri)
    world.case("michat: satu_contoh")
    few = asked_of(browser, url("queue"))
    for name in ("dua", "tiga", "empat"):
        world.case(f"michat: {name}_contoh")
    assert len(asked_of(browser, url("queue"))) == len(few) <= 10


@pytest.mark.parametrize("state", DESCRIBED)
def test_a_case_asks_fifteen_statements_at_most(desk, state):
    found = DESCRIBED[state]()
    asked = asked_of(desk(world.sri), f"{url('case', found.pk)}?view=open")
    assert len(asked) <= 15, "\n".join(one[:150] for one in asked)


def test_a_case_asks_no_more_for_more_accounts(desk):
    browser = desk(world.sri)
    one = world.case("michat: satu_contoh")
    many = world.case("michat: dua_contoh", "michat: tiga_contoh", "michat: empat_contoh")
    few, more = (asked_of(browser, url("case", case.pk)) for case in (one, many))
    assert len(few) == len(more)


def test_the_id_of_a_hidden_notice_turns_no_page(desk):
    world.served_notice()
    found = world.child_case("michat: kuncup_1", at=AT - HOUR)
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    (pk,) = notices.gather(AT - HOUR, handling="sealed").issued
    browser = desk(world.ayu)
    whole = text(browser.get(url("notices")))
    assert Notice.objects.get(handling="ordinary").number in whole
    assert Notice.objects.get(handling="ordinary").number in text(
        browser.get(url("notices"), {"before": pk})
    )


@pytest.mark.parametrize(("who", "page"), [(world.ayu, "notices"), (world.rina, "platform_home")])
def test_a_list_of_notices_reads_none_of_their_letters(desk, who, page):
    world.served_notice()
    browser = desk(who)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url(page)).status_code == 200
    assert not [one for one in asked if '"cases_notice"."html"' in one["sql"]]
