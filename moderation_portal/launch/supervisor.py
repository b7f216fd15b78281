"""Keeps parts running: starts them in order, restarts what dies, stops them in reverse order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType

from moderation_portal.launch.telling import Stop, last_lines, say

LOOK_SECONDS = 0.2
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
LOG_LINES = 12
READY_SECONDS = 90.0
SERVERS, PROGRAMS = 0, 1
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Part:
    """One process to keep: how to start it, know that it is ready, and stop it.

    `tier` orders stopping: programs go before the servers that they talk to. `prepare` runs
    before every start.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    identity: Mapping[str, object] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    prepare: Callable[[], None] = lambda: None
    is_ready: Callable[[], bool] = lambda: True
    told_as: str = ""
    tier: int = PROGRAMS


@dataclass
class Kept:
    """A part and the process that it is now."""

    part: Part
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    due: float | None = None


def on_signal_to_end(handler: Callable[[int, FrameType | None], object]) -> None:
    """Calls `handler` on SIGTERM and on SIGHUP, but leaves a hang-up that nohup has us ignore."""
    signal.signal(signal.SIGTERM, handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, handler)


def pause_before_restart(failures: int) -> float:
    """Seconds to wait after the nth failure in a row: 0.5, 1, 2, … up to half a minute."""
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(failures - 1, 10))


class Supervisor:
    """Owns the processes of one run; a context manager that never leaves one behind."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._kept: list[Kept] = []
        self._asked_to_stop = Event()

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def log_of(self, part: Part) -> Path:
        return self.logs / f"{part.name}.log"

    def process_ids(self) -> dict[str, int]:
        """Process id of each part by its name."""
        return {kept.part.name: kept.process.pid for kept in self._kept}

    def start(self, *parts: Part, ready_seconds: float = READY_SECONDS) -> None:
        """Starts parts together and waits until each is ready; raises Stop if one will not."""
        fresh = []
        for part in parts:
            fresh.append(Kept(part, self._spawn(part), time.monotonic()))
            self._kept.append(fresh[-1])
        deadline = time.monotonic() + ready_seconds
        for kept in fresh:
            while not kept.part.is_ready():
                if kept.process.poll() is not None or time.monotonic() > deadline:
                    raise Stop(self._why_not(kept))
                time.sleep(0.05)

    def _why_not(self, kept: Kept) -> str:
        code = kept.process.poll()
        how = "did not get ready in time" if code is None else f"stopped ({_told_code(code)})"
        log = self.log_of(kept.part)
        end = last_lines(log.read_text(encoding="utf-8", errors="replace"), LOG_LINES)
        return f"{kept.part.name} {how}. The end of {log}:\n{end}"

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        part.prepare()
        with os.fdopen(_open_private(self.log_of(part)), "ab") as log:
            spawned: subprocess.Popen[bytes] = subprocess.Popen(
                list(part.command),
                env=dict(part.env),
                cwd=part.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_launcher(part.stop_signal),
                **part.identity,  # type: ignore[call-overload]
            )
            return spawned

    def watch(self) -> None:
        """Restarts what dies, with growing pauses, until asked to stop by SIGINT or SIGTERM."""
        signal.signal(signal.SIGINT, self._note_signal)
        on_signal_to_end(self._note_signal)
        while not self._asked_to_stop.wait(LOOK_SECONDS):
            self.look_after(time.monotonic())

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop.set()

    def look_after(self, now: float) -> None:
        """One look at every part: notes a death, and restarts what has waited long enough."""
        for kept in self._kept:
            if kept.due is None and kept.process.poll() is not None:
                self._note_death(kept, now)
            if kept.due is not None and now >= kept.due:
                self._restart(kept, now)

    def _note_death(self, kept: Kept, now: float) -> None:
        if now - kept.started > STEADY_SECONDS:
            kept.failures = 0
        kept.failures += 1
        pause = pause_before_restart(kept.failures)
        kept.due = now + pause
        how = _told_code(kept.process.returncode)
        say(
            f"  {kept.part.name} stopped ({how}); starting it again in {pause:g} s. "
            f"Its log: {self.log_of(kept.part)}"
        )

    def _restart(self, kept: Kept, now: float) -> None:
        _signal_group(kept.process, signal.SIGKILL)
        kept.started, kept.due = now, None
        try:
            kept.process = self._spawn(kept.part)
        except (OSError, Stop) as failure:
            kept.failures += 1
            kept.due = now + pause_before_restart(kept.failures)
            say(f"  {kept.part.name} could not be started: {failure}")
        else:
            say(f"  {kept.part.name} runs again (process {kept.process.pid})")

    def stop(self) -> None:
        """Stops every part, programs before servers; what will not go in its time is killed."""
        for tier in (PROGRAMS, SERVERS):
            kept = [each for each in reversed(self._kept) if each.part.tier == tier]
            for each in kept:
                if each.process.poll() is None:
                    each.process.send_signal(each.part.stop_signal)
            for each in kept:
                _await_end(each)
        self._kept.clear()


def _await_end(kept: Kept) -> None:
    try:
        kept.process.wait(kept.part.stop_seconds)
    except subprocess.TimeoutExpired:
        say(f"  {kept.part.name} would not stop in {kept.part.stop_seconds:g} s and was killed")
    _signal_group(kept.process, signal.SIGKILL)
    kept.process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Reaches the children that a part left behind as well: each part leads a group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _told_code(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _open_private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def die_with_launcher(number: signal.Signals) -> Callable[[], None] | None:
    """Linux sends `number` to the part when the launcher is killed, so that no orphan stays."""
    if _libc is None:
        return None
    libc = _libc
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, int(number)) and None
