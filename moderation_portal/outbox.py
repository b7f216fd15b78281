"""Everything that leaves the building or crosses the arrows is a row here first.

A verb enqueues in its own transaction. Celery workers are woken without arguments, so nothing is
lost when Redis is erased; they claim rows with a lease and a token, and whoever has lost the lease
cannot write. A message ends done, or dead where everybody can see it; never in silence.
"""

import json
import logging
import random
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from kombu.exceptions import OperationalError

from . import audit, series
from .arrays import columns
from .celery import app
from .models import Lane
from .roles import SYSTEM
from .storable import storable

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
LONGEST_WAIT = timedelta(minutes=15)
# What asks to be tried later is, for this long; what fails or ends its worker, so many times.
GIVE_UP_AFTER = timedelta(hours=72)
MOST_ATTEMPTS = 20
CUT_OFF = "the worker ended before the message did"

ENQUEUE = """
INSERT INTO moderation_portal_outboxmessage
    (lane, topic, key, payload, state, due_at, created_at, attempts, last_error)
SELECT lane, topic, key, payload, 'queued', due_at, %s, 0, '' FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[]
) AS given (lane, topic, key, payload, due_at)
ON CONFLICT (topic, key) DO NOTHING
"""

# A leased row is due again when its lease ends, so a crashed worker's rows need no sweeper.
CLAIM = """
WITH due AS (
    SELECT id, state, last_error FROM moderation_portal_outboxmessage
    WHERE lane = %(lane)s AND state IN ('queued', 'leased') AND due_at <= %(at)s
    ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE moderation_portal_outboxmessage AS message SET
    state = 'leased', token = %(token)s, attempts = attempts + 1,
    leased_until = %(until)s, due_at = %(until)s,
    last_error = CASE due.state WHEN 'leased' THEN %(cut_off)s ELSE due.last_error END
FROM due WHERE message.id = due.id
RETURNING message.id, topic, payload, attempts, created_at,
    due.state = 'leased', due.state = 'leased' AND due.last_error = %(cut_off)s
"""

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


class Later(Exception):
    """Not now: try again after the back-off, or after `after` if it is given."""

    def __init__(self, reason: str, after: timedelta | None = None):
        super().__init__(reason)
        self.after = after


class Never(Exception):
    """It cannot be done however often it is tried: bury it at once and let a person see it."""


class LeaseLost(Exception):
    """Another worker has taken the rows over; what this one did is rolled back."""


@dataclass(frozen=True)
class Message:
    """What to enqueue. `key` makes it unique within its topic, for as long as the row is kept."""

    topic: str
    payload: Mapping[str, Any]
    lane: str
    key: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Claimed:
    id: int
    topic: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime
    is_taken_over: bool  # from a worker that ended before the message did
    is_taken_over_again: bool


@dataclass(frozen=True)
class Handler:
    """`run` takes payloads (or one); `is_outside` handlers talk to the world, in no transaction."""

    run: Callable[..., None]
    is_one_by_one: bool
    is_outside: bool
    bury: Callable[..., None] | None = None
    may_crash_once: bool = False


@dataclass(frozen=True)
class Turn:
    """One turn of a worker: what it claimed under `token` at `at`, and when it must not go on."""

    token: uuid.UUID
    at: datetime
    tick: Callable[[], datetime]
    until: datetime | None

    def is_over(self) -> bool:
        return self.until is not None and self.tick() >= self.until


@dataclass(frozen=True)
class Periodic:
    topic: str
    period: timedelta
    lane: str


HANDLERS: dict[str, Handler] = {}
PERIODIC: dict[str, Periodic] = {}


def on(
    topic: str,
    *,
    one_by_one: bool = False,
    outside: bool = False,
    bury: Callable[..., None] | None = None,
    may_crash_once: bool = False,
):
    """Registers the one handler of a topic.

    It gets the payloads of a claimed batch and `at`, inside one transaction that also marks them
    done. `one_by_one` handlers get a single payload; `outside` handlers run in no transaction, so
    they may run twice and must end in a guarded update of their own. `bury(payload, why, at=)` is
    told, in the transaction, of a dead letter; what `may_crash_once` is one at the second crash.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if topic in HANDLERS:
            raise ValueError(f"{topic} has a handler already")
        HANDLERS[topic] = Handler(function, one_by_one or outside, outside, bury, may_crash_once)
        return function

    return register


def every(topic: str, period: timedelta, lane: str = Lane.INTERNAL) -> None:
    """Lets the pump enqueue `topic` once per slot of length `period`."""
    PERIODIC[topic] = Periodic(topic, period, lane)


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
        _wake_on_commit(lane)


def wake(lane: str) -> None:
    """Tells a worker that there may be something to do. If Redis is away, the pump will see it."""
    try:
        app.send_task("moderation_portal.drain", args=[str(lane)], queue=str(lane), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("no wake-up for %s: %s", lane, error)


def drain(
    lane: str,
    *,
    at: datetime,
    most: int = 100,
    tick: Callable[[], datetime] | None = None,
    until: datetime | None = None,
) -> int:
    """Claims up to `most` due messages of a lane, runs them, returns how many it claimed.

    Workers give `tick`, by which handlers that talk to the world learn when each of them begins;
    without it every handler is told `at`. What would begin at `until` or later is put back, due at
    once: a message must not be under way when its lease ends.
    """
    turn = Turn(uuid.uuid4(), at, tick or (lambda: at), until)
    claimed = _claim(lane, turn.token, at, most)
    by_topic: dict[str, list[Claimed]] = {}
    for message in _alone_if_taken_over(claimed, turn):
        by_topic.setdefault(message.topic, []).append(message)
    for topic, messages in by_topic.items():
        _run(topic, messages, turn)
    return len(claimed)


def oldest_due(at: datetime) -> float | None:
    """How many seconds the oldest due message has waited; None when nothing is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(due_at) FROM moderation_portal_outboxmessage"
            " WHERE state IN ('queued', 'leased') AND due_at <= %s",
            [at],
        )
        first = cursor.fetchone()[0]
    return (at - first).total_seconds() if first else None


def lanes_due(at: datetime) -> list[str]:
    """The lanes in which something is due now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lane FROM unnest(%s::text[]) lane WHERE EXISTS ("
            " SELECT FROM moderation_portal_outboxmessage m WHERE m.lane = lane.lane"
            " AND state IN ('queued', 'leased') AND due_at <= %s)",
            [list(Lane.values), at],
        )
        return [row[0] for row in cursor.fetchall()]


def purge(before: datetime) -> int:
    """Deletes what was done before this instant; dead letters stay until a person settles them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM moderation_portal_outboxmessage WHERE state = 'done' AND done_at < %s",
            [before],
        )
        return cursor.rowcount


def _wake_on_commit(lane: str) -> None:
    waiting = [entry[1] for entry in connection.run_on_commit]
    if not any(getattr(call, "args", None) == (lane,) for call in waiting):
        transaction.on_commit(partial(wake, lane))


def _claim(lane: str, token: uuid.UUID, at: datetime, most: int) -> list[Claimed]:
    values: dict[str, Any] = {
        "token": str(token),
        "until": at + LEASE,
        "lane": lane,
        "at": at,
        "most": most,
        "cut_off": CUT_OFF,
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
            _put_back(message, token, at, Never(f"nobody handles {topic}"))
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
    except Exception as error:  # whatever it was, the message is retried or buried, and says why
        if not isinstance(error, Later | Never):
            log.exception("%s #%s failed", message.topic, message.id)
        _put_back(message, token, at, error)


def _finish(messages: list[Claimed], token: uuid.UUID, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [at, [message.id for message in messages], str(token)])
        if cursor.rowcount != len(messages):
            raise LeaseLost


def _put_back(message: Claimed, token: uuid.UUID, at: datetime, error: Exception) -> None:
    is_spent = message.attempts >= MOST_ATTEMPTS and not isinstance(error, Later)
    is_old = at - message.created_at >= GIVE_UP_AFTER
    is_dead = isinstance(error, Never) or is_spent or is_old
    why = storable(f"{type(error).__name__}: {error}"[:2000])
    state, due_at = ("dead", at) if is_dead else ("queued", at + _back_off(message, error))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PUT_BACK, [state, due_at, why, message.id, str(token)])
        if is_dead and cursor.rowcount:
            data = {"topic": message.topic, "why": why, "attempts": message.attempts}
            sealed, subject = series.names_sealed(message.payload), f"outbox:{message.id}"
            audit.record("outbox.died", subject, actor=SYSTEM, at=at, data=data, is_sealed=sealed)
            _bury(message, why, at)


def _bury(message: Claimed, why: str, at: datetime) -> None:
    try:
        with transaction.atomic():
            if (handler := HANDLERS.get(message.topic)) and handler.bury:
                handler.bury(message.payload, why, at=at)
    except Exception:  # the dead letter stays, whatever else could not be done about it
        log.exception("%s #%s: what follows its end failed", message.topic, message.id)


def _back_off(message: Claimed, error: Exception) -> timedelta:
    if isinstance(error, Later) and error.after is not None:
        return error.after
    wait = min(LONGEST_WAIT, timedelta(seconds=5) * 2 ** min(message.attempts - 1, 10))
    return wait * random.uniform(0.8, 1.2)  # noqa: S311  spreads retries, guards nothing
