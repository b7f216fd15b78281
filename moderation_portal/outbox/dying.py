"""What follows when a message is given up: it is recorded, its room told, a person called."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import audit, news, series
from ..models import OutboxMessage, OutboxState, User
from ..roles import Acting, Role
from .telling import told
from .topics import HANDLERS

log = logging.getLogger(__name__)

DIED = "outbox.died"
# Who settles what could not be delivered: they oversee the desk; of what is sealed, the cleared of
# them, among whom child protection always is.
RESPONSIBLE = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.CHILD_PROTECTION})
# One word for a heap: while the last is younger than this, nobody is called for the next.
QUIET = timedelta(hours=1)


@dataclass(frozen=True)
class Lost:
    """A message that has just died, and after how many attempts."""

    id: int
    topic: str
    payload: Mapping[str, Any]
    attempts: int


def follow(lost: Lost, why: str, *, actor: Acting, at: datetime, kind: str = DIED) -> None:
    """Records the end of a message, runs what its topic does then, and tells the responsible; in
    the transaction that ends it."""
    is_sealed = _is_sealed(lost)
    OutboxMessage.objects.filter(pk=lost.id).update(is_sealed=is_sealed)
    data = {"topic": lost.topic, "why": why, "attempts": lost.attempts}
    audit.record(kind, f"outbox:{lost.id}", actor=actor, at=at, data=data, is_sealed=is_sealed)
    _bury(lost, why, at)
    _call_somebody(lost, is_sealed, at)


def _is_sealed(lost: Lost) -> bool:
    """Whoever cannot tell what a message was about shows it to the cleared alone."""
    if series.names_sealed(lost.payload):
        return True
    try:
        with transaction.atomic():
            return told(lost.topic, [lost.payload])[0].is_sealed
    except Exception:  # a dead letter that cannot be told is still one
        log.exception("%s #%s: what it was cannot be told", lost.topic, lost.id)
        return True


def _bury(lost: Lost, why: str, at: datetime) -> None:
    try:
        with transaction.atomic():
            if (handler := HANDLERS.get(lost.topic)) and handler.bury:
                handler.bury(lost.payload, why, at=at)
    except Exception:  # the dead letter stays, whatever else could not be done about it
        log.exception("%s #%s: what follows its end failed", lost.topic, lost.id)


def _call_somebody(lost: Lost, is_sealed: bool, at: datetime) -> None:
    dead = OutboxMessage.objects.filter(state=OutboxState.DEAD, is_sealed=is_sealed)
    if dead.filter(due_at__gt=at - QUIET).exclude(pk=lost.id).exists():
        return
    people = User.objects.filter(role__in=RESPONSIBLE, is_active=True)
    news.tell(people, DIED, address=reverse("dead_letters"), at=at, is_sealed=is_sealed)


news.register(DIED, _("Something could not be delivered, and waits for you."))
