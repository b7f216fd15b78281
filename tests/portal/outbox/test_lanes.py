"""Who waits for whom: what is urgent for nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest

from moderation_portal import outbox, pump, tasks
from moderation_portal.models import Lane
from moderation_portal.outbox import draining
from tests.world import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def send(lane, *numbers, at=AT):
    outbox.enqueue_many([outbox.Message("test.topic", {"n": n}, lane) for n in numbers], at=at)


def claimed(lane):
    found = draining.claim(lane, uuid4(), AT + MINUTE, tasks.BATCH)
    return [message.payload["n"] for message in found]


@pytest.mark.parametrize("woken_for", [Lane.BULK, Lane.NOTICE, Lane.URGENT])
def test_whatever_waits_the_next_claim_of_any_worker_is_the_urgent_one(woken_for):
    send(Lane.BULK, *range(1000))
    send(Lane.NOTICE, *range(1000))
    send(Lane.URGENT, "urgent", at=AT + MINUTE)
    assert claimed(woken_for) == ["urgent"]


@pytest.mark.parametrize("woken_for", [Lane.BULK, Lane.NOTICE])
def test_when_nothing_urgent_is_due_a_worker_does_what_it_was_woken_for(woken_for):
    send(woken_for, *range(30))
    send(Lane.URGENT, "urgent", at=AT + 2 * MINUTE)
    assert claimed(woken_for) == list(range(tasks.BATCH))


def test_of_urgent_ones_a_worker_takes_few_so_that_others_take_some_and_few_are_left_behind():
    send(Lane.URGENT, *range(30))
    taken = [claimed(lane) for lane in (Lane.URGENT, Lane.BULK, Lane.NOTICE)]
    assert taken == [[0, 1], [2, 3], [4, 5]]


def test_what_is_internal_goes_on_while_urgent_letters_hang():
    send(Lane.URGENT, *range(30))
    send(Lane.INTERNAL, "internal")
    assert claimed(Lane.INTERNAL) == ["internal"]


@pytest.fixture
def heard():
    """A topic that writes down what it hears, batch by batch; the first makes something urgent."""
    heard = []

    def handler(payloads, *, at):
        heard.append([payload["n"] for payload in payloads])
        outbox.enqueue("test.topic", {"n": "urgent"}, lane=Lane.URGENT, at=at, key="once")

    outbox.on("test.topic")(handler)
    yield heard
    del outbox.HANDLERS["test.topic"]


def test_what_becomes_urgent_during_a_long_import_is_done_before_the_rest_of_it(heard, still_clock):
    numbers = list(range(2 * tasks.BATCH))
    send(Lane.BULK, *numbers)
    tasks.drain(Lane.BULK)
    assert heard == [numbers[: tasks.BATCH], ["urgent"], numbers[tasks.BATCH :]]


def test_a_pump_that_stands_in_for_the_workers_goes_on_after_a_few(heard, still_clock):
    send(Lane.URGENT, *range(10))
    pump.stand_in(Lane.URGENT)
    assert [n for batch in heard for n in batch] == [*range(10), "urgent"]
