"""Claiming what is due, running it, and what becomes of it: done, tried again, or dead."""

import json
import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ..models import Lane
from ..roles import SYSTEM
from ..standstills import HOLDS_BACK
from ..storable import storable
from . import dying
from .topics import HANDLERS, Handler, Later, Never, Wait, leaving

log = logging.getLogger(__name__)

LEASE = settings.LEASE
LONGEST_WAIT = timedelta(minutes=15)
# What asks to be tried later is, for this long; what fails or ends its worker, so many times.
GIVE_UP_AFTER = timedelta(hours=72)
MOST_ATTEMPTS = 20
# Whoever was woken for one of these takes what is urgent first, so that no letter of an hour stands
# behind a file of thousands. What is internal goes on: it is short, and a mail server that hangs
# over urgent letters must not stop it.
GIVING_WAY = (Lane.URGENT, Lane.NOTICE, Lane.BULK)
# So many urgent ones at a time: what a worker holds when it ends waits until the lease is over, and
# others take of them too.
FEW = 2
CUT_OFF = "the worker ended before the message did"

WAITING = f"""
SELECT id, state, last_error FROM moderation_portal_outboxmessage
WHERE state IN ('queued', 'leased') AND due_at <= %(at)s
    AND (topic <> ALL(%(leaving)s) OR NOT EXISTS ({HOLDS_BACK}))
"""  # noqa: S608  built of constants
# A leased row is due again when its lease ends, so a crashed worker's rows need no sweeper.
CLAIM = f"""
WITH urgent AS (
    {WAITING} AND lane = 'urgent' AND %(lane)s = ANY(%(giving_way)s)
    ORDER BY due_at, id LIMIT %(few)s FOR UPDATE SKIP LOCKED
), other AS (
    {WAITING} AND lane = %(lane)s AND NOT EXISTS (SELECT FROM urgent)
    ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), due AS (
    SELECT * FROM urgent UNION ALL SELECT * FROM other
)
UPDATE moderation_portal_outboxmessage AS message SET
    state = 'leased', token = %(token)s, attempts = attempts + 1,
    leased_until = %(until)s, due_at = %(until)s,
    last_error = CASE due.state WHEN 'leased' THEN %(cut_off)s ELSE due.last_error END
FROM due WHERE message.id = due.id
RETURNING message.id, topic, payload, attempts, coalesce(retried_at, created_at),
    due.state = 'leased', due.state = 'leased' AND due.last_error = %(cut_off)s
"""  # noqa: S608  built of constants

FINISH = """
UPDATE moderation_portal_outboxmessage
SET state = 'done', done_at = %s, token = NULL, leased_until = NULL, last_error = ''
WHERE id = ANY(%s) AND token = %s
"""

PUT_BACK = """
UPDATE moderation_portal_outboxmessage
SET state = %s, due_at = %s, token = NULL, leased_until = NULL, last_error = %s
WHERE id = %s AND token = %s
"""

# Not begun is no attempt.
GIVE_BACK = """
UPDATE moderation_portal_outboxmessage
SET state = 'queued', due_at = %s, token = NULL, leased_until = NULL, attempts = attempts - 1
WHERE id = ANY(%s) AND token = %s
"""

PUT_OFF = """
UPDATE moderation_portal_outboxmessage
SET state = 'queued', due_at = %s, token = NULL, leased_until = NULL, attempts = attempts - 1,
    last_error = %s
WHERE id = %s AND token = %s
"""


class LeaseLost(Exception):
    """Another worker has taken the rows over; what this one did is rolled back."""


@dataclass(frozen=True)
class Claimed:
    id: int
    topic: str
    payload: dict[str, Any]
    attempts: int
    since: datetime  # it was enqueued, or tried again by a person
    is_taken_over: bool  # from a worker that ended before the message did
    is_taken_over_again: bool


@dataclass(frozen=True)
class Turn:
    """One turn of a worker: what it claimed under `token` at `at`, and when it must not go on."""

    token: uuid.UUID
    at: datetime
    tick: Callable[[], datetime]
    until: datetime | None

    def is_over(self) -> bool:
        return self.until is not None and self.tick() >= self.until


def drain(
    lane: str,
    *,
    at: datetime,
    most: int = 100,
    tick: Callable[[], datetime] | None = None,
    until: datetime | None = None,
) -> int:
    """Claims up to `most` due messages of a lane, runs them, returns how many it claimed. What is
    urgent goes before all others (`GIVING_WAY`), a few at a time.

    Workers give `tick`, by which handlers that talk to the world learn when each of them begins;
    without it every handler is told `at`. What would begin at `until` or later is put back, due at
    once: a message must not be under way when its lease ends.
    """
    turn = Turn(uuid.uuid4(), at, tick or (lambda: at), until)
    claimed = claim(lane, turn.token, at, most)
    by_topic: dict[str, list[Claimed]] = {}
    for message in _alone_if_taken_over(claimed, turn):
        by_topic.setdefault(message.topic, []).append(message)
    for topic, messages in by_topic.items():
        _run(topic, messages, turn)
    return len(claimed)


def claim(lane: str, token: uuid.UUID, at: datetime, most: int) -> list[Claimed]:
    """Leases due messages to whoever holds `token`, oldest first: a few urgent ones, or else up to
    `most` of this lane; one statement."""
    values: dict[str, Any] = {
        "token": str(token),
        "until": at + LEASE,
        "lane": lane,
        "at": at,
        "most": most,
        "few": min(most, FEW),
        "giving_way": list(GIVING_WAY),
        "cut_off": CUT_OFF,
        "leaving": leaving(),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        rows = cursor.fetchall()
    messages = (Claimed(pk, topic, json.loads(load), *rest) for pk, topic, load, *rest in rows)
    return sorted(messages, key=lambda message: message.id)


def _alone_if_taken_over(claimed: list[Claimed], turn: Turn) -> list[Claimed]:
    """A message that may have ended its worker is run by itself; nothing else goes down with it."""
    alone = next((message for message in claimed if message.is_taken_over), None)
    if alone is None:
        return claimed
    log.warning("%s #%s: taken over from a worker that ended", alone.topic, alone.id)
    _give_back([message for message in claimed if message is not alone], turn)
    return [alone]


def _run(topic: str, messages: list[Claimed], turn: Turn) -> None:
    token, at = turn.token, turn.at
    handler = HANDLERS.get(topic)
    if handler is None:
        for message in messages:
            # While a new version is put in, a worker of the old one leaves what it does not know to
            # the others: a failure, of which a message survives some hours, and no end.
            _put_back(message, token, at, LookupError(f"this worker does not know {topic}"))
        return
    if turn.is_over():
        return _give_back(messages, turn)
    if handler.is_one_by_one or len(messages) == 1:
        return _run_each(handler, messages, turn)
    try:
        with transaction.atomic():
            handler.run([message.payload for message in messages], at=at)
            _finish(messages, token, at)
    except LeaseLost:
        log.warning("%s: lease lost, rolled back", topic)
    except Exception:  # a batch fails as a whole; one by one tells which message is at fault
        log.exception("%s: batch of %d failed, trying one by one", topic, len(messages))
        _run_each(handler, messages, turn)


def _run_each(handler: Handler, messages: list[Claimed], turn: Turn) -> None:
    for place, message in enumerate(messages):
        if turn.is_over():
            return _give_back(messages[place:], turn)
        _run_one(handler, message, turn.token, turn.tick() if handler.is_outside else turn.at)


def _give_back(messages: list[Claimed], turn: Turn) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [turn.at, [m.id for m in messages], str(turn.token)])


def _run_one(handler: Handler, message: Claimed, token: uuid.UUID, at: datetime) -> None:
    most = 0 if handler.may_crash_once else MOST_ATTEMPTS
    if message.is_taken_over_again and message.attempts > most:
        return _put_back(message, token, at, Never(CUT_OFF))
    given = message.payload if handler.is_one_by_one else [message.payload]
    try:
        if handler.is_outside:
            handler.run(given, at=at)
            _finish([message], token, at)
        else:
            with transaction.atomic():
                handler.run(given, at=at)
                _finish([message], token, at)
    except LeaseLost:
        log.warning("%s #%s: lease lost", message.topic, message.id)
    except Wait as wait:
        _put_off(message, token, at, wait)
    except Exception as error:  # whatever it was, the message is retried or buried, and says why
        if not isinstance(error, Later | Never):
            log.exception("%s #%s failed", message.topic, message.id)
        _put_back(message, token, at, error)


def _finish(messages: list[Claimed], token: uuid.UUID, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [at, [message.id for message in messages], str(token)])
        if cursor.rowcount != len(messages):
            raise LeaseLost


def _put_off(message: Claimed, token: uuid.UUID, at: datetime, wait: Wait) -> None:
    why = storable(f"Wait: {wait}"[:2000])
    with connection.cursor() as cursor:
        cursor.execute(PUT_OFF, [at + wait.after, why, message.id, str(token)])


def _put_back(message: Claimed, token: uuid.UUID, at: datetime, error: Exception) -> None:
    is_spent = message.attempts >= MOST_ATTEMPTS and not isinstance(error, Later)
    is_old = at - message.since >= GIVE_UP_AFTER
    is_dead = isinstance(error, Never) or is_spent or is_old
    why = storable(f"{type(error).__name__}: {error}"[:2000])
    state, due_at = ("dead", at) if is_dead else ("queued", at + _back_off(message, error))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PUT_BACK, [state, due_at, why, message.id, str(token)])
        if is_dead and cursor.rowcount:
            lost = dying.Lost(message.id, message.topic, message.payload, message.attempts)
            dying.follow(lost, why, actor=SYSTEM, at=at)


def _back_off(message: Claimed, error: Exception) -> timedelta:
    if isinstance(error, Later) and error.after is not None:
        return error.after
    wait = min(LONGEST_WAIT, timedelta(seconds=5) * 2 ** min(message.attempts - 1, 10))
    return wait * random.uniform(0.8, 1.2)  # noqa: S311  spreads retries, guards nothing
