"""Weighed reasons and other due times: how a ladder goes on."""

from datetime import timedelta

import pytest

from cases import answers, deadlines, ladder, notices, permissions, removal
from cases.models import Case, Notice, Target, TargetState
from moderation_portal import outbox
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
        removal.weigh([target.pk], is_accepted=False, reason=" ", actor=world.bima(), at=AT)
    told = {"reason": "It is an offer.", "at": AT + 2 * DAY}
    done = removal.weigh([target.pk], is_accepted=False, actor=world.bima(), **told)
    assert done == [target.pk]
    ladder.climb(AT + 2 * DAY)
    assert Notice.objects.get(rung="warning_1").state == "drafted"
    assert asked("reminder") == []


def test_who_weighs_second_hears_who_was_first_and_when_and_changes_nothing():
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    target = Target.objects.get()
    removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.dewi(), at=AT)
    for is_accepted, person in ((False, world.ayu()), (True, world.sri())):
        with pytest.raises(Conflict, match=r"Dewi Anggraini.*17 Mar 2026, 10:00 WIB") as late:
            removal.weigh(
                [target.pk], is_accepted=is_accepted, reason="x", actor=person, at=AT + HOUR
            )
        assert late.value.detail["who"] == "Dewi Anggraini"
    target.refresh_from_db()
    assert target.state == TargetState.RELEASED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_weigh_at_once_one_is_told_of_the_other():
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    target = Target.objects.get()
    people = world.dewi(), world.person("tono@komdigi.example", "Tono", "supervisor")

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
        removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.bima(), at=AT)
    removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.dewi(), at=AT)
    found = Case.objects.get()
    assert (found.state, found.outcome) == ("closed", "released")
    made.refresh_from_db()
    assert made.state == Notice.State.WITHDRAWN


@pytest.mark.parametrize("is_accepted", [True, False])
def test_whoever_took_the_decision_does_not_weigh_what_is_objected_to_it(is_accepted):
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    ids = list(Target.objects.values_list("pk", flat=True))
    for person in (world.sri(), *([] if is_accepted else [world.ayu()])):
        with pytest.raises(Refused, match="another person must weigh"):
            removal.weigh(ids, is_accepted=is_accepted, reason="x", actor=person, at=AT)
    assert Target.objects.get().state == TargetState.REFUSED


def test_nor_do_they_withdraw_the_order_while_the_objection_waits():
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    case = Case.objects.get()
    assert permissions.may(world.sri(), "withdraw", case, at=AT).reason == permissions.biased()
    with pytest.raises(Refused, match="another person must weigh"):
        notices.withdraw([case.pk], reason="x", actor=world.sri(), at=AT).insist()
    notices.withdraw([case.pk], reason="It is satire.", actor=world.dewi(), at=AT).insist()
    assert Target.objects.get().state == TargetState.RELEASED


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
    assert not Notice.objects.filter(rung="warning_1").exists()


def test_another_due_time_is_told_to_the_platform_with_the_old_one_and_the_reason(mail):
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    override(made, AT + 3 * DAY)
    letter = Notice.objects.get(rung="due_change")
    assert (letter.follows, letter.item_count) == (made, 2)
    for said in ("Holiday.", "18 March 2026", "20 March 2026", made.number):
        assert said in letter.text, said
    outbox.drain("notice", at=AT + 2 * HOUR)
    assert mail.to("abuse@michat.example")[-1]["Subject"] == letter.subject
    letter.refresh_from_db()
    assert (letter.due_at, letter.items.first().next_step_at) == (None, None)


def test_a_due_time_that_stands_already_is_not_told_to_the_platform_again():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    override(made, AT + 3 * DAY)
    with pytest.raises(Conflict, match="set already"):
        override(made, AT + 3 * DAY, at=AT + 2 * HOUR)
    assert Notice.objects.filter(rung="due_change").count() == 1
    assert not [one for one in made.items.all() if len(deadlines.changes(one.due_steps)) != 1]


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


def test_a_due_time_that_has_passed_or_was_answered_is_not_moved():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    with pytest.raises(Conflict, match="has passed"):
        override(made, AT + 3 * DAY, at=AT + DAY + HOUR)
    first, _second = made.items.order_by("position")
    given = [answers.Given(first.pk, "removed")]
    answers.take(made, given, actor=world.rina(), channel="portal", at=AT + HOUR)
    assert override(made, AT + 2 * DAY, at=AT + 2 * HOUR) == 1
    world.answer(made, "removed", at=AT + 3 * HOUR)
    with pytest.raises(Conflict, match="waiting for an answer"):
        override(made, AT + 3 * DAY, at=AT + 4 * HOUR)
    dues = made.items.order_by("position").values_list("due_at", flat=True)
    assert list(dues) == [AT + DAY, AT + 2 * DAY]


def test_the_letter_of_another_due_time_speaks_as_the_letter_that_it_changes():
    made = world.served_notice()
    assert made.language == "en"
    made.platform.contacts.filter(rung=0).update(language="id")
    override(made, AT + 3 * DAY)
    assert Notice.objects.get(rung="due_change").language == "en"
