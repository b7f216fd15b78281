"""What the tests of notices do again and again."""

from datetime import timedelta

from cases import notices
from cases.models import Case
from moderation_portal import outbox
from moderation_portal.models import Event
from tests import world
from tests.world import AT

MINUTE = timedelta(minutes=1)


def gather(at=AT, **options):
    world.michat()
    return notices.gather(at, **options)


def drain(at=AT):
    """What the workers of both lanes do."""
    return sum(outbox.drain(lane, at=at) for lane in ("urgent", "notice"))


def kinds(**which):
    return list(Event.objects.filter(**which).order_by("id").values_list("kind", flat=True))


def make_urgent():
    Case.objects.update(urgency="urgent")
