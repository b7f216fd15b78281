"""What appeals add up to: for those who answer for the orders, and so coarsely for the public that
no single one shows: how many there were, and how often an order was reversed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from moderation_portal import policy

from ..holds.counts import coarse, months
from ..models import OPEN_APPEALS, UPHELD_APPEALS, Appeal

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tally:
    """The appeals that were filed in a time, by what has become of them. `median_days` are days
    from filing to decision, whole; None where nothing was decided."""

    filed: int
    by_holders: int
    decided: int
    upheld: int
    partly: int
    dismissed: int
    inadmissible: int
    restored: int
    open: int
    overdue: int
    median_days: int | None


@dataclass(frozen=True)
class Month:
    """One month that is over, by its first day; counts are rounded down to whole fives."""

    month: date
    filed: int
    upheld: int


def tally(since: datetime, until: datetime, *, at: datetime) -> Tally:
    """What became of the appeals that were filed from `since` until before `until`, both handling
    classes together: for the cleared alone, or coarsened."""
    rows = list(
        Appeal.objects.filter(filed_at__gte=since, filed_at__lt=until).values_list(
            "state", "appellant", "filed_at", "due_at", "decided_at", "restored_at"
        )
    )
    states = Appeal.State
    by_state = {state: sum(row[0] == state for row in rows) for state in states}
    is_open = [row for row in rows if row[0] in OPEN_APPEALS]
    return Tally(
        filed=len(rows),
        by_holders=sum(row[1] == Appeal.Appellant.HOLDER for row in rows),
        decided=len(rows) - len(is_open),
        upheld=by_state[states.UPHELD],
        partly=by_state[states.PARTLY],
        dismissed=by_state[states.DISMISSED],
        inadmissible=by_state[states.INADMISSIBLE],
        restored=sum(row[5] is not None for row in rows),
        open=len(is_open),
        overdue=sum(row[3] < at for row in is_open),
        median_days=_median_days((row[2], row[4]) for row in rows if row[4] is not None),
    )


def by_month(first: date, *, at: datetime) -> list[Month]:
    """The months from that of `first` to the last one that is over at `at`, by when an appeal was
    filed, in the country's calendar: how many, and how many of them were upheld, also in part."""
    tz = ZoneInfo(policy.pack().tz)
    grouped = Appeal.objects.annotate(month=TruncMonth("filed_at", tzinfo=tz)).values("month")
    upheld = Count("pk", filter=Q(state__in=UPHELD_APPEALS))
    counted = {
        row["month"].date(): (row["filed"], row["upheld"])
        for row in grouped.annotate(filed=Count("pk"), upheld=upheld).order_by("month")
    }
    this_month = policy.pack().day(at).replace(day=1)
    return [
        Month(month, *(coarse(n) for n in counted.get(month, (0, 0))))
        for month in months(first.replace(day=1), this_month)
    ]


def _median_days(spans: Iterable[tuple[datetime, datetime]]) -> int | None:
    lengths = [(end - start) / DAY for start, end in spans]
    return round(median(lengths)) if lengths else None
