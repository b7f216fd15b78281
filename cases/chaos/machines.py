"""The programs of a play, as `./portal run` starts them: kept running, ended, held down."""

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from moderation_portal.launch import postgres, valkey
from moderation_portal.launch.places import find_places
from moderation_portal.launch.ports import accepts
from moderation_portal.launch.running import program_parts
from moderation_portal.launch.supervisor import LOOK_SECONDS, SERVERS, Kept, Part, Supervisor
from moderation_portal.launch.telling import Stop
from moderation_portal.launch.unprivileged import hand_over

from . import sink

DATABASE, BROKER, MAIL, WEB, PUMP = "postgresql", "valkey", "mail", "web", "pump"
URGENT_WORKER, OTHER_WORKER = "worker-urgent", "worker-rest"
WORKERS = (URGENT_WORKER, OTHER_WORKER)
# Messages that may be under way at one moment: each worker's processes (`program_parts`).
SLOTS = {URGENT_WORKER: 1, OTHER_WORKER: 2}


@dataclass(frozen=True)
class Stage:
    """Where the play is set: the folder of the sockets, and the variables of every program."""

    folder: Path
    variables: Mapping[str, str]

    @property
    def mail(self) -> Path:
        return self.folder / "letters"

    @property
    def base_url(self) -> str:
        return self.variables["BASE_URL"]


class Machines(Supervisor):
    """Starts again at once what ends, unless it is held down; counts what it ended itself."""

    def __init__(self, logs: Path) -> None:
        super().__init__(logs)
        self.kills: Counter[str] = Counter()
        self._down: set[str] = set()
        self._over = threading.Event()
        # What is held down must not be in the very moment of being started again.
        self._starting = threading.RLock()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "Machines":
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._keeper.join()
        self.stop()

    def names(self, prefix: str = "") -> list[str]:
        """What runs, of one kind or all."""
        return [name for name in self.process_ids() if name.startswith(prefix)]

    def kill(self, name: str) -> None:
        """Ends a program at once, with all that it has started (SIGKILL)."""
        self.kills[name] += 1
        self._signal(name, signal.SIGKILL)

    @contextmanager
    def away(self, *names: str) -> Iterator[None]:
        """These are ended, and stay so until the block ends."""
        with self._starting:
            self._down.update(names)
            for name in names:
                self.kill(name)
        try:
            yield
        finally:
            self._down.difference_update(names)

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """It stands still, as a machine that is suspended, until the block ends."""
        self._signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(name, signal.SIGCONT)

    def change(self, names: Sequence[str], **variables: str) -> None:
        """Ends these and starts them again with other variables."""
        with self.away(*names):
            for kept in self._kept:
                if kept.part.name in names:
                    kept.part = replace(kept.part, env={**kept.part.env, **variables})

    def leave(self, *names: str) -> None:
        """Ends these for good."""
        with self.away(*names):
            self._kept = [kept for kept in self._kept if kept.part.name not in names]

    def is_ready(self, name: str) -> bool:
        """Whether it answers."""
        return all(kept.part.is_ready() for kept in self._kept if kept.part.name == name)

    def _signal(self, name: str, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process_ids()[name], number)

    def _keep(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for kept in list(self._kept):
                with self._starting:
                    if kept.part.name not in self._down and kept.process.poll() is not None:
                        self._again(kept)

    def _again(self, kept: Kept) -> None:
        """What cannot start yet, since something of it still ends, is tried at the next look."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(kept.process.pid, signal.SIGKILL)
        with suppress(OSError, Stop):
            kept.process = self._spawn(kept.part)


def servers(stage: Stage) -> list[Part]:
    """PostgreSQL, as durable as a real installation's, and a broker that keeps nothing."""
    broker = _private(stage.folder / "valkey")
    places = find_places(os.environ)
    return [
        database_server(stage.folder),
        valkey.server_part(places, stage.folder, throw_away=broker),
    ]


def database_server(folder: Path) -> Part:
    """A PostgreSQL that has never held anything and listens in this folder."""
    data = _private(folder / "postgres")
    return postgres.server_part(find_places(os.environ), folder, throw_away=data, is_durable=True)


def program_of_database(name: str, folder: Path) -> Path:
    """One of the programs that came with the PostgreSQL of this folder, such as pg_dump."""
    binaries = postgres.choose_binaries(find_places(os.environ), folder / "postgres")
    return binaries.folder / name


def _private(folder: Path) -> Path:
    folder.mkdir()
    hand_over(folder)
    return folder


def mail_server(stage: Stage) -> Part:
    """The one that fails as it is told to."""
    stage.mail.mkdir()
    sink.put(stage.mail, sink.Moods())
    port = stage.variables["EMAIL_URL"].rsplit(":", 1)[1]
    return Part(
        name=MAIL,
        command=[sys.executable, "-m", "cases.chaos.sink", port, str(stage.mail)],
        env=stage.variables,
        cwd=find_places(os.environ).checkout,
        is_ready=lambda: accepts(int(port)),
        tier=SERVERS,
    )


def programs(stage: Stage, *, pumps: int = 1) -> list[Part]:
    """Web, workers and as many pumps."""
    host, port = stage.base_url.rsplit("/", 1)[1].rsplit(":", 1)
    parts = program_parts(find_places(os.environ), stage.variables, (host, int(port)))
    pump = next(part for part in parts if part.name == "pump")
    return [*parts, *(replace(pump, name=f"pump-{n}") for n in range(2, pumps + 1))]


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Waits until it is so, asking now and then; false where it is not within these seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(LOOK_SECONDS)
    return is_so()
