"""The measurements, in order: fill, open pages, search, sweep. Each beside a bare page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from django.db.models import QuerySet

from cases import decisions, ladder, notes, permissions, queue
from cases.models import Case, CaseState, Notice, NoticeItem
from moderation_portal import clock
from reports.models import ReportedAccount

from . import filling, people
from .figures import Figure
from .filling import Filled
from .people import People
from .timing import Times, alternate
from .visiting import Visitor, sign_in

# The bare page on the machine for which the targets were set; a limit in milliseconds is held
# against it, so that a slower machine is not blamed.
BARE_MS = 28
ITEMS_DUE, SWEEPS = 500, 10
MOST_ASSIGNED = 5_000
NOTES = 20
AFTER_FIRST_REMINDER = timedelta(hours=12, minutes=1)


@dataclass(frozen=True)
class Bench:
    """The people and pages of one measurement."""

    people: People
    visitor: Visitor
    runs: int
    tell: Callable[[str], None]


def measure(cases: int, *, runs: int, seed: int, tell: Callable[[str], None]) -> list[Figure]:
    """Fills the empty database at hand with so many cases and measures; `tell` hears how far."""
    at = clock.now()
    here = people.invent()
    bench = Bench(here, sign_in(here.author), runs, tell)
    filled = filling.fill(here.author, cases, at=at, seed=seed, tell=tell)
    tell("assigning, ordering")
    assigned = _assign(bench, at)
    page = _case_with_history(bench, at)
    size, sweeps_wanted = min(ITEMS_DUE, cases), min(SWEEPS, runs)
    orders = [people.order(size, here, at=at, seed=n) for n in range(1, sweeps_wanted + 1)]
    filling.tidy()
    tell("opening pages, searching, sweeping")
    times = _alternate(bench, page, at)
    sweeps = _sweep([notice for _case, notice in orders], size, at)
    return [
        *_intake(filled),
        *_pages(bench, times, page, cases),
        *_sweeps(times, sweeps, size, assigned),
    ]


def _intake(filled: Filled) -> Iterable[Figure]:
    own = f"{filled.rows / filled.seconds:,.0f} rows/s"
    for what, seconds in (
        ("with the same indexes", filled.copied),
        ("and the same foreign keys", filled.copied_with_keys),
    ):
        yield Figure(
            f"{filled.cases:,} cases taken in; COPY {what}",
            f"{own}; {filled.rows / seconds:,.0f} rows/s",
            seconds / filled.seconds,
            " × COPY",
            0.35,
            is_least=True,
        )


def _assign(bench: Bench, at: datetime) -> tuple[int, float]:
    """Puts cases on three desks in one action each; how many, and the seconds of the slowest."""
    seconds = []
    waiting = Case.objects.filter(state=CaseState.NEW, handling="ordinary").order_by("?")
    ids = list(waiting.values_list("pk", flat=True)[: MOST_ASSIGNED * len(bench.people.holders)])
    share = len(ids) // len(bench.people.holders)
    for place, owner in enumerate(bench.people.holders):
        began = perf_counter()
        batch = ids[place * share : (place + 1) * share]
        decisions.assign(batch, owner=owner, actor=bench.people.approver, at=at).insist()
        seconds.append(perf_counter() - began)
    return share, max(seconds)


def _case_with_history(bench: Bench, at: datetime) -> Case:
    """A case of twenty accounts, ordered and answered, with a timeline of some forty events."""
    case, notice = people.order(20, bench.people, at=at, seed=0)
    people.answer(notice, bench.people, at=at)
    for n in range(NOTES):
        notes.note([case.pk], text=f"Catatan {n}.", actor=bench.people.author, at=at)
    return case


def _alternate(bench: Bench, page: Case, at: datetime) -> dict[str, Times]:
    visitor, user = bench.visitor, bench.people.author
    visible = permissions.visible_to(user).exclude(state=CaseState.CLOSED)
    named = ReportedAccount.objects.filter(kind="handle", targets__case__in=visible)
    handle = named.order_by("?")[0].canonical
    deep = _deep(visible)
    work = {
        "bare": visitor.open_bare,
        "first": lambda: visitor.open("/cases/?view=open"),
        "deep": lambda: visitor.open(deep),
        "case": lambda: visitor.open(f"/cases/{page.pk}/"),
        "exact": lambda: visitor.open(f"/search/?q={handle}"),
        "typo": lambda: visitor.open(f"/search/?q={_misspelled(handle)}"),
        "part": lambda: visitor.open(f"/search/?q={handle[1:-1]}"),
        "idle": lambda: ladder.climb(at),
    }
    return alternate(work, bench.runs)


def _deep(visible: QuerySet[Case]) -> str:
    """The address of a page in the middle of the queue."""
    ranked = visible.order_by("queued_at", "pk")
    return f"/cases/?view=open&after={queue.write_key(ranked[ranked.count() // 2])}"


def _misspelled(handle: str) -> str:
    """The handle with another letter in the place of its fourth."""
    return f"{handle[:3]}{'q' if handle[3:4] != 'q' else 'x'}{handle[4:]}"


def _sweep(notices: list[Notice], size: int, at: datetime) -> Times:
    """As many sweeps as there are notices, each of as many accounts as one of them names."""
    times, later = Times(), at + AFTER_FIRST_REMINDER
    due = NoticeItem.objects.filter(notice__in=notices, next_step_at__lte=later)
    if due.count() != size * len(notices):
        raise AssertionError("not everything that was ordered is due")
    for _ in notices:
        began = perf_counter()
        ladder.climb(later, most=size)
        times.seconds.append(perf_counter() - began)
    return times


def _pages(bench: Bench, times: dict[str, Times], page: Case, cases: int) -> Iterable[Figure]:
    bare = times["bare"]
    yield _beside(bare, "bare page (B)", bare, None)
    yield _beside(bare, "queue, first page", times["first"], 0.8)
    yield _beside(bare, f"queue, in the middle of {cases:,}", times["deep"], 0.8)
    yield _beside(bare, "case with 20 accounts", times["case"], 0.8)
    yield _beside(bare, "search, a handle", times["exact"], 1)
    yield _beside(bare, "search, a handle misspelled", times["typo"], 1.5)
    yield _beside(bare, "search, a part of a handle", times["part"], 1.5)
    for what, path, most in (
        ("queue, SQL statements", "/cases/?view=open", 10),
        ("case, SQL statements", f"/cases/{page.pk}/", 15),
    ):
        count = bench.visitor.statements(path)
        yield Figure(what, str(count), count, "", most)


def _sweeps(
    times: dict[str, Times], sweeps: Times, size: int, assigned: tuple[int, float]
) -> Iterable[Figure]:
    bare = times["bare"]
    yield _beside(bare, "ladder, nothing due", times["idle"], 2 / BARE_MS)
    yield _beside(bare, f"ladder, {size} due", sweeps, 150 / BARE_MS * size / ITEMS_DUE)
    count, seconds = assigned
    limit = 1_500 / BARE_MS * count / MOST_ASSIGNED
    yield _beside(bare, f"{count:,} cases assigned at once", Times([seconds]), limit)


def _beside(bare: Times, what: str, times: Times, target: float | None) -> Figure:
    told = f"{times.median * 1000:.1f} ms, p95 {times.p95 * 1000:.1f} ms"
    return Figure(what, told, times.p95 / bare.p95, " × B", target)
