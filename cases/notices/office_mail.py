"""Letters to offices beside what the ladder sends: handed over under one Message-ID."""

from collections.abc import Collection
from datetime import datetime

from moderation_portal import outbox, recipients, sender
from moderation_portal.letters import Letter
from platforms import channels
from platforms.models import Contact

from .talking import talk


def mail(
    letter: Letter,
    address: str,
    *,
    thing: str,
    purpose: str,
    attached: Collection[channels.Attachment] = (),
    at: datetime,
) -> None:
    """Hands a letter to the mail server for this address; `thing` names what it is, for a
    Message-ID that every copy bears. Raises `outbox.Later` or `outbox.Never`, as the server says,
    and `outbox.Wait` where it is not the mailbox's turn.
    """
    contact = Contact(channel=Contact.Channel.EMAIL, address=address)
    is_trying = recipients.admit(address, is_urgent=False, at=at)
    parcel = channels.Parcel(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=tuple(attached),
        message_id=sender.message_id(thing),
        purpose=purpose,
    )
    try:
        talk(parcel, contact, is_trying, at=at)
    except channels.Later as later:
        raise outbox.Later(later.reason) from later
    except channels.Never as never:
        raise outbox.Never(never.reason) from never
