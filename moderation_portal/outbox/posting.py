"""Putting messages into the outbox, in the transaction of the verb that they belong to."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from kombu.exceptions import OperationalError

from ..arrays import columns
from ..celery import app

log = logging.getLogger(__name__)

ENQUEUE = """
INSERT INTO moderation_portal_outboxmessage
    (lane, topic, key, payload, state, due_at, created_at, attempts, last_error)
SELECT lane, topic, key, payload, 'queued', due_at, %s, 0, '' FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[]
) AS given (lane, topic, key, payload, due_at)
ON CONFLICT (topic, key) DO NOTHING
"""


@dataclass(frozen=True)
class Message:
    """What to enqueue. `key` makes it unique within its topic, for as long as the row is kept."""

    topic: str
    payload: Mapping[str, Any]
    lane: str
    key: str | None = None
    due_at: datetime | None = None


def enqueue(
    topic: str,
    payload: Mapping[str, Any],
    *,
    lane: str,
    at: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
) -> None:
    """Adds one message in the caller's transaction."""
    enqueue_many([Message(topic, payload, lane, key, due_at)], at=at)


def enqueue_many(messages: Iterable[Message], *, at: datetime) -> None:
    """Adds messages in one statement; one whose topic and key are there already changes nothing."""
    rows = [
        (m.lane, m.topic, m.key, json.dumps(m.payload, default=str), m.due_at or at)
        for m in messages
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(ENQUEUE, [at, *columns(rows)])
    for lane in {row[0] for row in rows}:
        wake_on_commit(lane)


def wake(lane: str) -> bool:
    """Tells a worker that there may be something to do; False when Redis does not take the word.
    The pump will see it."""
    try:
        app.send_task("moderation_portal.drain", args=[str(lane)], queue=str(lane), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("no wake-up for %s: %s", lane, error)
        return False
    return True


def wake_on_commit(lane: str) -> None:
    """The same, once, when the transaction at hand is committed."""
    waiting = [entry[1] for entry in connection.run_on_commit]
    if not any(getattr(call, "args", None) == (lane,) for call in waiting):
        transaction.on_commit(partial(wake, lane))
