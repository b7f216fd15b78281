"""What the messages of this room were to do, for those who settle what could not be delivered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import outbox
from platforms.models import Contact, Ping
from platforms.replies import TOPIC as REPLIED
from reports.models import Handling

from .blocks import sending as access
from .links import TOPIC as CODE
from .liveness import asking
from .models import LETTER, AccessLetter, Delivery, LinkVisit, Notice
from .notices import issuing, parcels, replaying

Payloads = Sequence[Mapping[str, Any]]


@outbox.tells(issuing.SEND)
def letters(payloads: Payloads) -> list[outbox.Told]:
    """Each letter with its number and the contact that it was for."""
    notices = _notices({payload["notice"] for payload in payloads})
    contacts = Contact.objects.in_bulk({payload["contact"] for payload in payloads})
    told = []
    for payload in payloads:
        notice, asked = notices[payload["notice"]], parcels.Asked.read(payload)
        contact = contacts[payload["contact"]]
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
    notices = _notices({payload["notice"] for payload in payloads})
    words = _("Electronic signature of notice %(number)s to %(platform)s")
    return [_of(notices[payload["notice"]], words) for payload in payloads]


@outbox.tells(issuing.DEPUTIES)
def words_to_deputies(payloads: Payloads) -> list[outbox.Told]:
    """Which notice the deputies of a platform were to hear of."""
    notices = _notices({payload["notice"] for payload in payloads})
    words = _("Word of notice %(number)s to the deputies of %(platform)s")
    return [_of(notices[payload["notice"]], words) for payload in payloads]


@outbox.tells(CODE)
def codes(payloads: Payloads) -> list[outbox.Told]:
    """Who waited for the code behind the link of which notice."""
    asked = {payload["visit"] for payload in payloads}
    visits = LinkVisit.objects.select_related("notice__platform", "contact").in_bulk(asked)
    words = _("Code for the link of notice %(number)s to %(contact)s, %(platform)s")
    found = [visits[payload["visit"]] for payload in payloads]
    return [_of(visit.notice, words, visit.contact.name) for visit in found]


@outbox.tells(asking.TOPIC)
def questions_to_contacts(payloads: Payloads) -> list[outbox.Told]:
    """Which contact was to be asked whether somebody is there."""
    pings = Ping.objects.select_related("contact__platform")
    known = pings.in_bulk({payload["ping"] for payload in payloads})
    words = _("Question to %(contact)s, %(platform)s, whether somebody is there")
    contacts = [known[payload["ping"]].contact for payload in payloads]
    return [
        outbox.Told(words % {"contact": one.name, "platform": one.platform.name})
        for one in contacts
    ]


@outbox.tells(replaying.TOPIC)
def copies_sent_again(payloads: Payloads) -> list[outbox.Told]:
    """Which notice a platform wanted its webhook called with again."""
    asked = {payload["delivery"] for payload in payloads}
    known = Delivery.objects.select_related("notice__platform", "contact").in_bulk(asked)
    words = _("Copy, asked for again, of notice %(number)s to %(contact)s, %(platform)s")
    found = [known[payload["delivery"]] for payload in payloads]
    return [_of(one.notice, words, one.contact.name) for one in found]


@outbox.tells(replaying.TEST)
def tests_of_webhooks(payloads: Payloads) -> list[outbox.Told]:
    """Whose webhook was to be tried out."""
    known = Contact.objects.select_related("platform").in_bulk({p["contact"] for p in payloads})
    words = _("Test of the webhook of %(platform)s")
    names = [known[payload["contact"]].platform.name for payload in payloads]
    return [outbox.Told(words % {"platform": name}) for name in names]


@outbox.tells(access.TOPIC)
def access_letters(payloads: Payloads) -> list[outbox.Told]:
    """Which letter to which access provider."""
    asked = {payload["letter"] for payload in payloads}
    known = AccessLetter.objects.select_related("block__proposal").in_bulk(asked)
    return [_access(known[payload["letter"]]) for payload in payloads]


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


def _of(notice: Notice, words: str, contact: str = "", message_id: str = "") -> outbox.Told:
    facts = {
        "number": notice.number or "–",
        "contact": contact,
        "platform": notice.platform.name,
    }
    address = reverse("cases:notice", args=[notice.pk])
    return outbox.Told(words % facts, address, notice.handling == Handling.SEALED, message_id)


def _notices(ids: set[int]) -> dict[int, Notice]:
    return Notice.objects.select_related("platform").defer(*LETTER).in_bulk(ids)
