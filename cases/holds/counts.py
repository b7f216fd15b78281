"""How many Holds there were, for the public: so coarse that no single one shows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from moderation_portal import policy

from ..models import Hold

# Fewer than this are not told apart from none, and more are told by whole steps of it.
STEP = 5


@dataclass(frozen=True)
class Month:
    """One month that is over, by its first day. Each count is rounded down to whole fives: 0 says
    “fewer than five”, and not that there was none."""

    month: date
    begun: int
    renewed: int


def by_month(first: date, *, at: datetime) -> list[Month]:
    """The months from that of `first` to the last one that is over at `at`, each of them told even
    if there was no Hold. Counted is when a Hold began, by the country's calendar; of which unit,
    platform, category or account is told nowhere."""
    tz = ZoneInfo(policy.pack().tz)
    ran = Hold.objects.filter(began_at__isnull=False)
    grouped = ran.annotate(month=TruncMonth("began_at", tzinfo=tz)).values("month")
    counted = grouped.annotate(
        begun=Count("pk", filter=Q(renews=None)), renewed=Count("pk", filter=~Q(renews=None))
    )
    begun: Counter[date] = Counter()
    renewed: Counter[date] = Counter()
    for row in counted.order_by("month"):
        begun[row["month"].date()] = row["begun"]
        renewed[row["month"].date()] = row["renewed"]
    this_month = policy.pack().day(at).replace(day=1)
    return [
        Month(month, coarse(begun[month]), coarse(renewed[month]))
        for month in months(first.replace(day=1), this_month)
    ]


def coarse(n: int) -> int:
    """A count rounded down to whole steps."""
    return n // STEP * STEP


def months(first: date, before: date) -> Iterator[date]:
    """The first days of the months from `first`, one of them, until before `before`."""
    month = first
    while month < before:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
