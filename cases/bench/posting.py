"""How fast letters are written and leave, beside bare SMTP and tasks that do nothing."""

import smtplib
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle, islice
from time import perf_counter, sleep

from django.conf import settings
from redis import Redis

from cases.chaos import copying, ledger
from cases.chaos.machines import SLOTS, WEB, Machines, Stage, programs, until
from cases.chaos.outages import Caller
from cases.chaos.play import PATIENCE
from cases.chaos.scene import DEAF, Scene, address
from cases.models import Urgency
from cases.notices import files
from moderation_portal import clock
from moderation_portal.launch.running import CELERY_QUIET
from moderation_portal.launch.supervisor import Part
from moderation_portal.models import Lane, OutboxMessage
from platforms.channels import Attachment, Parcel
from platforms.channels.email import compose, transmitted

from . import processor
from .figures import Figure
from .nothing import QUEUE, nothing
from .timing import Times

PAGE, PAGES, WARM = "/cases/?view=open", 30, 3
# As many at once as the portal's workers are.
AT_ONCE = sum(SLOTS.values())
SENDER = "sender@bench.example"
LOOK = 0.02
# Somebody turns a page every half second, as a person may; without a pause they take a whole core.
BETWEEN_PAGES = 0.5
# What the portal wants to reach.
MANY, CORES, MINUTES = 10_000, 2, 3


def measure(stage: Stage, machines: Machines, scene: Scene, count: int) -> list[Figure]:
    """Sends so many letters on the machines at hand, of which no worker runs yet."""
    bare = _bare(stage, scene, count)
    tasks = _tasks(stage, machines, count)
    web, *others = sorted(programs(stage), key=lambda part: part.name != WEB)
    machines.start(web)
    caller = Caller(stage.base_url, scene.people.author)
    for _ in range(WARM):
        caller.get(PAGE)
    idle = Times([_seconds(caller) for _ in range(PAGES)])
    since = clock.now()
    _post(scene, count)
    drained = _drain(machines, others, caller, since)
    written = _rate(len(scene.orders), scene.seconds)
    sent, rate = _rate(drained.letters, drained.seconds), drained.letters / drained.seconds
    return [
        Figure("letters written with their PDF", written, 1, "", None),
        Figure("the same letters by bare SMTP", _rate(count, bare), 1, "", None),
        Figure("tasks that do nothing", _rate(count, tasks), 1, "", None),
        Figure("letters from due to accepted", sent, rate * bare / count, " × SMTP", None),
        Figure("", "", rate * tasks / count, " × tasks", None),
        *_reckoned(drained),
        *_waited(drained, idle),
    ]


def _waited(drained: "Drained", idle: Times) -> Iterator[Figure]:
    urgent, others = drained.urgent.p95, drained.others.p95
    told = f"{urgent:.1f} s; the others {others:.1f} s"
    yield Figure("urgent letters that came last, p95", told, urgent / others, " × others", 1)
    pages = drained.pages.p95
    told = f"{pages * 1000:.0f} ms; idle {idle.p95 * 1000:.0f} ms"
    yield Figure("a page meanwhile, p95", told, pages / idle.p95, " × idle", 1.5)


def _reckoned(drained: "Drained") -> Iterator[Figure]:
    """The processor time of a letter in workers, pump, database and mail server, and what that
    makes for ten thousand on two cores with nothing else to do."""
    if drained.processor is None:
        return
    of_one = drained.processor / drained.letters
    yield Figure("processor time of a letter", f"{of_one * 1000:.0f} ms", 1, "", None)
    minutes = MANY * of_one / CORES / 60
    what = f"{MANY:,} letters, reckoned for {CORES} idle cores"
    yield Figure(what, f"{minutes:.1f} min", minutes / MINUTES, f" × {MINUTES} min", 1)


def _post(scene: Scene, count: int) -> None:
    """So many letters, of which the last tenth is urgent: behind all others, were they not."""
    loud = [one for one in scene.orders if one.platform.slug != DEAF]
    urgent = [one for one in loud if one.urgency == Urgency.URGENT]
    few = -(-count // 10)
    copying.post([one for one in loud if one not in urgent], count - few, at=clock.now())
    copying.post(urgent, few, at=clock.now())


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}/s"


def _bare(stage: Stage, scene: Scene, count: int) -> float:
    """The seconds in which the mail server takes as many letters of the same bytes."""
    mails = [_mail(order) for order in scene.orders]
    port = int(stage.variables["EMAIL_URL"].rsplit(":", 1)[1])

    def send(content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", port) as link:
            link.sendmail(SENDER, [address("michat")], content)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as senders:
        began = perf_counter()
        list(senders.map(send, islice(cycle(mails), count)))
        return perf_counter() - began


def _mail(order) -> bytes:
    pdf = Attachment(files.file_name(order), files.pdf_of(order))
    parcel = Parcel(order.subject, order.text, order.html, (pdf,))
    return transmitted(compose(parcel, address("michat")).message())


def _tasks(stage: Stage, machines: Machines, count: int) -> float:
    """The seconds in which as many workers run so many tasks that do nothing."""
    broker = Redis.from_url(settings.REDIS_URL)
    with _worker(stage, machines):
        nothing.delay()
        until(lambda: not broker.llen(QUEUE), PATIENCE)
        began = perf_counter()
        for _ in range(count):
            nothing.delay()
        while broker.llen(QUEUE):
            sleep(LOOK)
        return perf_counter() - began


@contextmanager
def _worker(stage: Stage, machines: Machines) -> Iterator[None]:
    words = ["-m", "celery", "-A", "cases.bench.nothing", "worker", "-Q", QUEUE]
    part = next(part for part in programs(stage) if part.name != WEB)
    command = [sys.executable, *words, "-c", str(AT_ONCE), *CELERY_QUIET]
    machines.start(replace(part, name=QUEUE, command=command))
    try:
        yield
    finally:
        machines.leave(QUEUE)


@dataclass(frozen=True)
class Drained:
    """How a heap of letters left: how many in how many seconds, the processor seconds that it took,
    how pages fared, and when each letter was gone, counted from the first."""

    letters: int
    seconds: float
    processor: float | None
    pages: Times
    urgent: Times
    others: Times


def _drain(machines: Machines, others: Sequence[Part], caller: Caller, since: datetime) -> Drained:
    """Starts the workers, and lets somebody look at pages until no letter waits."""
    before, pages = ledger.waits(), Times()
    machines.start(*others)
    until(lambda: ledger.waits() < before, PATIENCE)
    roots = [pid for name, pid in machines.process_ids().items() if name != WEB]
    begun, began, began_at = ledger.waits(), perf_counter(), clock.now()
    spent = processor.spent(roots)
    while ledger.waits():
        pages.seconds.append(_seconds(caller))
        sleep(BETWEEN_PAGES)
    seconds, after = perf_counter() - began, processor.spent(roots)
    used = None if spent is None or after is None else after - spent
    gone = [_gone(since, began_at, lane) for lane in (Lane.URGENT, Lane.NOTICE)]
    return Drained(begun, seconds, used, pages, *gone)


def _gone(since: datetime, began_at: datetime, lane: str) -> Times:
    sent = OutboxMessage.objects.filter(topic=ledger.SEND, lane=lane, created_at__gte=since)
    gone = sent.values_list("done_at", flat=True)
    return Times([max(0.0, (at - began_at).total_seconds()) for at in gone if at])


def _seconds(caller: Caller) -> float:
    began = perf_counter()
    caller.get(PAGE)
    return perf_counter() - began
