"""What every way out has in common: what is handed over, what comes back, and how it fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from platforms.models import Contact


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a parcel."""

    name: str
    content: bytes
    mime: str = "application/pdf"


@dataclass(frozen=True)
class Parcel:
    """One message to one contact, already rendered and defanged.

    `message_id` is the same on every copy of the same thing, so that a second copy is recognised;
    `purpose` is what it is for (notice, reminder, code), kept in the proof. What cannot be
    delivered comes back to `return_path`, else to the sender of all letters. `data` is what the
    letter says, for a way out that carries data.
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    purpose: str = "notice"
    return_path: str = ""
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Receipt:
    """What the other side said. `accepted`: it took the parcel over; `proof` is JSON-ready."""

    accepted: bool
    proof: dict[str, object]


class Failed(Exception):
    """A parcel was not handed over; `proof` says what the other side answered."""

    def __init__(self, reason: str, proof: dict[str, object] | None = None):
        super().__init__(reason)
        self.reason = reason
        self.proof = dict(proof or {})


class Later(Failed):
    """It may work later: nobody answered, or the other side is busy.

    `is_uncertain`: it was cut off so late that the parcel may have arrived all the same.
    `is_silent`: the other side kept us waiting for so long that others would wait behind it.
    """

    def __init__(
        self,
        reason: str,
        proof: dict[str, object] | None = None,
        *,
        is_uncertain: bool = False,
        is_silent: bool = False,
    ):
        super().__init__(reason, proof)
        self.is_uncertain = is_uncertain
        self.is_silent = is_silent


class Never(Failed):
    """It will not work: the address is refused for good."""


class Channel(Protocol):
    """A way out. It keeps nothing and opens no transaction."""

    name: str

    def hand_over(self, parcel: Parcel, contact: Contact, *, at: datetime) -> Receipt:
        """Hands the parcel to the contact.

        Raises `Later` when it may work later, `Never` when it will not.
        """
        ...
