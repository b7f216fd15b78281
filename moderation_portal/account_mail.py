"""The kernel's own mails, about accounts and addresses: written where the thing happens, sent from
the outbox."""

import json
import smtplib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from . import letter_texts, outbox, vault
from .models import Lane, User
from .policy import pack
from .roles import Role

TOPIC = "account.mail"


@dataclass(frozen=True, order=True)
class Recipient:
    """Who is told: the address, the name in the letter, the language that they read."""

    address: str
    name: str
    language: str


def tell(
    code: str,
    recipients: Iterable[Recipient],
    lines: Callable[[], Iterable[str]],
    *,
    at: datetime,
) -> None:
    """Mails the letter `code` with what was changed; `lines` says it in the active language."""
    for recipient in sorted(recipients):
        language = _spoken(recipient.language)
        with translation.override(language):
            given = {
                "contact_name": recipient.name,
                "account_changes": list(lines()),
                "portal_url": settings.BASE_URL + reverse("account_login"),
            }
        _queue(code, language, given, recipient.address, at=at)


def lines(facts: Mapping[str, Any]) -> list[str]:
    """What was changed about an account, in the active language."""
    return [line for name in facts for line in _line(name, facts)]


def send_password_link(person: User, address: str, path: str, *, at: datetime) -> None:
    """Mails the link by which a password is chosen; its host is ours, whatever a request says."""
    given = {"contact_name": person.name, "portal_url": settings.BASE_URL + path}
    _queue("password_link", _spoken(person.language), given, address, at=at)


def deliver(payload: Mapping[str, str]) -> None:
    """Hands one queued mail to the mail server.

    Raises `outbox.Never` when the server refuses the address or the mail for good, and
    `outbox.Later` for whatever else keeps the mail from being handed over.
    """
    told = json.loads(vault.decrypt(payload["sealed"].encode()))
    mail = EmailMultiAlternatives(
        told["subject"], told["text"], to=[told["to"]], headers={"Auto-Submitted": "auto-generated"}
    )
    mail.attach_alternative(told["html"], "text/html")
    try:
        mail.send()
    except OSError as trouble:  # whatever `smtplib` raises is one too
        raise _judged(trouble) from trouble


def _judged(trouble: OSError) -> outbox.Later | outbox.Never:
    """A refusal of 500 and more, of the address or of the mail, is for good; what the network or
    our own mail server lacks is not. Its words may hold the address: they are not kept."""
    codes: list[int] = []
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in trouble.recipients.values()]
    elif isinstance(trouble, smtplib.SMTPDataError):
        codes = [trouble.smtp_code]
    if codes and all(500 <= code < 600 for code in codes):
        return outbox.Never(f"the mail server refuses it for good: {max(codes)}")
    return outbox.Later(f"the mail was not handed over: {type(trouble).__name__}")


def _queue(
    code: str, language: str, given: Mapping[str, Any], address: str, *, at: datetime
) -> None:
    letter = letter_texts.write(code, language, {"issued_at": at, **given})
    told = {"to": address, "subject": letter.subject, "text": letter.text, "html": letter.html}
    sealed = vault.encrypt(json.dumps(told)).decode()  # a link in it opens an account
    outbox.enqueue(TOPIC, {"sealed": sealed}, lane=Lane.INTERNAL, at=at)


def _spoken(language: str) -> str:
    """The language of a letter to somebody who reads `language`."""
    spoken = pack().languages
    return language if language in spoken else spoken[0]


def _line(name: str, facts: Mapping[str, Any]) -> list[str]:
    """What a change says of one fact; the new address is not told to the old one."""
    value = facts[name]
    choose = _("Choose a password by “Forgot the password?” on the sign-in page.")
    opened = [_("The account is open."), choose]
    lines = {
        "is_active": opened if value else [_("The account is closed.")],
        "role": [_("Role: %(role)s") % {"role": Role(value).label if name == "role" else ""}],
        "is_cleared": [_("Cleared for sealed cases") if value else _("No clearance any more")],
        "email": [_("Another e-mail address")],
        "name": [_("Name: %(name)s") % {"name": value}],
        "area": [_("Area: %(area)s") % {"area": value or "–"}],
        "unit": [_("Unit: %(unit)s") % {"unit": value or "–"}],
        "without_second_factor": [_("The second factor was removed."), choose],
    }
    return lines[name]
