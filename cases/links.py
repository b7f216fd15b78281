"""Answering by a signed link: bound to one notice and one contact, confirmed by a one-time code.

The link alone shows nothing and changes nothing: mail scanners open links, and some run scripts. A
person asks for the code, which goes to the same contact's mailbox, and types it in; from then on
that one browser may read and answer.
"""

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, letter_texts, limits, outbox, policy, vault
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Lane
from moderation_portal.roles import Actor, Role
from platforms import channels
from platforms.models import Contact

from .link_tokens import address, language_of, read
from .liveness.marking import heard
from .models import LinkVisit, Notice
from .notices import service

__all__ = ["Visit", "address", "confirm", "mail_code", "open", "send_code"]

TOPIC = "contact.code"
DIGITS = 8
# How many codes one link may ask for in an hour.
CODES_AN_HOUR = 5


@dataclass(frozen=True)
class Visit:
    """A link in one browser. Before `is_confirmed` a page shows nothing but the way to a code;
    `is_code_out`: one was mailed that is still good."""

    notice: Notice
    contact: Contact
    browser: str
    is_confirmed: bool
    is_code_out: bool

    @property
    def actor(self) -> Actor:
        """Who acts by this link, for verbs and the record."""
        return Actor(Role.RESPONDER, self.contact.name)

    @property
    def masked_address(self) -> str:
        """Where the code goes, as far as a stranger may see it: a•••@michat.example."""
        name, _at, host = self.contact.address.rpartition("@")
        return f"{name[:1]}•••@{host}"


def open(token: str, browser: str, *, at: datetime) -> Visit:
    """Reads a link; changes nothing. `browser` is the random value of that browser's cookie, or "".

    Raises Refused for a link that opens nothing (`link_tokens.read`).
    """
    notice, contact = read(token, at)
    known = _visits(notice, contact, browser).first() if browser else None
    is_confirmed = known is not None and known.confirmed_at is not None
    return Visit(notice, contact, browser, is_confirmed, known is not None and _is_good(known, at))


@transaction.atomic
def send_code(visit: Visit, *, at: datetime) -> None:
    """Mails a one-time code to the contact of the link, the same once more while it is good. Only a
    click of a person comes here.

    Raises Invalid without a browser's cookie, Conflict when too many codes were asked for.
    """
    if not visit.browser:
        raise Invalid(_("Allow cookies for this page and try again."))
    subject = f"{visit.notice.pk}:{visit.contact.pk}"
    if not limits.take(TOPIC, subject, CODES_AN_HOUR, timedelta(hours=1), at=at):
        raise Conflict(_("Too many codes were asked for. Use the last one, or wait an hour."))
    known, _made = LinkVisit.objects.select_for_update(no_key=True).get_or_create(
        notice=visit.notice,
        contact=visit.contact,
        browser_hash=_browser(visit.browser),
        defaults={"opened_at": at},
    )
    if not _is_good(known, at):
        known.code_expires_at = at + timedelta(minutes=policy.pack().limits_at(at).code_minutes)
        known.tries = 0
        known.code_hash = _hash(known, _code(known))
        known.save(update_fields=["code_expires_at", "tries", "code_hash"])
    expires = known.code_expires_at.isoformat() if known.code_expires_at else ""
    outbox.enqueue(TOPIC, {"visit": known.pk, "expires": expires}, lane=Lane.URGENT, at=at)


def mail_code(payload: dict, *, at: datetime) -> None:
    """Sends the code of a visit (`contact.code`); a code that was replaced or used is not sent."""
    visit = LinkVisit.objects.select_related("notice", "contact").get(pk=payload["visit"])
    expires = visit.code_expires_at
    is_current = expires and expires.isoformat() == payload["expires"] and at < expires
    if not is_current or visit.confirmed_at or not visit.contact.is_active:
        return
    given = {
        "issued_at": at,
        "code": _code(visit),
        "minutes": policy.pack().limits_at(at).code_minutes,
    }
    letter = letter_texts.write("code", language_of(visit.contact), given)
    parcel = channels.Parcel(letter.subject, letter.text, letter.html, purpose="code")
    try:
        channels.of(Contact.Channel.EMAIL).hand_over(parcel, visit.contact, at=at)
    except channels.Later as trouble:
        raise outbox.Later(trouble.reason) from trouble
    except channels.Never as refusal:
        raise outbox.Never(refusal.reason) from refusal


def confirm(visit: Visit, code: str, *, at: datetime) -> Visit:
    """Trades the code for the right to answer from this browser.

    A right code counts once; each try counts, at most the policy's number. The browser of the visit
    given back is a new random value, known to nobody who may have planted the old one. Raises
    Invalid for a wrong, used or expired code.
    """
    mine = _visits(visit.notice, visit.contact, visit.browser).filter(confirmed_at=None)
    open_still = mine.filter(
        code_expires_at__gt=at, tries__lt=policy.pack().limits_at(at).code_tries
    )
    given = "".join(character for character in code if character.isdigit())
    with transaction.atomic():
        is_counted = bool(visit.browser) and bool(open_still.update(tries=F("tries") + 1))
        known = mine.first() if is_counted else None
        is_right = known is not None and hmac.compare_digest(known.code_hash, _hash(known, given))
        fresh = secrets.token_urlsafe(24)
        proven = {"confirmed_at": at, "code_hash": "", "browser_hash": _browser(fresh)}
        is_right = is_right and bool(mine.update(**proven))
        if is_right:
            _carry_over(visit.browser, fresh)
            _acknowledge(visit.notice, visit.contact, at)
    if not is_right:
        raise Invalid(_("This code does not fit, or it is too old. Ask for a new one."))
    return replace(visit, browser=fresh, is_confirmed=True, is_code_out=False)


def _is_good(visit: LinkVisit, at: datetime) -> bool:
    """Whether the code that was mailed last can still be traded."""
    if visit.confirmed_at is not None or visit.code_expires_at is None:
        return False
    return at < visit.code_expires_at and visit.tries < policy.pack().limits_at(at).code_tries


def _visits(notice: Notice, contact: Contact, browser: str) -> QuerySet[LinkVisit]:
    return LinkVisit.objects.filter(notice=notice, contact=contact, browser_hash=_browser(browser))


def _carry_over(browser: str, fresh: str) -> None:
    """What this browser had confirmed before, by other links, stays confirmed."""
    others = LinkVisit.objects.filter(browser_hash=_browser(browser), confirmed_at__isnull=False)
    others.update(browser_hash=_browser(fresh))


def _acknowledge(notice: Notice, contact: Contact, at: datetime) -> None:
    """Somebody reads that mailbox: the notice has arrived, whatever became of its delivery."""
    heard(contact.pk, at=at)
    audit.record(
        "link.confirmed",
        f"notice:{notice.pk}",
        actor=Actor(Role.RESPONDER, contact.name),
        at=at,
        data={"contact": contact.pk},
    )
    service.start_clock(notice.pk, at=at, proof={"contact": contact.pk, "code": True})
    service.acknowledge(notice, at=at)


def _browser(value: str) -> str:
    return vault.keyed_hash("link-browser", value)


def _code(visit: LinkVisit) -> str:
    """The code of a visit's current round. It is derived, so that it need not be stored: without
    the vault's key neither the database nor the outbox gives it away."""
    expires = visit.code_expires_at.isoformat() if visit.code_expires_at else ""
    round_ = f"{visit.pk}:{visit.browser_hash}:{expires}"
    return f"{int(vault.keyed_hash('link-code', round_), 16) % 10**DIGITS:0{DIGITS}d}"


def _hash(visit: LinkVisit, code: str) -> str:
    return vault.keyed_hash("link-code-given", f"{visit.pk}:{code}")
