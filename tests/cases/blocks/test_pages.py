"""The pages of blocks, from the proposal to access restored."""

import pytest

from cases.models import AccessLetter, Block, RestoreRequest
from tests import world
from tests.cases.pages.browsing import text, url
from tests.cases.pages.conftest import desk, hands  # noqa: F401 (fixtures)

from .doing import HOST, confirmed, entered, ordered, proposal

pytestmark = pytest.mark.django_db
TOLD = {"verdict": "yes", "decision": "Kepmen 12/2026", "decided_on": "2026-03-17", "hosts": [HOST]}


def test_the_decision_is_entered_from_the_proposal_and_confirmed_by_another(desk):  # noqa: F811
    found = proposal()
    sri, dewi = desk(world.sri), desk(world.dewi)
    assert url("block_new", found.pk) in text(sri.get(url("notice", found.pk)))
    assert HOST in text(sri.get(url("block_new", found.pk)))
    answer = sri.post(url("block_new", found.pk), TOLD)
    made = Block.objects.get()
    assert answer.url == url("block", made.pk)
    assert "a second person must confirm it" in text(sri.get(answer.url))
    assert sri.post(answer.url, {"do": "issue"}).status_code == 403
    assert dewi.post(answer.url, {"do": "issue"}).status_code == 302
    assert AccessLetter.objects.count() == 2
    assert url("block", made.pk) in text(desk(world.ayu).get(url("blocks")))


def test_what_is_wrong_is_told_and_what_was_written_is_kept(desk):  # noqa: F811
    found = proposal()
    answer = desk(world.sri).post(url("block_new", found.pk), TOLD | {"hosts": []})
    assert answer.status_code == 422
    assert "Choose at least one reviewed address" in text(answer)
    assert "Kepmen 12/2026" in text(answer)


def test_letters_are_read_confirmed_and_the_way_back_is_asked_on_the_page(desk):  # noqa: F811
    made = ordered()
    browser = desk(world.ayu)
    letter = made.letters.earliest("provider")
    pdf = browser.get(url("access_letter", letter.pk))
    assert pdf["Content-Type"] == "application/pdf"
    told = {"do": "confirm", "letter": letter.pk, "done_on": "2026-03-17", "said": "Surel."}
    assert browser.post(url("block", made.pk), told | {"done_on": ""}).status_code == 422
    assert browser.post(url("block", made.pk), told).status_code == 302
    asked = {"do": "ask", "by": "platform", "letter_number": "SP-7", "letter_date": "2026-03-17"}
    asked |= {"documents": ["letter"]}
    assert browser.post(url("block", made.pk), asked).status_code == 302
    assert RestoreRequest.objects.get().documents == ["letter"]
    page = text(browser.get(url("block", made.pk)))
    assert "Lacking" in page
    refused = {"do": "decide", "verdict": "no", "answer": "Kurang bukti."}
    assert browser.post(url("block", made.pk), refused).status_code == 403
    assert desk(world.dewi).post(url("block", made.pk), refused).status_code == 302


@pytest.mark.parametrize("do", ["issue", "drop", "ask", "decide", "confirm", "", "odd"])
def test_an_auditor_reads_and_does_nothing(desk, do):  # noqa: F811
    made = confirmed(ordered())
    letter = made.letters.earliest("provider")
    told = {"do": do, "letter": letter.pk, "done_on": "2026-03-17", "said": "x", "reason": "x"}
    told |= {"by": "office", "letter_number": "x", "letter_date": "2026-03-17"}
    told |= {"verdict": "no", "answer": "x"}
    browser = desk(world.auditor)
    assert browser.get(url("block", made.pk)).status_code == 200
    assert browser.post(url("block", made.pk), told).status_code in (403, 404, 409)
    assert Block.objects.get().state == Block.State.BLOCKED


def test_a_letter_of_another_block_is_not_confirmed_here(desk):  # noqa: F811
    made = ordered(world.served_notice("michat: satu_1"))
    other = ordered(world.served_notice("michat: dua_2")).letters.earliest("provider")
    told = {"do": "confirm", "letter": other.pk, "done_on": "2026-03-17", "said": "Surel."}
    assert desk(world.ayu).post(url("block", made.pk), told).status_code == 404


def test_a_sealed_block_is_not_there_for_the_uncleared(desk):  # noqa: F811
    order = world.served_notice("michat: kuncup_1", category=world.CHILD)
    made = entered(order, actor=world.cleared_sri())
    browser = desk(world.ayu)
    assert browser.get(url("block", made.pk)).status_code == 404
    assert browser.get(url("block_new", made.proposal_id)).status_code == 404
    assert str(made.pk) not in text(browser.get(url("blocks")))
    assert str(made.pk) in text(desk(world.citra).get(url("blocks")))
