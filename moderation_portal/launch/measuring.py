"""Measurements and trials on servers of their own, as durable as a real installation's."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from moderation_portal.launch.environment import (
    DEVELOPMENT,
    RUNTIME,
    ensure_catalogues,
    ensure_environment,
)
from moderation_portal.launch.places import Places
from moderation_portal.launch.ports import free_port
from moderation_portal.launch.servers import (
    make_socket_folder,
    socket_addresses,
    throw_away_servers,
)
from moderation_portal.launch.telling import say
from moderation_portal.launch.testing import run_in_foreground, run_tests
from moderation_portal.launch.variables import try_variables

SHORT = "--short"
LIFE_MACHINE = "tests/cases/test_life_machine.py"
# So many for each of its beginnings.
LIVES = "10"
# A play sends more letters to one mailbox than any provider takes.
LETTERS_A_MINUTE = "1000000"
# A short play does not wait for two minutes until what an ended worker had in hand is taken up.
SHORT_LEASE = {"LEASE_SECONDS": "40"}


def bench(places: Places, words: Sequence[str]) -> int:
    """Runs `manage.py bench`, which makes a database of its own, with these arguments."""
    ensure_environment(places)
    ensure_catalogues(places)
    with (
        throw_away_servers(places, is_durable=True) as folder,
        tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch,
    ):
        variables = try_variables(places, os.environ, Path(scratch))
        variables |= socket_addresses(folder, database="postgres").as_variables()
        command = [str(places.python), "manage.py", "bench", *words]
        return run_in_foreground(command, variables, places.checkout)


def bench_notices(places: Places, words: Sequence[str]) -> int:
    """Runs `manage.py bench_notices`, which starts every program itself, with these arguments."""
    ensure_environment(places)
    with _play(places) as (folder, variables):
        command = [str(places.python), "manage.py", "bench_notices", "--folder", str(folder)]
        return run_in_foreground([*command, *words], variables, places.checkout)


def chaos(places: Places, words: Sequence[str]) -> int:
    """Runs `manage.py chaos`, which starts every program itself and ends it; then, unless it is to
    be short, many random lives of cases and notices."""
    is_short = SHORT in words
    ensure_environment(places, RUNTIME if is_short else DEVELOPMENT)
    with _play(places) as (folder, variables):
        command = [str(places.python), "manage.py", "chaos", "--folder", str(folder), *words]
        variables |= SHORT_LEASE if is_short else {}
        code = run_in_foreground(command, variables, places.checkout)
        if code:
            keep_logs(folder, places.logs / "chaos")
    return code if code or is_short else _live(places)


def keep_logs(folder: Path, kept: Path) -> None:
    """What the programs of a play said, for whoever asks why a promise was broken."""
    kept.mkdir(exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copyfile(log, kept / log.name)
    say(f"  What the programs said: {kept}")


def _live(places: Places) -> int:
    """Lets cases and notices live at random, others every time."""
    seed = secrets.randbelow(1_000_000)
    say(f"Random lives, seed {seed}: PORTAL_LIVES={LIVES} ./portal test --hypothesis-seed={seed}")
    os.environ["PORTAL_LIVES"] = LIVES
    return run_tests(places, [LIFE_MACHINE, f"--hypothesis-seed={seed}", "-q", "-n", "auto"])


@contextmanager
def _play(places: Places) -> Iterator[tuple[Path, dict[str, str]]]:
    """An empty folder for servers that the command starts itself, and the variables of every
    program: free ports, and servers that listen in that folder."""
    ensure_catalogues(places)
    folder = make_socket_folder()
    try:
        with tempfile.TemporaryDirectory(prefix="portal-play-") as scratch:
            variables = try_variables(places, os.environ, Path(scratch))
            variables |= socket_addresses(folder, database="postgres").as_variables()
            variables |= {
                "EMAIL_URL": f"smtp://127.0.0.1:{free_port(0)}",
                "BASE_URL": f"http://127.0.0.1:{free_port(0)}",
                "LETTERS_A_MINUTE": LETTERS_A_MINUTE,
            }
            yield folder, variables
    finally:
        shutil.rmtree(folder, ignore_errors=True)
