"""Drafts become notices: text, targets and policy are frozen, cases ordered, copies sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, PortalError
from moderation_portal.letters import Letter
from moderation_portal.models import Lane, OutboxState, User
from moderation_portal.outbox import desk
from moderation_portal.policy import Ladder, Rung
from moderation_portal.roles import SYSTEM, Actor
from platforms import deputies
from platforms.models import Contact

from .. import clocks, lifecycle
from ..models import Case, Delivery, Notice, NoticeItem, Target, TargetState, Urgency
from ..rungs import FORMAL, ORDER, ORDERS, find
from . import (
    addresses,
    drafting,
    features,
    grouping,
    informing,
    marks,
    numbering,
    proposing,
    record,
)

# Stands in a preview for what the signature brings.
BLANK = "…"
SEND = "notice.send"
# Whoever stands in for a colleague hears beside the contacts.
DEPUTIES = "notice.deputies"
# A copy of an order for the authority of the provider's country (`authority_copies`).
COPY = "order.copy"
# Makes the electronic signature that a letter waits for before it is sent.
SIGN = "letter.sign"
# Stands in the address that answers by mail go to, without the letter behind which the contact
# begins.
REPLY_KEY_LENGTH = 16


@dataclass(frozen=True)
class Problem:
    """Why a notice could not be issued, and the cases that wait for it."""

    said: str
    case_ids: tuple[int, ...]

    def __str__(self) -> str:
        return self.said


@dataclass
class Gathered:
    """The notices that were issued, and why others could not be."""

    issued: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Locked:
    """A notice with its items, locked after their cases and targets, in the order of all verbs."""

    notice: Notice
    items: list[NoticeItem]

    @property
    def case_ids(self) -> list[int]:
        return sorted({item.target.case_id for item in self.items})


def gather(
    at: datetime,
    *,
    urgency: str | None = None,
    platform_id: int | None = None,
    handling: str | None = None,
    actor: User | Actor = SYSTEM,
    is_asked: bool = False,
) -> Gathered:
    """Issues notices for the approved accounts: a list for a platform instead of a letter each.

    Urgent ones leave at once, ordinary ones when the oldest has waited the policy's minutes, or now
    when `is_asked`. Call it outside a transaction: each platform is one of its own, and a notice
    that cannot be written leaves the others alone.
    """
    wanted = grouping.ready_targets(urgency, platform_id)
    if handling is not None:
        wanted = wanted.filter(handling=handling)
    stretches = wanted.order_by("case__platform_id", "case__urgency", "handling").values_list(
        "case__platform_id", "case__urgency", "handling"
    )
    gathered = Gathered()
    for platform, pace, kind in stretches.distinct():
        here = grouping.ready_targets(pace, platform).filter(handling=kind)
        with transaction.atomic():
            targets = informing.allowed(grouping.not_kept(grouping.lock(here)), at)
            decisions = grouping.decisions_for({target.case_id for target in targets})
            for group in grouping.group(targets, decisions):
                if grouping.is_due(group, at, is_asked=is_asked):
                    _issue_group(group, actor, at, gathered)
    return gathered


def lock(notice_id: int) -> Locked:
    """Locks cases, targets and notice, always in this order, and reads the items after that."""
    items = NoticeItem.objects.filter(notice_id=notice_id).order_by("position")
    pairs = list(items.values_list("target_id", "target__case_id"))
    lifecycle.lock(sorted({case_id for _target, case_id in pairs}))
    targets = Target.objects.filter(pk__in=[target for target, _case in pairs]).order_by("id")
    list(targets.select_for_update(no_key=True).values_list("pk"))
    related = ("platform__registration", "follows")
    notice = (
        Notice.objects.select_related(*related)
        .select_for_update(no_key=True, of=("self",))
        .get(pk=notice_id)
    )
    return Locked(notice, list(items.select_related("target__case", "target__account")))


def freeze(
    locked: Locked,
    *,
    actor: User | Actor,
    at: datetime,
    letter: str = "",
    original: Notice | None = None,
    more: dict[str, Any] | None = None,
) -> bool:
    """Numbers, writes and issues a locked draft. False when nothing in it stands any more.

    `letter` names another template than the rung's, `original` the notice whose revision this is;
    `more` goes before what a formal rung's signatures give. The letter names every account; what
    its platform may not read is left out of its copy. Raises Invalid when the letter lacks a thing.
    """
    notice, items = locked.notice, locked.items
    rung = rung_of(notice, at)
    if rung is not None and rung.kind in FORMAL:
        items = items if rung.follows_unpaid_fine else _still_standing(notice, items)
        if not items:
            discard([notice.pk], actor=actor, at=at)
            return False
        more = {**_formal(notice, rung), **(more or {})}
    if original is None:
        numbering.take(notice, policy.pack(), at)
    else:
        numbering.revise(notice, original)
    code = letter or (rung.letter if rung else notice.rung)
    drafting.write(notice, items, code=code, at=at, more=more)
    notice.reply_key = get_random_string(REPLY_KEY_LENGTH, marks.ALPHABET)
    notice.state, notice.issued_at, notice.item_count = Notice.State.ISSUED, at, len(items)
    notice.save()
    case_ids = sorted({item.target.case_id for item in items})
    if notice.rung in ORDERS:
        _order(notice, items, case_ids, at)
    _watch_service(notice, items, rung, at)
    record.record("notice.issued", notice, actor=actor, at=at, case_ids=case_ids)
    send_first(notice, at=at)
    return True


def send_first(notice: Notice, *, at: datetime) -> None:
    """Sends what was issued, once its letter is signed. What stands on no rung also goes to whoever
    any letter about its accounts reached; a proposal to nobody."""
    rung = rung_of(notice)
    if not notice.pdf:
        outbox.enqueue(SIGN, {"notice": notice.pk}, lane=lane_of(notice), key=str(notice.pk), at=at)
    elif rung is None:
        send(notice, 0, at=at, besides=addresses.reached(notice))
    elif rung.kind != "proposal":
        send(notice, rung.contact_rung, at=at)


def send(
    notice: Notice,
    contact_rung: int,
    *,
    at: datetime,
    besides: Sequence[Contact] = (),
    again: str = "",
) -> int:
    """Enqueues one message for each contact of a rung, and for those `besides`; returns how many.

    Where the platform has nobody to be reached the record says so, and the notice lies in the
    portal. Where the law wants a copy of orders elsewhere, that is enqueued with it.
    """
    if notice.rung in ORDERS and policy.pack().authorities(at):
        outbox.enqueue(
            COPY, {"notice": notice.pk}, lane=lane_of(notice), key=f"{notice.pk}:{again}", at=at
        )
    everybody = {c.pk: c for c in (*addresses.contacts(notice, contact_rung), *besides)}
    if not everybody:
        record.unreachable(notice, at=at)
    return enqueue(notice, everybody.values(), step=notice.rung, at=at, again=again)


def send_again(notice: Notice, *, actor: User, at: datetime) -> int:
    """Sends a notice that has reached nobody once more, to every contact that the platform has now;
    returns how many. What was given up of it is settled by this. Raises Conflict when it was
    served, or when there is nobody to ask."""
    with transaction.atomic():
        here = lock(notice.pk).notice
        if here.state != Notice.State.ISSUED:
            state = {"state": here.get_state_display()}
            raise Conflict(_("This notice is “%(state)s” already.") % state)
        everybody = addresses.everybody(here)
        if not everybody:
            said = _("The platform has no contact to be asked. Have the steward add one first.")
            raise Conflict(said)
        record.record("notice.sent_again", here, actor=actor, at=at)
        given_up = desk.listed(states=[OutboxState.DEAD], topic=SEND)
        overtaken = given_up.filter(payload__notice=here.pk)
        desk.settle(overtaken, actor=actor, reason=_("sent again to every contact"), at=at)
        return enqueue(here, everybody, step=here.rung, at=at, again=at.isoformat())


def watch_service(notice: Notice, *, at: datetime) -> None:
    """Lets the ladder look after a notice that has reached nobody yet."""
    _watch_service(notice, list(notice.items.order_by("position")), rung_of(notice), at)


def enqueue(
    notice: Notice, contacts: Iterable[Contact], *, step: str, at: datetime, again: str = ""
) -> int:
    """Enqueues the sending of a notice to these contacts; each once, unless it is sent `again`."""
    payload = {"notice": notice.pk, "step": step, "purpose": str(Delivery.Purpose.NOTICE)}
    return _enqueue(notice, contacts, payload, f"{step}:{again}", at)


def remind(
    notice: Notice,
    contacts: Iterable[Contact],
    items: Sequence[NoticeItem],
    *,
    step: str,
    at: datetime,
) -> int:
    """Enqueues a reminder of what is due when these items are, one mail for each contact; each once
    for a due time."""
    dues = sorted({item.due_at for item in items if item.due_at})
    payload = {
        "notice": notice.pk,
        "step": step,
        "purpose": str(Delivery.Purpose.REMINDER),
        "dues": [due.isoformat() for due in dues],
    }
    return _enqueue(notice, contacts, payload, f"{step}:{dues[0].isoformat()}", at)


def _enqueue(
    notice: Notice, contacts: Iterable[Contact], payload: dict[str, Any], key: str, at: datetime
) -> int:
    messages = [
        outbox.Message(
            SEND,
            payload | {"contact": contact.pk},
            lane_of(notice),
            key=f"{notice.pk}:{contact.pk}:{key}",
        )
        for contact in contacts
    ]
    beside = outbox.Message(DEPUTIES, payload, lane_of(notice), key=f"{notice.pk}:{key}")
    stands_in = deputies.current(notice.platform, at).exists()
    outbox.enqueue_many([*messages, beside] if stands_in else messages, at=at)
    return len(messages)


def patience(notice: Notice) -> timedelta:
    """How long a notice may lie unserved before others of the platform are addressed."""
    return ladder_of(notice).due


def lane_of(notice: Notice) -> str:
    """Urgent notices never stand behind others."""
    return Lane.URGENT if notice.urgency == Urgency.URGENT else Lane.NOTICE


def ladder_of(notice: Notice) -> Ladder:
    """The ladder in force when the notice was issued (or drafted): later law does not touch it."""
    return policy.pack().ladder(notice.urgency, notice.issued_at or notice.drafted_at)


def rung_of(notice: Notice, at: datetime | None = None) -> Rung | None:
    """The rung of the ladder that a notice stands on; None for a withdrawal or a restoration."""
    ladder = policy.pack().ladder(notice.urgency, notice.issued_at or at or notice.drafted_at)
    return find(ladder, notice.rung)


def is_held_back(notice: Notice) -> bool:
    """Whether the notice must not reach the platform: a sealed case speaks for all its accounts."""
    return not notice.items.filter(is_withheld=False).exists()


def discard(notice_ids: Iterable[int], *, actor: User | Actor, at: datetime) -> int:
    """Discards drafts that are no longer needed; returns how many."""
    drafts = Notice.objects.filter(pk__in=list(notice_ids), state=Notice.State.DRAFTED)
    here = list(drafts.select_for_update(no_key=True).order_by("id"))
    drafts.filter(pk__in=[notice.pk for notice in here]).update(
        state=Notice.State.DISCARDED, closed_at=at
    )
    for notice in here:
        record.record("notice.discarded", notice, actor=actor, at=at)
    return len(here)


def _issue_group(
    group: grouping.Group, actor: User | Actor, at: datetime, gathered: Gathered
) -> None:
    first = group.targets[0]
    rung = features.rung_for(first)
    frame = drafting.Frame(first.case.platform, rung, group.urgency, group.handling, group.basis)
    try:
        with transaction.atomic():
            notice = drafting.draft(frame, group.targets, at=at, withheld=group.withheld)
            more = features.given(first.case, notice.language) if group.systemic else None
            freeze(lock(notice.pk), actor=actor, at=at, more=more)
    except PortalError as error:
        case_ids = sorted({target.case_id for target in group.targets})
        said = f"{first.case.number}: {error.sentence}"
        gathered.problems.append(Problem(said, tuple(case_ids)))
    else:
        gathered.issued.append(notice.pk)


def _order(notice: Notice, items: Sequence[NoticeItem], case_ids: list[int], at: datetime) -> None:
    """The accounts wait no longer, and their cases are ordered."""
    Target.objects.filter(pk__in=[item.target_id for item in items]).update(ready_at=None)
    waiting = Case.objects.filter(pk__in=case_ids, state="approved").values_list("pk", flat=True)
    data = {"notice": notice.pk, "note": notice.number}
    lifecycle.advance(list(waiting), ORDER, actor=SYSTEM, at=at, data=data)
    clocks.redue(case_ids)


def _watch_service(
    notice: Notice, items: Sequence[NoticeItem], rung: Rung | None, at: datetime
) -> None:
    """A notice that reaches nobody has no clock, so the ladder is told to look after it: one item
    carries the instant for the whole notice."""
    if rung is not None and rung.due is not None and items:
        NoticeItem.objects.filter(pk=items[0].pk).update(next_step_at=at + patience(notice))


def preview(notice: Notice, signer: User, *, at: datetime) -> Letter | None:
    """The letter of a draft as it would leave with this person's signature; kept nowhere.

    None for a notice that has no rung to be signed, or of which nothing stands any more.
    """
    rung = rung_of(notice, at)
    found = notice.items.select_related("target__case", "target__account").order_by("position")
    if rung is None:
        return None
    if not rung.follows_unpaid_fine:
        found = found.filter(target__state=TargetState.STANDING)
    items = list(found)
    if not items:
        return None
    signers = [*drafting.signers(notice), signer]
    more = {"number": BLANK, **drafting.signed_by(signers, notice.language)}
    if rung.kind == "proposal":
        more |= proposing.given(notice)
        more["weighed"] = more["weighed"] or BLANK
    return drafting.render(notice, items, code=rung.letter, at=at, more=more)


def _still_standing(notice: Notice, items: list[NoticeItem]) -> list[NoticeItem]:
    """Takes out what was answered or removed since the draft; the rest is numbered anew."""
    standing = [item for item in items if item.target.state == TargetState.STANDING]
    if len(standing) == len(items):
        return items
    notice.items.all().delete()
    for position, item in enumerate(standing, start=1):
        item.position = position
    drafting.save_items(notice, standing)
    return standing


def _formal(notice: Notice, rung: Rung) -> dict[str, Any]:
    """What the letter of a formal rung is given besides: its signatures, and what was weighed."""
    weighed = proposing.given(notice) if rung.kind == "proposal" else {}
    return {**drafting.signed_by(drafting.signers(notice), notice.language), **weighed}
