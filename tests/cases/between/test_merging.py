"""A case becomes part of another, and comes out again as it went in."""

import pytest

from cases import decisions, lifecycle, merging, moving, opening
from cases.models import Case, CaseState, Decision, Target, Urgency, Withholding
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from reports.models import FormalRequest, Report, ReportItem
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
A, B, C = "michat: bunga_77", "michat: melati_12", "michat: kenanga_3"
WHY = {"reason": "Bukan orang yang sama.", "at": AT + HOUR}


def fresh(case):
    return Case.objects.get(pk=case.pk)


def merged(case, host, *, by=None, at=AT):
    merging.merge([case], into=host, actor=by or world.ayu(), at=at).insist()
    return fresh(case), fresh(host)


def unmerge(case, *, by=None, **told):
    return merging.unmerge([case], actor=by or world.ayu(), **{**WHY, **told})


def error_of(result):
    (said,) = result.refused + result.skipped
    return said.error


def whole(case):
    """What a case is, besides when somebody last worked on it."""
    case = fresh(case)
    facts = {
        name: getattr(case, name)
        for name in (
            *("target_count", "report_count", "is_formal", "title", "urgency", "handling"),
            *("ours_due_at", "owner_id", "merged_into_id", "preservation_asked_at", "withholding"),
        )
    }
    targets = list(case.targets.order_by("pk").values_list("pk", "state", "report_count"))
    items = case.targets.values_list("joinings__item_id", flat=True)
    return facts | {"targets": targets, "items": sorted(items)}


def test_merging_moves_the_accounts_and_the_counts():
    case, host = merged(world.case(B), world.case(A))
    assert (case.state, case.outcome, case.merged_into) == ("closed", "merged", host)
    assert (host.target_count, host.report_count, host.title) == (2, 2, "@bunga_77 +1")
    assert (case.target_count, case.report_count, case.title) == (0, 0, "@melati_12")
    assert set(Target.objects.values_list("case", "state")) == {(host.pk, "standing")}
    assert Event.objects.get(kind="case.absorbed").thread == host.thread


def test_a_report_that_stands_in_both_is_counted_once():
    host = world.case(A)
    received = world.report(A, B, reporter=world.warga(name="Wati", email="wati@warga.example"))
    opening.open_or_join([received.report_id], at=AT)
    other = next(one for one in world.cases_of(received.report_id) if one.pk != host.pk)
    assert fresh(host).report_count == 2
    assert merged(other, host)[1].report_count == 2


def test_what_is_taken_back_is_as_it_was_and_goes_on_in_review():
    host, case = world.case(A, C), world.case(B)
    decisions.claim([case], actor=world.ayu(), at=AT)
    before = whole(host), whole(case)
    merged(case, host)
    unmerge(case).insist()
    assert (whole(host), whole(case)) == before
    case = fresh(case)
    assert (case.state, case.outcome, case.closed_at) == (CaseState.IN_REVIEW, "", None)
    assert case.due_at == case.ours_due_at, "the promise is the old one"


def test_what_came_in_meanwhile_goes_with_its_account():
    host, case = world.case(A), world.case(B)
    merged(case, host)
    who = world.warga(name="Wati", email="wati@warga.example")
    world.case(B, reporter=who, at=AT + HOUR / 2)
    assert (fresh(host).report_count, fresh(case).report_count) == (3, 0)
    unmerge(case).insist()
    assert (fresh(host).report_count, fresh(case).report_count) == (1, 2)


def test_both_records_say_so_with_the_reason():
    host, case = world.case(A), world.case(B)
    merged(case, host)
    unmerge(case).insist()
    for one, kind in ((case, "case.unmerged"), (host, "case.separated")):
        event = Event.objects.get(kind=kind, thread=one.thread)
        assert (event.data["reason"], event.actor_name) == (WHY["reason"], world.ayu().name)


def test_a_merge_is_not_taken_back_without_a_reason_nor_what_was_never_merged():
    host, case = world.case(A), world.case(B)
    with pytest.raises(Invalid):
        unmerge(case, reason=" ")
    assert isinstance(error_of(unmerge(host)), Conflict)
    closed = world.prepare(world.case(C), world.ayu())
    decisions.dismiss([closed], reason="Bukan.", actor=world.ayu(), at=AT).insist()
    assert isinstance(error_of(unmerge(closed)), Refused)
    assert fresh(closed).state == CaseState.CLOSED


@pytest.mark.parametrize("state", ["upheld", "approved", "ordered before"])
def test_a_merge_is_not_taken_back_once_the_joint_case_was_decided(state):
    host, case = world.case(A), world.case(B)
    merged(case, host)
    world.uphold(fresh(host), world.ayu())
    if state != "upheld":
        world.approve(fresh(host), world.sri())
    if state == "ordered before":
        decisions_of = Decision.objects.filter(case=host)
        assert decisions_of.filter(state=Decision.State.APPROVED).exists()
        Case.objects.filter(pk=host.pk).update(state=CaseState.IN_REVIEW)
    assert isinstance(error_of(unmerge(case, by=world.sri())), Conflict)
    assert fresh(case).state == CaseState.CLOSED


def test_what_was_sent_back_may_still_be_taken_apart():
    host, case = world.case(A), world.case(B)
    merged(case, host)
    world.uphold(fresh(host), world.ayu())
    decisions.send_back([host], reason="Dua orang.", actor=world.sri(), at=AT).insist()
    unmerge(case).insist()
    assert fresh(case).state == CaseState.IN_REVIEW


def test_what_was_merged_on_is_taken_back_from_the_last_one_first():
    first, second, third = world.case(A), world.case(B), world.case(C)
    merged(first, second)
    merged(second, third)
    assert third.number in str(error_of(unmerge(first)))
    unmerge(second).insist()
    assert (fresh(second).target_count, fresh(third).target_count) == (2, 1)
    unmerge(first).insist()
    assert (fresh(first).target_count, fresh(second).target_count) == (1, 1)


def test_what_was_moved_on_must_be_brought_back_first():
    host, case = world.case(A), world.case(B, C)
    merged(case, host)
    gone = Target.objects.get(account__display="@kenanga_3")
    told = {"reason": "Lain.", "actor": world.ayu(), "at": AT}
    moving.move([host], targets=[gone], **told).insist()
    assert isinstance(error_of(unmerge(case)), Conflict)
    merged(fresh(Target.objects.get(pk=gone.pk).case), host)
    unmerge(case).insist()
    assert fresh(case).target_count == 2


def test_merged_again_after_that_it_is_the_last_merge_that_is_taken_back():
    host, other, case = world.case(A), world.case(C), world.case(B)
    merged(case, host)
    unmerge(case).insist()
    merged(case, other)
    unmerge(case).insist()
    assert [fresh(one).target_count for one in (host, other, case)] == [1, 1, 1]


def test_who_holds_neither_takes_no_merge_back():
    host, case = world.case(A), world.case(B)
    merged(case, host)
    decisions.claim([host], actor=world.bima(), at=AT).insist()
    assert isinstance(error_of(unmerge(case)), Refused)
    unmerge(case, by=world.sri()).insist()


def test_the_sooner_promise_holds_while_they_are_one():
    late, soon = world.case(A, at=AT + HOUR), world.case(B, at=AT)
    own = fresh(late).ours_due_at
    _case, host = merged(soon, late)
    assert host.ours_due_at == fresh(soon).ours_due_at < own
    unmerge(soon).insist()
    assert fresh(late).ours_due_at == own


def test_of_several_merges_the_soonest_promise_that_is_left_holds():
    host, mid, soon = (
        world.case(name, at=AT + hours * HOUR) for name, hours in ((A, 2), (B, 1), (C, 0))
    )
    own = host.ours_due_at
    merged(soon, host, at=AT + 2 * HOUR)
    merged(mid, host, at=AT + 2 * HOUR)
    unmerge(soon, at=AT + 3 * HOUR).insist()
    assert fresh(host).ours_due_at == mid.ours_due_at
    unmerge(mid, at=AT + 3 * HOUR).insist()
    assert fresh(host).ours_due_at == own


def test_a_formal_request_goes_with_its_accounts():
    host, case = world.case(A), world.case(B)
    letter = FormalRequest.objects.create(
        letter_number="B/7/III/2026", agency=world.polda(), created_at=AT
    )
    Report.objects.filter(items__joining__target__case=case).update(formal_request=letter)
    Case.objects.filter(pk=case.pk).update(is_formal=True)
    case, host = merged(case, host)
    assert (case.is_formal, host.is_formal) == (True, True)
    unmerge(case).insist()
    assert (fresh(case).is_formal, fresh(host).is_formal) == (True, False)


def test_who_reported_what_came_over_reads_that_it_is_looked_at():
    host, case = world.case(A), world.case(B)
    decisions.claim([host], actor=world.ayu(), at=AT).insist()
    item = ReportItem.objects.get(joining__target__case=case)
    assert item.progress == ReportItem.Progress.WAITING
    merged(case, host)
    item.refresh_from_db()
    assert item.progress == ReportItem.Progress.LOOKED_AT


def test_what_came_over_unasked_is_asked_to_be_preserved_before_the_order():
    host, case = world.prepare(world.case(A), world.ayu()), world.case(B)
    world.michat()
    decisions.preserve([host], actor=world.ayu(), at=AT).insist()
    assert fresh(host).preservation_asked_at == AT
    merged(case, host)
    assert fresh(host).preservation_asked_at is None
    unmerge(case).insist()
    assert fresh(host).preservation_asked_at == AT


def test_cases_of_different_platforms_or_categories_are_not_merged():
    host = world.case(A)
    others = [world.case("https://t.me/mawar_05"), world.case(B, category="pornography")]
    result = merging.merge(others, into=host, actor=world.ayu(), at=AT)
    assert len(result.refused) == 2


def test_an_urgent_case_is_not_hidden_in_an_ordinary_one():
    host, case = world.case(A), world.case(B)
    Case.objects.filter(pk=case.pk).update(urgency=Urgency.URGENT)
    assert merging.merge([case], into=host, actor=world.ayu(), at=AT).refused


def test_nothing_is_merged_into_a_sealed_case_by_the_uncleared_nor_into_a_decided_one():
    case = world.case(A)
    with pytest.raises(Refused):
        merging.merge([case], into=world.child_case(A), actor=world.ayu(), at=AT)
    with pytest.raises(Conflict):
        merging.merge([case], into=world.upheld_case(B), actor=world.sri(), at=AT)


def test_what_was_ordered_before_keeps_its_accounts():
    host, case = world.case(A), world.approved_case(B)
    lifecycle.advance([case], "withdraw", actor=world.sri(), at=AT, reason="Keliru.")
    reopened = lifecycle.advance([case], "reopen", actor=SYSTEM, at=AT, reason="Ada lagi.")
    assert reopened.done
    said = error_of(merging.merge([case], into=host, actor=world.sri(), at=AT))
    assert isinstance(said, Conflict)


def test_sealed_cases_join_only_where_both_hold_the_ordinary_order_back_or_neither_does():
    case, host = world.child_case(A), world.child_case(B)
    Case.objects.filter(pk=host.pk).update(withholding=Withholding.LET_GO)
    said = merging.merge([case], into=host, actor=world.citra(), at=AT)
    assert isinstance(error_of(said), Conflict)
    Case.objects.filter(pk=case.pk).update(withholding=Withholding.HELD)
    Case.objects.filter(pk=host.pk).update(withholding=Withholding.BOUNDED)
    merged(case, host, by=world.citra())
    assert fresh(host).withholding == Withholding.HELD
    Case.objects.filter(pk=host.pk).update(withholding=Withholding.LET_GO)
    unmerge(case, by=world.citra()).insist()
    assert fresh(case).withholding == Withholding.LET_GO, "what was decided holds for both"
