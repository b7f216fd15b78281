"""One mailbox blocks none, and gets no more letters in a minute than it takes."""

from datetime import timedelta

import pytest

from cases.models import Delivery
from moderation_portal import outbox, recipients
from moderation_portal.models import Lane, LimitCount, OutboxMessage
from platforms import channels
from platforms.channels import email
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db
BOX = "abuse@michat.example"
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def eight_a_minute(settings):
    settings.LETTERS_A_MINUTE = 8


def waits(at=AT, *, is_urgent=False, box=BOX):
    """How long a letter to this mailbox must wait; None when it may go."""
    try:
        recipients.admit(box, is_urgent=is_urgent, at=at)
    except outbox.Wait as wait:
        return wait.after
    return None


def test_a_mailbox_gets_its_letters_of_a_minute_and_no_more():
    assert [waits() is None for _ in range(8)] == [True] * 6 + [False] * 2
    assert waits(box="legal@michat.example") is None
    assert waits(AT + MINUTE) is None


def test_a_mailbox_is_the_same_in_capitals():
    for _ in range(6):
        waits()
    assert waits(box=BOX.upper()) is not None


def test_urgent_letters_have_a_share_of_their_own_and_of_the_others():
    assert [waits() is None for _ in range(9)] == [True] * 6 + [False] * 3
    assert [waits(is_urgent=True) is None for _ in range(3)] == [True, True, False]
    fresh = AT + MINUTE
    assert [waits(fresh, is_urgent=True) is None for _ in range(9)] == [True] * 8 + [False]


def test_a_long_heap_is_spread_over_the_minutes_that_it_takes():
    at = [AT + wait for wait in (waits() for _ in range(60)) if wait is not None]
    assert at == sorted(at)
    minutes = [(one - AT) // MINUTE for one in at]
    assert {minutes.count(n) for n in set(minutes)} == {6}
    assert set(minutes) == set(range(1, 10))


def test_a_silent_mailbox_rests_and_then_one_letter_alone_tries_it():
    recipients.silent(BOX, at=AT)
    assert waits(AT + SECOND) == recipients.REST - SECOND
    assert waits(AT + SECOND, is_urgent=True) is not None
    assert waits(AT + SECOND, box="legal@michat.example") is None
    after = AT + recipients.REST
    assert recipients.admit(BOX, is_urgent=False, at=after)
    assert waits(after) is not None
    recipients.answered(BOX)
    assert [waits(after) for _ in range(3)] == [None] * 3


def test_a_mailbox_that_stays_silent_rests_again_and_its_failures_are_counted():
    at = AT
    for failures in (1, 2, 3):
        recipients.silent(BOX, at=at)
        with pytest.raises(recipients.Resting) as rest:
            recipients.admit(BOX, is_urgent=False, at=at)
        assert rest.value.failures == failures
        at += recipients.REST
    assert LimitCount.objects.filter(scope=recipients.RESTING).count() == 1


def send(at=AT):
    for lane in (Lane.URGENT, Lane.NOTICE):
        outbox.drain(lane, at=at)
    return OutboxMessage.objects.filter(topic="notice.send").order_by("pk")


def test_letters_beyond_the_limit_wait_without_an_attempt_and_leave_later(mail, settings):
    settings.LETTERS_A_MINUTE = 2
    for n in range(4):
        world.notice(f"michat: heap_{n}")
    rows = send()
    assert len(mail.to(BOX)) == 2
    waiting = [row for row in rows if row.state == "queued"]
    assert [(row.attempts, row.last_error[:6]) for row in waiting] == [(0, "Wait: ")] * 2
    assert Delivery.objects.count() == 2
    send(AT + MINUTE)
    send(AT + 2 * MINUTE)
    assert len(mail.to(BOX)) == 4


@pytest.fixture
def deaf(mail, monkeypatch):
    """The mail server hangs up over one address, and any wait for it was too long for us."""
    mail.cut = BOX
    monkeypatch.setattr(email, "SLOW_SECONDS", -1.0)
    return mail


def handed(contact):
    with pytest.raises(channels.Later) as trouble:
        channels.of("email").hand_over(channels.Parcel("S", "t"), contact, at=AT)
    return trouble.value


def test_a_server_that_says_nothing_is_cut_off(mail, monkeypatch):
    mail.deaf = BOX
    monkeypatch.setattr(email, "TALK_SECONDS", 0.2)
    assert handed(world.michat().contacts.get(address=BOX)).proof["to"] == BOX


@pytest.mark.parametrize(("slow", "is_silent"), [(-1.0, True), (3600.0, False)])
def test_only_a_server_that_kept_us_waiting_is_called_silent(mail, monkeypatch, slow, is_silent):
    mail.cut = BOX
    monkeypatch.setattr(email, "SLOW_SECONDS", slow)
    assert handed(world.michat().contacts.get(address=BOX)).is_silent == is_silent


def test_a_worker_is_free_within_half_a_minute():
    assert email.TALK_SECONDS <= 30
    assert 2 * email.CONNECT_SECONDS < email.TALK_SECONDS


def test_behind_a_silent_mailbox_others_get_theirs_and_its_own_wait(deaf):
    for n in range(3):
        world.notice(f"michat: tuli_{n}")
    other = world.platform("whatsapp")
    other.contacts.create(channel="email", name="WA", address="wa@whatsapp.example")
    world.notice("whatsapp: +62 811-0000-0001")
    rows = send()
    assert len(deaf.to("wa@whatsapp.example")) == 1
    assert Delivery.objects.filter(contact__address=BOX).count() == 1
    own = [row for row in rows if row.state == "queued"]
    assert sorted(row.attempts for row in own) == [0, 0, 1]


def test_a_letter_that_waits_behind_a_silent_mailbox_turns_to_the_next_contact(mail):
    world.notice()
    for n in range(3):
        recipients.silent(BOX, at=AT - n * SECOND)
    send()
    assert len(mail.to("legal@michat.example")) == 0
    send()
    assert len(mail.to("legal@michat.example")) == 1
    assert mail.to(BOX) == []


def test_a_mailbox_that_answers_again_gets_all_that_waited(mail):
    for n in range(3):
        world.notice(f"michat: lagi_{n}")
    recipients.silent(BOX, at=AT)
    send()
    assert mail.to(BOX) == []
    send(AT + recipients.REST)
    send(AT + recipients.REST + MINUTE)
    assert len(mail.to(BOX)) == 3
