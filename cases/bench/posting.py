"""How fast letters are written and leave, beside bare SMTP and tasks that do nothing."""

import smtplib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from time import perf_counter, sleep

from django.conf import settings
from redis import Redis

from cases.chaos import copying, ledger
from cases.chaos.machines import SLOTS, WEB, Machines, Stage, programs, until
from cases.chaos.outages import Caller
from cases.chaos.play import PATIENCE
from cases.chaos.scene import DEAF, Scene, address
from cases.notices import files
from moderation_portal import clock
from moderation_portal.launch.running import CELERY_QUIET
from platforms.channels import Attachment, Parcel
from platforms.channels.email import compose

from .figures import Figure
from .nothing import QUEUE, nothing
from .timing import Times

PAGE, PAGES, WARM = "/cases/?view=open", 30, 3
# As many at once as the portal's workers are.
AT_ONCE = sum(SLOTS.values())
SENDER = "sender@bench.example"
LOOK = 0.02


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
    copying.post([one for one in scene.orders if one.platform.slug != DEAF], count, at=clock.now())
    letters, seconds, busy = _drain(machines, others, caller)
    rate = letters / seconds
    return [
        Figure(
            "letters written with their PDF", _rate(len(scene.orders), scene.seconds), 1, "", None
        ),
        Figure("the same letters by bare SMTP", _rate(count, bare), 1, "", None),
        Figure("tasks that do nothing", _rate(count, tasks), 1, "", None),
        Figure(
            "letters from due to accepted",
            _rate(letters, seconds),
            rate * bare / count,
            " × SMTP",
            None,
        ),
        Figure("", "", rate * tasks / count, " × tasks", None),
        Figure(
            "a page meanwhile, p95",
            f"{busy.p95 * 1000:.0f} ms; idle {idle.p95 * 1000:.0f} ms",
            busy.p95 / idle.p95,
            " × idle",
            1.5,
        ),
    ]


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
    return compose(parcel, address("michat")).message().as_bytes()


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


def _drain(machines: Machines, others, caller: Caller) -> tuple[int, float, Times]:
    """Starts the workers; how many letters left, in how many seconds, and how pages fared."""
    before, busy = ledger.waits(), Times()
    machines.start(*others)
    until(lambda: ledger.waits() < before, PATIENCE)
    begun, began = ledger.waits(), perf_counter()
    while ledger.waits():
        busy.seconds.append(_seconds(caller))
    return begun, perf_counter() - began, busy


def _seconds(caller: Caller) -> float:
    began = perf_counter()
    caller.get(PAGE)
    return perf_counter() - began
