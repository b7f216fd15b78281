"""Messages for whoever runs the machine: figures for a watch, a line each, the life of one.

They hold ids only. What a mail server answered may name an address, and what a database answered
may name anything, so of an error its first line is shown, without addresses.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from .. import standstills
from ..models import Lane, OutboxMessage, OutboxState, PumpMark
from .draining import GIVE_UP_AFTER, MOST_ATTEMPTS
from .topics import HANDLERS, PERIODIC
from .waiting import oldest_due

ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@[^\s<>()\[\]\"',;:]+")
LONGEST = 200
# Older than this, somebody must look: what is due leaves within seconds.
UNSENT, UNWATCHED = timedelta(minutes=10), timedelta(minutes=5)


def figures(at: datetime) -> dict[str, int]:
    """What a watch over the machine asks for: ages in seconds (0: none; -1: no pump looked yet),
    counts, yes and no."""
    mark = PumpMark.objects.first()
    still = {one.kind for one in standstills.current()}
    return {
        "oldest_due_seconds": int(oldest_due(at) or 0),
        "oldest_unsent_notice_seconds": int(oldest_due(at, (Lane.URGENT, Lane.NOTICE)) or 0),
        "pump_looked_seconds_ago": int((at - mark.marked_at).total_seconds()) if mark else -1,
        "dead_letters": OutboxMessage.objects.filter(state=OutboxState.DEAD).count(),
        "escalations_stand_still": int(standstills.CLOCK in still),
        "everything_stands_still": int(standstills.RESTORE in still),
    }


def troubles(told: dict[str, int]) -> list[str]:
    """The names of those figures that want a person."""
    most = {
        "oldest_due_seconds": float("inf"),
        "oldest_unsent_notice_seconds": UNSENT.total_seconds(),
        "pump_looked_seconds_ago": UNWATCHED.total_seconds(),
    }
    return [name for name, figure in told.items() if not 0 <= figure <= most.get(name, 0)]


def line(message: OutboxMessage, at: datetime) -> str:
    """One message in a list: id, state, lane, topic, age, attempts, and the last error."""
    parts = [
        f"{message.pk}",
        _state(message, at),
        message.lane,
        message.topic,
        f"age {span(at - message.created_at)}",
        f"attempts {message.attempts}",
        shown(message.last_error),
    ]
    return "  ".join(filter(None, parts))


def explain(message: OutboxMessage, at: datetime) -> Iterator[str]:
    """The life of one message in plain sentences, and what a person can do about it."""
    yield f"Message {message.pk}, {message.topic}, lane “{message.lane}”: {_ids(message)}."
    yield f"It was enqueued {_when(message.created_at, at)}{_by_itself(message)}."
    if message.retried_at:
        yield f"A person let it be tried anew {_when(message.retried_at, at)}."
    yield f"Attempts since: {message.attempts}."
    if message.last_error:
        yield f"What it met last: {shown(message.last_error)}"
    yield from {
        OutboxState.QUEUED: _queued,
        OutboxState.LEASED: _leased,
        OutboxState.DONE: _done,
        OutboxState.DEAD: _dead,
    }[OutboxState(message.state)](message, at)


def shown(error: str) -> str:
    """The first line of an error, without e-mail addresses."""
    first = error.split("\n", 1)[0][:LONGEST]
    return ADDRESS.sub("[address]", first)


def span(length: timedelta) -> str:
    """A length of time in one or two words: 45 s, 12 min, 3 h 5 min, 2 d 4 h."""
    seconds = int(abs(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if hours < 1:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return f"{hours // 24} d {hours % 24} h"


def _queued(message: OutboxMessage, at: datetime) -> Iterator[str]:
    handler = HANDLERS.get(message.topic)
    if handler and handler.leaves and not standstills.may_leave(at):
        yield (
            "Everything that leaves the building stands still, so it waits: "
            "see `manage.py outbox reconcile`."
        )
    elif message.due_at > at:
        yield f"It is tried next {_when(message.due_at, at)}{_why_then(message)}."
    else:
        yield f"It is due since {span(at - message.due_at)} and waits for a worker of its lane."
    since = message.retried_at or message.created_at
    yield (
        f"It is given up {_when(since + GIVE_UP_AFTER, at)} at the latest, "
        f"or after {MOST_ATTEMPTS} failures that are its own."
    )
    yield f"To give it up now: manage.py outbox bury {message.pk} --by NAME --reason WHY"


def _leased(message: OutboxMessage, at: datetime) -> Iterator[str]:
    until = message.leased_until or at
    if until > at:
        yield f"A worker ({message.token}) holds it until {_when(until, at)}; let it end."
        yield "If that worker ends before, another takes it over then."
    else:
        yield f"The worker that held it ended; since {span(at - until)} another may take it over."


def _done(message: OutboxMessage, at: datetime) -> Iterator[str]:
    yield f"It is done since {_when(message.done_at or at, at)}; nothing is left to do."


def _dead(message: OutboxMessage, at: datetime) -> Iterator[str]:
    yield f"It was given up {_when(message.due_at, at)} and waits for a person to settle it."
    yield f"To try it again: manage.py outbox retry {message.pk} --by NAME --reason WHY"


def _why_then(message: OutboxMessage) -> str:
    if message.last_error.startswith("Wait: "):
        return ", when its turn comes"
    return ", after a pause that grows with each attempt" if message.attempts else ""


def _by_itself(message: OutboxMessage) -> str:
    return ", as it is regularly" if message.topic in PERIODIC else ""


def _ids(message: OutboxMessage) -> str:
    """The numbers and short codes of the payload; longer texts may say anything."""
    kept = {
        name: value
        for name, value in message.payload.items()
        if not isinstance(value, str) or len(value) <= 40 and "@" not in value
    }
    return json.dumps(kept) if kept else "it holds no ids"


def _state(message: OutboxMessage, at: datetime) -> str:
    if message.state == OutboxState.QUEUED:
        return "due" if message.due_at <= at else "waiting"
    return str(message.state)


def _when(instant: datetime, at: datetime) -> str:
    stamp = f"{instant:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"{stamp} ({span(at - instant)} ago)"
        if instant <= at
        else f"{stamp} (in {span(instant - at)})"
    )
