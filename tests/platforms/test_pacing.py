"""A host is knocked at once in a while, however many workers would like to."""

from datetime import timedelta
from itertools import pairwise

import pytest

from platforms import pacing
from platforms.models import HostPace
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
HOST = "www.reddit.com"
SECOND = timedelta(seconds=1)
GAP = 2 * SECOND


@pytest.fixture(autouse=True)
def gap(settings):
    settings.PROBE_GAP_SECONDS = 2


def take(count, at=AT, within=8 * SECOND, host=HOST):
    return pacing.take(host, count, at=at, until=at + within)


def test_looks_at_one_host_are_spaced():
    assert take(3) == [AT, AT + GAP, AT + 2 * GAP]
    assert take(1) == [AT + 3 * GAP]
    assert take(1, host="other.example") == [AT]


def test_no_look_begins_after_the_turn_is_over():
    assert len(take(40)) == 5
    assert take(1) == []
    assert pacing.free_at(HOST, AT) == AT + 5 * GAP
    assert take(1, AT + 5 * GAP) == [AT + 5 * GAP]


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_once_share_the_time():
    taken = at_once(*[lambda: take(2)] * 4)
    slots = sorted(slot for one in taken for slot in one)
    assert len(slots) == len(set(slots)) >= 4
    assert all(later - slot >= GAP for slot, later in pairwise(slots))


def test_a_host_that_fails_is_left_alone_ever_longer():
    at, pauses = AT, []
    for _time in range(12):
        assert take(1, at) == [at]
        pacing.note(HOST, at=at, is_trouble=True)
        free = pacing.free_at(HOST, at)
        pauses.append(free - at)
        assert take(1, free - 9 * SECOND) == []
        at = free
    assert pauses[0] == pacing.FIRST_PAUSE
    assert pauses[1] == 2 * pauses[0]
    assert max(pauses) == pauses[-1] == pacing.LONGEST_PAUSE
    take(1, at)
    pacing.note(HOST, at=at, is_trouble=False)
    assert HostPace.objects.get().failures == 0
    assert pacing.free_at(HOST, at) == at + GAP


def test_what_a_host_asks_for_is_given():
    take(1)
    pacing.note(HOST, at=AT, is_trouble=True, wait=3 * HOUR)
    assert pacing.free_at(HOST, AT) == AT + 3 * HOUR


def test_what_nobody_looked_at_for_long_is_forgotten():
    take(1)
    assert pacing.forget(AT) == 0
    assert pacing.forget(AT + HOUR) == 1
