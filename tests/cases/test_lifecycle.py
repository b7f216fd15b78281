import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import clocks, decisions, lifecycle, merging, opening, permissions
from cases.models import (
    Case,
    CaseOutcome,
    CaseState,
    Decision,
    Notice,
    NoticeItem,
    Target,
    TargetState,
)
from cases.table import BY_VERB_AND_STATE, TABLE, VERBS
from cases.target_table import MOVES
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM, Actor, Role
from reports.models import ReportItem
from tests import world
from tests.cases.at_once import behind_a_lock
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db

A, B = "michat: bunga_77", "michat: melati_12"
REMOVED = ReportItem.Progress.REMOVED
NOT_REMOVED = ReportItem.Progress.NOT_REMOVED


def fresh(case):
    return Case.objects.get(pk=case.pk)


def ordered_case(*accounts, **facts):
    case = world.approved_case(*accounts or (A,), **facts)
    lifecycle.advance([case], "order", actor=SYSTEM, at=AT).insist()
    return fresh(case)


def notice_of(case, due_at, *, rung="order"):
    """A served notice that names every account of the case, due at this instant."""
    notice = Notice.objects.create(
        platform=case.platform,
        rung=rung,
        urgency=case.urgency,
        handling=case.handling,
        basis="PM5-15-6",
        state=Notice.State.SERVED,
        language="en",
        policy_version="test",
        drafted_at=AT,
    )
    for place, target in enumerate(case.targets.all()):
        NoticeItem.objects.create(
            notice=notice, target=target, position=place, locator="x", due_at=due_at
        )
    return notice


def progress_of(case):
    items = ReportItem.objects.filter(joining__target__case=case).order_by("position")
    return list(items.values_list("progress", flat=True))


def move(case, state, **facts):
    return lifecycle.move_targets(case.targets.all(), state, actor=SYSTEM, at=AT, **facts)


# What is refused.


def test_a_word_that_is_no_verb_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        lifecycle.advance([1], "burn", actor=SYSTEM, at=AT)


@pytest.mark.parametrize("column", ["state", "outcome", "held_at", "closed_at"])
def test_nobody_hands_in_a_state(column):
    with pytest.raises(TypeError):
        lifecycle.advance([], "claim", actor=world.ayu(), at=AT, **{column: "closed"})
    with pytest.raises(TypeError):
        lifecycle.move_targets([], TargetState.GONE, actor=SYSTEM, at=AT, state="gone")


@pytest.mark.parametrize("verb", sorted({row.verb for row in TABLE if row.reason_required}))
def test_a_verb_that_wants_a_reason_gets_one(verb):
    case = world.case()
    for blank in ("", "  \n"):
        with pytest.raises(Invalid):
            lifecycle.advance([case], verb, actor=SYSTEM, at=AT, reason=blank)
    assert fresh(case).state == CaseState.NEW


def test_the_database_knows_no_state_outside_the_table():
    case = world.case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="lost")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED)


def test_a_set_of_one_that_was_not_done_raises_its_reason():
    case = world.case()
    result = lifecycle.advance([case], "order", actor=world.ayu(), at=AT)
    with pytest.raises(Refused):
        result.insist()


def test_whoever_comes_second_is_told_who_was_first_and_when():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    result = decisions.claim([case], actor=world.bima(), at=AT + HOUR / 12)
    error = result.skipped[0].error
    assert isinstance(error, Conflict)
    assert error.detail["who"] == "Ayu Lestari"
    assert error.detail["at"] == AT.isoformat()
    assert "Ayu Lestari" in error.sentence
    assert "WIB" in error.sentence


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_case_at_once_one_wins():
    ayu, bima, case = world.ayu(), world.bima(), world.case()
    answers = behind_a_lock(
        case,
        lambda: decisions.claim([case.pk], actor=ayu, at=AT),
        lambda: decisions.claim([case.pk], actor=bima, at=AT),
    )
    assert sorted(len(answer.done) for answer in answers) == [0, 1]
    loser = next(answer for answer in answers if not answer.done)
    assert loser.skipped[0].error.detail["who"] == fresh(case).owner.name
    assert Event.objects.filter(kind="case.claimed").count() == 1


def test_a_case_does_not_close_as_gone_while_an_account_stands():
    case = ordered_case(A, B)
    first = case.targets.first()
    lifecycle.move_targets([first], TargetState.GONE, actor=SYSTEM, at=AT)
    result = lifecycle.advance([case], "close_gone", actor=SYSTEM, at=AT)
    assert result.refused[0].error.detail == {"open": 1}


def test_a_case_whose_accounts_were_all_released_does_not_close_as_gone():
    case = ordered_case()
    move(case, TargetState.RELEASED)
    assert lifecycle.advance([case], "close_gone", actor=SYSTEM, at=AT).refused


def test_what_was_merged_is_not_reopened():
    host, case = world.case(A), world.case(B)
    merging.merge([case], into=host, actor=world.ayu(), at=AT).insist()
    result = lifecycle.advance([case], "reopen", actor=SYSTEM, at=AT, reason="Muncul lagi.")
    assert result.refused


def test_a_person_does_not_do_what_is_the_systems():
    case = world.approved_case()
    for verb in ("order", "close_gone", "reopen"):
        result = lifecycle.advance([case], verb, actor=world.dewi(), at=AT, reason="x")
        assert result.refused, verb


# What happens.


def test_every_step_leaves_one_event_in_the_cases_thread():
    case = ordered_case()
    move(case, TargetState.GONE)
    lifecycle.advance([case], "close_gone", actor=SYSTEM, at=AT).insist()
    kinds = Event.objects.filter(thread=case.thread).values_list("kind", flat=True)
    assert list(kinds) == [
        "case.opened",
        "case.claimed",
        "case.ticked",
        "case.upheld",
        "case.approved",
        "case.ordered",
        "target.gone",
        "case.closed",
    ]


def test_reporters_read_of_each_account_what_became_of_it():
    case = ordered_case(A, B)
    assert progress_of(case) == [ReportItem.Progress.ORDERED] * 2
    first, second = case.targets.all()
    lifecycle.move_targets([first], TargetState.GONE, actor=SYSTEM, at=AT)
    lifecycle.move_targets([second], TargetState.RELEASED, actor=SYSTEM, at=AT)
    assert progress_of(case) == [REMOVED, NOT_REMOVED]
    lifecycle.advance([case], "close_gone", actor=SYSTEM, at=AT).insist()
    assert progress_of(case) == [REMOVED, NOT_REMOVED]


def test_what_closes_without_removal_frees_its_accounts():
    case = world.prepare(world.case(A, B), world.ayu())
    decisions.dismiss([case], reason="Tidak melanggar.", actor=world.ayu(), at=AT).insist()
    assert set(case.targets.values_list("state", "closed_at")) == {(TargetState.RELEASED, AT)}
    assert progress_of(case) == [NOT_REMOVED] * 2
    assert fresh(case).outcome == CaseOutcome.NO_VIOLATION


def test_a_reopened_case_gets_a_new_promise_of_ours():
    case = ordered_case()
    move(case, TargetState.GONE)
    lifecycle.advance([case], "close_gone", actor=SYSTEM, at=AT).insist()
    later = AT + 72 * HOUR
    lifecycle.move_targets(case.targets.all(), TargetState.STANDING, actor=SYSTEM, at=later)
    lifecycle.advance([case], "reopen", actor=SYSTEM, at=later, reason="Muncul lagi.").insist()
    again = fresh(case)
    assert (again.state, again.outcome, again.closed_at) == (CaseState.IN_REVIEW, "", None)
    assert again.due_at == again.ours_due_at == later + 24 * HOUR
    assert progress_of(case) == [ReportItem.Progress.LOOKED_AT]


def test_what_was_gone_before_its_approval_can_be_upheld_again_when_it_is_back():
    case = world.upheld_case(A)
    move(case, TargetState.GONE)
    lifecycle.advance([case], "close_gone", actor=SYSTEM, at=AT).insist()
    assert case.decisions.get().state == Decision.State.SENT_BACK
    move(case, TargetState.STANDING)
    lifecycle.advance([case], "reopen", actor=SYSTEM, at=AT, reason="Muncul lagi.").insist()
    told = {"bases": [world.first_basis(case)], "test": world.TEST, "reasons": "Lagi."}
    decisions.uphold([case], actor=world.ayu(), at=AT, **told).insist()


def test_an_account_does_not_stand_up_while_another_case_has_it_open():
    case = ordered_case()
    move(case, TargetState.GONE)
    world.case(A, at=AT + HOUR, reporter=world.warga(email="wati@warga.example"))
    result = move(case, TargetState.STANDING)
    assert not result.done
    assert result.skipped
    assert case.targets.get().state == TargetState.GONE


def test_of_two_closed_targets_of_one_account_the_newer_stands_up():
    old = ordered_case()
    move(old, TargetState.GONE)
    new = world.case(A, at=AT + HOUR, reporter=world.warga(email="wati@warga.example"))
    move(new, TargetState.GONE)
    both = Target.objects.filter(case__in=[old, new])
    result = lifecycle.move_targets(both, TargetState.STANDING, actor=SYSTEM, at=AT)
    assert result.done == [new.targets.get().pk]


def test_a_platform_may_not_say_that_we_saw_it_gone():
    case = ordered_case()
    answer = Actor(Role.RESPONDER, "Joko")
    seen = lifecycle.move_targets(case.targets.all(), TargetState.GONE, actor=answer, at=AT)
    said = lifecycle.move_targets(case.targets.all(), TargetState.CLAIMED, actor=answer, at=AT)
    assert seen.refused
    assert said.done


def test_an_uncleared_person_does_not_reach_a_sealed_account():
    case = world.child_case()
    result = lifecycle.move_targets(case.targets.all(), TargetState.GONE, actor=world.sri(), at=AT)
    assert result.refused[0].reason == permissions.not_found()


def test_after_an_order_a_case_is_due_with_its_soonest_account():
    case = ordered_case(A, B)
    notice = notice_of(case, AT + 30 * HOUR)
    notice.items.filter(position=1).update(due_at=AT + 20 * HOUR)
    assert clocks.redue([case]) == 1
    assert fresh(case).due_at == AT + 20 * HOUR
    assert clocks.redue([case]) == 0


def test_the_newest_notice_of_an_account_sets_its_time_and_what_is_gone_sets_none():
    case = ordered_case(A, B)
    notice_of(case, AT + 20 * HOUR)
    first, second = case.targets.all()
    lifecycle.move_targets([second], TargetState.GONE, actor=SYSTEM, at=AT)
    warning = notice_of(case, None, rung="warning_1")
    warning.items.filter(target=first).update(due_at=AT + 48 * HOUR)
    clocks.redue([case])
    assert fresh(case).due_at == AT + 48 * HOUR


def test_without_a_served_notice_a_case_is_due_by_our_own_promise():
    case = ordered_case()
    Case.objects.filter(pk=case.pk).update(due_at=AT)
    clocks.redue([case])
    assert fresh(case).due_at == case.ours_due_at


def test_a_hundred_cases_cost_the_statements_of_one():
    reports = [world.report(f"michat: akun_{n:03d}").report_id for n in range(21)]
    opening.open_or_join(reports, at=AT)
    one, *others = Case.objects.order_by("pk")
    sri, ayu = world.sri(), world.ayu()
    counts = []
    for cases in ([one], others):
        with CaptureQueriesContext(connection) as seen:
            result = decisions.assign(cases, owner=ayu, actor=sri, at=AT)
        assert len(result.done) == len(cases)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_page_on_the_life_of_a_case_is_up_to_date():
    call_command("transitions", check=True)


# No sequence of verbs leads anywhere that the table does not know.

STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS + tuple(TargetState)), st.sampled_from(range(4))),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def hands():
    return [world.ayu(), world.sri(), world.dewi(), SYSTEM]


@pytest.fixture
def new_case():
    return world.case()


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_verbs_leaves_the_table(hands, new_case, steps):
    with transaction.atomic():
        case = fresh(new_case)
        for word, hand in steps:
            before, target = fresh(case), case.targets.get()
            actor = hands[hand]
            if word in VERBS:
                result = lifecycle.advance([case], word, actor=actor, at=AT, reason="x")
                check_case(before, fresh(case), word, result)
            else:
                lifecycle.move_targets([target], word, actor=actor, at=AT)
                now = case.targets.get().state
                assert now == target.state or (now, target.state) in MOVES
        transaction.set_rollback(True)


def written(case):
    return case.state, case.outcome, case.owner_id, case.held_at, case.closed_at


def check_case(before, after, verb, result):
    """What was done is what the row says; what was not done has changed nothing."""
    row = BY_VERB_AND_STATE.get((verb, before.state))
    if not result.done:
        assert written(after) == written(before)
        return
    assert row is not None
    assert after.state == (row.target or before.state)
    assert after.outcome == (row.outcome if row.target else before.outcome)
    assert (after.state == CaseState.CLOSED) == (after.closed_at is not None)


def test_a_decision_is_never_approved_by_its_author_in_the_database():
    case = world.upheld_case()
    waiting = Decision.objects.filter(case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.update(state=Decision.State.APPROVED, approver=waiting.get().author)
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.update(state=Decision.State.APPROVED)
