"""What is handed to one contact: the letter with a link of their own, or a word that it awaits."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from moderation_portal import letters, policy, vault
from moderation_portal.letters import Letter
from platforms.channels import Attachment, Parcel
from platforms.models import Contact
from reports.models import Handling

from ..link_tokens import address
from ..models import Notice, NoticeItem, TargetState
from . import drafting, files
from .addresses import portal_address
from .issuing import ladder_of

AWAITS = "sealed_notice_awaits"
# The step of a first copy that goes to somebody else, because the first contact was not reached.
ELSEWHERE = "elsewhere"


def parcel(notice: Notice, contact: Contact, *, step: str, purpose: str, at: datetime) -> Parcel:
    """The parcel for one contact. The text of a sealed notice, and of what lies in the portal, says
    that a letter awaits and nothing else."""
    is_sealed = notice.handling == Handling.SEALED
    is_whole = not is_sealed and contact.channel != Contact.Channel.PORTAL
    if not is_whole:
        letter = _awaits(notice, contact, at)
    elif step in (notice.rung, ELSEWHERE):
        letter = _stored(notice)
    else:
        letter = _chaser(notice, contact, step, at)
    if is_whole:
        own = settings.BASE_URL + address(notice, contact)
        letter = letter.with_link(portal_address(notice), own)
    return Parcel(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=(_pdf(notice),) if is_whole else (),
        message_id=message_id(notice, step),
        headers=_headers(notice, contact, step),
        is_sealed=is_sealed,
        purpose=purpose,
    )


def message_id(notice: Notice, step: str) -> str:
    """One id for every copy of the notice itself, another for each round of reminders."""
    if step in (notice.rung, ELSEWHERE):
        return notice.message_id
    due = notice.due_at.isoformat() if notice.due_at else ""
    return drafting.message_id(f"notice:{notice.pk}:{step}:{due}")


def reply_address(notice: Notice, contact: Contact) -> str:
    """Where an answer by mail goes: a secret part tells which notice and whose answer it is."""
    name, _at, host = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ").partition("@")
    key = vault.keyed_hash("reply", f"{notice.pk}:{contact.pk}")[:20]
    return f"{name}+n{notice.pk}c{contact.pk}-{key}@{host}"


def standing_items(notice: Notice) -> list[NoticeItem]:
    """The accounts of a notice that still wait for an answer, withheld ones left out."""
    found = notice.items.filter(is_withheld=False, target__state=TargetState.STANDING)
    return list(found.select_related("target__case", "target__account").order_by("position"))


def _headers(notice: Notice, contact: Contact, step: str) -> dict[str, str]:
    headers = {"Reply-To": reply_address(notice, contact)}
    if step not in (notice.rung, ELSEWHERE):
        headers["In-Reply-To"] = headers["References"] = notice.message_id
    return headers


def _stored(notice: Notice) -> Letter:
    return Letter(notice.subject, notice.markdown, notice.text, notice.html)


def _pdf(notice: Notice) -> Attachment:
    return Attachment(files.file_name(notice), files.pdf_of(notice))


def _awaits(notice: Notice, contact: Contact, at: datetime) -> Letter:
    given = {
        "issued_at": at,
        "contact_name": contact.name,
        "portal_url": settings.BASE_URL + reverse("cases:platform_home"),
    }
    return letters.render(policy.pack(), AWAITS, notice.language, given)


def _chaser(notice: Notice, contact: Contact, step: str, at: datetime) -> Letter:
    """A reminder, or the mail to the next contact; before service it is the letter itself."""
    items = standing_items(notice)
    rung = {one.code: one for one in ladder_of(notice).rungs}.get(step)
    if rung is None or not items or notice.served_at is None:
        return _stored(notice)
    given = drafting.chase(notice, items, rung=step, contact=contact.name, at=at)
    lines = [letters.LocatorLine(i.locator, i.target.account.kind) for i in items]
    return letters.render(policy.pack(), rung.letter, notice.language, given, lines)
