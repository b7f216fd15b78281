"""Handing a notice to one contact, in two phases around a conversation that nobody can take back.

First the attempt is written down and committed; then the channel talks, with no transaction open;
then the outcome is written, guarded. A crash in between leaves an attempt without an end, which the
next one marks uncertain: a copy too many, under the same Message-ID, and never one too few.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists

from moderation_portal import faults, outbox, recipients
from moderation_portal.errors import PortalError
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from platforms import channels
from platforms.models import Contact
from reports.models import Handling

from ..holds import running
from ..models import OPEN_NOTICES, Delivery, Notice, Urgency
from . import addresses, outcomes, parcels, preserving, record
from .issuing import enqueue
from .service import counts_as_service, lock_cases, serve_locked
from .talking import talk, way_out

ARRIVED = (Delivery.State.ACCEPTED, Delivery.State.PLACED)
# Refusals after which somebody else of the platform is addressed as well.
TURN_AFTER = 3
# Our own letter could not be read or written; no platform is to blame.
NOT_WRITTEN = "notice.not_written"
# So often a letter that is asked for again looks whether it is signed.
UNSIGNED = timedelta(minutes=1)


def hand_over(payload: dict[str, Any], *, at: datetime) -> None:
    """Sends one notice, or a reminder of it, to one contact (`notice.send`).

    Raises `outbox.Later` when it may work later, also where the fault is ours, and `outbox.Never`
    when the address is refused for good; by then another contact of the platform has been
    addressed, if there is one.
    """
    notice = Notice.objects.select_related("platform__registration").get(pk=payload["notice"])
    contact = Contact.objects.get(pk=payload["contact"])
    asked = parcels.Asked.read(payload)
    if not _is_wanted(notice, contact, asked):
        return
    is_quiet = parcels.is_quiet(notice, asked)
    if is_quiet and running.stops(notice):
        return
    if not notice.pdf:
        raise outbox.Wait("its letter is not signed yet", UNSIGNED)
    if preserving.goes_first(notice, at=at):
        raise outbox.Later("the letter that asks for preservation goes first")
    is_trying = _admit(notice, contact, asked, at)
    delivery = _begin(notice, contact, asked, is_quiet, at)
    if delivery is None:
        return
    if delivery.is_quiet:
        _ended_quietly(delivery, notice, contact, at)
        return
    try:
        sent = parcels.parcel(notice, contact, asked, at=at)
    except PortalError as fault:
        _not_written(delivery, notice, fault, at)
        raise outbox.Later(fault.sentence) from fault
    if sent is None and _is_kept(notice, asked):
        _end(delivery, Delivery.State.UNCERTAIN, {}, at)
        return
    if sent is None:
        _ended_quietly(delivery, notice, contact, at)
        return
    talking = partial(talk, sent.parcel, contact, is_trying, at=at)
    _end_as(talking, delivery, notice, contact, sent.named, at)


def _admit(notice: Notice, contact: Contact, asked: parcels.Asked, at: datetime) -> bool:
    """Waits for the turn of the mailbox; true where this letter tries one that rests. While it
    rests, and has for some time, another contact is addressed as well, as if this very letter had
    been tried so often."""
    if way_out(contact).name == Contact.Channel.PORTAL:
        return False
    try:
        return recipients.admit(contact.address, is_urgent=notice.urgency == Urgency.URGENT, at=at)
    except recipients.Resting as rest:
        if rest.failures >= TURN_AFTER:
            with transaction.atomic():
                turn_to_others(notice, contact, asked.purpose, at)
        raise


def was_sent(payload: dict[str, Any], why: str, *, at: datetime) -> None:
    """Writes down as handed over what a person found, after a restore, to have left before it.

    The clock of the platform starts now: later than it did, and never too early.
    """
    notice = Notice.objects.select_related("platform__registration").get(pk=payload["notice"])
    contact = Contact.objects.get(pk=payload["contact"])
    asked = parcels.Asked.read(payload)
    if not _is_wanted(notice, contact, asked):
        return
    delivery = _begin(notice, contact, asked, parcels.is_quiet(notice, asked), at)
    if delivery is None:
        return
    sent = parcels.parcel(notice, contact, asked, at=at)
    channel = way_out(contact).name
    proof: dict[str, object] = {
        "channel": channel,
        "to": contact.address,
        "reply": why,
        "at": at.isoformat(),
    }
    receipt = channels.Receipt(channel != Contact.Channel.PORTAL, proof)
    _accepted(delivery, notice, receipt, sent.named if sent else (), at)


def _end_as(
    talk: Callable[[], channels.Receipt],
    delivery: Delivery,
    notice: Notice,
    contact: Contact,
    named: Collection[int],
    at: datetime,
) -> None:
    """Writes down what comes of talking to the contact; raises as `hand_over` does."""
    try:
        receipt = talk()
    except channels.Later as trouble:
        _end(delivery, _state_after(trouble), trouble.proof, at)
        if delivery.attempt == TURN_AFTER:
            turn_to_others(notice, contact, delivery.purpose, at)
        raise outbox.Later(trouble.reason) from trouble
    except channels.Never as refusal:
        _refused(delivery, notice, contact, refusal, at)
        raise outbox.Never(str(refusal)) from refusal
    _accepted(delivery, notice, receipt, named, at)


def _ended_quietly(delivery: Delivery, notice: Notice, contact: Contact, at: datetime) -> None:
    """As if it had been handed over: a sealed case speaks for the notice, perhaps only since this
    attempt began. Nothing on the notice's own side tells so; the mailbox does what it did last."""
    delivery.is_quiet = True
    talk = partial(outcomes.like_the_last, delivery, contact, way_out(contact).name, at=at)
    _end_as(talk, delivery, notice, contact, (), at)


def _is_wanted(notice: Notice, contact: Contact, asked: parcels.Asked) -> bool:
    """Whether sending still makes sense: withdrawn, answered or revoked meanwhile, it does not."""
    if notice.state not in OPEN_NOTICES or not contact.is_active:
        return False
    if notice.handling == Handling.SEALED and not addresses.may_hear_sealed(contact):
        return False
    is_reminder = asked.purpose == Delivery.Purpose.REMINDER
    return not is_reminder or parcels.standing(notice, asked).exists()


def _is_kept(notice: Notice, asked: parcels.Asked) -> bool:
    """Whether a Hold keeps this back; when it ends, whatever is wanted still is sent anew."""
    return parcels.is_quiet(notice, asked) and running.stops(notice)


def _begin(
    notice: Notice, contact: Contact, asked: parcels.Asked, is_quiet: bool, at: datetime
) -> Delivery | None:
    """Writes down the attempt; None when this very thing was handed over before."""
    same = Delivery.objects.filter(notice=notice, contact=contact, step=asked.step)
    earlier = list(same)
    message_id = parcels.message_id(notice, asked)
    for one in earlier:
        is_this = one.proof.get("message_id") == message_id and one.state in ARRIVED
        if is_this and (is_quiet or not one.is_quiet):
            return None
    if any(one.state == Delivery.State.TRYING for one in earlier):
        same.filter(state=Delivery.State.TRYING).update(state=Delivery.State.UNCERTAIN, ended_at=at)
    try:
        with transaction.atomic():
            return Delivery.objects.create(
                notice=notice,
                contact=contact,
                purpose=asked.purpose,
                step=asked.step,
                attempt=max((one.attempt for one in earlier), default=0) + 1,
                state=Delivery.State.TRYING,
                started_at=at,
                proof={"message_id": message_id},
                is_quiet=is_quiet,
            )
    except IntegrityError as race:
        raise outbox.Later("another worker is handing this over") from race


def _end(
    delivery: Delivery, state: str, proof: dict[str, Any], at: datetime, *only_if: Any
) -> bool:
    """Writes the outcome, unless somebody else has already judged this attempt, and `only_if` these
    conditions on its row hold."""
    delivery.state, delivery.ended_at, delivery.proof = state, at, delivery.proof | proof
    open_still = Delivery.objects.filter(
        *only_if, pk=delivery.pk, state__in=[Delivery.State.TRYING, Delivery.State.UNCERTAIN]
    )
    return bool(
        open_still.update(
            state=state, ended_at=at, proof=delivery.proof, is_quiet=delivery.is_quiet
        )
    )


def _state_after(trouble: channels.Later) -> str:
    return Delivery.State.UNCERTAIN if trouble.is_uncertain else Delivery.State.FAILED


@transaction.atomic
def _accepted(
    delivery: Delivery,
    notice: Notice,
    receipt: channels.Receipt,
    named: Collection[int],
    at: datetime,
) -> None:
    """`named` are the items that the letter listed: from now on the platform knows of them."""
    state = Delivery.State.ACCEPTED if receipt.accepted else Delivery.State.PLACED
    case_ids = lock_cases(notice.pk)
    if not _end(delivery, state, receipt.proof, at, ~_alike(delivery)):
        _end(delivery, Delivery.State.UNCERTAIN, receipt.proof, at)
        return
    if not receipt.accepted:
        return
    notice.items.filter(sent_at=None, pk__in=named).update(sent_at=at)
    if delivery.purpose == Delivery.Purpose.REMINDER:
        kind = "notice.reminded"
    elif delivery.step != notice.rung and delivery.step != parcels.ELSEWHERE:
        kind = "notice.escalated"
    else:
        kind = "notice.sent"
    data = {"delivery": delivery.pk, "contact": delivery.contact_id, "step": delivery.step}
    record.record(kind, notice, actor=SYSTEM, at=at, data=data, case_ids=case_ids)
    if delivery.is_quiet and kind == "notice.sent":
        record.held_back(notice, at=at)
    if counts_as_service(notice, delivery):
        serve_locked(delivery, case_ids)


def _alike(delivery: Delivery) -> Exists:
    """Whether another attempt at this very thing was accepted before: a worker that stood still
    handed over a copy after it had been taken for dead."""
    alike = Delivery.objects.filter(
        notice=delivery.notice_id,
        contact=delivery.contact_id,
        step=delivery.step,
        state=Delivery.State.ACCEPTED,
        is_quiet=delivery.is_quiet,
        proof__message_id=delivery.proof["message_id"],
    )
    return Exists(alike.exclude(pk=delivery.pk))


@transaction.atomic
def _refused(
    delivery: Delivery, notice: Notice, contact: Contact, refusal: Exception, at: datetime
) -> None:
    """The mailbox is recorded as bouncing, and the platform's next one is tried at once."""
    proof = getattr(refusal, "proof", {})
    if not _end(delivery, Delivery.State.REFUSED, proof, at):
        return
    addresses.mark_bouncing(notice, contact.pk, at=at)
    data = {"delivery": delivery.pk, "contact": contact.pk, "reason": str(refusal)}
    record.record("delivery.refused", notice, actor=SYSTEM, at=at, data=data)
    turn_to_others(notice, contact, delivery.purpose, at)


@transaction.atomic
def _not_written(delivery: Delivery, notice: Notice, fault: PortalError, at: datetime) -> None:
    """What we cannot hand over is no fault of the mailbox: it is tried again, and the record of the
    notice says once what is wrong."""
    if not _end(delivery, Delivery.State.FAILED, {"fault": faults.code_of(fault)}, at):
        return
    if not Event.objects.filter(thread=f"notice:{notice.pk}", kind=NOT_WRITTEN).exists():
        data = {"delivery": delivery.pk, "reason": faults.code_of(fault)}
        record.record(NOT_WRITTEN, notice, actor=SYSTEM, at=at, data=data)


def turn_to_others(notice: Notice, contact: Contact, purpose: str, at: datetime) -> None:
    """Another contact gets the notice; where nobody is left, a person must find somebody."""
    if purpose != Delivery.Purpose.NOTICE or notice.served_at is not None:
        return
    others = addresses.next_contacts(notice, contact.rung)
    if enqueue(notice, others, step=parcels.ELSEWHERE, at=at) == 0:
        record.unreachable(notice, at=at)
