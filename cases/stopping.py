"""Answers that stop a clock by law: the deadline falls away until the platform has heard from us.

Only where the policy names the provision (`Choice.stops_clock`), and only for an answer that came
in time: what is late stays late. The clock starts anew with a correction that clears the matter up,
at its service, or at the time that a person sets (Regulation (EU) 2021/784 art. 3(7), (8)).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Min, Q

from . import clocks, deadlines
from .models import OPEN_STATES, Notice, NoticeItem
from .notices.asked import choices_for

# Items whose clock stands still.
STOPPED = Q(due_at=None, due_steps__contains=[{"label": deadlines.STOPPED}])
# Items whose clock runs, or stands still.
HAS_CLOCK = Q(due_at__isnull=False) | STOPPED


def stop(items: Sequence[NoticeItem], *, at: datetime) -> None:
    """Stops the clocks of those of these items, all of one notice, whose new answer does so; the
    items are locked and their `answer_code` is written."""
    if not items:
        return
    notice = items[0].notice
    bases = {one.code: one.stops_clock for one in choices_for(notice, at) if one.stops_clock}
    stopped = [
        item
        for item in items
        if item.answer_code in bases and item.due_at is not None and at <= item.due_at
    ]
    for item in stopped:
        said = item.answer_code
        item.due_steps = deadlines.stop(item.due_steps, at, said, bases[said])
        item.due_at = item.next_step_at = None
    if stopped:
        fields = ["due_at", "due_steps", "next_step_at"]
        NoticeItem.objects.bulk_update(stopped, fields, batch_size=500)
        still = NoticeItem.objects.filter(notice=notice, target__state__in=OPEN_STATES)
        soonest = still.aggregate(at=Min("due_at"))["at"]
        Notice.objects.filter(pk=notice.pk).update(due_at=soonest)
        clocks.redue({item.target.case_id for item in stopped})


def is_stopped(item: NoticeItem) -> bool:
    """Whether the clock of this item stands still by law."""
    labels = {step["label"] for step in item.due_steps}
    return item.due_at is None and deadlines.STOPPED in labels
