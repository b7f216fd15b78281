import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from moderation_portal import clock, outbox, tasks
from moderation_portal.celery import app
from moderation_portal.models import Event, Lane, OutboxMessage
from moderation_portal.outbox import draining
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """A topic that writes down what it hears, does what `then` says, and goes away again."""

    class Heard(list):
        then = None

    heard = Heard()

    def handler(payloads, *, at):
        heard.extend(p["n"] for p in payloads)
        if heard.then:
            heard.then(payloads)

    outbox.on("test.topic")(handler)
    yield heard
    del outbox.HANDLERS["test.topic"]


def send(*numbers, key=None, due_at=None):
    rows = [outbox.Message("test.topic", {"n": n}, Lane.INTERNAL, key, due_at) for n in numbers]
    outbox.enqueue_many(rows, at=AT)


def states():
    return list(OutboxMessage.objects.order_by("id").values_list("state", flat=True))


def test_a_message_is_heard_once(heard):
    send(1, 2)
    assert outbox.drain(Lane.INTERNAL, at=AT) == 2
    assert outbox.drain(Lane.INTERNAL, at=AT) == 0
    assert heard == [1, 2]
    assert states() == ["done", "done"]


def test_a_message_enqueued_in_a_transaction_that_fails_is_never_heard(heard):
    def send_and_fail():
        with transaction.atomic():
            send(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_and_fail()
    assert outbox.drain(Lane.INTERNAL, at=AT) == 0


def test_the_same_key_is_enqueued_once(heard):
    send(1, key="slot")
    send(2, key="slot")
    outbox.drain(Lane.INTERNAL, at=AT)
    assert heard == [1]


def test_a_message_is_not_heard_before_it_is_due(heard):
    send(1, due_at=AT + timedelta(minutes=1))
    assert outbox.drain(Lane.INTERNAL, at=AT) == 0
    assert outbox.drain(Lane.INTERNAL, at=AT + timedelta(minutes=1)) == 1


def test_another_lane_is_not_touched(heard):
    send(1)
    assert outbox.drain(Lane.URGENT, at=AT) == 0


def test_one_bad_message_does_not_hold_up_the_others(heard):
    def fail_on_two(payloads):
        if any(p["n"] == 2 for p in payloads):
            raise ValueError("two is bad")

    heard.then = fail_on_two
    send(1, 2, 3)
    outbox.drain(Lane.INTERNAL, at=AT)
    assert states() == ["done", "queued", "done"]
    assert "two is bad" in OutboxMessage.objects.get(state="queued").last_error


def test_a_failed_message_waits_longer_each_time(heard):
    heard.then = lambda payloads: 1 / 0
    send(1)
    waits, at = [], AT
    for _ in range(4):
        outbox.drain(Lane.INTERNAL, at=at)
        due = OutboxMessage.objects.get().due_at
        waits.append(due - at)
        at = due
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(seconds=4)


def test_what_can_never_be_done_is_buried_at_once_and_recorded(heard):
    def never(payloads):
        raise outbox.Never("no such mailbox")

    heard.then = never
    send(1)
    outbox.drain(Lane.INTERNAL, at=AT)
    assert states() == ["dead"]
    assert Event.objects.get(kind="outbox.died").data["why"] == "Never: no such mailbox"


def test_after_three_days_a_message_is_dead_not_silent(heard):
    heard.then = lambda payloads: 1 / 0
    send(1)
    outbox.drain(Lane.INTERNAL, at=AT + timedelta(hours=72))
    assert states() == ["dead"]


def test_what_a_worker_does_not_know_waits_for_one_that_does(heard):
    known = outbox.HANDLERS.pop("test.topic")
    send(1)
    outbox.drain(Lane.INTERNAL, at=AT)
    assert states() == ["queued"]
    assert "does not know" in OutboxMessage.objects.get().last_error
    outbox.HANDLERS["test.topic"] = known
    outbox.drain(Lane.INTERNAL, at=OutboxMessage.objects.get().due_at)
    assert heard == [1]


def test_a_topic_that_nobody_handles_is_dead_within_a_day():
    outbox.enqueue("nobody.listens", {}, lane=Lane.INTERNAL, at=AT)
    at = AT
    while states() == ["queued"]:
        at = OutboxMessage.objects.get().due_at
        outbox.drain(Lane.INTERNAL, at=at)
    assert states() == ["dead"]
    assert at - AT < timedelta(days=1)


def test_a_crashed_workers_message_is_taken_over_when_its_lease_ends(heard):
    send(1)
    draining.claim(Lane.INTERNAL, uuid4(), AT, 10)
    assert outbox.drain(Lane.INTERNAL, at=AT + timedelta(seconds=119)) == 0
    assert outbox.drain(Lane.INTERNAL, at=AT + outbox.LEASE) == 1
    assert heard == [1]


def test_whoever_lost_the_lease_writes_nothing(heard):
    send(1)

    def lose_it(payloads):
        OutboxMessage.objects.update(token=uuid4())
        outbox.enqueue("test.effect", {}, lane=Lane.BULK, at=AT)

    heard.then = lose_it
    outbox.drain(Lane.INTERNAL, at=AT)
    assert not OutboxMessage.objects.filter(topic="test.effect").exists()


@pytest.mark.django_db(transaction=True)
def test_eight_workers_hear_each_message_once(heard):
    send(*range(200))
    start = threading.Barrier(8)

    def work():
        start.wait()
        while outbox.drain(Lane.INTERNAL, at=AT, most=10):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == list(range(200))


@pytest.fixture
def world_heard():
    """A topic that talks to the world: it writes down when it was told that it begins."""
    told = []
    outbox.on("test.world", outside=True)(lambda payload, *, at: told.append(at))
    yield told
    del outbox.HANDLERS["test.world"]


def test_whoever_talks_to_the_world_is_told_when_it_begins_not_when_the_batch_was_claimed(
    world_heard,
):
    for n in range(2):
        outbox.enqueue("test.world", {"n": n}, lane=Lane.INTERNAL, at=AT)
    later = iter([AT + timedelta(seconds=5), AT + timedelta(seconds=9)])
    outbox.drain(Lane.INTERNAL, at=AT, tick=lambda: next(later))
    assert world_heard == [AT + timedelta(seconds=5), AT + timedelta(seconds=9)]


@pytest.fixture
def slow_mail(still_clock):
    """Ten messages to a mail server that takes twenty seconds for each."""

    def take_long(payload, *, at):
        still_clock(clock.now() + timedelta(seconds=20))

    outbox.on("test.slow", outside=True)(take_long)
    for n in range(10):
        outbox.enqueue("test.slow", {"n": n}, lane=Lane.INTERNAL, at=AT)
    yield
    del outbox.HANDLERS["test.slow"]


def test_a_message_that_would_outlast_the_lease_is_not_begun_but_put_back(slow_mail):
    until = AT + timedelta(seconds=60)
    assert outbox.drain(Lane.INTERNAL, at=AT, tick=clock.now, until=until) == 10
    assert states() == ["done"] * 3 + ["queued"] * 7
    back = OutboxMessage.objects.filter(state="queued").values_list("attempts", "token", "due_at")
    assert set(back) == {(0, None, AT)}
    assert outbox.drain(Lane.INTERNAL, at=clock.now()) == 7


def test_a_worker_ends_its_task_long_before_it_is_killed(slow_mail):
    tasks.drain(Lane.INTERNAL)
    took = clock.now() - AT
    assert took >= tasks.BEGINS_WITHIN
    limit = timedelta(seconds=app.conf.task_time_limit)
    assert took + timedelta(seconds=20) < limit < outbox.LEASE
    tasks.drain(Lane.INTERNAL)
    assert states() == ["done"] * 6 + ["queued"] * 4


def test_no_batch_is_begun_when_the_turn_is_over(heard):
    send(1, 2)
    late = AT + timedelta(seconds=60)
    outbox.drain(Lane.INTERNAL, at=AT, tick=lambda: late, until=late)
    assert (heard, states()) == ([], ["queued", "queued"])


def crash(at):
    """A worker claims what is due and ends before it has done anything."""
    return draining.claim(Lane.INTERNAL, uuid4(), at, 25)


def test_what_asks_to_be_tried_later_is_for_three_days(heard):
    def later(payloads):
        raise outbox.Later("the mail server is away")

    heard.then = later
    send(1)
    OutboxMessage.objects.update(attempts=10 * outbox.MOST_ATTEMPTS)
    outbox.drain(Lane.INTERNAL, at=AT + timedelta(hours=71))
    assert states() == ["queued"]
    outbox.drain(Lane.INTERNAL, at=AT + timedelta(hours=72))
    assert states() == ["dead"]


def test_what_fails_again_and_again_is_dead_within_hours(heard):
    heard.then = lambda payloads: 1 / 0
    send(1)
    at = AT
    for _ in range(outbox.MOST_ATTEMPTS):
        outbox.drain(Lane.INTERNAL, at=at)
        at = OutboxMessage.objects.get().due_at
    assert states() == ["dead"]
    assert at < AT + timedelta(hours=6)


def test_the_error_of_a_dead_letter_can_always_be_kept(heard):
    def say_nothing_sensible(payloads):
        raise outbox.Never("no\x00thing \ud800")

    heard.then = say_nothing_sensible
    send(1)
    outbox.drain(Lane.INTERNAL, at=AT)
    assert states() == ["dead"]
    assert OutboxMessage.objects.get().last_error == "Never: no\ufffdthing \ufffd"


def test_what_a_worker_ended_over_is_tried_alone(heard):
    send(1, 2, 3)
    crash(AT)
    at = AT + outbox.LEASE
    assert outbox.drain(Lane.INTERNAL, at=at) == 3
    assert heard == [1]
    assert states() == ["done", "queued", "queued"]
    assert outbox.drain(Lane.INTERNAL, at=at) == 2
    assert heard == [1, 2, 3]


def test_what_ends_worker_after_worker_is_a_dead_letter(heard):
    send(1)
    at = AT
    for _ in range(outbox.MOST_ATTEMPTS):
        crash(at)
        at += outbox.LEASE
        assert outbox.oldest_due(at) == 0
    outbox.drain(Lane.INTERNAL, at=at)
    assert (heard, states()) == ([], ["dead"])
    assert OutboxMessage.objects.get().last_error == f"Never: {outbox.CUT_OFF}"


def test_a_worker_stopped_once_buries_nothing_that_has_long_been_tried(heard):
    send(1)
    OutboxMessage.objects.update(attempts=outbox.MOST_ATTEMPTS * 3, last_error="Later: away")
    crash(AT)
    outbox.drain(Lane.INTERNAL, at=AT + outbox.LEASE)
    assert (heard, states()) == ([1], ["done"])


def test_what_a_worker_left_behind_waits_as_visibly_as_the_rest(heard):
    send(1)
    crash(AT)
    assert outbox.oldest_due(AT) is None
    assert outbox.oldest_due(AT + outbox.LEASE + timedelta(seconds=7)) == 7
