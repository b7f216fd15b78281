"""What a contact says to “still you?”: by the button behind the link, or by what comes back.

Opening the link changes nothing, and neither does pressing a button alone: mail scanners do both.
It takes a choice between two.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from secrets import compare_digest

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import audit, sender, vault
from moderation_portal.errors import Refused
from moderation_portal.roles import Actor, Role
from platforms.models import Contact, Ping
from platforms.replies import Arrived, Kind

from .. import link_tokens
from . import marking

SALT = "cases.liveness"
KEY_LENGTH = 20
PLUS = re.compile(rf"\+l([0-9]{{1,18}})-([0-9a-f]{{{KEY_LENGTH}}})@")


def address(ping: Ping, language: str) -> str:
    """The path of the page on which this contact says whether it is still the one."""
    token = signing.Signer(salt=SALT).sign_object({"p": ping.pk})
    with translation.override(language):
        return reverse("answer_link:still_you", args=[token])


def find(token: str) -> Ping:
    """The question behind a link; changes nothing.

    Raises Refused, always in the same words, for a forged link, one of an earlier question, and
    when the contact has another address or is not in use any more.
    """
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)["p"]
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        pk = None
    ping = Ping.objects.select_related("contact__platform").filter(pk=pk).first()
    if ping is None or not is_current(ping):
        raise Refused(_("This question is settled, or it was asked anew. Use the newest mail."))
    return ping


def is_current(ping: Ping) -> bool:
    """Whether this is the newest question to an address in use."""
    contact = ping.contact
    if not contact.is_active or link_tokens.mailbox(contact) != ping.mailbox:
        return False
    return not Ping.objects.filter(contact=contact, asked_at__gt=ping.asked_at).exists()


@transaction.atomic
def answer(ping: Ping, *, is_still: bool, at: datetime) -> None:
    """Takes a contact's word: it is there, or it is not the contact any more. The last word counts.

    Who says no stays on record as silent: two persons change to whom orders go.
    """
    outcome = Ping.Outcome.CONFIRMED if is_still else Ping.Outcome.DENIED
    here = Ping.objects.select_for_update(no_key=True).get(pk=ping.pk)
    if here.outcome == outcome:
        return
    if is_still:
        marking.heard(here.contact_id, at=at)
    else:
        marking.fell([here.contact_id], Contact.Liveness.SILENT, at=at)
    Ping.objects.filter(pk=ping.pk).update(ended_at=at, outcome=outcome)
    actor = Actor(Role.RESPONDER, ping.contact.name)
    audit.record(f"contact.{outcome}", f"contact:{here.contact_id}", actor=actor, at=at)


def return_address(ping: Ping) -> str:
    """Where an answer by mail goes, and the question itself when it cannot be delivered."""
    return sender.plus(f"l{ping.pk}-{_key(ping.pk)}")


def come_in(arrived: Arrived, *, at: datetime) -> None:
    """Looks whether a message answers a question, or brings it back. What a machine answers proves
    nothing, and what was settled otherwise stays so."""
    ping = _asked(arrived.recipients)
    if ping is None:
        return
    if arrived.kind == Kind.BOUNCE:
        come_back(ping, at=at)
        return
    is_theirs = arrived.sender == ping.contact.address.strip().lower()
    if arrived.kind == Kind.REPLY and arrived.is_vouched and is_theirs:
        marking.heard(ping.contact_id, at=at)


@transaction.atomic
def come_back(ping: Ping, *, at: datetime) -> None:
    """The address refuses mail."""
    waiting = Ping.objects.filter(pk=ping.pk, ended_at=None)
    if waiting.update(ended_at=at, outcome=Ping.Outcome.BOUNCED):
        marking.fell([ping.contact_id], Contact.Liveness.BOUNCING, at=at)


def _asked(recipients: Iterable[str]) -> Ping | None:
    """The question of which one of these is the secret address."""
    for pk, key in PLUS.findall("\n".join(recipients).lower()):
        if compare_digest(key, _key(int(pk))):
            ping = Ping.objects.select_related("contact").filter(pk=pk).first()
            return ping if ping is not None and is_current(ping) else None
    return None


def _key(pk: int) -> str:
    return vault.keyed_hash("ping", str(pk))[:KEY_LENGTH]
