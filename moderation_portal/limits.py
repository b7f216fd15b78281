"""How often may this be done? Counted in PostgreSQL by one upsert, exactly, at any concurrency."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from . import clock, vault

TAKE = """
INSERT INTO moderation_portal_limitcount (scope, subject_hash, "window", count)
SELECT %(scope)s, %(subject)s, %(window)s, %(cost)s WHERE %(cost)s <= %(most)s
ON CONFLICT (scope, subject_hash, "window") DO UPDATE
SET count = moderation_portal_limitcount.count + %(cost)s
WHERE moderation_portal_limitcount.count + %(cost)s <= %(most)s
RETURNING count
"""


def take(
    scope: str, subject: str, most: int, per: timedelta, *, at: datetime, cost: int = 1
) -> bool:
    """Whether `subject` may do this `cost` more times in the window (of length `per`) around `at`.

    Only a keyed hash of `subject` (an address, a session) is stored. A refusal counts nothing.
    """
    values: dict[str, Any] = {
        "scope": scope,
        "subject": vault.keyed_hash("limit", subject),
        "window": clock.slot(at, per),
        "cost": cost,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        return cursor.fetchone() is not None


def forget(before: datetime) -> int:
    """Deletes the counts of windows that began before this instant; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM moderation_portal_limitcount WHERE "window" < %s', [before])
        return cursor.rowcount
