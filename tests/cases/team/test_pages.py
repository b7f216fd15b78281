"""The supervisor's pages: who opens them, and what stands there."""

import pytest

from cases import absences, decisions
from cases.models import Absence, Sample
from moderation_portal.models import User
from tests import world
from tests.cases.pages.browsing import drafted_warning, plain, text, url
from tests.world import AT

from .test_absences import TODAY, away
from .test_second_looks import closed, draw

pytestmark = pytest.mark.django_db
STAFF = (world.ayu, world.sri, world.dewi, world.citra)
OVERSEERS = (world.sri, world.dewi)
OTHERS = (world.auditor, world.polisi, world.lurah, world.ngo, world.steward, world.rina)


@pytest.mark.parametrize("who", [*STAFF, *OTHERS])
def test_each_page_opens_to_its_roles_and_to_the_others_it_is_not_there(desk, who):
    closed()
    sample = draw()
    browser = desk(who)
    for page, args, roles in (
        ("team", (), OVERSEERS),
        ("sample_new", (), OVERSEERS),
        ("sample", (sample.pk,), OVERSEERS),
        ("absence", (), STAFF),
    ):
        opened = browser.get(url(page, *args)).status_code
        assert opened == (200 if who in roles else 404), page


def test_a_sealed_sample_is_there_for_the_cleared_alone(desk):
    closed("rahasia", world.citra, world.child_case)
    made = draw(handling="sealed", actor=world.cleared_sri, looker=world.cleared_sri)
    assert desk(world.cleared_sri).get(url("sample", made.pk)).status_code == 200
    for who in OVERSEERS:
        browser = desk(who)
        assert browser.get(url("sample", made.pk)).status_code == 404
        assert browser.post(url("look", made.looks.get().pk)).status_code == 404


@pytest.mark.parametrize("who", OVERSEERS)
def test_nothing_on_the_page_tells_of_what_is_sealed(desk, who):
    browser = desk(who)
    world.citra(), world.cleared_sri(), world.michat(), world.case("michat: mawar_contoh")
    before = plain(browser.get(url("team")))
    sealed = world.upheld_case("michat: bunga_77", category=world.CHILD)
    decisions.assign([sealed.pk], owner=world.cleared_sri(), actor=world.citra(), at=AT)
    closed("rahasia", world.citra, world.child_case)
    draw(handling="sealed", actor=world.cleared_sri, looker=world.cleared_sri)
    assert plain(browser.get(url("team"))) == before


def test_what_waits_for_a_second_person_says_whose_own_it_is(desk):
    case = world.upheld_case("michat: bunga_77", by=world.ayu())
    case.decisions.update(author=world.sri())
    assert "it is your own" in text(desk(world.sri).get(url("team")))
    page = text(desk(world.dewi).get(url("team")))
    assert case.number in page
    assert "it is your own" not in page


def test_letters_that_wait_for_a_signature_are_listed(desk):
    draft = drafted_warning()
    assert url("notice", draft.pk) in text(desk(world.sri).get(url("team")))


def test_whoever_has_left_with_cases_on_their_desk_stands_among_the_desks_till_these_are_given_on(
    desk,
):
    case = world.case("michat: bunga_77")
    decisions.assign([case], owner=world.bima(), actor=world.sri(), at=AT).insist()
    world.person("tono@komdigi.example", "Tono Wijaya", "caseworker", is_active=False)
    User.objects.filter(pk=world.bima().pk).update(is_active=False)
    browser = desk(world.sri)
    page = text(browser.get(url("team")))
    assert f"Open cases, {world.bima().name}: 1" in page
    assert "Tono Wijaya" not in page, "nothing is left on that desk"
    said = {"verb": "assign", "scope": "all", "step": "do", "seen": "1", "owner": world.ayu().pk}
    browser.post("/cases/bulk/", said | {"back": f"?view=open&owner={world.bima().pk}"})
    case.refresh_from_db()
    assert case.owner == world.ayu()
    assert f"Open cases, {world.bima().name}" not in text(browser.get(url("team")))


def test_whoever_has_left_with_sealed_cases_alone_is_no_desk_to_the_uncleared(desk):
    sealed = world.child_case()
    decisions.assign([sealed], owner=world.cleared_sri(), actor=world.citra(), at=AT).insist()
    User.objects.filter(pk=world.cleared_sri().pk).update(is_active=False)
    assert world.cleared_sri().name not in text(desk(world.sri).get(url("team")))


def test_each_desk_s_numbers_lead_to_its_cases(desk):
    world.prepare(world.case("michat: bunga_77"), world.ayu())
    page = text(desk(world.sri).get(url("team")))
    assert f"?view=open&amp;owner={world.ayu().pk}" in page
    assert f"Open cases, {world.ayu().name}: 1" in page


def test_the_cases_of_who_is_away_are_handed_over_after_a_review(desk):
    case = world.prepare(world.case("michat: bunga_77"), world.ayu())
    away()
    browser = desk(world.sri)
    assert "Bima Saputra stands in" in text(browser.get(url("team")))
    told = {"verb": "assign", "scope": "all", "back": f"?view=open&owner={world.ayu().pk}"}
    review = browser.post(url("bulk"), told | {"owner": world.bima().pk})
    assert f'value="{world.bima().pk}" selected' in text(review)
    case.refresh_from_db()
    assert case.owner == world.ayu(), "nothing is done before the review is sent"


def test_assigning_warns_of_who_is_away(desk):
    case = world.case("michat: bunga_77")
    away()
    browser = desk(world.sri)
    for page in (
        browser.get(url("verb", case.pk, "assign")),
        browser.post(url("bulk"), {"verb": "assign", "case": case.pk}),
    ):
        assert "Ayu Lestari: away until" in text(page)


def test_the_queue_marks_who_is_away(desk):
    world.prepare(world.case("michat: bunga_77"), world.ayu())
    browser = desk(world.sri)
    assert "Ayu Lestari <small>away</small>" not in text(browser.get(url("queue")))
    away()
    assert "Ayu Lestari <small>away</small>" in text(browser.get(url("queue")))


def test_a_caseworker_enters_the_own_absence_and_ends_it(desk):
    browser = desk(world.ayu)
    told = {"begins_on": "2026-03-18", "ends_on": "2026-03-20", "kind": "leave"}
    told |= {"substitute": world.bima().pk, "person": world.citra().pk}
    assert browser.post(url("absence"), told).status_code == 302
    made = Absence.objects.get()
    assert made.person == world.ayu(), "whoever else is named"
    assert browser.post(url("absence"), told | {"ends_on": "2026-03-17"}).status_code == 422
    assert desk(world.bima).post(url("absence_end", made.pk)).status_code == 404
    assert browser.post(url("absence_end", made.pk)).status_code == 302
    assert not Absence.objects.exists()


def test_a_supervisor_draws_and_a_colleague_says_what_they_found(desk):
    case = closed()
    browser = desk(world.sri)
    told = {"begins_on": TODAY, "ends_on": TODAY, "wanted": 0, "looker": world.bima().pk}
    assert browser.post(url("sample_new"), told).status_code == 422
    assert browser.post(url("sample_new"), told | {"wanted": 3}).status_code == 302
    look = Sample.objects.get().looks.get()
    assert case.number in text(browser.get(url("sample", look.sample_id)))
    bima = desk(world.bima)
    wrong = bima.post(url("look", look.pk), {"verdict": "error", "reason": ""})
    assert wrong.status_code == 422
    said = {"verdict": "error", "reason": "It was <i>not</i> lawful."}
    assert bima.post(url("look", look.pk), said).status_code == 302
    page = text(desk(world.sri).get(url("sample", look.sample_id)))
    assert "It was &lt;i&gt;not" in page


def test_the_page_asks_as_much_however_many_desks_there_are(desk, django_assert_max_num_queries):
    browser = desk(world.sri)
    for name in ("satu", "dua", "tiga"):
        world.prepare(world.case(f"michat: {name}_contoh"), world.ayu())
    absences.people()
    browser.get(url("team"))
    with django_assert_max_num_queries(25):
        browser.get(url("team"))
