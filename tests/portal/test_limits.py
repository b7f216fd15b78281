import threading
from datetime import timedelta

import pytest
from django.db import connection

from moderation_portal import limits
from moderation_portal.models import LimitCount
from tests.world import AT

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_what_is_over_the_limit_is_refused():
    taken = [limits.take("report", "1.2.3.4", 2, HOUR, at=AT) for _ in range(3)]
    assert taken == [True, True, False]


@pytest.mark.django_db
def test_a_refusal_counts_nothing():
    limits.take("report", "a", 5, HOUR, at=AT, cost=4)
    assert not limits.take("report", "a", 5, HOUR, at=AT, cost=2)
    assert limits.take("report", "a", 5, HOUR, at=AT, cost=1)


@pytest.mark.django_db
def test_a_cost_over_the_whole_limit_is_refused_at_the_first_call():
    assert not limits.take("report", "a", 5, HOUR, at=AT, cost=6)


@pytest.mark.django_db
def test_the_next_window_begins_anew():
    limits.take("report", "a", 1, HOUR, at=AT)
    assert limits.take("report", "a", 1, HOUR, at=AT + HOUR)


@pytest.mark.django_db
def test_the_subject_itself_is_not_stored():
    limits.take("report", "198.51.100.7", 1, HOUR, at=AT)
    assert "198.51.100.7" not in str(LimitCount.objects.values().get())


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_get_exactly_ten():
    start, taken = threading.Barrier(8), []

    def hurry():
        start.wait()
        taken.extend(limits.take("report", "a", 10, HOUR, at=AT) for _ in range(5))
        connection.close()

    threads = [threading.Thread(target=hurry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (taken.count(True), len(taken)) == (10, 40)
