"""A notice that comes back: its delivery is void, and the platform's other contacts are addressed.

Only what comes to the secret address for returned mail counts. The platform's own server knows
that address; so nothing comes back any more once the platform has shown that it knows the notice,
nor when mail servers would long have given up.
"""

from datetime import datetime, timedelta

from moderation_portal.roles import SYSTEM
from platforms.replies import Arrived, Kind

from ..models import Delivery, Notice, Reply
from ..notices import addresses, sending, service
from . import telling
from .belonging import Belonging

# How long mail servers try, at the most common setting of the longest (RFC 5321, 4.5.4.1).
GIVE_UP = timedelta(days=5)
LONGEST = 300


def come_back(reply: Reply, arrived: Arrived, found: Belonging, *, at: datetime) -> None:
    """Acts on a report of delivery: a failure annuls, a delay is recorded. Any other report than
    one to the secret address is only kept."""
    notice, contact = found.notice, found.contact
    if notice is None or contact is None or not found.is_return:
        telling.tell("mail.report_kept", reply, actor=SYSTEM, at=at)
        return
    delivery = _delivery(notice, contact.pk, arrived, at)
    Reply.objects.filter(pk=reply.pk).update(delivery=delivery)
    if arrived.kind == Kind.DELAY:
        telling.tell("delivery.delayed", reply, actor=SYSTEM, at=at)
        return
    addresses.mark_bouncing(notice, contact.pk, at=at)
    if delivery is None or notice.acknowledged_at is not None:
        telling.tell("mail.report_kept", reply, actor=SYSTEM, at=at)
        return
    reason = f"came back: {', '.join(arrived.failed)}"[:LONGEST]
    service.annul(delivery.pk, reason=reason, actor=SYSTEM, at=at)
    notice.refresh_from_db()
    sending.turn_to_others(notice, contact, delivery.purpose, at)


def _delivery(notice: Notice, contact_id: int, arrived: Arrived, at: datetime) -> Delivery | None:
    """The copy that came back: the one whose message is given back, else the newest."""
    handed = notice.deliveries.filter(
        contact_id=contact_id,
        state=Delivery.State.ACCEPTED,
        is_quiet=False,
        ended_at__gte=at - GIVE_UP,
        ended_at__lte=at,
    ).order_by("-ended_at", "-pk")
    ids = list(arrived.refers_to)
    return handed.filter(proof__message_id__in=ids).first() or handed.first()
