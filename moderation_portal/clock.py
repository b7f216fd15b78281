"""The only reader of the clock. Everything else takes the time as `at`.

The time is PostgreSQL's, so web, workers and pump agree even when their machines do not.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection


def now() -> datetime:
    """The aware UTC instant of the database, shifted by `settings.CLOCK_SHIFT` (demo only)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant + settings.CLOCK_SHIFT


def slot(at: datetime, every: timedelta) -> datetime:
    """The start of the period of length `every` that holds `at`, counted from the epoch."""
    seconds = int(every.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)


def local(at: datetime, zone: str) -> datetime:
    """`at` on the wall of `zone` (an IANA name such as Asia/Jakarta)."""
    return at.astimezone(ZoneInfo(zone))
