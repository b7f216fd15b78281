"""Silence is chased by itself: reminders, the next contact, a drafted warning."""

from datetime import timedelta

import pytest

from cases import answers, ladder
from cases.models import Delivery, Notice, NoticeItem, Target, TargetState
from moderation_portal import outbox
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

from .doing import DAY, asked, climb_until

pytestmark = pytest.mark.django_db


def test_an_idle_sweep_is_one_look_at_an_index(django_assert_num_queries):
    world.served_notice()
    with django_assert_num_queries(1):
        assert ladder.climb(AT + HOUR) == 0


def test_silence_is_reminded_at_each_time_once():
    world.served_notice()
    climb_until(AT + 23 * HOUR + timedelta(minutes=30))
    assert asked("reminder") == ["reminder_1", "reminder_2", "reminder_3"]
    ladder.climb(AT + 23 * HOUR + timedelta(minutes=45))
    assert len(asked("reminder")) == 3


def test_after_an_outage_one_reminder_is_enough_and_none_is_sent_too_late():
    world.served_notice()
    ladder.climb(AT + 21 * HOUR)
    assert asked("reminder") == ["reminder_2"]
    ladder.climb(AT + 3 * DAY)
    assert asked("reminder") == ["reminder_2"]


def test_at_the_deadline_the_next_contact_is_addressed_and_a_warning_drafted(mail):
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    climb_until(AT + DAY)
    assert asked("notice") == ["order", "next_contact"]
    draft = Notice.objects.get(rung="warning_1")
    assert (draft.state, draft.follows, draft.number) == ("drafted", made, None)
    assert draft.signatures_wanted == ["supervisor"]
    assert draft.item_count == draft.items.count() == 2
    assert not draft.items.exclude(next_step_at=None).exists()
    while outbox.drain("notice", at=AT + DAY):
        pass
    assert len(mail.to("legal@michat.example")) == 1
    assert mail.to("legal@michat.example")[0]["In-Reply-To"] == made.message_id


def test_what_was_answered_is_not_chased():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    first, second = made.items.all()
    answers.take(
        made, [answers.Given(first.pk, "removed")], actor=world.rina(), channel="portal", at=AT
    )
    climb_until(AT + DAY)
    assert [item.target_id for item in Notice.objects.get(rung="warning_1").items.all()] == [
        second.target_id
    ]


def test_what_settled_by_another_way_is_left_alone_even_if_its_step_is_due():
    made = world.served_notice()
    Target.objects.update(state=TargetState.GONE)
    assert ladder.climb(AT + DAY) == 1
    assert made.items.get().next_step_at is None
    assert asked() == ["order"]
    assert not Notice.objects.filter(rung="warning_1").exists()


def test_a_notice_whose_every_account_is_answered_is_followed_by_nothing():
    made = world.served_notice()
    world.answer(made, "removed")
    climb_until(AT + 3 * DAY)
    assert asked() == ["order"]
    assert Notice.objects.count() == 1


def test_a_reminder_that_waited_in_the_queue_is_not_sent_after_the_answer(mail):
    made = world.served_notice()
    ladder.climb(AT + 12 * HOUR)
    world.answer(made, "removed", at=AT + 12 * HOUR)
    outbox.drain("notice", at=AT + 12 * HOUR)
    subjects = [message["Subject"] for message in mail.to("abuse@michat.example")]
    assert subjects == [made.subject]


def test_the_reminder_lists_what_still_stands(mail):
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    first = made.items.first()
    answers.take(
        made, [answers.Given(first.pk, "removed")], actor=world.rina(), channel="portal", at=AT
    )
    ladder.climb(AT + 12 * HOUR)
    outbox.drain("notice", at=AT + 12 * HOUR)
    reminder = mail.to("abuse@michat.example")[-1]
    text = reminder.get_body(("plain",)).get_content()
    assert "kembang_2" in text
    assert "kembang_1" not in text
    assert reminder["Message-ID"] != made.message_id
    assert Delivery.objects.filter(purpose="reminder", state="accepted").count() == 1
    made.refresh_from_db()
    assert made.served_at == AT


def two_due_times():
    """A served notice of two accounts, of which the second is due a day later."""
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    first, second = made.items.order_by("position")
    ladder.override_due([second.pk], due_at=AT + 2 * DAY, reason="x", actor=world.sri(), at=AT)
    return made, first, second


def reminders(mail):
    """Of each reminder that was mailed, the accounts that it lists."""
    texts = [
        letter.get_body(("plain",)).get_content()
        for letter in mail.to("abuse@michat.example")
        if "Reminder" in letter["Subject"]
    ]
    return [{word for word in ("kembang_1", "kembang_2") if word in text} for text in texts]


def test_each_account_is_reminded_of_by_its_own_due_time(mail):
    two_due_times()
    for hour in range(12, 48):
        ladder.climb(AT + hour * HOUR)
        outbox.drain("notice", at=AT + hour * HOUR)
    assert reminders(mail) == [{"kembang_1"}] * 3 + [{"kembang_2"}] * 3


def test_what_is_to_be_reminded_of_in_one_turn_goes_in_one_mail(mail):
    _made, first, second = two_due_times()
    NoticeItem.objects.filter(pk=second.pk).update(due_at=AT + 27 * HOUR, step=0)
    NoticeItem.objects.filter(pk=second.pk).update(next_step_at=AT + 15 * HOUR)
    NoticeItem.objects.filter(pk=first.pk).update(step=1, next_step_at=AT + 20 * HOUR)
    ladder.climb(AT + 20 * HOUR)
    while outbox.drain("notice", at=AT + 20 * HOUR):
        pass
    assert reminders(mail) == [{"kembang_1", "kembang_2"}]
    subject = mail.to("abuse@michat.example")[-1]["Subject"]
    assert "18 March 2026 at 10" in subject, "it names the soonest of their due times"


@pytest.mark.django_db(transaction=True)
def test_five_workers_climb_every_step_once():
    world.served_notice(*[f"michat: kembang_{n}" for n in range(20)])
    at_once(*[lambda: ladder.climb(AT + DAY)] * 5)
    at_once(*[lambda: ladder.climb(AT + DAY)] * 5)
    drafts = Notice.objects.filter(rung="warning_1")
    assert sum(draft.items.count() for draft in drafts) == 20
    assert asked("notice") == ["order", "next_contact"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_an_account_is_confirmed_or_escalated_and_never_both():
    """At the very deadline the platform answers and the pump climbs. Whoever is first wins: either
    no warning names the account, or it was drafted before the answer, which then discards it."""
    actor = world.rina()
    outcomes = set()
    for n in range(20):
        made = world.served_notice(f"michat: kembang_{n}", at=AT)
        item = made.items.get()
        NoticeItem.objects.filter(pk=item.pk).update(step=4, next_step_at=AT + DAY)
        given = [answers.Given(item.pk, "removed")]
        calls = [
            lambda made=made, given=given: answers.take(
                made, given, actor=actor, channel="portal", at=AT + DAY
            ),
            lambda: ladder.climb(AT + DAY),
        ]
        at_once(*calls[:: 1 if n % 2 else -1])
        item.refresh_from_db()
        assert item.target.state == TargetState.CLAIMED
        assert item.next_step_at is None
        drafts = Notice.objects.filter(rung="warning_1", items__target=item.target_id)
        assert drafts.count() <= 1
        assert not drafts.exclude(state=Notice.State.DISCARDED).exists()
        outcomes.add(drafts.count())
    assert outcomes
