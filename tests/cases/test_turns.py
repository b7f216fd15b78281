"""Pull-next, giving back, and what is kept of it."""

from datetime import timedelta

import pytest
from django.db import transaction

from cases import decisions, permissions, turns, withholding
from cases.models import Case, CaseState, Skip, Withholding
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .at_once import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def three():
    """Three ordinary cases, soonest due first."""
    return [world.case(f"michat: bunga_{n}", at=AT + n * MINUTE) for n in range(3)]


def take(by, at=AT + 5 * MINUTE, cases=None):
    visible = permissions.visible_to(by) if cases is None else cases
    return turns.take_next(visible, actor=by, at=at)


@pytest.mark.parametrize("who", [world.auditor, world.cleared_auditor, world.steward, world.rina])
def test_who_takes_no_cases_is_offered_none(who):
    three()
    with pytest.raises(Refused):
        take(who())


def test_a_sealed_case_is_the_next_one_for_the_cleared_alone():
    sealed, ordinary = world.child_case("michat: melati_12"), world.case(at=AT + MINUTE)
    assert take(world.ayu()) == ordinary
    assert take(world.bima()) is None
    assert take(world.citra()) == sealed


def test_the_soonest_due_case_that_is_free_is_taken_and_recorded():
    first, second, third = three()
    decisions.claim([first], actor=world.bima(), at=AT + 4 * MINUTE)
    assert [take(world.ayu()), take(world.ayu()), take(world.ayu())] == [second, third, None]
    second.refresh_from_db()
    assert (second.owner, second.state) == (world.ayu(), CaseState.IN_REVIEW)
    assert Event.objects.filter(kind="case.claimed", thread=second.thread).count() == 1


def test_what_somebody_let_lie_is_free_after_the_lease_and_what_was_assigned_is_not():
    lapsed, assigned, _other = three()
    decisions.claim([lapsed], actor=world.bima(), at=AT)
    decisions.assign([assigned], owner=world.bima(), actor=world.sri(), at=AT)
    found = [take(world.ayu(), AT + HOUR) for _time in range(3)]
    assert lapsed in found
    assert assigned not in found


def test_one_s_own_case_is_not_one_s_next():
    (first, *_others) = three()
    decisions.claim([first], actor=world.ayu(), at=AT)
    assert take(world.ayu(), AT + 2 * HOUR) != first


def test_what_waits_for_information_or_is_decided_is_nobody_s_next():
    first, second, _third = three()
    decisions.claim([first], actor=world.bima(), at=AT)
    decisions.ask_info([first], reason="Where?", actor=world.bima(), at=AT)
    Case.objects.filter(pk=first.pk).update(owner=None)
    world.uphold(second, world.bima())
    found = [take(world.ayu(), AT + 2 * HOUR) for _time in range(3)]
    assert first not in found
    assert second not in found


def test_a_case_is_given_back_with_a_reason_alone():
    first, *_others = three()
    decisions.claim([first], actor=world.ayu(), at=AT)
    with pytest.raises(Invalid):
        turns.give_back([first], reason="  ", actor=world.ayu(), at=AT)
    assert not Skip.objects.exists()


def test_nobody_gives_back_what_another_holds_or_nobody():
    first, second, _third = three()
    decisions.claim([first, second], actor=world.bima(), at=AT)
    turns.give_back([second], reason="Tidak paham.", actor=world.bima(), at=AT)
    for who in (world.ayu(), world.sri()):
        result = turns.give_back([first, second], reason="No.", actor=who, at=AT)
        assert result.done == []
        assert len(result.skipped) + len(result.refused) == 2


def test_what_was_given_back_rests_a_day_for_this_person_and_is_offered_to_others():
    case = world.case()
    assert take(world.ayu()) == case
    at = AT + 10 * MINUTE
    assert turns.give_back([case], reason="Bahasa.", actor=world.ayu(), at=at).done == [case.pk]
    case.refresh_from_db()
    assert (case.owner, case.held_at, case.state) == (None, None, CaseState.IN_REVIEW)
    assert take(world.ayu(), at + timedelta(hours=23)) is None
    assert take(world.bima(), at + MINUTE) == case
    turns.give_back([case], reason="Sibuk.", actor=world.bima(), at=at + 2 * MINUTE)
    assert take(world.ayu(), at + timedelta(hours=24)) == case
    kept = Skip.objects.order_by("skipped_at").values_list("user__name", "reason")
    assert list(kept) == [("Ayu Lestari", "Bahasa."), ("Bima Saputra", "Sibuk.")]
    event = Event.objects.filter(kind="case.given_back").first()
    assert (event.thread, event.data["reason"]) == (case.thread, "Bahasa.")


def test_a_sealed_case_given_back_holds_the_ordinary_order_back_within_bounds_again():
    taken, chosen = (world.child_case(f"michat: melati_{n}") for n in range(2))
    citra = world.citra()
    decisions.claim([taken, chosen], actor=citra, at=AT)
    withholding.hold([chosen], reason="Penyidikan.", actor=citra, at=AT).insist()
    turns.give_back([taken, chosen], reason="Cuti.", actor=citra, at=AT)
    kept = dict(Case.objects.values_list("pk", "withholding"))
    assert kept == {taken.pk: Withholding.BOUNDED, chosen.pk: Withholding.HELD}


def test_skips_of_sealed_cases_are_shown_to_the_cleared_alone():
    ordinary, sealed = world.case(), world.child_case("michat: melati_12")
    decisions.claim([ordinary], actor=world.ayu(), at=AT)
    turns.give_back([ordinary], reason="A", actor=world.ayu(), at=AT)
    decisions.claim([sealed], actor=world.citra(), at=AT)
    turns.give_back([sealed], reason="B", actor=world.citra(), at=AT)
    seen = {
        who: [skip.reason for skip in turns.skips_visible_to(who())]
        for who in (world.sri, world.cleared_sri)
    }
    assert seen[world.sri] == ["A"]
    assert set(seen[world.cleared_sri]) == {"A", "B"}
    assert not turns.skips_visible_to(world.bima()).exists(), "why is for those who oversee"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_get_two_cases():
    three()
    people = [world.ayu(), world.bima(), world.sri(), world.dewi()]
    found = at_once(*(lambda who=who: take(who) for who in people))
    assert sum(case is None for case in found) == 1
    assert len({case.pk for case in found if case}) == 3
    assert set(Case.objects.values_list("owner__name", flat=True)) >= {
        who.name for who, case in zip(people, found, strict=True) if case
    }


@pytest.mark.django_db(transaction=True)
def test_what_another_is_just_taking_is_passed_over_without_waiting():
    first, second, _third = three()
    with transaction.atomic():
        Case.objects.select_for_update(no_key=True).get(pk=first.pk)
        (found,) = at_once(lambda: take(world.ayu()))
    assert found == second
