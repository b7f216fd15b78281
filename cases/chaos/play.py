"""A play: its machines, its scene and its size; and what an act says of itself."""

import random
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import Error, connection, connections

from moderation_portal import clock

from . import copying, ledger, sink
from .machines import Machines, Stage, until
from .scene import LOUD, Scene

Told = TypeVar("Told")
# So long anything may take before it counts as stuck, however slow the machine.
PATIENCE = 900.0
PAUSE = 0.5


class Broken(Exception):
    """A promise was not kept; the sentence says which."""


@dataclass(frozen=True)
class Size:
    """How long and how much; lengths in seconds."""

    letters: int
    storm: float
    between_kills: float
    mail_away: float
    broker_away: float
    cases: int
    races: int
    pumps: int = 3
    is_long: bool = False


# Outages of ten minutes and an hour last a sixtieth of that; `full` plays them as long as they are.
SIZES = {
    "short": Size(400, 30, 3, 8, 8, 300, 8),
    "usual": Size(10_000, 240, 6, 60, 10, 1_000, 200, pumps=5, is_long=True),
    "full": Size(10_000, 240, 6, 3600, 600, 1_000, 10_000, pumps=5, is_long=True),
}


@dataclass
class Play:
    """What every act is given. `began_at` is the database's time before the first letter, `waited`
    how long each lane did, once that is counted. `chance` is asked by the acts alone, in their
    order, so that the same seed ends the same programs."""

    stage: Stage
    machines: Machines
    scene: Scene
    size: Size
    chance: random.Random
    tell: Callable[[str], None]
    began_at: datetime
    waited: Mapping[str, ledger.Waited] = field(default_factory=dict)
    posted: int = 0
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=8))

    def taken(self) -> list[tuple[str, str, str]]:
        """What the mail server took so far."""
        return sink.taken(self.stage.mail)

    def moods(self, **moods: Any) -> None:
        """How the mail server behaves from now on."""
        sink.put(self.stage.mail, sink.Moods(**moods))

    def post(self, count: int, *, to: Collection[str] = LOUD) -> int:
        """So many more orders for these platforms: those whose mailboxes answer, unless others are
        named."""
        orders = [one for one in self.scene.orders if one.platform.slug in to]
        first = self.posted % len(orders)
        self.posted += count
        orders = [*orders[first:], *orders[:first]]
        return patiently(lambda: copying.post(orders, count, at=clock.now()))

    def drained(self) -> float:
        """Waits until every letter has left or was given up, for as long as they become fewer; the
        seconds that it took."""
        began = time.monotonic()
        while left := patiently(ledger.waits):
            if not until(partial(_are_fewer_than, left), PATIENCE):
                raise Broken(f"{left} letters wait, and none left in {PATIENCE / 60:.0f} minutes")
        return time.monotonic() - began

    def aside(self, work: Callable[[], Told]) -> Future[Told]:
        """Does it in a thread with a database connection of its own."""

        def run() -> Told:
            try:
                return work()
            finally:
                connections.close_all()

        return self.pool.submit(run)

    @contextmanager
    def meanwhile(self, work: Callable[[threading.Event], Told]) -> Iterator[Future[Told]]:
        """Does it in a thread while the block runs; the thread is told when that has ended."""
        is_over = threading.Event()
        running = self.aside(lambda: work(is_over))
        try:
            yield running
        finally:
            is_over.set()
            running.result(PATIENCE)


def _are_fewer_than(left: int) -> bool:
    return patiently(ledger.waits) < left


def patiently(work: Callable[[], Told]) -> Told:
    """Does it again while the database is away. What was written twice counts twice."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except Error:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)


def reconnect() -> None:
    """Waits for a database that was ended, and speaks to it alone: a process of the one before
    outlives its server for a moment, and answers."""
    connection.close()
    patiently(connection.ensure_connection)
