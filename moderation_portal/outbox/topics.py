"""What is listened to: a handler for each topic, how it may fail, and what comes regularly."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from ..models import Lane


class Later(Exception):
    """Not now: try again after the back-off, or after `after` if it is given."""

    def __init__(self, reason: str, after: timedelta | None = None):
        super().__init__(reason)
        self.after = after


class Wait(Exception):
    """It may not begin yet, which is no attempt and no failure: it is claimed again `after`."""

    def __init__(self, reason: str, after: timedelta):
        super().__init__(reason)
        self.after = after


class Never(Exception):
    """It cannot be done however often it is tried: bury it at once and let a person see it."""


@dataclass(frozen=True)
class Handler:
    """`run` takes payloads (or one); `is_outside` handlers run in no transaction, and what `leaves`
    the building waits while everything that leaves stands still (`standstills`)."""

    run: Callable[..., None]
    is_one_by_one: bool
    is_outside: bool
    bury: Callable[..., None] | None = None
    may_crash_once: bool = False
    leaves: bool = False
    was_sent: Callable[..., None] | None = None


@dataclass(frozen=True)
class Periodic:
    topic: str
    period: timedelta
    lane: str


HANDLERS: dict[str, Handler] = {}
PERIODIC: dict[str, Periodic] = {}
TURNS: list[Callable[[], AbstractContextManager[None]]] = []


def on(
    topic: str,
    *,
    one_by_one: bool = False,
    outside: bool = False,
    bury: Callable[..., None] | None = None,
    may_crash_once: bool = False,
    leaves: bool = False,
    was_sent: Callable[..., None] | None = None,
):
    """Registers the one handler of a topic.

    It gets the payloads of a claimed batch and `at`, inside one transaction that also marks them
    done. `one_by_one` handlers get a single payload; `outside` handlers run in no transaction, so
    they may run twice and must end in a guarded update of their own. `bury(payload, why, at=)` is
    told, in the transaction, of a dead letter; what `may_crash_once` is one at the second crash.
    What `leaves` the building is an `outside` handler of its own; `was_sent(payload, why, at=)` is
    told when a person says after a restore that it had left before.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if topic in HANDLERS:
            raise ValueError(f"{topic} has a handler already")
        is_outside = outside or leaves
        HANDLERS[topic] = Handler(
            function, one_by_one or is_outside, is_outside, bury, may_crash_once, leaves, was_sent
        )
        return function

    return register


def every(topic: str, period: timedelta, lane: str = Lane.INTERNAL) -> None:
    """Lets the pump enqueue `topic` once per slot of length `period`."""
    PERIODIC[topic] = Periodic(topic, period, lane)


def during(held: Callable[[], AbstractContextManager[None]]) -> None:
    """Lets a worker hold this from its first message to the last of its turn."""
    TURNS.append(held)


@contextmanager
def turn() -> Iterator[None]:
    """One turn of a worker: what the rooms want held while messages follow each other."""
    with ExitStack() as held:
        for one in TURNS:
            held.enter_context(one())
        yield


def leaving() -> list[str]:
    """The topics whose messages leave the building."""
    return sorted(topic for topic, handler in HANDLERS.items() if handler.leaves)
