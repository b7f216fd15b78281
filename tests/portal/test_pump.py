from datetime import timedelta

import pytest
from kombu.exceptions import OperationalError

from moderation_portal import pump
from moderation_portal.models import OutboxMessage
from moderation_portal.outbox import posting
from tests.world import AT

pytestmark = pytest.mark.django_db


def seals():
    return OutboxMessage.objects.filter(topic="audit.seal").count()


def test_two_pumps_enqueue_a_periodic_topic_once_per_slot():
    pump.beat(AT, {})
    pump.beat(AT + timedelta(seconds=1), {})
    assert seals() == 1


def test_the_next_slot_is_enqueued_again():
    seen = {}
    pump.beat(AT, seen)
    pump.beat(AT + timedelta(minutes=1), seen)
    assert seals() == 2


def test_an_idle_turn_costs_one_statement(django_assert_num_queries):
    seen = {}
    pump.beat(AT, seen)
    OutboxMessage.objects.all().delete()
    with django_assert_num_queries(1):
        assert pump.beat(AT, seen) == {}


def test_while_nobody_can_wake_the_workers_the_pump_does_their_work(monkeypatch, still_clock):
    """The broker is away; so is, in place of its socket, whatever carries the word."""

    def nobody(*words, **more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(posting.app, "send_task", nobody)
    lanes = pump.beat(AT, {})
    assert lanes
    assert not any(lanes.values())
    assert seals() == 1
    assert sum(map(pump.stand_in, lanes)) == OutboxMessage.objects.filter(state="done").count()
    assert not OutboxMessage.objects.filter(topic="audit.seal").exclude(state="done").exists()
