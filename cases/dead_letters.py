"""What the messages of this room were to do, for those who settle what could not be delivered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import outbox
from platforms.models import Contact, Ping
from platforms.replies import TOPIC as REPLIED
from reports.models import Handling

from . import pictures
from .blocks import sending as access
from .links import TOPIC as CODE
from .liveness import asking
from .models import LETTER, AccessLetter, Delivery, LinkVisit, Notice, ProviderInformation
from .notices import informing, issuing, parcels, replaying

Payloads = Sequence[Mapping[str, Any]]


@outbox.tells(issuing.SEND)
def letters(payloads: Payloads) -> list[outbox.Told]:
    """Each letter with its number and the contact that it was for."""
    contacts = outbox.rows_of(payloads, "contact", Contact.objects.all())
    told = []
    for payload, notice, contact in zip(payloads, _notices(payloads), contacts, strict=True):
        asked = parcels.Asked.read(payload)
        words = (
            _("Reminder of notice %(number)s to %(contact)s, %(platform)s")
            if asked.purpose == Delivery.Purpose.REMINDER
            else _("Notice %(number)s to %(contact)s, %(platform)s")
        )
        told.append(_of(notice, words, contact.name, parcels.message_id(notice, asked)))
    return told


@outbox.tells(issuing.SIGN)
def signatures(payloads: Payloads) -> list[outbox.Told]:
    """Whose letter waits for its electronic signature."""
    words = _("Electronic signature of notice %(number)s to %(platform)s")
    return [_of(notice, words) for notice in _notices(payloads)]


@outbox.tells(issuing.DEPUTIES)
def words_to_deputies(payloads: Payloads) -> list[outbox.Told]:
    """Which notice the deputies of a platform were to hear of."""
    words = _("Word of notice %(number)s to the deputies of %(platform)s")
    return [_of(notice, words) for notice in _notices(payloads)]


@outbox.tells(CODE)
def codes(payloads: Payloads) -> list[outbox.Told]:
    """Who waited for the code behind the link of which notice."""
    known = LinkVisit.objects.select_related("notice__platform", "contact")
    words = _("Code for the link of notice %(number)s to %(contact)s, %(platform)s")
    visits = outbox.rows_of(payloads, "visit", known)
    return [_of(visit.notice, words, visit.contact.name) for visit in visits]


@outbox.tells(asking.TOPIC)
def questions_to_contacts(payloads: Payloads) -> list[outbox.Told]:
    """Which contact was to be asked whether somebody is there."""
    known = Ping.objects.select_related("contact__platform")
    words = _("Question to %(contact)s, %(platform)s, whether somebody is there")
    contacts = [ping.contact for ping in outbox.rows_of(payloads, "ping", known)]
    return [
        outbox.Told(words % {"contact": one.name, "platform": one.platform.name})
        for one in contacts
    ]


@outbox.tells(replaying.TOPIC)
def copies_sent_again(payloads: Payloads) -> list[outbox.Told]:
    """Which notice a platform wanted its webhook called with again."""
    known = Delivery.objects.select_related("notice__platform", "contact")
    words = _("Copy, asked for again, of notice %(number)s to %(contact)s, %(platform)s")
    found = outbox.rows_of(payloads, "delivery", known)
    return [_of(one.notice, words, one.contact.name) for one in found]


@outbox.tells(replaying.TEST)
def tests_of_webhooks(payloads: Payloads) -> list[outbox.Told]:
    """Whose webhook was to be tried out."""
    hooks = outbox.rows_of(payloads, "contact", Contact.objects.select_related("platform"))
    words = _("Test of the webhook of %(platform)s")
    return [outbox.Told(words % {"platform": hook.platform.name}) for hook in hooks]


@outbox.tells(access.TOPIC)
def access_letters(payloads: Payloads) -> list[outbox.Told]:
    """Which letter to which access provider."""
    known = AccessLetter.objects.select_related("block__proposal")
    return [_access(letter) for letter in outbox.rows_of(payloads, "letter", known)]


@outbox.tells(issuing.COPY)
def copies_for_authorities(payloads: Payloads) -> list[outbox.Told]:
    """Of which order a copy was to go to another authority."""
    words = _("Copy of order %(number)s for the authority of the provider's country")
    return [_of(notice, words) for notice in _notices(payloads)]


@outbox.tells(informing.TOPIC)
def information_for_providers(payloads: Payloads) -> list[outbox.Told]:
    """Which provider was to be told how orders go."""
    known = ProviderInformation.objects.select_related("platform")
    words = _("Information for %(platform)s before its first order")
    return [
        outbox.Told(words % {"platform": row.platform.name}, "", row.handling == Handling.SEALED)
        for row in outbox.rows_of(payloads, "information", known)
    ]


def _access(letter: AccessLetter) -> outbox.Told:
    words = _("Letter %(number)s to %(name)s") % {"number": letter.number, "name": letter.name}
    address = reverse("cases:block", args=[letter.block_id])
    return outbox.Told(words, address, letter.block.handling == Handling.SEALED)


@outbox.tells("notices.gather")
def orders(payloads: Payloads) -> list[outbox.Told]:
    """Which cases they are is told by the error alone, which may name a sealed one."""
    said = _("Approved orders that could not be written")
    return [outbox.Told(said, reverse("cases:queue"), is_sealed=True) for _payload in payloads]


@outbox.tells("report.received")
def openings(payloads: Payloads) -> list[outbox.Told]:
    """A report may turn out to be on a child as it is taken into a case."""
    said = _("A report that was not taken into a case")
    return [outbox.Told(said, is_sealed=True) for _payload in payloads]


@outbox.tells(REPLIED)
def messages(payloads: Payloads) -> list[outbox.Told]:
    """A message that nobody could read may be about anything."""
    said = _("A message that came in by mail and could not be read")
    return [
        outbox.Told(said, reverse("cases:message", args=[payload["mail"]]), is_sealed=True)
        for payload in payloads
    ]


@outbox.tells(pictures.TOPIC)
def undrawn(payloads: Payloads) -> list[outbox.Told]:
    """That there was a page to be drawn tells that it was fetched, which not everybody may know."""
    said = _("The picture of what a look saw")
    return [outbox.Told(said, is_sealed=True) for _payload in payloads]


def _of(notice: Notice, words: str, contact: str = "", message_id: str = "") -> outbox.Told:
    facts = {
        "number": notice.number or "–",
        "contact": contact,
        "platform": notice.platform.name,
    }
    address = reverse("cases:notice", args=[notice.pk])
    return outbox.Told(words % facts, address, notice.handling == Handling.SEALED, message_id)


def _notices(payloads: Payloads) -> list[Notice]:
    known = Notice.objects.select_related("platform").defer(*LETTER)
    return outbox.rows_of(payloads, "notice", known)
