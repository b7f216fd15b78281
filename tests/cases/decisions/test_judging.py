"""Upheld by one person on what is complete, approved by another who has read it."""

import pytest

from cases import decisions, grounds, opening
from cases.models import Case, CaseState, CaseView, Decision, Target
from moderation_portal import policy
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import OutboxMessage
from reports.models import FormalRequest, Report, ReportItem
from tests import world
from tests.cases.at_once import behind_a_lock
from tests.world import AT, HOUR, TEST

from .doing import BASIS, A, B, error_of, fresh, uphold

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", grounds.TEST_PARTS)
def test_each_part_of_the_test_is_demanded(part):
    case = world.prepare(world.case(), world.ayu())
    with pytest.raises(Invalid) as told:
        uphold([case], test={**TEST, part: "  "})
    assert set(told.value.detail["fields"]) == {part}


def test_a_remedy_that_is_none_is_refused():
    with pytest.raises(Invalid):
        uphold([world.case()], test={**TEST, "remedy": "internet"})


def test_reasons_are_demanded():
    with pytest.raises(Invalid):
        uphold([world.prepare(world.case(), world.ayu())], reasons="")


@pytest.mark.parametrize("bases", [[], ["UU21-2007-2"], ["no-such-law"]])
def test_a_decision_rests_on_a_provision_of_its_category(bases):
    case = world.prepare(world.case(), world.ayu())
    assert "bases" in error_of(uphold([case], bases=bases)).detail["fields"]
    assert not case.decisions.exists()


def test_what_was_not_opened_is_not_judged():
    case = world.prepare(world.case(), world.ayu())
    CaseView.objects.all().delete()
    error = error_of(uphold([case]))
    assert error.detail == {"open_first": case.pk}


def test_more_than_the_policy_allows_are_not_judged_at_once():
    most = policy.pack().limits_at(AT).bulk_judge_max
    assert most == 50
    for verb in (
        lambda ids: uphold(ids),
        lambda ids: decisions.approve(ids, actor=world.sri(), at=AT),
    ):
        with pytest.raises(Invalid):
            verb(range(1, most + 2))


def test_an_unticked_checklist_stops_the_decision_and_is_named():
    case = world.prepare(world.case(), world.ayu())
    case.ticks.get(line="right_account").delete()
    gaps = error_of(uphold([case])).detail["gaps"]
    assert [gap["code"] for gap in gaps] == ["checklist_right_account"]


def test_a_childs_case_is_referred_before_it_is_upheld():
    case = world.prepare(world.child_case(), world.citra())
    case.referrals.all().delete()
    error = error_of(uphold([case], by=world.citra(), bases=[world.first_basis(case)]))
    assert [gap["code"] for gap in error.detail["gaps"]] == ["referral"]


def test_preservation_that_the_police_want_comes_before_the_takedown():
    case = world.prepare(world.case(), world.ayu())
    letter = FormalRequest.objects.create(is_preservation_wanted=True, created_at=AT)
    Report.objects.update(formal_request=letter)
    assert [gap["code"] for gap in error_of(uphold([case])).detail["gaps"]] == ["preservation"]
    decisions.preserve([case], actor=world.ayu(), at=AT).insist()
    assert uphold([case]).done == [case.pk]


@pytest.mark.law("PM5-14-3")
def test_unrest_without_a_designation_is_not_upheld():
    report = world.report(A, category="unrest").report_id
    ReportItem.objects.update(state=ReportItem.State.RECEIVED)
    opening.open_or_join([report], at=AT)
    case = world.prepare(Case.objects.get(), world.ayu())
    error = error_of(uphold([case], bases=[world.first_basis(case)]))
    assert [gap["code"] for gap in error.detail["gaps"]] == ["designation_document"]


def test_an_upheld_case_waits_with_its_grounds():
    case = world.upheld_case()
    decision = case.decisions.get()
    assert case.state == CaseState.AWAITING_APPROVAL
    assert (decision.state, decision.bases, decision.test) == ("proposed", [BASIS], TEST)
    assert decision.author == world.ayu()


@pytest.mark.parametrize("author", [world.sri, world.dewi])
def test_nobody_approves_what_they_wrote(author):
    case = world.upheld_case(by=author())
    others = {world.sri(), world.dewi()} - {author()}
    decisions.open_page(case, actor=author(), at=AT)
    error = error_of(decisions.approve([case], actor=author(), at=AT))
    assert isinstance(error, Refused)
    assert all(other.name in error.sentence for other in others)


def test_a_caseworker_approves_nothing():
    case = world.upheld_case()
    decisions.open_page(case, actor=world.bima(), at=AT)
    assert isinstance(error_of(decisions.approve([case], actor=world.bima(), at=AT)), Refused)


@pytest.mark.parametrize("approver", [world.sri, world.dewi])
def test_a_supervisor_or_director_approves_an_ordinary_case(approver):
    case = world.approve(world.upheld_case(), approver())
    assert case.state == CaseState.APPROVED
    assert case.decisions.get().approver == approver()


def test_a_sealed_case_is_approved_by_the_cleared_alone():
    case = world.upheld_case(category=world.CHILD)
    hidden = decisions.approve([case], actor=world.dewi(), at=AT)
    assert error_of(hidden).sentence == decisions.permissions.not_found()
    assert world.approve(case, world.cleared_sri()).state == CaseState.APPROVED


def test_what_was_upheld_after_one_opened_it_is_opened_again_before_approval():
    case = world.case()
    decisions.open_page(case, actor=world.sri(), at=AT)
    world.uphold(case, world.ayu(), at=AT + HOUR)
    error = error_of(decisions.approve([case], actor=world.sri(), at=AT + 2 * HOUR))
    assert error.detail == {"open_first": case.pk}


def test_approval_makes_the_accounts_ready_and_calls_for_a_notice():
    case = world.approved_case(A, B)
    assert set(Target.objects.values_list("ready_at", flat=True)) == {AT}
    message = OutboxMessage.objects.get(topic="notices.gather")
    assert (message.lane, message.due_at) == ("notice", AT + HOUR)
    assert case.state == CaseState.APPROVED


def test_ordinary_cases_approved_within_an_hour_call_once():
    for name in (A, B):
        world.approved_case(name)
    assert OutboxMessage.objects.filter(topic="notices.gather").count() == 1


def test_an_urgent_case_calls_for_its_notice_at_once_and_every_time():
    for name in (A, B):
        world.approved_case(name, category=world.CHILD)
    messages = OutboxMessage.objects.filter(topic="notices.gather")
    assert [(one.lane, one.due_at) for one in messages] == [("urgent", AT)] * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who_and_when():
    sri, dewi = world.sri(), world.dewi()
    case = world.upheld_case()
    for who in (sri, dewi):
        decisions.open_page(case, actor=who, at=AT)
    approved, returned = behind_a_lock(
        case,
        lambda: decisions.approve([case.pk], actor=sri, at=AT),
        lambda: decisions.send_back([case.pk], reason="Kurang.", actor=dewi, at=AT),
    )
    winner, loser = (approved, returned) if approved.done else (returned, approved)
    first = sri if approved.done else dewi
    assert (winner.done, loser.done) == ([case.pk], [])
    error = loser.skipped[0].error
    assert (error.detail["who"], error.detail["at"]) == (first.name, AT.isoformat())
    assert first.name in error.sentence
    state = CaseState.APPROVED if approved.done else CaseState.IN_REVIEW
    assert fresh(case).state == state
    assert OutboxMessage.objects.filter(topic="notices.gather").count() == len(approved.done)


def test_what_is_sent_back_is_mended_and_upheld_again():
    case = world.upheld_case()
    decisions.send_back([case], reason="Sebut akunnya.", actor=world.sri(), at=AT).insist()
    returned = case.decisions.get()
    assert (returned.state, returned.answer) == (Decision.State.SENT_BACK, "Sebut akunnya.")
    assert returned.approver == world.sri()
    assert uphold([case]).done == [case.pk]


def test_an_author_may_take_a_proposal_back():
    case = world.upheld_case(by=world.sri())
    decisions.send_back([case], reason="Saya perbaiki.", actor=world.sri(), at=AT).insist()
    assert case.decisions.get().approver is None
