"""After a restore: which letters may have left since the backup, and letting the others leave.

A restored database believes that they still wait. Each stands in the log of the mail server under
its Message-ID; those that are found there are marked as sent, with all that sending brings.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from .. import audit, standstills
from ..models import Lane, OutboxMessage, OutboxState
from ..roles import Acting
from .posting import wake_on_commit
from .telling import told_each
from .topics import HANDLERS, leaving

SENT = "outbox.was_sent"
MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")


@dataclass(frozen=True)
class Doubtful:
    """A message that may have left, and the Message-ID that it bears, if it is known."""

    message: OutboxMessage
    message_id: str


def doubtful() -> list[Doubtful]:
    """What waits to leave the building, the oldest first."""
    rows = list(_waiting().order_by("created_at", "pk"))
    told = told_each(rows)
    return [Doubtful(row, told[row.pk].message_id) for row in rows]


def named_in(log: Iterable[str]) -> set[str]:
    """The Message-IDs that stand in the log of a mail server."""
    return {found for line in log for found in MESSAGE_ID.findall(line)}


def were_sent(
    ids: Sequence[int], *, actor: Acting, reason: str, at: datetime
) -> tuple[list[int], list[int]]:
    """Marks these as sent, each in a transaction of its own; gives the ids of those that are, and
    of those whose topic cannot take it up, which are left waiting."""
    done, left = [], []
    for pk in sorted(ids):
        with transaction.atomic():
            row = _waiting().filter(pk=pk).select_for_update().first()
            was_sent = HANDLERS[row.topic].was_sent if row else None
            if row is None or was_sent is None:
                left.append(pk)
                continue
            was_sent(row.payload, reason, at=at)
            OutboxMessage.objects.filter(pk=pk).update(
                state=OutboxState.DONE, done_at=at, token=None, leased_until=None, last_error=""
            )
            data = {"topic": row.topic, "reason": reason}
            audit.record(SENT, f"outbox:{pk}", actor=actor, at=at, data=data)
            done.append(pk)
    return done, left


def let_leave(*, actor: Acting, reason: str, at: datetime) -> None:
    """Lets everything leave again: what still waits is sent, and grows old from here on. Raises as
    `standstills.release` does."""
    with transaction.atomic():
        standstills.release(standstills.RESTORE, actor=actor, reason=reason, at=at)
        _waiting().update(retried_at=at)
        for lane in Lane.values:
            wake_on_commit(lane)


def _waiting() -> QuerySet[OutboxMessage]:
    still = Q(state=OutboxState.QUEUED) | Q(state=OutboxState.LEASED)
    return OutboxMessage.objects.filter(still, topic__in=leaving())
