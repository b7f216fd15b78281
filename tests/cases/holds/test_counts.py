"""What the public is told of Holds: so coarse that no single one shows."""

from datetime import date, timedelta

import pytest

from cases.holds import counts
from cases.holds.counts import Month
from cases.models import Hold
from tests import world
from tests.world import AT

from .doing import asked, request_for

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=60)


def begun(n, at=AT, letter="B/201/2026"):
    """So many Holds that began then, as two persons let them."""
    names = [f"michat: kuncup_{at:%m}_{place}" for place in range(n)]
    holds = asked(request_for(*names, letter_number=letter, at=at), at=at)
    facts = {"proposed_by": world.citra(), "approved_by": world.cleared_sri(), "began_at": at}
    until = at + timedelta(days=14)
    ids = [one.pk for one in holds]
    Hold.objects.filter(pk__in=ids).update(state="running", until=until, **facts)
    return holds


@pytest.mark.parametrize(("n", "told"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5)])
def test_a_month_says_whole_fives_and_less_is_no_different_from_none(n, told):
    if n:
        begun(n)
    assert counts.by_month(date(2026, 3, 9), at=LATER) == [
        Month(date(2026, 3, 1), told, 0),
        Month(date(2026, 4, 1), 0, 0),
    ]


def test_a_month_is_told_of_once_it_is_over():
    begun(5)
    assert counts.by_month(date(2026, 3, 1), at=AT + timedelta(days=1)) == []


def test_renewals_are_counted_apart():
    (first, *_others) = begun(6)
    Hold.objects.exclude(pk=first.pk).update(renews=first)
    (march, _april) = counts.by_month(date(2026, 3, 1), at=LATER)
    assert (march.begun, march.renewed) == (0, 5)


def test_what_was_only_asked_for_is_not_counted():
    asked(request_for(*(f"michat: kuncup_{n}" for n in range(6))))
    assert [month.begun for month in counts.by_month(date(2026, 3, 1), at=LATER)] == [0, 0]
