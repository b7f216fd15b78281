"""Talking to a contact, by whichever way out reaches it."""

from datetime import datetime

from moderation_portal import recipients
from platforms import channels
from platforms.models import Contact


def talk(
    parcel: channels.Parcel, contact: Contact, is_trying: bool, *, at: datetime
) -> channels.Receipt:
    """Hands the parcel over, once `recipients.admit` has let it go (`is_trying` is its answer);
    lets the mailbox rest where it kept us waiting, and ends its rest where it answers, whatever it
    says. Raises as the channel does."""
    is_silent = False
    try:
        return way_out(contact).hand_over(parcel, contact, at=at)
    except channels.Later as trouble:
        is_silent = trouble.is_silent
        raise
    finally:
        if is_silent:
            recipients.silent(contact.address, at=at)
        elif is_trying:
            recipients.answered(contact.address)


def way_out(contact: Contact) -> channels.Channel:
    """A portal contact with an address hears by mail that something awaits."""
    has_mail = contact.channel == Contact.Channel.PORTAL and contact.address
    return channels.of(Contact.Channel.EMAIL if has_mail else contact.channel)
