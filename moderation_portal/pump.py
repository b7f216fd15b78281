"""The only scheduler: asks the database what is due and wakes the workers; any number may run."""

import logging
from datetime import datetime

from . import clock, outbox

log = logging.getLogger(__name__)


def beat(at: datetime, seen: dict[str, datetime]) -> list[str]:
    """One turn: enqueues each periodic topic once per slot, wakes lanes that have something due.

    `seen` remembers the last slot per topic, so an idle turn costs one query. The slot is also the
    message's key, so ten pumps enqueue it once.
    """
    for periodic in outbox.PERIODIC.values():
        slot = clock.slot(at, periodic.period)
        if seen.get(periodic.topic) != slot:
            key = slot.isoformat()
            outbox.enqueue(periodic.topic, {"slot": key}, lane=periodic.lane, at=at, key=key)
            seen[periodic.topic] = slot
    lanes = outbox.lanes_due(at)
    for lane in lanes:
        outbox.wake(lane)
    return lanes
