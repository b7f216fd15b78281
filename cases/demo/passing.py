"""Time that passes: the pump's turns and the workers' work, on the story's own clock."""

from datetime import datetime, timedelta

from django.db.models import Min

from moderation_portal import outbox, policy, pump
from moderation_portal.models import Lane, OutboxMessage

from ..models import NoticeItem, Target

# What has no due time of its own (seals, tidying, accounts given back) waits no longer than this.
LONGEST_TURN = timedelta(hours=6)
LANES = (Lane.URGENT, Lane.NOTICE, Lane.INTERNAL, Lane.BULK)


class Passing:
    """The story's clock. `to(at)` lets everything happen that falls due until then."""

    def __init__(self, start: datetime):
        self.at = start
        self._seen: dict[str, datetime] = {}

    def to(self, end: datetime) -> datetime:
        """Moves on to `end`, from one due thing to the next; returns it."""
        while self.at < end:
            self.at = min(end, next_due(self.at))
            pump.beat(self.at, self._seen)
            work(self.at)
        return end


def next_due(at: datetime) -> datetime:
    """The next instant after `at` at which a worker has something to do."""
    gathering = timedelta(minutes=policy.pack().limits_at(at).gather_minutes)
    messages = OutboxMessage.objects.filter(state__in=("queued", "leased"), due_at__gt=at)
    steps = NoticeItem.objects.filter(next_step_at__gt=at)
    looks = Target.objects.filter(next_check_at__gt=at)
    ready = Target.objects.filter(ready_at__gt=at - gathering).aggregate(at=Min("ready_at"))["at"]
    dues = (
        messages.aggregate(at=Min("due_at"))["at"],
        steps.aggregate(at=Min("next_step_at"))["at"],
        looks.aggregate(at=Min("next_check_at"))["at"],
        ready and ready + gathering,
    )
    return min([at + LONGEST_TURN, *filter(None, dues)])


def work(at: datetime) -> None:
    """Drains every lane as workers would, until nothing is due."""
    while any(outbox.drain(lane, at=at) for lane in LANES):
        pass
