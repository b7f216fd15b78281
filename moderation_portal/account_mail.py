"""The kernel's own mails, about accounts: written where the thing happens, sent from the outbox."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from . import letters, outbox, vault
from .models import Lane, User
from .policy import pack
from .roles import Role

TOPIC = "account.mail"


def tell_change(
    person: User, facts: Mapping[str, Any], addresses: Iterable[str], *, at: datetime
) -> None:
    """Tells a person at each of these addresses what was changed about their account."""
    language = _language(person)
    with translation.override(language):
        given = {
            "contact_name": person.name,
            "account_changes": [line for name in facts for line in _line(name, facts)],
            "portal_url": settings.BASE_URL + reverse("account_login"),
        }
    for address in sorted(addresses):
        _queue("account_changed", language, given, address, at=at)


def send_password_link(person: User, address: str, path: str, *, at: datetime) -> None:
    """Mails the link by which a password is chosen; its host is ours, whatever a request says."""
    given = {"contact_name": person.name, "portal_url": settings.BASE_URL + path}
    _queue("password_link", _language(person), given, address, at=at)


def deliver(payload: Mapping[str, str]) -> None:
    """Hands one queued mail to the mail server; raises what that raises."""
    told = json.loads(vault.decrypt(payload["sealed"].encode()))
    mail = EmailMultiAlternatives(
        told["subject"], told["text"], to=[told["to"]], headers={"Auto-Submitted": "auto-generated"}
    )
    mail.attach_alternative(told["html"], "text/html")
    mail.send()


def _queue(
    code: str, language: str, given: Mapping[str, Any], address: str, *, at: datetime
) -> None:
    letter = letters.render(pack(), code, language, {"issued_at": at, **given})
    told = {"to": address, "subject": letter.subject, "text": letter.text, "html": letter.html}
    sealed = vault.encrypt(json.dumps(told)).decode()  # a link in it opens an account
    outbox.enqueue(TOPIC, {"sealed": sealed}, lane=Lane.INTERNAL, at=at)


def _language(person: User) -> str:
    spoken = pack().languages
    return person.language if person.language in spoken else spoken[0]


def _line(name: str, facts: Mapping[str, Any]) -> list[str]:
    """What a change says of one fact; the new address is not told to the old one."""
    value = facts[name]
    choose = _("Choose a password by “Forgot the password?” on the sign-in page.")
    lines = {
        "is_active": [_("The account is open."), choose],
        "role": [_("Role: %(role)s") % {"role": Role(value).label if name == "role" else ""}],
        "is_cleared": [_("Cleared for sealed cases")],
        "email": [_("Another e-mail address")],
        "name": [_("Name: %(name)s") % {"name": value}],
        "area": [_("Area: %(area)s") % {"area": value or "–"}],
        "unit": [_("Unit: %(unit)s") % {"unit": value or "–"}],
        "without_second_factor": [_("The second factor was removed."), choose],
    }
    return lines[name]
