"""What is handed to one contact: the letter with a link of their own, or a word that it awaits."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from moderation_portal import letter_texts, letters, policy, sender
from moderation_portal.letters import Letter
from platforms.channels import Attachment, Parcel
from platforms.models import Contact
from reports.models import Handling

from ..link_tokens import address
from ..models import Delivery, Notice, NoticeItem, TargetState
from ..rungs import find
from . import copies, drafting, files, machine, return_addresses
from .addresses import portal_address
from .asked import key_of
from .issuing import is_held_back, ladder_of

AWAITS = "sealed_notice_awaits"
# The step of a first copy that goes to somebody else, because the first contact was not reached.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Asked:
    """What is to be handed over: the notice itself, or at a later step a chaser of it.

    A reminder is about what is due at `dues`; without them it is about all that stands.
    """

    step: str
    purpose: str
    dues: tuple[str, ...] = ()

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> "Asked":
        """From the payload of a `notice.send`."""
        return cls(payload["step"], payload["purpose"], tuple(payload.get("dues", ())))

    def is_first(self, notice: Notice) -> bool:
        """Whether it is the notice itself, also where it goes to somebody else."""
        return self.step in (notice.rung, ELSEWHERE)


@dataclass(frozen=True)
class Sent:
    """A parcel, and the ids of the items that its letter lists."""

    parcel: Parcel
    named: tuple[int, ...]


def parcel(notice: Notice, contact: Contact, asked: Asked, *, at: datetime) -> Sent | None:
    """The parcel for one contact, without the accounts for which a sealed case speaks.

    The text of a sealed notice, and of what lies in the portal, says that a letter awaits and
    nothing else. None when nothing is left to tell the platform; raises Conflict when the stored
    letter is damaged.
    """
    is_sealed = notice.handling == Handling.SEALED
    is_whole = not is_sealed and contact.channel != Contact.Channel.PORTAL
    theirs = copies.for_platform(notice, at=at)
    if theirs is None:
        return None
    if not is_whole:
        letter = _awaits(notice, contact, at)
    else:
        chaser = None if asked.is_first(notice) else _chaser(notice, contact, asked, at)
        own = settings.BASE_URL + address(notice, contact)
        letter = (chaser or theirs.letter).with_link(portal_address(notice), own)
    wants_data = contact.channel == Contact.Channel.WEBHOOK or contact.attaches_data
    data = _data(notice, theirs, contact, asked, at) if is_whole and wants_data else None
    made = Parcel(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=tuple(_attached(notice, theirs, data)) if is_whole else (),
        message_id=message_id(notice, asked),
        headers=_headers(notice, contact, asked),
        purpose=asked.purpose,
        return_path=return_addresses.write(notice, contact, return_addresses.RETURNS),
        data=data,
    )
    return Sent(made, theirs.named)


def _data(
    notice: Notice, theirs: copies.ForPlatform, contact: Contact, asked: Asked, at: datetime
) -> dict[str, Any]:
    """What the letter says, as data, in a language that its reader has; of a chaser also which
    accounts it is about."""
    named = notice.items.filter(pk__in=theirs.named).select_related("target__case")
    items = list(named.order_by("position"))
    with translation.override(_language_of(contact, notice)):
        told = machine.whole(notice, items, theirs, at=at)
        data: dict[str, Any] = {"notice": {**told, "items": machine.accounts(items)}}
    if not asked.is_first(notice):
        about = standing(notice, asked).filter(is_withheld=False).order_by("position")
        data["about"] = [key_of(item) for item in about]
    return data


def _attached(
    notice: Notice, theirs: copies.ForPlatform, data: Mapping[str, Any] | None
) -> Iterator[Attachment]:
    name = files.file_name(notice)
    yield Attachment(name, theirs.pdf)
    if data is not None:
        content = json.dumps(data, ensure_ascii=False, indent=1).encode()
        yield Attachment(f"{name.removesuffix('.pdf')}.json", content, "application/json")


def is_quiet(notice: Notice, asked: Asked) -> bool:
    """Whether this is only handed over as far as the record tells: all that it is about is spoken
    for by a sealed case."""
    if asked.purpose == Delivery.Purpose.REMINDER:
        return not standing(notice, asked).filter(is_withheld=False).exists()
    return is_held_back(notice)


def message_id(notice: Notice, asked: Asked) -> str:
    """One id for every copy of the notice itself, another for each round of reminders."""
    if asked.is_first(notice):
        return notice.message_id
    due = next(iter(asked.dues), notice.due_at.isoformat() if notice.due_at else "")
    return sender.message_id(f"notice:{notice.pk}:{asked.step}:{due}")


def standing(notice: Notice, asked: Asked) -> QuerySet[NoticeItem]:
    """The accounts of a notice that still wait for an answer, as far as this asks for them."""
    found = notice.items.filter(target__state=TargetState.STANDING)
    dues = [datetime.fromisoformat(due) for due in asked.dues]
    return found.filter(due_at__in=dues) if dues else found


def _headers(notice: Notice, contact: Contact, asked: Asked) -> dict[str, str]:
    headers = {"Reply-To": return_addresses.write(notice, contact)}
    if not asked.is_first(notice):
        headers["In-Reply-To"] = headers["References"] = notice.message_id
    return headers


def _awaits(notice: Notice, contact: Contact, at: datetime) -> Letter:
    given = {
        "issued_at": at,
        "contact_name": contact.name,
        "portal_url": settings.BASE_URL + reverse("cases:platform_home"),
    }
    return letter_texts.write(AWAITS, _language_of(contact, notice), given)


def _language_of(contact: Contact, notice: Notice) -> str:
    """A mail about a letter speaks to its reader, though the letter itself is one for all."""
    known = policy.pack().languages
    return contact.language if contact.language in known else notice.language


def _chaser(notice: Notice, contact: Contact, asked: Asked, at: datetime) -> Letter | None:
    """A reminder, or the mail to the next contact; before service it is the letter itself."""
    found = standing(notice, asked).filter(is_withheld=False).order_by("position")
    items = list(found.select_related("target__case", "target__account"))
    rung = find(ladder_of(notice), asked.step)
    if rung is None or not items or notice.served_at is None:
        return None
    given = drafting.chase(notice, items, rung=asked.step, contact=contact.name, at=at)
    lines = [letters.LocatorLine(i.locator, i.target.account.kind) for i in items]
    language = _language_of(contact, notice)
    return letter_texts.write(rung.letter, language, given, lines)
