"""A page offers what the person may do, and says of the rest why not."""

import pytest

from cases import notices, removal
from cases.models import Case, CaseView, Observation, Target
from tests import world
from tests.world import AT, HOUR

from .browsing import text, url

pytestmark = pytest.mark.django_db
WEIGH = "Weigh the platform&#x27;s answer"
OFFER = "Accept the platform&#x27;s reasons"


def disputed() -> Case:
    """A case that Sri upheld and Dewi approved, to which the platform objected."""
    world.answer(world.served_notice(), "refused", reason="Satire.")
    return Case.objects.get()


def decider(case: Case):
    return case.decisions.get().approver


def test_whoever_decided_is_offered_no_weighing_and_reads_why(desk):
    case = disputed()
    page = text(desk(decider(case)).get(url("case", case.pk)))
    head = page[: page.index("What you cannot do now")]
    assert url("weigh", case.pk) not in head
    assert url("verb", case.pk, "release") not in head
    assert page.count("You took part in this decision") == 3, "weigh, release and withdraw"


def test_whoever_decided_finds_no_form_on_the_page_of_weighing(desk):
    case = disputed()
    page = text(desk(decider(case)).get(url("weigh", case.pk)))
    assert 'name="target"' not in page
    assert "You took part in this decision" in page


def test_a_judgement_of_what_was_not_opened_is_refused_before_the_form(desk):
    upheld = world.upheld_case()
    CaseView.objects.filter(case=upheld, user=world.dewi()).delete()
    browser, address = desk(world.dewi), url("verb", upheld.pk, "approve")
    for response in (browser.get(address), browser.post(address)):
        assert response.status_code == 403
        assert f'href="{url("case", upheld.pk)}"' in text(response)
        assert "read it first" in text(response)
        assert "Your approval" not in text(response)
    browser.get(url("case", upheld.pk))
    assert "Your approval" in text(browser.get(address))


def test_a_proposer_is_not_invited_to_approve_the_correction(desk):
    served = world.served_notice()
    draft = notices.correct(served, change="A typo.", actor=world.sri(), at=AT)
    for pk in (draft.pk, served.pk):
        assert "Read and approve" not in text(desk(world.sri).get(url("notice", pk)))
        assert "Read and approve" in text(desk(world.dewi).get(url("notice", pk)))


def test_a_proposed_correction_shows_what_it_corrects_and_whom_it_waits_for(desk):
    served = world.served_notice("michat: satu_contoh")
    item = served.items.get()
    mended = {item.target_id: "michat: dua_contoh"}
    draft = notices.correct(served, change="A typo.", locators=mended, actor=world.sri(), at=AT)
    browser, title = desk(world.dewi), f"Correction of {served.number}"
    lists, page = text(browser.get(url("notices"))), text(browser.get(url("notice", draft.pk)))
    approval = text(browser.get(url("approve_correction", draft.pk)))
    assert title in lists
    assert "a second person (" in lists
    assert title in page
    assert "waits for a second person" in page
    for shown in (page, approval):
        assert "satu_contoh" in shown
        assert "dua_contoh" in shown


def test_a_look_at_a_withdrawn_case_is_not_said_to_reopen_it(desk):
    world.served_notice()
    case = Case.objects.get()
    browser = desk(world.ayu)
    assert "opens the case again" in text(browser.get(url("observe", case.pk)))
    notices.withdraw([case.pk], reason="Wrong.", actor=world.sri(), at=AT).insist()
    assert url("observe", case.pk) not in text(browser.get(url("case", case.pk)))
    page = text(browser.get(url("observe", case.pk)))
    assert "opens the case again" not in page
    assert "changes nothing else" in page


def test_a_closed_case_shows_the_look_that_closed_it_beside_a_later_one(desk):
    world.served_notice()
    target = Target.objects.get()
    for hours in (0, 24):
        at = AT + hours * HOUR
        removal.observe([target.pk], "gone", actor=world.ayu(), method="person", at=at)
    at = AT + 30 * HOUR
    removal.observe([target.pk], "unclear", actor=world.ayu(), method="person", at=at)
    assert Observation.objects.count() == 3
    page = text(desk(world.ayu).get(url("case", target.case_id)))
    cell = page[page.index('data-label="Our check"') :].split("</td>")[0]
    assert cell.index("gone") < cell.index("newest look:") < cell.index("unclear")
