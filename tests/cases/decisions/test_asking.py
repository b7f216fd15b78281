"""Asked for information, referred, dismissed, merged."""

import pytest

from cases import decisions, opening
from cases.models import CaseOutcome, CaseState, Decision
from moderation_portal import outbox, policy
from moderation_portal.models import Event
from reports import questions, receipts
from reports.models import Question
from tests import world
from tests.world import AT, HOUR

from .doing import A, error_of, fresh

pytestmark = pytest.mark.django_db


def test_a_case_waits_for_information_and_goes_on():
    case = world.prepare(world.case(), world.ayu())
    decisions.ask_info([case], reason="Mana alamatnya?", actor=world.ayu(), at=AT).insist()
    assert fresh(case).state == CaseState.NEEDS_INFO
    decisions.resume([case], actor=world.ayu(), at=AT).insist()
    assert fresh(case).state == CaseState.IN_REVIEW


def test_what_is_asked_stands_on_the_reporters_page_and_the_answer_brings_the_case_back(client):
    world.michat()
    told = world.report(A, wants_receipt=True)
    opening.open_or_join([told.report_id], at=AT)
    case = world.prepare(world.cases_of(told.report_id)[0], world.ayu())
    decisions.ask_info([case], reason="Mana alamatnya?", actor=world.ayu(), at=AT).insist()
    (asked,) = receipts.status(receipts.find(told.receipt_code), at=AT).questions
    assert asked.text == "Mana alamatnya?"
    questions.answer(told.report_id, Question.objects.get().pk, "Ini: bunga_77", at=AT + HOUR)
    while sum(outbox.drain(lane, at=AT + HOUR) for lane in ("urgent", "internal")):
        pass
    assert fresh(case).state == CaseState.IN_REVIEW
    event = Event.objects.filter(thread=case.thread, kind="case.resumed").get()
    assert event.actor_role == "system"
    world.sign_in(client, world.ayu())
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Mana alamatnya?" in page
    assert "Ini: bunga_77" in page


def test_an_answer_to_one_question_leaves_a_case_that_waits_for_another(client):
    world.michat()
    first = world.report(A, wants_receipt=True)
    other = world.warga(name="Wati", email="wati@warga.example")
    second = world.report(A, wants_receipt=True, reporter=other, reason="Saya juga melihatnya.")
    opening.open_or_join([first.report_id, second.report_id], at=AT)
    case = world.prepare(world.cases_of(first.report_id)[0], world.ayu())
    decisions.ask_info([case], reason="Mana alamatnya?", actor=world.ayu(), at=AT).insist()
    assert Question.objects.count() == 2
    decisions.resume_answered([first.report_id], at=AT)
    assert fresh(case).state == CaseState.NEEDS_INFO, "nobody has answered yet"


def test_a_case_is_referred_to_a_unit_of_its_category_alone():
    case = world.prepare(world.case(), world.ayu())
    result = decisions.refer([case], unit="bnpt", reason="Korban.", actor=world.ayu(), at=AT)
    assert "unit" in error_of(result).detail["fields"]
    assert not case.referrals.exists()


def test_referring_asks_for_preservation_and_keeps_the_case_open():
    case = world.prepare(world.case(), world.ayu())
    decisions.refer([case], unit="ppa", reason="Korban.", actor=world.ayu(), at=AT).insist()
    case = fresh(case)
    assert (case.state, case.preservation_asked_at) == (CaseState.IN_REVIEW, AT)
    assert case.referrals.get().preservation_asked_at == AT
    kinds = Event.objects.filter(thread=case.thread).values_list("kind", flat=True)
    assert list(kinds)[-4:] == [
        "preservation.asked",
        "notice.issued",
        "notice.unreachable",
        "case.referred",
    ]


def test_preservation_that_was_asked_for_keeps_its_first_time():
    case = world.prepare(world.case(), world.ayu())
    later = AT + HOUR / 4
    for at in (AT, later):
        decisions.refer([case], unit="ppa", reason="Korban.", actor=world.ayu(), at=at).insist()
    assert fresh(case).preservation_asked_at == AT


def test_a_case_handed_over_closes_as_referred():
    case = world.prepare(world.case(), world.ayu())
    decisions.hand_over(
        [case], unit="tppo", reason="Ranah TPPO.", actor=world.ayu(), at=AT
    ).insist()
    case = fresh(case)
    assert (case.state, case.outcome) == (CaseState.CLOSED, CaseOutcome.REFERRED)
    assert case.decisions.get().unit == case.referrals.get().unit == "tppo"


def test_a_dismissal_keeps_its_reason_as_a_decision():
    case = world.prepare(world.case(), world.ayu())
    decisions.dismiss([case], reason="Bukan jasa.", actor=world.ayu(), at=AT).insist()
    decision = case.decisions.get()
    assert (decision.kind, decision.state) == (Decision.Kind.DISMISS, Decision.State.FINAL)
    assert decision.reasons == "Bukan jasa."
    assert decision.policy_version == policy.pack().version
