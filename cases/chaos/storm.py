"""The storm: thousands of letters while every program is ended again and again."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice

from cases.bench.tellings import tellings
from moderation_portal import clock, outbox
from moderation_portal.models import Lane
from reports import intake

from . import ledger, sink
from .machines import BROKER, DATABASE, MAIL, PUMP, SLOTS, URGENT_WORKER, WORKERS, programs, until
from .play import PATIENCE, Broken, Play, Size, patiently
from .scene import REFUSING, address

FEED = 10
WAKES = 5
HANGS_UP = 0.01
REPORTS = 500
# A second worker of the urgent lane, the letters that the first has in hand when it stands still,
# and how long it then has to write what it must not.
SECOND, HELD, AFTER = "second", 50, 10
VICTIMS = (*WORKERS, MAIL, BROKER, DATABASE, PUMP)


def weather(size: Size) -> sink.Moods:
    """How the mail server behaves from the first letter to the end of the storm: of a short one it
    hangs up over a few as well."""
    return sink.Moods(refused=(address(REFUSING),), hangs_up=max(HANGS_UP, 8 / size.letters))


def storm(play: Play) -> str:
    """Letters go out and a file of reports comes in; programs end, wake-ups come five times over,
    one mailbox refuses for good, and of the letters taken some are never acknowledged."""
    with play.meanwhile(lambda is_over: _take_reports(play)):
        with (
            play.meanwhile(lambda is_over: _feed(play)) as feeding,
            play.meanwhile(lambda is_over: _wake_too_often(is_over)),
        ):
            until(lambda: len(play.taken()) > 0, PATIENCE)
            _end_them_in_turn(play)
            feeding.result(PATIENCE)
        seconds = play.drained()
    play.moods()
    return f"{play.size.letters:,} letters, the last {ledger.seconds(seconds)} after the storm"


def _feed(play: Play) -> None:
    """Posts them little by little, so that they are under way through the whole storm."""
    began, posted = time.monotonic(), 0
    while posted < play.size.letters:
        play.post(FEED)
        posted += FEED
        ahead = posted / play.size.letters * play.size.storm - (time.monotonic() - began)
        time.sleep(max(0.0, ahead))


def _end_them_in_turn(play: Play) -> None:
    """One after the other in an order of chance, every one at least once."""
    deadline = time.monotonic() + play.size.storm
    while time.monotonic() < deadline or set(VICTIMS) - set(play.machines.kills):
        missing = sorted(set(VICTIMS) - set(play.machines.kills))
        victim = play.chance.choice(missing or VICTIMS)
        play.machines.kill(victim)
        play.tell(f"{victim} ended")
        time.sleep(play.chance.uniform(0.5, 1.5) * play.size.between_kills)
        until(partial(play.machines.is_ready, victim), PATIENCE)


def _wake_too_often(is_over: threading.Event) -> None:
    """Five times over, each second in another order."""
    lanes = [str(lane) for lane in Lane.values] * WAKES
    while not is_over.wait(1):
        lanes = [*lanes[1::2], *lanes[::2]]
        for lane in lanes:
            outbox.wake(lane)


def _take_reports(play: Play) -> None:
    """A file of reports, whose cases are opened in the lane of bulk work."""
    at = patiently(clock.now)
    stream = tellings(play.scene.people.author, at=at, seed=1)
    left = max(play.size.cases * 2, REPORTS)
    while left > 0:
        batch = list(islice(stream, min(REPORTS, left)))
        patiently(partial(intake.receive, batch, actor=play.scene.people.author, at=at))
        left -= REPORTS


def weigh(play: Play, counted: ledger.Ledger) -> list[tuple[str, str, bool]]:
    """Every promise about the letters: what it says, what was counted, whether it was kept."""
    ended = play.machines.kills
    pumps = play.machines.names(PUMP)  # without a broker each sends a letter at a time itself
    under_way = sum(ended[worker] * slots for worker, slots in SLOTS.items())
    under_way += sum(ended[pump] for pump in pumps)
    under_way += (ended[MAIL] + ended[DATABASE]) * (sum(SLOTS.values()) + len(pumps))
    most = counted.hung_up + under_way + counted.timed_out
    copies = f"{counted.copies} of at most {most} ({counted.hung_up} dropped, {under_way} under way"
    return [
        ("letters lost", f"{counted.lost} of {counted.letters:,}", counted.lost == 0),
        ("effects doubled", str(counted.doubled), counted.doubled == 0),
        ("extra copies", f"{copies} when something ended)", counted.copies <= most),
        ("copies that no record explains", str(counted.unexplained), counted.unexplained == 0),
        ("letters that share a Message-ID", str(counted.shared_ids), counted.shared_ids == 0),
    ]


def stand_still(play: Play) -> str:
    """A worker stands still for longer than its lease, and then goes on with what another did."""
    lease = outbox.LEASE + timedelta(seconds=10)
    urgent = next(part for part in programs(play.stage) if part.name == URGENT_WORKER)
    command = [word.replace("urgent@", f"{SECOND}@") for word in urgent.command]
    play.machines.start(replace(urgent, name=SECOND, command=command))
    play.post(HELD)
    with play.machines.stopped(URGENT_WORKER):
        play.post(HELD)
        time.sleep(lease.total_seconds())
        play.drained()
    time.sleep(AFTER)
    play.machines.leave(SECOND)
    return f"stood still for {ledger.seconds(lease)}, another took over; see “effects doubled”"


def refuse(play: Play) -> str:
    """What was refused for good is with a person, and its notice went to the next contact."""
    refused = ledger.refused(address(REFUSING))
    if not refused.tried or refused.dead != refused.tried or refused.unserved:
        raise Broken(
            f"of {refused.tried} refused letters {refused.dead} are dead letters, "
            f"and {refused.unserved} notices reached nobody else"
        )
    return f"{refused.dead} refused, all with a person, all served at the next address"
