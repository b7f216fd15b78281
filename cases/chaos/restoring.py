"""A backup that is read in on a blank server: whole, and silent until a person has compared."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction

from cases.bench import people, tellings
from moderation_portal import clock, policy
from moderation_portal.launch import postgres
from moderation_portal.launch.unprivileged import hand_over
from reports import evidence, intake
from reports.models import Evidence, ReporterKind

from . import ledger, machines
from .machines import MAIL, PUMP, WEB, WORKERS
from .play import PATIENCE, Broken, Play
from .staging import DATABASE

LETTERS, TURN_SECONDS = 20, 6
COPY, SEALS = "restored", "seals"
TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
HELD = """
SELECT count(*) FROM moderation_portal_standstill WHERE kind = 'restore' AND ended_at IS NULL
"""


@dataclass(frozen=True)
class Backup:
    """A dump, the folder of the files that rows name, and what the tables held at that instant."""

    dump: Path
    files: Path
    rows: Mapping[str, int]
    at: datetime


def restore(play: Play) -> str:
    """Letters wait while a backup is made, and leave after it. Read in on a blank server, where it
    takes them for waiting, not one leaves a second time."""
    senders = [*WORKERS, *play.machines.names(PUMP)]
    blank = play.stage.folder / COPY
    with play.machines.away(MAIL):
        _hand_in(play)
        play.post(LETTERS)
        backup = _back_up(play)
    play.drained()
    with play.machines.away(*senders):
        began, before = time.monotonic(), len(play.taken())
        lost = ledger.seconds(clock.now() - backup.at)
        kept = _read_in(play, backup, blank)
        here = {"PGHOST": str(blank), "MEDIA_ROOT": str(backup.files)}
        there = {**play.stage.variables, **here, "SEAL_SHIP_DIR": str(backup.files / SEALS)}
        is_noticed = _look(play, blank, there)
        left = len(play.taken()) - before
        proved = [_manage(there, *words) for words in (("audit", "verify"), ("evidence", "verify"))]
        took = ledger.seconds(time.monotonic() - began)
        play.machines.leave(f"{COPY}-postgresql")
    if not is_noticed:
        raise Broken("a restored database was taken for the one that it is a copy of")
    if left:
        raise Broken(f"{left} letters left from a restored database")
    if changed := [name for name, count in backup.rows.items() if kept[name] != count]:
        raise Broken(f"other rows than were saved: {', '.join(changed)}")
    return (
        f"{lost} of work lost, up again and proved in {took}: 0 letters left, {len(kept)} tables "
        f"as they were; {'; '.join(proved)}"
    )


def _hand_in(play: Play) -> None:
    """A report with a signed letter, so that a file belongs to what is saved."""
    at, author = clock.now(), play.scene.people.author
    letter = evidence.prepare(
        ContentFile(b"%PDF-1.4\n%%EOF\n", "surat.pdf"),
        kind=Evidence.Kind.LETTER,
        source=ReporterKind.REGULATOR,
        category=policy.pack().category(people.CATEGORY),
    )
    told = tellings.one_telling(author, 1, category=people.CATEGORY, at=at, seed=at.microsecond)
    intake.receive([replace(told, uploads=(letter,))], actor=author, at=at)


def _back_up(play: Play) -> Backup:
    """Seals first and files last: what the dump holds is sealed at least so far, and has its
    files."""
    files, dump = play.stage.folder / f"{COPY}-files", play.stage.folder / f"{COPY}.dump"
    shipped, root = Path(settings.SEAL_SHIP_DIR), Path(settings.MEDIA_ROOT)
    files.mkdir()
    if shipped.exists():
        shutil.copytree(shipped, files / SEALS, ignore=shutil.ignore_patterns("*.part"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot(), clock_timestamp()")
        snapshot, at = cursor.fetchone()
        cursor.execute(TABLES)
        rows = _count(cursor, [name for (name,) in cursor.fetchall()])
        words = ["--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={dump}"]
        _run("pg_dump", play.stage.folder, *words, f"--dbname={DATABASE}")
    folders = shutil.ignore_patterns(SEALS)
    shutil.copytree(root, files, ignore=folders, dirs_exist_ok=True)
    return Backup(dump, files, rows, at)


def _read_in(play: Play, backup: Backup, blank: Path) -> Mapping[str, int]:
    """Makes a server that never held anything and reads the dump in; what its tables hold then."""
    blank.mkdir()
    hand_over(blank)
    part = machines.database_server(blank)
    play.machines.start(replace(part, name=f"{COPY}-{part.name}"))
    _run("createdb", blank, DATABASE)
    _run("pg_restore", blank, "--exit-on-error", f"--dbname={DATABASE}", str(backup.dump))
    with _at(blank) as cursor:
        return _count(cursor, list(backup.rows))


def _look(play: Play, blank: Path, there: Mapping[str, str]) -> bool:
    """A pump and workers on the restored database, until it stands still and some turns longer;
    whether it does."""
    parts = [
        replace(part, name=f"{COPY}-{part.name}", env=there)
        for part in machines.programs(play.stage)
        if part.name != WEB
    ]
    play.machines.start(*parts)
    is_noticed = machines.until(partial(_is_held, blank), PATIENCE)
    time.sleep(TURN_SECONDS)
    play.machines.leave(*(part.name for part in parts))
    return is_noticed


def _is_held(blank: Path) -> bool:
    with _at(blank) as cursor:
        cursor.execute(HELD)
        return bool(cursor.fetchone()[0])


@contextmanager
def _at(blank: Path) -> Iterator[Any]:
    """A cursor at the restored database."""
    there = connection.copy()
    there.settings_dict["HOST"] = str(blank)
    try:
        with there.cursor() as cursor:
            yield cursor
    finally:
        there.close()


def _count(cursor: Any, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each table holds."""
    each = (f"SELECT '{name}', count(*) FROM {name}" for name in tables)  # noqa: S608  own names
    cursor.execute(" UNION ALL ".join(each))
    return dict(cursor.fetchall())


def _run(tool: str, server: Path, *words: str) -> None:
    """Runs a program of PostgreSQL's at the server that listens in this folder."""
    command = [str(machines.program_of_database(tool, server)), "--host", str(server)]
    command += ["--username", postgres.OWNER, *words]
    _insist(tool, subprocess.run(command, capture_output=True, text=True, check=False))


def _manage(there: Mapping[str, str], *words: str) -> str:
    """What one of Django's commands says on that database. Raises Broken where it fails."""
    command = [sys.executable, "manage.py", *words]
    asked = subprocess.run(command, env=there, capture_output=True, text=True, check=False)
    return _insist(" ".join(words), asked)


def _insist(what: str, asked: subprocess.CompletedProcess[str]) -> str:
    if asked.returncode:
        raise Broken(f"{what}: {(asked.stderr or asked.stdout).strip()[-300:]}")
    return asked.stdout.strip()
