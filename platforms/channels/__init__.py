"""The ways out to a platform, one file each."""

from .base import Attachment, Channel, Failed, Later, Never, Parcel, Receipt
from .email import Email
from .portal import Portal
from .webhook import Webhook

__all__ = ["Attachment", "Channel", "Failed", "Later", "Never", "Parcel", "Receipt", "of"]

_CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (Email(), Portal(), Webhook())
}


def of(name: str) -> Channel:
    """The channel called `name` (a value of `Contact.Channel`).

    Raises `Never` for one that the portal does not know.
    """
    try:
        return _CHANNELS[name]
    except KeyError:
        raise Never(f"no way out is called {name}") from None
