"""What the person at the terminal is told: steps with seconds, and one sentence when stuck."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

TICK_SECONDS = 1.0


class Stop(Exception):
    """Nothing more can be done; the message is a sentence that says why and what to do."""


def say(sentence: str = "") -> None:
    print(sentence, flush=True)


@contextmanager
def step(label: str) -> Iterator[None]:
    """Announces one step and, when it is through, how many seconds it took."""
    started = time.monotonic()
    print(f"  {label} …", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def run_quietly(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: Mapping[str, object] | None = None,
    shown: int = 12,
) -> str:
    """Runs a command to its end and returns its output; raises Stop with the last `shown` lines.

    On a terminal a dot a second shows that it is still at work.
    """
    with subprocess.Popen(
        [str(word) for word in command],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **(user or {}),  # type: ignore[call-overload]
    ) as process:
        output = _collect(process)
    if process.returncode:
        words = (str(word) for word in command[1:3] if "\n" not in str(word))
        name = " ".join([Path(command[0]).name, *words])
        raise Stop(f"`{name}` failed (exit {process.returncode}):\n{last_lines(output, shown)}")
    return output


def _collect(process: subprocess.Popen[str]) -> str:
    while True:
        try:
            output, _ = process.communicate(timeout=TICK_SECONDS)
            return output
        except subprocess.TimeoutExpired:
            if sys.stdout.isatty():
                print(".", end="", flush=True)


def last_lines(text: str, count: int) -> str:
    """The end of a command's output, indented, for a person to read."""
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-count:])
