"""Clocks that jump: nothing is too early, and a person is called."""

import time
from datetime import timedelta
from pathlib import Path

from cases.models import Delivery, Notice
from moderation_portal import clock, standstills
from moderation_portal.models import PumpMark, Standstill
from moderation_portal.roles import SYSTEM

from . import ledger
from .machines import DATABASE, PUMP, WORKERS, until
from .play import PATIENCE, Broken, Play, patiently, reconnect

JUMPS = (timedelta(hours=2), -timedelta(hours=2), timedelta(days=30))
SHORT_JUMPS = JUMPS[1:]
TURN_SECONDS = 6
FAKETIME = "*/faketime/libfaketime.so.1"


def jump(play: Play) -> str:
    """The clock of workers and pumps jumps: nothing is escalated, a person is called. With its last
    jump a short play ends."""
    told = []
    jumps = JUMPS if play.size.is_long else SHORT_JUMPS
    play.drained()
    for by in jumps:
        before, began = _escalated(), time.monotonic()
        _set_clocks(play, by)
        told.append(_noticed(by, began))
        if play.size.is_long or by != jumps[-1]:
            _set_clocks(play, timedelta(0))
            until(_marked_lately, PATIENCE)
        _go_on(before, by)
    return f"{len(jumps)} jumps: 0 escalations too early, stopped after {', '.join(told)}"


def server_jump(play: Play) -> str:
    """The clock of the database's machine jumps under pumps that live on: where libfaketime is."""
    found = sorted(Path("/usr/lib").glob(FAKETIME))
    if not found:
        return "not played, for libfaketime is not here"
    play.drained()
    before, began = _escalated(), time.monotonic()
    ahead = {"LD_PRELOAD": str(found[0]), "FAKETIME": "+2h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    play.machines.change([DATABASE], **ahead)
    reconnect()
    took = _noticed(JUMPS[0], began)
    _go_on(before, JUMPS[0])
    return f"2 hours ahead: 0 escalations too early, stopped after {took}"


def _noticed(by: timedelta, began: float) -> str:
    """How long it took until escalations stood still; then they are given time to break that."""
    if not until(lambda: patiently(_stands_still), PATIENCE):
        raise Broken(f"nobody noticed a jump of {by}")
    told = ledger.seconds(time.monotonic() - began)
    time.sleep(TURN_SECONDS)
    return told


def _go_on(before: int, by: timedelta) -> None:
    """Releases what stood still. Raises Broken where something was escalated meanwhile."""
    if early := _escalated() - before:
        raise Broken(f"{early} letters or warnings came too early after a jump of {by}")
    standstills.release(
        standstills.CLOCK, actor=SYSTEM, reason="The clock was set.", at=clock.now()
    )


def _set_clocks(play: Play, by: timedelta) -> None:
    everybody = [*WORKERS, *play.machines.names(PUMP)]
    play.machines.change(everybody, CLOCK_SHIFT=str(int(by.total_seconds())))


def _stands_still() -> bool:
    return Standstill.objects.filter(kind=standstills.CLOCK, ended_at=None).exists()


def _marked_lately() -> bool:
    mark = PumpMark.objects.first()
    return mark is not None and abs(clock.now() - mark.marked_at) < standstills.APART


def _escalated() -> int:
    """Everything that follows from silence: warnings, and letters after the first."""
    later = Delivery.objects.filter(purpose=Delivery.Purpose.REMINDER).count()
    return later + Notice.objects.exclude(rung="order").count()
