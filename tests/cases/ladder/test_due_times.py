"""Weighed reasons and other due times: how a ladder goes on."""

from datetime import timedelta

import pytest

from cases import ladder, removal
from cases.models import Case, Notice, Target, TargetState
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from platforms.models import Contact
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

from .doing import DAY, asked, climb_until, serve

pytestmark = pytest.mark.django_db


def test_reasons_that_do_not_convince_let_the_ladder_go_on():
    made = world.served_notice()
    world.answer(made, "refused", at=AT + HOUR, reason="It is satire.")
    climb_until(AT + 2 * DAY, every=6 * HOUR)
    assert Notice.objects.count() == 1
    target = Target.objects.get()
    with pytest.raises(Invalid):
        removal.weigh([target.pk], is_accepted=False, reason=" ", actor=world.ayu(), at=AT)
    done = removal.weigh(
        [target.pk], is_accepted=False, reason="It is an offer.", actor=world.ayu(), at=AT + 2 * DAY
    )
    assert done == [target.pk]
    ladder.climb(AT + 2 * DAY)
    assert Notice.objects.get(rung="warning_1").state == "drafted"
    assert asked("reminder") == []


def test_who_weighs_second_hears_who_was_first_and_when_and_changes_nothing():
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    target = Target.objects.get()
    removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.sri(), at=AT)
    for is_accepted, person in ((False, world.ayu()), (True, world.dewi())):
        with pytest.raises(Conflict, match=r"Sri Wahyuni.*17 Mar 2026, 10:00 WIB") as late:
            removal.weigh(
                [target.pk], is_accepted=is_accepted, reason="x", actor=person, at=AT + HOUR
            )
        assert late.value.detail["who"] == "Sri Wahyuni"
    target.refresh_from_db()
    assert target.state == TargetState.RELEASED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_weigh_at_once_one_is_told_of_the_other():
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    target = Target.objects.get()
    people = world.sri(), world.dewi()

    def weigh(person):
        try:
            return removal.weigh([target.pk], is_accepted=True, reason="x", actor=person, at=AT)
        except Conflict as late:
            return late.detail["who"]

    done = at_once(*[lambda p=p: weigh(p) for p in people])
    (winner,) = [p.name for p, said in zip(people, done, strict=True) if said == [target.pk]]
    assert [said for said in done if said != [target.pk]] == [winner]


def test_reasons_that_convince_release_the_account_and_close_the_case():
    made = world.served_notice()
    world.answer(made, "refused", reason="It is satire.")
    target = Target.objects.get()
    with pytest.raises(Refused):
        removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.ayu(), at=AT)
    removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.sri(), at=AT)
    found = Case.objects.get()
    assert (found.state, found.outcome) == ("closed", "released")
    made.refresh_from_db()
    assert made.state == Notice.State.SETTLED


def override(made, due_at, *, reason="Holiday.", actor=None, at=AT + HOUR):
    ids = list(made.items.values_list("pk", flat=True))
    return ladder.override_due(ids, due_at=due_at, reason=reason, actor=actor or world.sri(), at=at)


def test_another_due_time_needs_a_reason_a_future_and_an_overseer():
    made = world.served_notice()
    with pytest.raises(Invalid):
        override(made, AT + 2 * DAY, reason="")
    with pytest.raises(Invalid):
        override(made, AT + HOUR)
    with pytest.raises(Invalid):
        override(made, AT + HOUR + ladder.FURTHEST + timedelta(seconds=1))
    for person in (world.ayu(), world.rina(), world.auditor()):
        with pytest.raises(Refused):
            override(made, AT + 2 * DAY, actor=person)
    world.answer(made, "removed")
    removal.observe([Target.objects.get().pk], "gone", actor=world.ayu(), method="person", at=AT)
    removal.observe(
        [Target.objects.get().pk], "gone", actor=world.ayu(), method="person", at=AT + DAY
    )
    with pytest.raises(Conflict):
        override(made, AT + 4 * DAY, at=AT + 2 * DAY)


def test_another_due_time_moves_the_steps_and_stays_in_the_explanation():
    made = world.served_notice()
    assert override(made, AT + 3 * DAY) == 1
    item = made.items.get()
    assert item.due_at == AT + 3 * DAY
    assert item.next_step_at == AT + 3 * DAY - 12 * HOUR
    assert item.due_steps[-1]["label"] == "overridden"
    assert item.due_steps[-1]["value"]["reason"] == "Holiday."
    made.refresh_from_db()
    assert made.due_at == Case.objects.get().due_at == AT + 3 * DAY
    (event,) = Event.objects.filter(kind="deadline.overridden", thread=Case.objects.get().thread)
    assert event.actor_name == world.sri().name
    climb_until(AT + 2 * DAY, every=6 * HOUR)
    assert Notice.objects.count() == 1


def test_another_due_time_discards_the_warning_drafted_for_the_old_one():
    made = world.served_notice()
    ladder.climb(AT + DAY)
    override(made, AT + 3 * DAY, at=AT + DAY)
    assert Notice.objects.get(rung="warning_1").state == "discarded"
    climb_until(AT + 3 * DAY, start=AT + DAY, every=6 * HOUR)
    assert Notice.objects.filter(rung="warning_1", state="drafted").count() == 1


def test_a_notice_that_reaches_nobody_is_not_left_in_silence():
    made = world.notice()
    climb_until(AT + 3 * DAY, every=6 * HOUR)
    assert Event.objects.filter(kind="notice.unserved", thread=f"notice:{made.pk}").exists()
    assert not Notice.objects.filter(rung="warning_1").exists()
    later = AT + 3 * DAY
    serve(made, later)
    assert made.items.get().next_step_at == later + 12 * HOUR


def test_the_watch_over_an_unserved_notice_passes_to_an_account_that_stands():
    made = world.notice("michat: kembang_1", "michat: kembang_2")
    first, second = made.items.all()
    Target.objects.filter(pk=first.target_id).update(state=TargetState.GONE)
    climb_until(AT + 2 * DAY, every=6 * HOUR)
    assert Event.objects.filter(kind="notice.unserved", thread=f"notice:{made.pk}").exists()
    second.refresh_from_db()
    assert second.next_step_at is not None


def test_a_contact_that_stays_silent_is_marked():
    world.served_notice()
    ladder.climb(AT + DAY)
    assert Contact.objects.get(address="abuse@michat.example").liveness == "silent"
