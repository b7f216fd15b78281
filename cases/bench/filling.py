"""A database full of cases, through the same door as an import, beside COPY of the same rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import perf_counter

from django.db import connection, connections

from cases import opening
from moderation_portal.models import User
from reports import intake
from reports.intake import Telling

from .copying import Newest, Twins
from .tellings import tellings

BATCH = 1_000
# So many batches go in before COPY gets the same rows: a machine whose speed drifts slows both.
TURN = 10
# The reports come in over so long, so that cases are due at different times, some overdue.
SPREAD = timedelta(hours=30)


@dataclass
class Filled:
    """What went in, and the seconds that we and COPY took for it."""

    reports: int = 0
    cases: int = 0
    rows: int = 0
    seconds: float = 0.0
    copied: float = 0.0
    copied_with_keys: float = 0.0


def fill(
    officer: User, wanted: int, *, at: datetime, seed: int, tell: Callable[[str], None]
) -> Filled:
    """Takes tellings in, a thousand a call, until `wanted` cases are open; `tell` hears how far."""
    done, newest, stream = Filled(), Newest(), tellings(officer, at=at, seed=seed)
    plain = Twins("bench_plain", has_keys=False)
    keyed = Twins("bench_keyed", has_keys=True)
    while done.cases < wanted:
        size = min(BATCH, wanted - done.cases)
        turns = min(TURN, -(-(wanted - done.cases) // BATCH))
        batches = [list(islice(stream, size)) for _ in range(turns)]
        here = at - SPREAD * (1 - done.cases / wanted)
        began = perf_counter()
        done.cases += take_in(batches, officer, at=here)
        done.seconds += perf_counter() - began
        done.reports += sum(map(len, batches))
        rows = newest.read()
        for twins in (plain, keyed):
            twins.take(rows)
        tell(f"{done.cases:,} of {wanted:,} cases")
    done.rows, done.copied, done.copied_with_keys = newest.rows, plain.seconds, keyed.seconds
    for twins in (plain, keyed):
        twins.drop()
    return done


def take_in(batches: list[list[Telling]], officer: User, *, at: datetime) -> int:
    """Receives batch after batch while a second worker opens cases behind; returns how many."""
    with ThreadPoolExecutor(max_workers=1) as worker:
        opened = []
        for batch in batches:
            received = intake.receive(batch, actor=officer, at=at)
            ids = [one.report_id for one in received if one.report_id]
            opened.append(worker.submit(opening.open_or_join, ids, at=at))
        count = sum(len(one.result().cases) for one in opened)
        worker.submit(connections.close_all).result()
    return count


def tidy() -> None:
    """What PostgreSQL's own housekeeper would have done by now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
