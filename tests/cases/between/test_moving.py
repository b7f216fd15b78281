"""Accounts go into another case, or into one of their own, with what was told of them."""

import pytest

from cases import decisions, lifecycle, moving, opening
from cases.models import Case, CaseState, Target, Urgency, Withholding
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from tests import world
from tests.cases.at_once import at_once, behind_a_lock
from tests.world import AT

pytestmark = pytest.mark.django_db
A, B, C, D = "michat: bunga_77", "michat: melati_12", "michat: kenanga_3", "michat: dahlia_4"


def fresh(case):
    return Case.objects.get(pk=case.pk)


def target(name):
    return Target.objects.get(account__display=name)


def move(case, *names, by=None, **told):
    ids = [target(name) for name in names]
    said = {"reason": "Dua orang.", "at": AT, **told}
    return moving.move([case], targets=ids, actor=by or world.ayu(), **said)


def error_of(result):
    (said,) = result.refused + result.skipped
    return said.error


def test_accounts_go_into_another_case_with_what_was_told_of_them():
    case, host = world.case(A, B), world.case(C)
    who = world.warga(name="Wati", email="wati@warga.example")
    world.case(B, reporter=who)
    move(case, "@melati_12", to=host).insist()
    case, host = fresh(case), fresh(host)
    assert (case.target_count, case.report_count, case.title) == (1, 1, "@bunga_77")
    assert (host.target_count, host.report_count, host.title) == (2, 3, "@kenanga_3 +1")
    assert target("@melati_12").case == host


def test_the_name_of_a_case_follows_what_is_left_in_it():
    case, host = world.case(A, B), world.case(C)
    move(case, "@bunga_77", to=host).insist()
    assert fresh(case).title == "@melati_12"


def test_both_records_say_what_went_where_and_why():
    case, host = world.case(A, B), world.case(C)
    move(case, "@melati_12", to=host).insist()
    went = Event.objects.get(kind="case.accounts_moved", thread=case.thread)
    came = Event.objects.get(kind="case.accounts_gained", thread=host.thread)
    assert (went.data["note"], came.data["note"]) == (host.number, case.number)
    assert went.data["reason"] == came.data["reason"] == "Dua orang."
    assert went.data["targets"] == came.data["targets"] == [target("@melati_12").pk]


def test_accounts_get_a_case_of_their_own_on_the_desk_of_whoever_moved_them():
    case = world.prepare(world.case(A, B, C), world.ayu())
    move(case, "@melati_12", "@kenanga_3").insist()
    new = target("@melati_12").case
    assert (new.state, new.owner, new.target_count) == (CaseState.IN_REVIEW, world.ayu(), 2)
    assert (new.title.endswith(" +1"), new.report_count) == (True, 1)
    case = fresh(case)
    for name in ("platform", "category", "urgency", "handling", "source", "ours_due_at", "due_at"):
        assert getattr(new, name) == getattr(case, name), name
    assert case.target_count == 1
    told = Event.objects.get(kind="case.split_off", thread=new.thread)
    assert told.data["note"] == case.number


def test_of_the_same_report_what_comes_later_goes_where_it_began():
    case = world.prepare(world.case(A, B), world.ayu())
    move(case, "@melati_12").insist()
    assert target("@melati_12").case.report_id is None
    assert fresh(case).report_id is not None


def test_a_case_is_left_with_an_account():
    case, host = world.case(A, B), world.case(C)
    said = error_of(move(case, "@bunga_77", "@melati_12", to=host))
    assert isinstance(said, Conflict)
    assert fresh(case).target_count == 2
    assert not Event.objects.filter(kind="case.accounts_gained").exists()


def test_only_open_accounts_of_the_case_itself_are_moved():
    case, host, other = world.case(A, B), world.case(C), world.case(D)
    assert isinstance(error_of(move(case, "@dahlia_4", to=host)), Invalid)
    assert target("@dahlia_4").case == other
    lifecycle.move_targets([target("@melati_12")], "gone", actor=SYSTEM, at=AT)
    assert isinstance(error_of(move(case, "@melati_12", to=host)), Invalid)


def test_nothing_is_moved_without_a_reason():
    case = world.case(A, B)
    with pytest.raises(Invalid):
        move(case, "@melati_12", reason=" ")


@pytest.mark.parametrize("odd", ["platform", "category", "urgency"])
def test_accounts_are_moved_only_into_a_case_of_the_same_kind(odd):
    case = world.case(A, B)
    facts = {"category": "pornography"} if odd == "category" else {}
    host = world.case("https://t.me/mawar_05" if odd == "platform" else C, **facts)
    if odd == "urgency":
        Case.objects.filter(pk=case.pk).update(urgency=Urgency.URGENT)
    assert isinstance(error_of(move(case, "@melati_12", to=host)), Conflict)


def test_nothing_is_moved_once_either_is_decided():
    case, host = world.case(A, B), world.upheld_case(C)
    with pytest.raises(Conflict):
        move(case, "@melati_12", to=host, by=world.sri())
    world.uphold(case, world.ayu())
    assert isinstance(error_of(move(case, "@melati_12", by=world.sri())), Conflict)


def test_what_was_ordered_before_keeps_its_accounts():
    case = world.approved_case(A, B)
    lifecycle.advance([case], "withdraw", actor=world.sri(), at=AT, reason="Keliru.")
    lifecycle.advance([case], "reopen", actor=SYSTEM, at=AT, reason="Ada lagi.")
    lifecycle.move_targets(Target.objects.all(), "standing", actor=SYSTEM, at=AT)
    assert isinstance(error_of(move(case, "@melati_12", by=world.sri())), Conflict)


def test_who_does_not_hold_the_case_moves_nothing_out_of_it():
    case = world.prepare(world.case(A, B), world.bima())
    assert isinstance(error_of(move(case, "@melati_12")), Refused)
    move(case, "@melati_12", by=world.sri()).insist()


def test_a_sealed_case_takes_and_gives_only_among_its_own():
    case, sealed = world.case(A, B), world.child_case(C, D)
    with pytest.raises(Refused):
        move(case, "@melati_12", to=sealed)
    assert isinstance(error_of(move(case, "@melati_12", to=sealed, by=world.citra())), Conflict)
    assert isinstance(error_of(move(sealed, "@dahlia_4", by=world.sri())), Refused)
    Case.objects.filter(pk=sealed.pk).update(withholding=Withholding.LET_GO)
    move(sealed, "@dahlia_4", by=world.citra()).insist()
    new = target("@dahlia_4").case
    assert (new.handling, new.withholding, new.pk > 10**12) == ("sealed", Withholding.LET_GO, True)
    told = Event.objects.get(kind="case.split_off")
    assert told.is_sealed


def test_who_moves_accounts_out_of_a_sealed_case_has_taken_up_the_new_one():
    sealed = world.child_case(C, D)
    move(sealed, "@dahlia_4", by=world.citra()).insist()
    new = target("@dahlia_4").case
    assert (new.owner, new.withholding) == (world.citra(), Withholding.HELD)
    assert fresh(sealed).withholding == Withholding.BOUNDED, "that one nobody has taken"


@pytest.mark.django_db(transaction=True)
def test_a_report_that_comes_in_at_the_same_moment_joins_the_account_where_it_is_then():
    case, host = world.case(A, B), world.case(C)
    who = world.warga(name="Wati", email="wati@warga.example")
    told = world.report(B, reporter=who)
    world.ayu()
    behind_a_lock(
        case,
        lambda: move(case, "@melati_12", to=host).insist(),
        lambda: opening.open_or_join([told.report_id], at=AT),
    )
    case, host = fresh(case), fresh(host)
    assert (case.target_count, host.target_count) == (1, 2)
    assert (case.report_count, host.report_count) == (1, 3)
    joined = Event.objects.get(kind="target.joined")
    gained = Event.objects.get(kind="case.accounts_gained")
    assert joined.thread == (host.thread if joined.pk > gained.pk else case.thread)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_crosswise_both_are_served_and_no_ring_of_locks_forms():
    left, right = world.case(A, B), world.case(C, D)
    world.ayu(), world.bima()
    first, second = target("@melati_12").pk, target("@dahlia_4").pk
    told = {"reason": "Dua orang.", "at": AT}
    at_once(
        lambda: moving.move([left], targets=[first], to=right.pk, actor=world.ayu(), **told),
        lambda: moving.move([right], targets=[second], to=left.pk, actor=world.bima(), **told),
    )
    assert (target("@melati_12").case, target("@dahlia_4").case) == (right, left)
    assert {fresh(one).target_count for one in (left, right)} == {2}
    decisions.claim([left], actor=world.ayu(), at=AT).insist()
