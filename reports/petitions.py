"""A demand without accounts ("close the whole app"): registered and answered, never a case.

The reply orders nothing, but it leaves the house over a signature: one person writes it, another
signs it, and it goes out as a numbered letter in the petitioner's language. Who signed the petition
stands in a row of its own, encrypted; the letter alone names them, and who reads it is recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import (
    audit,
    letter_texts,
    letters,
    locks,
    news,
    outbox,
    sender,
    series,
    vault,
)
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.letters import Letter
from moderation_portal.models import Lane, User
from moderation_portal.policy import pack
from moderation_portal.roles import SYSTEM, Allowed, Denied, Role, Verdict, title
from platforms.channels.base import Attachment, Parcel
from platforms.channels.email import Email
from platforms.models import Contact, Platform

from . import evidence, permissions
from .judging import EARLIEST
from .models import Petition, PetitionerIdentity
from .tellings import beginning_of
from .texts import plain

LETTER, TOPIC, SERIES = "petition_reply", "petitioner.tell", "P"
SIGNERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
LOCK = 7_261_103
NOT_MAILED = "petition.not_mailed"

news.register(
    NOT_MAILED, gettext_lazy("The reply %(number)s could not be mailed. Print the letter.")
)


@dataclass(frozen=True)
class Petitioner:
    """Who signed a petition, and how they are reached; each may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


def register(
    platform: Platform,
    organisation: str,
    demand: str,
    remedy: str,
    *,
    received_on: date,
    actor: User,
    at: datetime,
    petitioner: Petitioner = Petitioner(),
    letter_number: str = "",
    letter_date: date | None = None,
    language: str = settings.LANGUAGE_CODE,
    uploads: Iterable[evidence.Prepared] = (),
) -> Petition:
    """Registers a petition; `remedy` is what it wants closed: accounts, feature or platform. Our
    own due time counts from the day of its receipt.

    Raises Refused, and Invalid when nobody or nothing is named or a day cannot be.
    """
    permissions.only_staff(actor)
    _insist_said(organisation.strip() or petitioner.name, demand)
    _insist_past(received_on, letter_date or received_on, at=at)
    with transaction.atomic():
        petition = Petition.objects.create(
            platform=platform,
            organisation=plain(organisation),
            demand=plain(demand),
            remedy=remedy,
            received_on=received_on,
            letter_number=plain(letter_number),
            letter_date=letter_date,
            language=language if language in pack().languages else pack().languages[0],
            due_at=_due_at(received_on, at),
        )
        _keep_identity(petition, petitioner)
        for upload in uploads:
            evidence.keep(upload, petition=petition, actor=actor, at=at)
        _record("petition.registered", petition, actor, at)
    return petition


def _insist_said(who: str, demand: str) -> None:
    if not who.strip() or not demand.strip():
        raise Invalid(_("Give the organisation or the name, and what is demanded."))


def _insist_past(*days: date, at: datetime) -> None:
    if max(days) > pack().day(at):
        raise Invalid(_("This day has not come yet."))
    if min(days).year < EARLIEST:
        raise Invalid(_("This is too long ago. Correct the date."))


def _due_at(received_on: date, at: datetime) -> datetime:
    return beginning_of(received_on) + timedelta(days=pack().limits_at(at).petition_days)


def _keep_identity(petition: Petition, petitioner: Petitioner) -> None:
    PetitionerIdentity.objects.create(
        petition=petition,
        name=vault.encrypt(plain(petitioner.name)),
        email=vault.encrypt(plain(petitioner.email)),
        phone=vault.encrypt(plain(petitioner.phone)),
        address=vault.encrypt(plain(petitioner.address)),
    )


def propose(petition: Petition, words: str, *, actor: User, at: datetime) -> Petition:
    """Writes the reply, or writes it anew, for another person to sign. Raises Conflict when it was
    signed meanwhile."""
    permissions.only_staff(actor)
    if not words.strip():
        raise Invalid.field("words", _("Write the answer, with its reasons."))
    with transaction.atomic():
        here = _unanswered(petition)
        here.reply, here.replied_by, here.proposed_at = plain(words), actor, at
        here.sent_back = ""
        here.save(update_fields=["reply", "replied_by", "proposed_at", "sent_back"])
        _record("petition.drafted", here, actor, at)
    return here


def send_back(petition: Petition, reason: str, *, actor: User, at: datetime) -> Petition:
    """Returns a reply to who wrote it, with what must be mended."""
    if not reason.strip():
        raise Invalid.field("reason", _("Give a reason."))
    with transaction.atomic():
        here = _unanswered(petition)
        _insist(may_sign(actor, here))
        here.proposed_at, here.sent_back = None, plain(reason)
        here.save(update_fields=["proposed_at", "sent_back"])
        _record("petition.sent_back", here, actor, at)
    return here


def sign(petition: Petition, read: str, *, actor: User, at: datetime) -> Petition:
    """The second person's signature: the reply gets its number, is frozen as a letter, and is
    mailed where there is an address; else it is printed. `read` is the `version` that they read.

    Raises Refused for who wrote it and for who may not sign, Conflict when it was signed, or
    written anew, meanwhile.
    """
    with transaction.atomic():
        here = _unanswered(petition)
        _insist(may_sign(actor, here))
        if read != version(here):
            raise Conflict(_("The reply was written anew meanwhile. Read it before you sign it."))
        here.serial = _next()
        here.reply_number = series.letter_number(SERIES, here.serial, pack(), at)
        here.approved_by, here.replied_at = actor, at
        here.markdown = letter_of(here, signer=actor, at=at).markdown
        here.save()
        _record("petition.answered", here, actor, at, number=here.reply_number)
        if has_address(here):
            payload = {"petition": here.pk}
            outbox.enqueue_many([outbox.Message(TOPIC, payload, Lane.INTERNAL)], at=at)
    return here


def version(petition: Petition) -> str:
    """What tells the reply that waits from every other one that was written: when it was, whatever
    the clock that says so."""
    return petition.proposed_at.astimezone(UTC).isoformat() if petition.proposed_at else ""


def may_sign(actor: User, petition: Petition) -> Verdict:
    """Whether `actor` may sign the reply that waits, or send it back."""
    if actor.role not in SIGNERS:
        return Denied(_("Only a supervisor or a director signs a reply."))
    if petition.proposed_at is None:
        return Denied(_("No reply waits for a signature."))
    if petition.replied_by_id == actor.pk:
        return Denied(_("You wrote this reply; somebody else signs it."))
    return Allowed()


def letter_of(petition: Petition, *, signer: User, at: datetime) -> Letter:
    """The reply as a letter: as it was signed, or as this person would sign it now."""
    if petition.markdown:
        return letters.reread(pack(), petition.markdown)
    language = petition.language
    who = identity_of(petition).name
    dated = (
        letters.day(beginning_of(petition.letter_date), pack().tz, language)
        if petition.letter_date
        else ""
    )
    given = {
        "issued_at": at,
        "number": petition.reply_number or f"{SERIES}-…",
        "addressee": ", ".join(filter(None, [who, petition.organisation])),
        "platform": petition.platform.name,
        "reference": ", ".join(filter(None, [petition.letter_number, dated])),
        "received_on": letters.day(beginning_of(petition.received_on), pack().tz, language),
        "demand": petition.demand,
        "reasons": petition.reply,
        "approver": signer.name,
        "approver_title": title(signer.role, signer.unit, language),
    }
    return letter_texts.write(LETTER, language, given)


def read_letter(petition: Petition, *, actor: User, at: datetime) -> Letter:
    """The reply as a letter, signed or as `actor` would sign it. It names who signed the petition:
    that somebody read it stands in the record."""
    permissions.only_staff(actor)
    with transaction.atomic():
        _record("petition.letter_read", petition, actor, at)
    return letter_of(petition, signer=actor, at=at)


def look_up(petition: Petition, *, actor: User, at: datetime) -> Petitioner:
    """Who signed a petition and how they are reached; that somebody looked stands in the record."""
    permissions.only_staff(actor)
    with transaction.atomic():
        _record("petition.identity_viewed", petition, actor, at)
    return identity_of(petition)


def identity_of(petition: Petition) -> Petitioner:
    """Who signed it, decrypted; empty once that was erased."""
    row = PetitionerIdentity.objects.filter(petition=petition).first()
    if row is None:
        return Petitioner()
    fields = (row.name, row.email, row.phone, row.address)
    return Petitioner(*(vault.decrypt(bytes(one)) for one in fields))


def has_address(petition: Petition) -> bool:
    """Whether the reply can be mailed."""
    return PetitionerIdentity.objects.filter(petition=petition).exclude(email=b"").exists()


def mail(petition_id: int, *, at: datetime) -> bool:
    """Mails a signed reply with its PDF, once; False where there is nothing to send or nobody.

    Raises `platforms.channels.base.Later` or `Never`, as the mail server answers.
    """
    petition = Petition.objects.get(pk=petition_id)
    address = identity_of(petition).email
    if not petition.markdown or not address or petition.mailed_at is not None:
        return False
    letter = letters.reread(pack(), petition.markdown)
    parcel = Parcel(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=(Attachment(f"{petition.serial:06d}.pdf", letters.pdf(letter)),),
        message_id=sender.message_id(f"petition-{petition.pk}"),
        purpose=LETTER,
    )
    Email().hand_over(parcel, Contact(address=address), at=at)
    with transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(mailed_at=at)
        _record("petition.mailed", petition, petition.approved_by, at)
    return True


def tell_not_mailed(petition_id: int, *, at: datetime) -> None:
    """Lets those who wrote and signed a reply know that no mail server takes it: it goes on
    paper."""
    petition = Petition.objects.select_related("replied_by", "approved_by").get(pk=petition_id)
    facts = {"number": petition.reply_number}
    with transaction.atomic():
        _record(NOT_MAILED, petition, SYSTEM, at, **facts)
        news.tell(
            [one for one in (petition.replied_by, petition.approved_by) if one],
            NOT_MAILED,
            address=reverse("reports:petition", args=[petition.pk]),
            facts=facts,
            at=at,
        )


def _unanswered(petition: Petition) -> Petition:
    here = Petition.objects.select_for_update(of=("self",)).select_related("platform")
    found = here.get(pk=petition.pk)
    if found.replied_at is not None:
        raise Conflict(_("This petition has been answered already."))
    return found


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def _next() -> int:
    """The next number of the series; until the transaction ends, others wait."""
    locks.hold(LOCK)
    return (Petition.objects.aggregate(last=Max("serial"))["last"] or 0) + 1


def _record(kind: str, petition: Petition, actor, at: datetime, **more: str) -> None:
    data = {"platform": petition.platform.slug, "remedy": petition.remedy, **more}
    audit.record(kind, f"petition:{petition.pk}", actor=actor, at=at, data=data)
