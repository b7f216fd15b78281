"""The only scheduler: asks the database what is due and wakes the workers; any number may run."""

import logging
from datetime import datetime, timedelta

from . import clock, outbox

log = logging.getLogger(__name__)

# So much, and for so long, a pump does itself before it looks at the clock again.
MOST, TURN = 25, timedelta(seconds=10)


def beat(at: datetime, seen: dict[str, datetime]) -> dict[str, bool]:
    """One turn: enqueues each periodic topic once per slot, wakes lanes that have something due;
    these lanes, and whether the word was taken.

    `seen` remembers the last slot per topic, so an idle turn costs one query. The slot is also the
    message's key, so ten pumps enqueue it once.
    """
    for periodic in outbox.PERIODIC.values():
        slot = clock.slot(at, periodic.period)
        if seen.get(periodic.topic) != slot:
            key = slot.isoformat()
            outbox.enqueue(periodic.topic, {"slot": key}, lane=periodic.lane, at=at, key=key)
            seen[periodic.topic] = slot
    return {lane: outbox.wake(lane) for lane in outbox.lanes_due(at)}


def stand_in(lane: str) -> int:
    """Does in the pump what workers would, while nobody can wake them: a little of what is due in
    this lane, so that the next look at the clock is not far off; how many messages."""
    at, done = clock.now(), 0
    until = at + TURN
    while done < MOST and at < until:
        claimed = outbox.drain(lane, at=at, most=MOST - done, tick=clock.now, until=until)
        if not claimed:
            break
        at, done = clock.now(), done + claimed
    return done
