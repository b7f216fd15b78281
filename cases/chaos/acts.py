"""The acts of a play in their order, and the table of what came of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cases.bench.figures import aligned

from . import ledger, outages, restoring, storm, times, whole
from .play import Broken, Play, patiently, reconnect
from .shown import SUITE


@dataclass(frozen=True)
class Act:
    """A promise, and how it is put to the test; the `is_long` ones are left out of a short play."""

    promise: str
    play: Callable[[Play], str]
    is_long: bool = False


@dataclass(frozen=True)
class Line:
    """What a promise came to."""

    promise: str
    told: str
    is_kept: bool


ACTS = (
    Act("while programs end at random, letters leave", storm.storm),
    Act("what is refused for good waits for a person", storm.refuse),
    Act("while nobody takes mail, letters wait", outages.mail_away),
    Act("a mailbox that never answers holds up no other", outages.one_deaf, is_long=True),
    Act("without a broker pages answer and letters leave", outages.broker_away),
    Act("a worker that stood still writes nothing stale", storm.stand_still, is_long=True),
    Act("an action on many cases is whole", whole.crash_in_bulk),
    Act("a call sent many times is taken once", whole.same_call),
    Act("many pumps escalate once", whole.many_pumps),
    Act("an answer and an escalation never both win", whole.races),
    Act("a restored database sends nothing", restoring.restore),
    Act("a clock that jumps escalates nothing", times.jump),
    Act("nor does the clock of the server", times.server_jump, is_long=True),
)


def perform(play: Play) -> Iterator[Line]:
    """Plays the acts; before the clock moves, when no more letters are sent, all are counted."""
    for act in ACTS:
        if act.is_long and not play.size.is_long:
            continue
        if act.play is times.jump:
            yield from _counted(play)
        play.tell(act.promise)
        reconnect()
        try:
            yield Line(act.promise, act.play(play), True)
        except Broken as broken:
            yield Line(act.promise, str(broken), False)


def _counted(play: Play) -> Iterator[Line]:
    play.tell("counting")
    counted = patiently(lambda: ledger.count(play.taken()))
    play.waited = patiently(lambda: ledger.lanes(play.began_at, ledger.SEND, "report.received"))
    for promise, told, is_kept in storm.weigh(play, counted):
        yield Line(promise, told, is_kept)


def table(play: Play, lines: list[Line]) -> str:
    """The lines under each other, then what was ended and how long each lane waited."""
    rows = [(line.promise, line.told, "kept" if line.is_kept else "BROKEN") for line in lines]
    shown = [f"  {promise}: {test}" for promise, tests in SUITE.items() for test in tests]
    lanes = [
        (lane, f"{one.count:,}", *map(ledger.seconds, (one.median, one.p95, one.longest)))
        for lane, one in play.waited.items()
    ]
    ended = ", ".join(f"{name} {count}" for name, count in sorted(play.machines.kills.items()))
    return "\n\n".join(
        [
            aligned([("promise", "what came of it", ""), *rows]),
            aligned([("lane", "messages", "median wait", "p95", "longest"), *lanes]),
            f"Ended by force: {ended}",
            "\n".join(["Shown by the suite:", *shown]),
        ]
    )
