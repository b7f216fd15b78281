"""Asks each contact of each platform whether somebody is still there, once more where nobody says
so, and then takes it for silent. When and how long is the policy's (`contact_ask`,
`contact_remind`, `contact_patience`).

Every contact is asked alike, whatever goes to it: nothing of a notice is in the question.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from moderation_portal import audit, letter_texts, outbox, policy, recipients, sender
from moderation_portal.models import Lane
from moderation_portal.roles import SYSTEM
from platforms import channels
from platforms.models import Contact, Ping, WebhookSecret

from .. import link_tokens
from ..notices.talking import talk
from . import answering, marking

TOPIC = "contact.ask"
LETTER, EVENT = "still_you", "still_you"
# So many are asked at one turn; the others at the next.
MOST = 500


@transaction.atomic
def ask(*, at: datetime) -> int:
    """Asks those contacts in use that were not asked for the policy's time; returns how many."""
    limits = policy.pack().limits_at(at)
    open_still = Ping.objects.filter(contact=OuterRef("pk"), ended_at=None)
    lately = Ping.objects.filter(contact=OuterRef("pk"), asked_at__gt=at - limits.contact_ask)
    ended = Q(platform__discontinued_on__lte=policy.pack().day(at))
    signing = WebhookSecret.objects.filter(contact=OuterRef("pk"), ends_at=None)
    mute = Q(channel=Contact.Channel.WEBHOOK) & ~Exists(signing)
    in_use = Contact.objects.filter(~ended, ~mute, is_active=True).exclude(address="")
    asked = in_use.filter(~Exists(open_still), ~Exists(lately))
    made = Ping.objects.bulk_create(
        Ping(
            contact=contact,
            mailbox=link_tokens.mailbox(contact),
            asked_at=at,
            remind_after=limits.contact_remind,
            patience=limits.contact_patience,
        )
        for contact in asked.order_by("pk")[:MOST]
    )
    _enqueue(made, "ask", at)
    return len(made)


@transaction.atomic
def chase(*, at: datetime) -> None:
    """Asks those once more who have not answered for the policy's time. A program is not reminded:
    it has answered, or is tried again anyway."""
    late = Ping.objects.filter(
        ended_at=None, reminded_at=None, sent_at__lte=at - F("remind_after")
    ).order_by("pk")
    due = list(late.select_for_update(no_key=True)[:MOST])
    Ping.objects.filter(pk__in=[one.pk for one in due]).update(reminded_at=at)
    _enqueue(due, "remind", at)


@transaction.atomic
def lapse(*, at: datetime) -> None:
    """Takes those for silent who have not answered for as long as the policy waits, and gives up
    questions that never left."""
    waiting = Ping.objects.filter(ended_at=None).select_related("contact")
    unsent = waiting.filter(
        sent_at=None, asked_at__lte=at - policy.pack().limits_at(at).contact_ask
    )
    unsent.update(ended_at=at, outcome=Ping.Outcome.OVERTAKEN)
    late = waiting.filter(sent_at__lte=at - F("patience")).order_by("pk")
    for ping in late.select_for_update(of=("self",), no_key=True)[:MOST]:
        is_same = answering.is_current(ping)
        outcome = Ping.Outcome.SILENT if is_same else Ping.Outcome.OVERTAKEN
        Ping.objects.filter(pk=ping.pk).update(ended_at=at, outcome=outcome)
        if is_same:
            marking.fell([ping.contact_id], Contact.Liveness.SILENT, at=at)


def send(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Hands one question over (`contact.ask`). An address that refuses it bounces; a program that
    takes it has answered. Raises `outbox.Later` when it may work later."""
    ping = Ping.objects.select_related("contact__platform").get(pk=payload["ping"])
    if ping.ended_at is not None or not answering.is_current(ping):
        return
    contact = ping.contact
    is_hook = contact.channel == Contact.Channel.WEBHOOK
    is_trying = recipients.admit(contact.address, is_urgent=False, at=at)
    parcel = _event(ping) if is_hook else _mail(ping, payload["step"], at)
    try:
        talk(parcel, contact, is_trying, at=at)
    except channels.Later as trouble:
        raise outbox.Later(trouble.reason) from trouble
    except channels.Never:
        answering.come_back(ping, at=at)
        return
    Ping.objects.filter(pk=ping.pk, sent_at=None).update(sent_at=at)
    if is_hook:
        marking.heard(contact.pk, at=at)


def _enqueue(pings: list[Ping], step: str, at: datetime) -> None:
    outbox.enqueue_many(
        [outbox.Message(TOPIC, {"ping": one.pk, "step": step}, Lane.BULK) for one in pings], at=at
    )
    audit.record_many(
        (
            audit.Line(TOPIC, f"contact:{one.contact_id}", SYSTEM, data={"step": step})
            for one in pings
        ),
        at=at,
    )


def _mail(ping: Ping, step: str, at: datetime) -> channels.Parcel:
    contact, spoken = ping.contact, policy.pack().languages
    language = contact.language if contact.language in spoken else spoken[0]
    given = {
        "issued_at": at,
        "contact_name": contact.name,
        "platform": contact.platform.name,
        "answer_url": settings.BASE_URL + answering.address(ping, language),
    }
    letter = letter_texts.write(LETTER, language, given)
    back = answering.return_address(ping)
    return channels.Parcel(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=sender.message_id(f"ping:{ping.pk}:{step}"),
        headers={"Reply-To": back},
        purpose=LETTER,
        return_path=back,
    )


def _event(ping: Ping) -> channels.Parcel:
    """What a program is asked: nothing but that it answers."""
    return channels.Parcel(
        subject="",
        text="",
        message_id=f"ping:{ping.pk}",
        purpose=EVENT,
        data={"platform": ping.contact.platform.slug},
    )
