"""What a platform's people do about their webhook: have a copy sent again, or try it out.

A replay is the same event under a new time: whoever has it already drops it. It is one attempt,
which the record keeps; it starts the clock where nothing has, and never resets one.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, limits, outbox
from moderation_portal.errors import Conflict, Refused
from moderation_portal.models import Lane, User
from moderation_portal.roles import REPRESENTATIVES, SYSTEM
from platforms import channels
from platforms.models import Contact
from platforms.permissions import platforms_of
from reports.models import Handling

from ..models import Delivery, Notice
from . import parcels, record
from .seeing import visible_to
from .service import counts_as_service, lock_cases, serve_locked

TOPIC, TEST = "webhook.replay", "webhook.test"
TESTED = "webhook.tested"
REPLAYS_A_DAY, TESTS_A_DAY = 500, 50
DAY = timedelta(days=1)


def hooks_of(user: User) -> QuerySet[Contact]:
    """The webhooks of this representative's platform; nobody's for anybody else."""
    if user.role not in REPRESENTATIVES:
        return Contact.objects.none()
    found = Contact.objects.filter(
        platform_id__in=platforms_of(user), channel=Contact.Channel.WEBHOOK
    )
    return found.order_by("rung", "pk")


def deliveries_for(user: User) -> QuerySet[Delivery]:
    """What was handed, or tried to be, to the webhooks of this representative's platform, the
    newest first. What never left the house is not among it."""
    shown = visible_to(user).filter(handling=Handling.ORDINARY)
    found = Delivery.objects.filter(contact__in=hooks_of(user), notice__in=shown, is_quiet=False)
    return found.order_by("-started_at", "-pk")


def ask(delivery: Delivery, *, actor: User, at: datetime) -> None:
    """Has one copy sent to its webhook again. Raises Refused for a stranger, Conflict while it is
    on its way, or where the webhook is not in use any more."""
    if not deliveries_for(actor).filter(pk=delivery.pk).exists():
        raise Refused(_("There is no such notice. Check the number."))
    if delivery.state == Delivery.State.TRYING:
        raise Conflict(_("This copy is on its way. Look again in a minute."))
    if not delivery.contact.is_active:
        raise Conflict(_("This webhook is not in use any more."))
    _take(TOPIC, delivery.contact, REPLAYS_A_DAY, at)
    with transaction.atomic():
        data = {"delivery": delivery.pk, "contact": delivery.contact_id, "step": delivery.step}
        record.record("notice.replay_asked", delivery.notice, actor=actor, at=at, data=data)
        outbox.enqueue(TOPIC, {"delivery": delivery.pk}, lane=Lane.NOTICE, at=at)


def send(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Sends a copy again (`webhook.replay`), once; what comes of it stands in its own delivery."""
    found = Delivery.objects.select_related("notice__platform__registration", "contact")
    original = found.get(pk=payload["delivery"])
    notice, contact, message_id = original.notice, original.contact, original.proof["message_id"]
    purpose = original.proof.get("purpose") or Delivery.Purpose.NOTICE
    asked = parcels.Asked(original.step, purpose)
    if not contact.is_active or parcels.is_quiet(notice, asked):
        return
    made = parcels.parcel(notice, contact, asked, at=at)
    if made is None:
        return
    delivery = _begin(original, {"message_id": message_id, "purpose": purpose}, at)
    parcel = replace(made.parcel, message_id=message_id)
    try:
        receipt = channels.of(contact.channel).hand_over(parcel, contact, at=at)
    except channels.Failed as trouble:
        is_uncertain = isinstance(trouble, channels.Later) and trouble.is_uncertain
        state = Delivery.State.UNCERTAIN if is_uncertain else Delivery.State.REFUSED
        _end(delivery, state, trouble.proof, at)
        return
    _accepted(delivery, notice, receipt, made.named, at)


def ask_test(contact: Contact, *, actor: User, at: datetime) -> None:
    """Sends a test to a webhook of the actor's platform. Raises Refused for any other."""
    if not hooks_of(actor).filter(pk=contact.pk, is_active=True).exists():
        raise Refused(_("This webhook is not in use any more."))
    _take(TEST, contact, TESTS_A_DAY, at)
    with transaction.atomic():
        subject = f"contact:{contact.pk}"
        audit.record("webhook.test_asked", subject, actor=actor, at=at)
        event = f"webhook-test:{uuid.uuid4()}"
        outbox.enqueue(TEST, {"contact": contact.pk, "event": event}, lane=Lane.NOTICE, at=at)


def send_test(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Calls a webhook with nothing but a greeting (`webhook.test`), once; the record keeps what it
    answered."""
    contact = Contact.objects.select_related("platform").get(pk=payload["contact"])
    parcel = channels.Parcel(
        subject="",
        text="",
        message_id=payload["event"],
        purpose="test",
        data={"platform": contact.platform.slug},
    )
    try:
        proof, is_accepted = channels.of(contact.channel).hand_over(parcel, contact, at=at), True
        told = proof.proof
    except channels.Failed as trouble:
        told, is_accepted = trouble.proof or {"reply": trouble.reason}, False
    data = {"is_accepted": is_accepted, "reply": told.get("reply", ""), "event": told.get("event")}
    audit.record(TESTED, f"contact:{contact.pk}", actor=SYSTEM, at=at, data=data)


def _take(topic: str, contact: Contact, most: int, at: datetime) -> None:
    if not limits.take(topic, str(contact.platform_id), most, DAY, at=at):
        raise Conflict(_("Too many requests in one day. Go on tomorrow."))


def _begin(original: Delivery, proof: dict[str, Any], at: datetime) -> Delivery:
    """Writes down the attempt, before anybody is called."""
    same = Delivery.objects.filter(
        notice=original.notice, contact=original.contact, step=original.step
    )
    cut_off = same.filter(purpose=Delivery.Purpose.REPLAY, state=Delivery.State.TRYING)
    cut_off.update(state=Delivery.State.UNCERTAIN, ended_at=at)
    attempt = (same.aggregate(last=Max("attempt"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            return Delivery.objects.create(
                notice=original.notice,
                contact=original.contact,
                purpose=Delivery.Purpose.REPLAY,
                step=original.step,
                attempt=attempt,
                state=Delivery.State.TRYING,
                started_at=at,
                proof=proof,
            )
    except IntegrityError as race:
        raise outbox.Later("another worker is handing this over") from race


def _end(delivery: Delivery, state: str, proof: Mapping[str, Any], at: datetime) -> bool:
    delivery.state, delivery.ended_at, delivery.proof = state, at, delivery.proof | dict(proof)
    trying = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.TRYING)
    return bool(trying.update(state=state, ended_at=at, proof=delivery.proof))


@transaction.atomic
def _accepted(
    delivery: Delivery,
    notice: Notice,
    receipt: channels.Receipt,
    named: tuple[int, ...],
    at: datetime,
) -> None:
    """`named` are the accounts of the copy: from now on the platform knows of them."""
    case_ids = lock_cases(notice.pk)
    if not _end(delivery, Delivery.State.ACCEPTED, receipt.proof, at):
        return
    notice.items.filter(sent_at=None, pk__in=named).update(sent_at=at)
    data = {"delivery": delivery.pk, "contact": delivery.contact_id, "step": delivery.step}
    record.record("notice.replayed", notice, actor=SYSTEM, at=at, data=data, case_ids=case_ids)
    if counts_as_service(notice, delivery):
        serve_locked(delivery, case_ids)
