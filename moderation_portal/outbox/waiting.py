"""What waits in the outbox: asked by the pump, by whoever runs the machine, and by the tidying."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from ..models import Lane
from ..standstills import HOLDS_BACK
from .topics import leaving

LANES_DUE = f"""
SELECT lane FROM unnest(%(lanes)s::text[]) lane WHERE EXISTS (
    SELECT FROM moderation_portal_outboxmessage m WHERE m.lane = lane.lane
    AND state IN ('queued', 'leased') AND due_at <= %(at)s
    AND (topic <> ALL(%(leaving)s) OR NOT EXISTS ({HOLDS_BACK}))
)
"""  # noqa: S608  built of constants


def oldest_due(at: datetime, lanes: Collection[str] = Lane.values) -> float | None:
    """How many seconds the oldest due message of these lanes has waited, also while what leaves
    stands still; None when nothing is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(due_at) FROM moderation_portal_outboxmessage"
            " WHERE state IN ('queued', 'leased') AND due_at <= %s AND lane = ANY(%s)",
            [at, list(lanes)],
        )
        first = cursor.fetchone()[0]
    return (at - first).total_seconds() if first else None


def lanes_due(at: datetime) -> list[str]:
    """The lanes in which something is due now that does not stand still."""
    values: dict[str, Any] = {"lanes": list(Lane.values), "leaving": leaving(), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(LANES_DUE, values)
        return [row[0] for row in cursor.fetchall()]


def purge(before: datetime) -> int:
    """Deletes what was done before this instant; dead letters stay until a person settles them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM moderation_portal_outboxmessage WHERE state = 'done' AND done_at < %s",
            [before],
        )
        return cursor.rowcount
