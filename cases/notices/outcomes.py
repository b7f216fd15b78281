"""What a mailbox would have done with a copy that must not leave: what it did with the last one.

A copy held back for a sealed case has to end as any other to the same contact would: where letters
bounce it bounces too, or the record of the ordinary notice would tell.
"""

from datetime import datetime, timedelta
from typing import Any

from platforms import channels
from platforms.models import Contact

from ..models import Delivery

BOUNCED = (Delivery.State.REFUSED, Delivery.State.ANNULLED)
DELAYED = (Delivery.State.FAILED, Delivery.State.UNCERTAIN)
# A refusal stays until the address is mended; a delay passes.
DELAY_PASSES = timedelta(hours=1)
# What an earlier attempt shares with no other.
OWN = ("message_id", "purpose", "at", "event", "body_sha256")


def like_the_last(
    delivery: Delivery, contact: Contact, channel: str, *, at: datetime
) -> channels.Receipt:
    """What the newest copy that really went to this address came to, as if this one had gone there:
    the receipt of a quiet attempt, `channels.Never` after a bounce, `channels.Later` after a delay.
    """
    last = _newest(contact, at)
    if last is None or last.state not in (*BOUNCED, *DELAYED):
        proof = {"channel": channel, "message_id": delivery.proof["message_id"]}
        return channels.Receipt(channel != Contact.Channel.PORTAL, proof)
    proof = {key: value for key, value in last.proof.items() if key not in OWN}
    said = str(proof.get("bounce") or proof.get("reply") or "")
    if last.state in BOUNCED:
        raise channels.Never(said, proof)
    raise channels.Later(said, proof, is_uncertain=last.state == Delivery.State.UNCERTAIN)


def _newest(contact: Contact, at: datetime) -> Delivery | None:
    """The newest real copy to the address that the contact has now, unless it met a delay that has
    passed by now."""
    real: dict[str, Any] = {"is_quiet": False, "proof__to": contact.address}
    ended = Delivery.objects.filter(contact=contact, ended_at__isnull=False, **real)
    passed = ended.filter(state__in=DELAYED, ended_at__lt=at - DELAY_PASSES)
    return ended.exclude(pk__in=passed.values("pk")).order_by("-ended_at", "-pk").first()
