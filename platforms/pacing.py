"""How often we knock at a host: once in `settings.PROBE_GAP_SECONDS`, whichever worker does, and
less often where it does not answer or asks for patience.

We do not read a host's robots.txt (RFC 9309): it is written for crawlers, which find their own way.
A look opens one address that an order names, a handful of times in a month, for the authority that
gave the order; and a platform could otherwise keep its own word from being checked. The header
`User-Agent` says who we are and where to complain.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# 2**9 minutes are more than the longest pause.
MOST_COUNTED = 10

TAKE = """
INSERT INTO platforms_hostpace (host, next_at, failures)
VALUES (%(host)s, %(at)s + %(count)s * %(gap)s::interval, 0)
ON CONFLICT (host) DO UPDATE
SET next_at = greatest(platforms_hostpace.next_at, %(at)s) + %(count)s * %(gap)s::interval
WHERE platforms_hostpace.next_at <= %(until)s
RETURNING next_at - %(count)s * %(gap)s::interval
"""


class HostPace(models.Model):
    """When the next look at a host may begin, and how often in a row it gave no answer."""

    host = models.CharField(max_length=253, primary_key=True)
    next_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)


def take(host: str, count: int, *, at: datetime, until: datetime) -> list[datetime]:
    """The instants at which up to `count` looks at a host may begin, none after `until`; as many
    as there is time for, perhaps none. One statement, right at any concurrency."""
    gap = timedelta(seconds=settings.PROBE_GAP_SECONDS)
    if gap:
        count = min(count, int((until - at) / gap) + 1)
    values: dict[str, Any] = {"host": host, "count": count, "gap": gap, "at": at, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        found = cursor.fetchone()
    if found is None:
        return []
    slots = [found[0] + gap * place for place in range(count)]
    return [slot for slot in slots if slot <= until]


def free_at(host: str, at: datetime) -> datetime:
    """When a host may be looked at again."""
    known = HostPace.objects.filter(host=host).values_list("next_at", flat=True).first()
    return max(known or at, at)


def note(host: str, *, at: datetime, is_trouble: bool, wait: timedelta | None = None) -> None:
    """How a look at a host went: trouble in a row doubles the pause after it, and what the host
    asked for (Retry-After) is kept where it is longer."""
    row = HostPace.objects.select_for_update(no_key=True).filter(host=host).first()
    if row is None or not (is_trouble or row.failures):
        return
    row.failures = min(row.failures + 1, MOST_COUNTED) if is_trouble else 0
    if is_trouble:
        pause = min(FIRST_PAUSE * 2 ** (row.failures - 1), LONGEST_PAUSE)
        row.next_at = max(row.next_at, at + max(pause, wait or pause))
    row.save(update_fields=["failures", "next_at"])


def forget(before: datetime) -> int:
    """Deletes what is known of hosts that nobody has looked at since; returns how many."""
    return HostPace.objects.filter(next_at__lt=before).delete()[0]
