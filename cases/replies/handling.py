"""What a worker does with a message that was kept: reads it once, and says what it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from moderation_portal import outbox
from moderation_portal.errors import Conflict
from moderation_portal.roles import SYSTEM
from platforms import replies
from platforms.models import InboundMail
from platforms.replies import Arrived, Kind
from reports.models import Handling

from .. import answers, notices
from ..liveness.answering import come_in
from ..liveness.marking import heard
from ..models import ANSWERABLE, Reply
from . import belonging, bouncing, reading, saying, telling
from .belonging import Belonging

EARLIER_LOOKED_AT = 200
ON_ARRIVAL = {
    Kind.REPLY: Reply.State.WAITING,
    Kind.AUTOMATIC: Reply.State.NOTED,
    Kind.BOUNCE: Reply.State.NOTED,
    Kind.DELAY: Reply.State.NOTED,
}


def handle(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handles `platform.replied`, in the caller's transaction. `at` is when; all that follows from
    a message counts from the moment at which it came in."""
    mail = InboundMail.objects.get(pk=payload["mail"])
    known = Reply.objects.filter(pk=mail.pk)
    # Given up once, and tried again by a person.
    known.filter(kind=Reply.Kind.UNREAD, state=Reply.State.WAITING).delete()
    if known.exists():
        return
    try:
        raw = replies.source(mail)
    except Conflict as error:
        raise outbox.Never(error.sentence) from error
    arrived, opened = replies.read(raw), reading.open_up(raw)
    found = belonging.find(arrived, opened.text)
    reply = _keep(mail, arrived, found, opened)
    come_in(arrived, at=mail.received_at)
    if arrived.kind in (Kind.BOUNCE, Kind.DELAY):
        bouncing.come_back(reply, arrived, found, at=at)
    elif arrived.kind == Kind.AUTOMATIC:
        telling.tell("mail.automatic", reply, actor=SYSTEM, at=at)
    else:
        telling.tell("mail.arrived", reply, actor=SYSTEM, at=at, is_proved=reply.is_proved)
        if reply.is_proved:
            _hear(reply, opened)
        if Reply.objects.filter(pk=reply.pk, state=Reply.State.WAITING).exists():
            telling.tell_holders(reply, at=at)


def give_up(payload: Mapping[str, Any], why: str, *, at: datetime) -> None:
    """A message that could not be read is shown to the cleared: nobody knows what it is about."""
    mail = InboundMail.objects.get(pk=payload["mail"])
    facts = {"kind": Reply.Kind.UNREAD, "state": Reply.State.WAITING, "handling": Handling.SEALED}
    Reply.objects.get_or_create(pk=mail.pk, defaults=facts | {"received_at": mail.received_at})


def _keep(mail: InboundMail, arrived: Arrived, found: Belonging, opened: reading.Opened) -> Reply:
    return Reply.objects.create(
        mail=mail,
        notice=found.notice,
        contact=found.contact,
        handling=Handling.SEALED if found.is_sealed else Handling.ORDINARY,
        kind=arrived.kind.value,
        state=ON_ARRIVAL[arrived.kind],
        is_secret=found.is_secret,
        is_proved=belonging.is_proved(arrived, found),
        content=opened.content.sealed(),
        received_at=mail.received_at,
    )


def _hear(reply: Reply, opened: reading.Opened) -> None:
    """The platform's own word: it knows of the notice, and what it answers in a form that a machine
    can read is taken, as of the moment at which it came in.

    A sealed notice is answered in the portal only. What was taken before is not taken again: that
    somebody sends an old mail anew is no new answer.
    """
    notice, contact, at = reply.notice, reply.contact, reply.received_at
    if notice is None or contact is None or notice.handling == Handling.SEALED:
        return
    if notice.state not in ANSWERABLE:
        return
    # Somebody reads that mailbox: the notice has arrived, whatever became of its delivery.
    proof = {"contact": contact.pk, "reply": reply.pk}
    notices.start_clock(notice.pk, at=at, proof=proof)
    notices.acknowledge(notice, at=at)
    heard(contact.pk, at=at)
    if _was_taken_before(reply, opened.content.said):
        return
    # Of a message that only the cleared see the record of the answers says nothing either.
    channel = answers.LINK if reply.handling == Handling.SEALED else answers.REPLY
    said = saying.take(notice, contact, opened, channel=channel, at=at)
    content = replace(opened.content, problems=said.problems, taken=said.taken)
    state = Reply.State.WAITING if said.has_more else Reply.State.TAKEN
    Reply.objects.filter(pk=reply.pk).update(
        state=state, receipt=said.receipt, content=content.sealed()
    )


def _was_taken_before(reply: Reply, said: str) -> bool:
    earlier = Reply.objects.filter(notice=reply.notice).exclude(receipt="").order_by("-received_at")
    return any(reading.content_of(one).said == said for one in earlier[:EARLIER_LOOKED_AT])
