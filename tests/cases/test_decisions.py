import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import decisions, grounds, opening
from cases.models import (
    Case,
    CaseNote,
    CaseOutcome,
    CaseState,
    CaseView,
    ChecklistTick,
    Decision,
    Target,
    Urgency,
)
from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from reports.models import FormalRequest, Report, ReportItem
from tests import world
from tests.cases.at_once import behind_a_lock
from tests.world import AT, HOUR, TEST

pytestmark = pytest.mark.django_db

A, B = "michat: bunga_77", "michat: melati_12"
BASIS = "UU44-4-2-d"


def fresh(case):
    return Case.objects.get(pk=case.pk)


def uphold(cases, by=None, **facts):
    told = {"bases": [BASIS], "test": TEST, "reasons": "Melanggar.", **facts}
    return decisions.uphold(cases, actor=by or world.ayu(), at=AT, **told)


def error_of(result):
    """Why the only case was refused."""
    (said,) = result.refused
    return said.error


# Taking and giving.


def test_a_case_that_you_hold_is_not_taken_twice():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    again = decisions.claim([case], actor=world.ayu(), at=AT + HOUR)
    assert isinstance(again.skipped[0].error, Conflict)
    assert Event.objects.filter(kind="case.claimed").count() == 1


def test_a_lapsed_case_is_taken_over():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    assert decisions.claim([case], actor=world.bima(), at=AT + HOUR).done == [case.pk]
    assert fresh(case).owner == world.bima()


def test_taking_a_case_tells_the_reporter_that_somebody_looks():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    assert ReportItem.objects.get().progress == ReportItem.Progress.LOOKED_AT


def test_a_childs_case_is_due_for_a_decision_once_it_is_taken():
    case = world.child_case()
    assert case.due_at == AT + HOUR / 2
    decisions.claim([case], actor=world.citra(), at=AT)
    assert fresh(case).due_at == AT + 2 * HOUR


def test_a_sealed_case_is_not_assigned_to_somebody_without_clearance():
    sealed, ordinary = world.child_case(A), world.case(B)
    result = decisions.assign(
        [sealed, ordinary], owner=world.ayu(), actor=world.cleared_sri(), at=AT
    )
    assert result.done == [ordinary.pk]
    assert isinstance(error_of(result), Refused)


@pytest.mark.parametrize("who", [world.polisi, world.auditor, world.joko])
def test_a_case_is_assigned_to_staff_alone(who):
    case = world.case()
    with pytest.raises(Invalid):
        decisions.assign([case], owner=who(), actor=world.sri(), at=AT)


def test_one_of_many_that_is_refused_does_not_stop_the_others():
    held, free = world.case(A), world.case(B)
    decisions.claim([held], actor=world.bima(), at=AT)
    result = decisions.claim([held.pk, free.pk, 10**9], actor=world.ayu(), at=AT)
    assert result.done == [free.pk]
    assert [said.id for said in result.skipped] == [held.pk]
    assert [said.id for said in result.refused] == [10**9]


# Notes and the checklist.


def test_an_empty_note_is_refused():
    with pytest.raises(Invalid):
        decisions.note([world.case()], text=" \n", actor=world.ayu(), at=AT)


def test_a_note_stays_out_of_the_record():
    case = world.case()
    decisions.note([case], text="Rahasia.", actor=world.ayu(), at=AT).insist()
    assert CaseNote.objects.get().text == "Rahasia."
    assert "Rahasia" not in str(Event.objects.get(kind="case.noted").data)


def test_a_line_is_ticked_once_and_may_be_unticked():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    for _time in range(2):
        decisions.tick([case], lines=["right_account", "nonsense"], actor=world.ayu(), at=AT)
    assert ChecklistTick.objects.get().line == "right_account"
    decisions.tick([case], lines=["right_account"], actor=world.ayu(), at=AT, is_ticked=False)
    assert not ChecklistTick.objects.exists()


# Asking, referring, dismissing.


def test_a_case_waits_for_information_and_goes_on():
    case = world.prepare(world.case(), world.ayu())
    decisions.ask_info([case], reason="Mana alamatnya?", actor=world.ayu(), at=AT).insist()
    assert fresh(case).state == CaseState.NEEDS_INFO
    decisions.resume([case], actor=world.ayu(), at=AT).insist()
    assert fresh(case).state == CaseState.IN_REVIEW


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
    assert list(kinds)[-2:] == ["preservation.asked", "case.referred"]


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


# Upholding.


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
    most = policy.pack().limits.bulk_judge_max
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


# Approving: the second person.


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


# Merging.


def test_merging_moves_the_accounts_and_the_counts():
    host, case = world.case(A), world.case(B)
    decisions.merge([case], into=host, actor=world.ayu(), at=AT).insist()
    host, case = fresh(host), fresh(case)
    assert (case.state, case.outcome, case.merged_into) == ("closed", "merged", host)
    assert (host.target_count, host.report_count) == (2, 2)
    assert set(Target.objects.values_list("case", "state")) == {(host.pk, "standing")}
    assert Event.objects.get(kind="case.absorbed").thread == host.thread


def test_cases_of_different_platforms_or_categories_are_not_merged():
    host = world.case(A)
    others = [world.case("https://t.me/mawar_05"), world.case(B, category="pornography")]
    result = decisions.merge(others, into=host, actor=world.ayu(), at=AT)
    assert len(result.refused) == 2


def test_an_urgent_case_is_not_hidden_in_an_ordinary_one():
    host, case = world.case(A), world.case(B)
    Case.objects.filter(pk=case.pk).update(urgency=Urgency.URGENT)
    assert decisions.merge([case], into=host, actor=world.ayu(), at=AT).refused


def test_nothing_is_merged_into_a_sealed_case_by_the_uncleared_nor_into_a_decided_one():
    case = world.case(A)
    with pytest.raises(Refused):
        decisions.merge([case], into=world.child_case(A), actor=world.ayu(), at=AT)
    with pytest.raises(Conflict):
        decisions.merge([case], into=world.upheld_case(B), actor=world.sri(), at=AT)


# Opening the page.


def test_each_look_at_a_sealed_case_is_recorded_and_of_an_ordinary_one_the_last_is_kept():
    ordinary, sealed = world.case(A), world.child_case(B)
    for case in (ordinary, sealed):
        for hours in range(2):
            decisions.open_page(case, actor=world.citra(), at=AT + hours * HOUR)
    assert CaseView.objects.get(case=ordinary).opened_at == AT + HOUR
    opened = Event.objects.filter(kind="case.page_opened")
    assert [event.thread for event in opened] == [sealed.thread] * 2


def test_judging_many_costs_the_statements_of_one():
    names = [f"michat: akun_{n:02d}" for n in range(9)]
    cases = [world.prepare(world.case(name), world.ayu()) for name in names]
    counts = []
    for batch in (cases[:1], cases[1:]):
        with CaptureQueriesContext(connection) as seen:
            result = uphold(batch)
        assert len(result.done) == len(batch)
        counts.append(len(seen))
    assert counts[0] == counts[1]
