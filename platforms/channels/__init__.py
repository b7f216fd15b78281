"""The ways out to a platform, one file each."""

from .base import Attachment, Channel, Failed, Later, Never, Parcel, Receipt
from .email import Email
from .portal import Portal

__all__ = ["Attachment", "Channel", "Failed", "Later", "Never", "Parcel", "Receipt", "of"]

_CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Email(), Portal())}


def of(name: str) -> Channel:
    """The channel called `name` (a value of `Contact.Channel`).

    Raises `Never` for one that the portal cannot use (yet): a contact kept there for the record.
    """
    try:
        return _CHANNELS[name]
    except KeyError:
        raise Never(f"no way out is called {name}") from None
