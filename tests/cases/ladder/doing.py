"""What the tests of the ladder do again and again."""

from datetime import timedelta
from types import SimpleNamespace

from cases import ladder, notices
from cases.notices import service
from moderation_portal.models import OutboxMessage
from tests.world import AT

DAY = timedelta(hours=24)
NOTE = "The platform gave no reasons."


def climb_until(end, start=AT, every=timedelta(minutes=30)):
    """The pump's looks, one after another, without sending anything."""
    at = start
    while at <= end:
        ladder.climb(at)
        at += every


def asked(purpose=None):
    """The steps that were enqueued, in order."""
    found = OutboxMessage.objects.filter(topic="notice.send").order_by("id")
    payloads = [message.payload for message in found]
    return [p["step"] for p in payloads if purpose in (None, p["purpose"])]


def signed(draft, *people, at, note=""):
    for person in people:
        notices.sign(draft, actor=person, at=at, note=note)
    draft.refresh_from_db()
    return draft


def serve(notice, at):
    service.start_clock(notice.pk, at=at, proof={})
    notice.refresh_from_db()


def notice_to(hosts_users=True, rung="order"):
    platform = SimpleNamespace(is_user_generated=hosts_users)
    return SimpleNamespace(rung=rung, platform=platform)


def item_at(step=0, **facts):
    return SimpleNamespace(notice=notice_to(**facts), due_at=AT + DAY, step=step)
