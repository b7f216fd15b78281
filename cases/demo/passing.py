"""Time that passes: the pump's turns and the workers' work, on the story's own clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from moderation_portal import outbox, pump
from moderation_portal.models import Lane

TURN = timedelta(minutes=30)
LANES = (Lane.URGENT, Lane.NOTICE, Lane.INTERNAL, Lane.BULK)


class Passing:
    """The story's clock. `to(at)` lets everything happen that falls due until then."""

    def __init__(self, start: datetime):
        self.at = start
        self._seen: dict[str, datetime] = {}

    def to(self, end: datetime) -> datetime:
        """Moves on to `end` in turns of half an hour; returns it."""
        for at in self._turns(end):
            pump.beat(at, self._seen)
            work(at)
        self.at = end
        return end

    def _turns(self, end: datetime) -> Iterator[datetime]:
        at = self.at
        while at < end:
            at = min(at + TURN, end)
            yield at


def work(at: datetime) -> None:
    """Drains every lane as workers would, until nothing is due."""
    while any(outbox.drain(lane, at=at) for lane in LANES):
        pass
