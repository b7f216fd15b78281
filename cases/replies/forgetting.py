"""Mail as it came is kept for as long as the policy says (`retention`, `raw_mail`): then its source
is erased. What was filed of it lies where it was filed, its attachments by the rules of evidence.
"""

from datetime import datetime

from django.db import transaction

from moderation_portal import policy
from platforms.models import InboundMail
from platforms.replies import erase

from ..models import Reply

MOST = 500


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Erases the sources of messages that are old enough and dealt with; returns how many. What
    still waits to be read is kept until somebody has read it."""
    before = at - policy.pack().limits_at(at).kept("raw_mail")
    old = InboundMail.objects.filter(received_at__lt=before, reply__isnull=False).exclude(path="")
    settled = old.exclude(reply__state=Reply.State.WAITING).order_by("received_at", "pk")
    held = settled.select_for_update(of=("self",), no_key=True)
    ids = list(held.values_list("pk", flat=True)[:MOST])
    erase(ids, at=at)
    return len(ids)
