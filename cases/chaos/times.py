"""Clocks that jump and databases that come back: nothing is too early, nothing leaves twice."""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from cases.models import Delivery, Notice
from moderation_portal import clock, standstills
from moderation_portal.models import PumpMark, Standstill
from moderation_portal.roles import SYSTEM

from . import ledger
from .machines import PUMP, WEB, WORKERS, programs, until
from .play import PATIENCE, Broken, Play

JUMPS = (timedelta(hours=2), -timedelta(hours=2), timedelta(days=30))
TURN_SECONDS = 6
COPY = "restored"
COUNTS = """
SELECT (SELECT count(*) FROM cases_notice), (SELECT count(*) FROM cases_delivery),
    (SELECT count(*) FROM moderation_portal_event)
"""
HELD = """
SELECT count(*) FROM moderation_portal_standstill WHERE kind = 'restore' AND ended_at IS NULL
"""


def jump(play: Play) -> str:
    """The clock of workers and pumps jumps: nothing is escalated, a person is called."""
    everybody = [*WORKERS, *play.machines.names(PUMP)]
    told = []
    play.drained()
    for by in JUMPS:
        before = _escalated()
        began = time.monotonic()
        play.machines.change(everybody, CLOCK_SHIFT=str(int(by.total_seconds())))
        if not until(_stands_still, PATIENCE):
            raise Broken(f"nobody noticed a jump of {by}")
        told.append(ledger.seconds(time.monotonic() - began))
        time.sleep(TURN_SECONDS)
        play.machines.change(everybody, CLOCK_SHIFT="0")
        until(_marked_lately, PATIENCE)
        if early := _escalated() - before:
            raise Broken(f"{early} letters or warnings came too early after a jump of {by}")
        standstills.release(
            standstills.CLOCK, actor=SYSTEM, reason="The clock was set.", at=clock.now()
        )
    return f"{len(JUMPS)} jumps: 0 escalations too early, stopped after {', '.join(told)}"


def _stands_still() -> bool:
    return Standstill.objects.filter(kind=standstills.CLOCK, ended_at=None).exists()


def _marked_lately() -> bool:
    mark = PumpMark.objects.first()
    return mark is not None and abs(clock.now() - mark.marked_at) < standstills.APART


def _escalated() -> int:
    """Everything that follows from silence: warnings, and letters after the first."""
    later = Delivery.objects.filter(purpose=Delivery.Purpose.REMINDER).count()
    return later + Notice.objects.exclude(rung="order").count()


def restore(play: Play) -> str:
    """A copy of the database wakes up elsewhere while letters wait: not one leaves from it."""
    everybody = [*WORKERS, *play.machines.names(PUMP), WEB]
    with play.machines.away(*everybody):
        play.post(20)
        before = len(play.taken())
        rows = _rows()
        began = time.monotonic()
        connection.close()
        connection.creation.clone_test_db(COPY, verbosity=0)
        taken = time.monotonic() - began
        kept = _ask(COUNTS)
        there = dict(play.stage.variables) | _elsewhere(play)
        is_noticed = _look(play, there)
        left = len(play.taken()) - before
        proved = _manage(there, "audit", "verify")
    play.drained()
    if not is_noticed:
        raise Broken("a restored database was taken for the one that it is a copy of")
    if left:
        raise Broken(f"{left} letters left from a restored database")
    if rows != kept:
        raise Broken(f"{rows} rows became {kept}")
    return f"copied in {ledger.seconds(taken)}: 0 letters left; {proved.strip()}"


def _look(play: Play, there: dict[str, str]) -> bool:
    """A pump and workers on the restored database, until it stands still and some turns longer;
    whether it does."""
    parts = [
        replace(part, name=f"{COPY}-{part.name}", env=there)
        for part in programs(play.stage)
        if part.name != WEB
    ]
    play.machines.start(*parts)
    is_noticed = until(lambda: _ask(HELD) == (1,), PATIENCE)
    time.sleep(TURN_SECONDS)
    play.machines.leave(*(part.name for part in parts))
    return is_noticed


def _ask(query: str) -> tuple[int, ...]:
    """What the restored database answers."""
    there = connection.copy()
    there.settings_dict["NAME"] += f"_{COPY}"
    try:
        with there.cursor() as cursor:
            cursor.execute(query)
            return tuple(cursor.fetchone())
    finally:
        there.close()


def _rows() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return tuple(cursor.fetchone())


def _elsewhere(play: Play) -> dict[str, str]:
    """The restored database, beside a copy of the seals that were shipped: what it seals itself
    must not look to the other as if that had been restored."""
    seals = play.stage.folder / f"{COPY}-seals"
    if Path(settings.SEAL_SHIP_DIR).exists():
        shutil.copytree(settings.SEAL_SHIP_DIR, seals)
    address = f"{play.stage.variables['DATABASE_URL']}_{COPY}"
    return {"DATABASE_URL": address, "SEAL_SHIP_DIR": str(seals)}


def _manage(there: dict[str, str], *words: str) -> str:
    """What one of Django's commands says on that database. Raises Broken where it fails."""
    command = [sys.executable, "manage.py", *words]
    asked = subprocess.run(command, env=there, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise Broken(f"{' '.join(words)}: {(asked.stderr or asked.stdout).strip()[-300:]}")
    return asked.stdout
