"""The portal itself as a way out: the parcel lies there until somebody signs in and opens it."""

from datetime import datetime

from platforms.models import Contact

from .base import Parcel, Receipt


class Portal:
    """Nothing leaves the building, so nothing has been accepted yet: opening it by name is."""

    name = Contact.Channel.PORTAL.value

    def hand_over(self, parcel: Parcel, contact: Contact, *, at: datetime) -> Receipt:
        return Receipt(accepted=False, proof={"channel": self.name, "placed_at": at.isoformat()})
