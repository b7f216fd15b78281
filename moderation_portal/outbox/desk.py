"""What a person does with messages: looks through them, tries again, gives up, settles."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .. import audit
from ..errors import Invalid
from ..models import OutboxMessage, OutboxState, User
from ..roles import Acting
from . import dying
from .posting import wake_on_commit

RETRIED, BURIED, SETTLED = "outbox.retried", "outbox.buried", "outbox.settled"
WAITING = (OutboxState.QUEUED, OutboxState.LEASED)


def listed(
    *, states: Collection[str] = (), topic: str = "", lane: str = ""
) -> QuerySet[OutboxMessage]:
    """The messages of these states (else: all that are not done), the oldest first."""
    found = OutboxMessage.objects.filter(state__in=states or (*WAITING, OutboxState.DEAD))
    found = found.filter(topic=topic) if topic else found
    found = found.filter(lane=lane) if lane else found
    return found.order_by("created_at", "pk")


def dead(user: User) -> QuerySet[OutboxMessage]:
    """The dead letters that this person may see, the oldest first: the sealed only if cleared."""
    shown = Q() if user.is_cleared else Q(is_sealed=False)
    found = OutboxMessage.objects.filter(shown, state=OutboxState.DEAD)
    return found.order_by("due_at", "pk")


def retry(found: QuerySet[OutboxMessage], *, actor: Acting, reason: str, at: datetime) -> list[int]:
    """Queues the dead among these anew, due at once, their attempts counted from nought; returns
    their ids. Raises Invalid without a reason."""
    fresh = {"state": OutboxState.QUEUED, "due_at": at, "attempts": 0, "retried_at": at}
    with transaction.atomic():
        rows = _take(found.filter(state=OutboxState.DEAD), reason)
        _end(rows, RETRIED, fresh | {"is_sealed": False}, actor, reason, at)
        for lane in sorted({row.lane for row in rows}):
            wake_on_commit(lane)
    return [row.pk for row in rows]


def settle(
    found: QuerySet[OutboxMessage], *, actor: Acting, reason: str, at: datetime
) -> list[int]:
    """Closes the dead among these: somebody saw to it in another way, or it is not wanted any more;
    returns their ids. Raises Invalid without a reason."""
    with transaction.atomic():
        rows = _take(found.filter(state=OutboxState.DEAD), reason)
        _end(rows, SETTLED, {"state": OutboxState.DONE, "done_at": at}, actor, reason, at)
    return [row.pk for row in rows]


def bury(found: QuerySet[OutboxMessage], *, actor: Acting, reason: str, at: datetime) -> list[int]:
    """Gives up those of these that wait, with all that follows when a message dies; returns their
    ids. What a worker has in hand is left to it. Raises Invalid without a reason."""
    with transaction.atomic():
        waiting = Q(state=OutboxState.QUEUED) | Q(state=OutboxState.LEASED, leased_until__lte=at)
        rows = _take(found.filter(waiting), reason)
        why = f"{actor.name}: {reason.strip()}"
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=OutboxState.DEAD, due_at=at, token=None, leased_until=None, last_error=why
        )
        for row in rows:
            lost = dying.Lost(row.pk, row.topic, row.payload, row.attempts)
            dying.follow(lost, why, actor=actor, at=at, kind=BURIED)
    return [row.pk for row in rows]


def _take(found: QuerySet[OutboxMessage], reason: str) -> list[OutboxMessage]:
    if not reason.strip():
        raise Invalid.field("reason", _("Give a reason."))
    return list(found.order_by("pk").select_for_update(skip_locked=True))


def _end(
    rows: Iterable[OutboxMessage], kind: str, facts: dict, actor: Acting, reason: str, at: datetime
) -> None:
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(**facts)
    lines = (
        audit.Line(
            kind,
            f"outbox:{row.pk}",
            actor,
            data={"topic": row.topic, "reason": reason.strip(), "attempts": row.attempts},
            is_sealed=row.is_sealed,
        )
        for row in rows
    )
    audit.record_many(lines, at=at)
