"""The custody of files: who saw which, when and what for. Nothing is handed out unrecorded.

A picture is blurred and grey until somebody says why they must see it. What may be sexual or show a
child is never shown on a page at all: Law 44/2008 art. 6 lets nobody keep it, and those who must
open it download it one by one.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext_lazy as _
from PIL import Image

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, User
from moderation_portal.policy import pack
from moderation_portal.roles import AUDITORS, STAFF

from . import evidence
from .models import Evidence
from .texts import plain

SHORTEST_PURPOSE = 10
LONGEST_PURPOSE = 500
# Pixels along the longer side of the veiled picture: enough to tell a chat from a photograph.
VEILED = 40
LOOK = timedelta(minutes=15)
SALT = "reports.custody"
LINES_SHOWN = 50
# What the log of a file says of each line; the names stand beside it.
SAID = {
    "evidence.added": _("handed in"),
    "evidence.page_opened": _("seen blurred"),
    "evidence.viewed": _("seen clearly"),
    "evidence.downloaded": _("downloaded"),
    "evidence.redacted": _("covered in a copy"),
    "evidence.quarantined": _("locked away"),
    "look.pictured": _("taken"),
}
# Who handles files for the regulator; whoever handed one in is shown neither it nor its custody.
HANDLERS = STAFF | AUDITORS


@dataclass(frozen=True)
class Veiled:
    """A picture of which nothing can be made out: a tiny grey PNG, and the size of the original in
    pixels."""

    png: bytes
    width: int
    height: int


def may_be_shown(file: Evidence) -> bool:
    """Whether a page may show this file: a picture, not locked away, of a matter that is known and
    neither sexual nor one of children."""
    if file.is_quarantined or file.mime not in evidence.PICTURES:
        return False
    matter = file.report or file.formal_request
    if matter is None or not matter.category:
        return False
    category = pack().category(matter.category)
    return not (category.is_sexual or category.may_show_child)


def open_page(file: Evidence, *, actor: User, at: datetime) -> Veiled:
    """The veiled picture of a file that may be shown; that it was looked at is remembered.

    Raises Refused for a file that may not be shown, Conflict for one that is damaged.
    """
    _refuse_showing(file, actor)
    veiled = veil(evidence.read(file))
    evidence.record("evidence.page_opened", file, actor, at)
    return veiled


def veil(content: bytes) -> Veiled:
    """A picture so that nothing can be made out in it. Raises Conflict for one that is damaged."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
            picture.thumbnail((VEILED, VEILED))
            grey = picture.convert("L")
    except evidence.UNREADABLE as error:
        raise Conflict(_("This picture cannot be read. Download the file instead.")) from error
    small = io.BytesIO()
    grey.save(small, "PNG")
    return Veiled(small.getvalue(), width, height)


def show(file: Evidence, *, actor: User, purpose: str, at: datetime) -> str:
    """Lets this person see the picture clearly, for a purpose; gives the ticket of `shown`.

    Raises Refused for a file that may not be shown, Invalid when no purpose is given.
    """
    _refuse_showing(file, actor)
    evidence.record("evidence.viewed", file, actor, at, purpose=purposeful(purpose))
    return ticket_for(f"evidence:{file.pk}", actor=actor, at=at)


def has_ticket(file: Evidence, ticket: str, *, actor: User, at: datetime) -> bool:
    """Whether this person was let see this file clearly, a quarter of an hour ago at most."""
    is_let = opens(ticket, f"evidence:{file.pk}", actor=actor, at=at)
    return is_let and may_be_shown(file)


def ticket_for(subject: str, *, actor: User, at: datetime) -> str:
    """Lets this person see one picture, by its name in the record, for a quarter of an hour."""
    ends = int((at + LOOK).timestamp())
    return signing.Signer(salt=SALT).sign_object({"f": subject, "u": actor.pk, "x": ends})


def opens(ticket: str, subject: str, *, actor: User, at: datetime) -> bool:
    """Whether `ticket_for` gave this person this ticket for this picture, and it still holds."""
    try:
        bound = signing.Signer(salt=SALT).unsign_object(ticket)
    except (signing.BadSignature, ValueError):
        return False
    return (bound["f"], bound["u"]) == (subject, actor.pk) and at.timestamp() <= bound["x"]


def download(file: Evidence, *, actor: User, purpose: str, at: datetime) -> bytes:
    """The content of a file that `actor` may see (`permissions.evidence_visible_to`), to be handed
    out as a download.

    A quarantined file opens to cleared officers only. Raises Refused, Invalid when no purpose is
    given, Conflict when the stored file is no longer the one that was handed in.
    """
    if file.is_quarantined and not actor.is_cleared:
        raise Refused(_("This file is in quarantine. Ask an officer who is cleared to open it."))
    said = purposeful(purpose)
    content = evidence.read(file)
    evidence.record("evidence.downloaded", file, actor, at, purpose=said)
    return content


def said(kind: str) -> str:
    """What happened to a file, in a word or two; a kind without words by its bare name."""
    return str(SAID.get(kind, kind))


def lines_of(file: Evidence, reader: User) -> Sequence[Event]:
    """What the record holds of a file, newest first, as far as this person may read it."""
    return custody_of(evidence.thread_of(file), f"evidence:{file.pk}", reader)


def custody_of(thread: str, subject: str, reader: User) -> Sequence[Event]:
    """The same of a picture by its name in the record, and the page of the record it belongs to."""
    lines = Event.objects.filter(thread=thread, subject=subject)
    if not reader.is_cleared:
        lines = lines.filter(is_sealed=False)
    return list(lines.order_by("-id")[:LINES_SHOWN])


def _refuse_showing(file: Evidence, actor: User) -> None:
    if actor.role not in HANDLERS or not may_be_shown(file):
        raise Refused(_("This file is not shown on a page. Download it, if you must see it."))


def purposeful(purpose: str) -> str:
    """The purpose for which somebody takes a file, to be recorded. Raises Invalid without one."""
    said = plain(purpose)
    if len(said) < SHORTEST_PURPOSE:
        raise Invalid(_("Say in a few words why you must see this file. It will be recorded."))
    return said[:LONGEST_PURPOSE]
