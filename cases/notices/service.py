"""Service: the moment from which the platform's clock runs. It happens once.

A notice is served when the recipient's mail server has accepted it without a failure report, or
when a named person opens it in the portal. Due times and promises are frozen then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from moderation_portal import clock, policy
from moderation_portal.models import User
from moderation_portal.roles import SYSTEM, Actor
from platforms import promises
from platforms.models import Contact
from reports.models import Handling

from .. import checking, clocks, deadlines, lifecycle, twins
from ..appeals import restored
from ..holds import running
from ..models import (
    LETTER,
    OPEN_NOTICES,
    OPEN_STATES,
    Delivery,
    Joining,
    Notice,
    NoticeItem,
    TargetState,
)
from ..rungs import ORDER, UNASKED, plan
from . import addresses, fining, preserving, record
from .issuing import ladder_of, rung_of
from .seeing import told

# Begins the step of a delivery by which a named person opened a notice in the portal.
OPENED = "opened:"


@dataclass(frozen=True)
class Clock:
    """What service freezes for an item; equal ones are written together."""

    due_at: datetime | None
    due_steps: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    next_step_at: datetime | None


def serve(delivery: Delivery) -> bool:
    """Counts this accepted delivery as the notice's service, if it is the first.

    Every copy that is accepted comes here; only the first one starts the clock. Returns whether it
    did.
    """
    with transaction.atomic(savepoint=False):
        return serve_locked(delivery, lock_cases(delivery.notice_id))


def serve_locked(delivery: Delivery, case_ids: list[int]) -> bool:
    """The same for whoever holds these cases of the notice (`lock_cases`)."""
    if delivery.state != Delivery.State.ACCEPTED or delivery.ended_at is None:
        return False
    proof = {"delivery": delivery.pk, "contact": delivery.contact_id}
    return _start(delivery.notice_id, case_ids, at=delivery.ended_at, proof=proof)


def lock_cases(notice_id: int) -> list[int]:
    """Locks the cases of a notice until the transaction ends, with those of a sealed one the cases
    beside them; returns its own."""
    items = NoticeItem.objects.filter(notice_id=notice_id)
    handling = dict(items.values_list("target__case_id", "target__handling").distinct())
    own = sorted(handling)
    is_sealed = Handling.SEALED in handling.values()
    lifecycle.lock_unread([*own, *twins.cases_beside(own)] if is_sealed else own)
    return own


@transaction.atomic(savepoint=False)
def start_clock(notice_id: int, *, at: datetime, proof: dict[str, Any]) -> bool:
    """Serves a notice at `at`, unless it has been served before; due times follow from it alone."""
    return _start(notice_id, lock_cases(notice_id), at=at, proof=proof)


def _start(notice_id: int, case_ids: list[int], *, at: datetime, proof: dict[str, Any]) -> bool:
    first = Notice.objects.filter(pk=notice_id, served_at=None, state=Notice.State.ISSUED)
    unserved = first.select_related("platform").defer(*LETTER).order_by()
    notice = unserved.select_for_update(no_key=True, of=("self",)).first()
    if notice is None:
        return False
    items = _told_items(notice)
    notice.due_at = _freeze_clocks(notice, items, at)
    first.update(served_at=at, state=Notice.State.SERVED, due_at=notice.due_at)
    fining.start(notice, at)
    clocks.redue(case_ids)
    if notice.due_at is not None:
        checking.schedule([item.target_id for item in items], notice.due_at)
    due = notice.due_at.isoformat() if notice.due_at else None
    record.record(
        "notice.served",
        notice,
        actor=SYSTEM,
        at=at,
        case_ids=case_ids,
        data={**proof, "due_at": due},
    )
    return True


def _told_items(notice: Notice) -> list[NoticeItem]:
    """The items whose clock starts: all but those of which nothing is told while a Hold runs."""
    found = notice.items.select_related("target__case").order_by("id")
    items = list(found)
    is_some_kept = any(item.is_withheld and item.sent_at is None for item in items)
    return list(found.exclude(running.untold())) if is_some_kept else items


def _lies_in_portal(notice: Notice) -> bool:
    """Whether a platform could have a notice before it that is held back for a sealed one: it then
    looks read when that one is. Of any other the quiet copy is handed over first."""
    return notice.deliveries.exists() or not addresses.contacts(notice, 0)


@transaction.atomic
def open_in_portal(
    notice: Notice, *, actor: User, at: datetime, channel: str = Contact.Channel.PORTAL
) -> None:
    """A representative has opened the notice by name: it is acknowledged, and served if it was not.

    Only the first opening of each person is recorded; `channel` is “api” where a program opened it
    with the key of theirs. Who opens an order has the letters before them that ask to preserve its
    accounts: these are served first.
    """
    for earlier in preserving.before(notice) if notice.rung == ORDER else ():
        open_in_portal(earlier, actor=actor, at=at, channel=channel)
    _open(notice, actor, at, channel=channel)
    if notice.handling == Handling.SEALED and notice.rung not in UNASKED:
        for twin in twins.silent_notices(notice.items.values_list("target_id", flat=True)):
            if _lies_in_portal(twin):
                open_quietly(twin, actor=actor, at=at)


@transaction.atomic
def open_quietly(notice: Notice, *, actor: User, at: datetime) -> None:
    """As if this representative had opened a notice that is held back: they have opened, or
    answered, the sealed one of the same accounts."""
    _open(notice, actor, at, is_quiet=True)


def _open(
    notice: Notice,
    actor: User,
    at: datetime,
    *,
    is_quiet: bool = False,
    channel: str = Contact.Channel.PORTAL,
) -> None:
    contact, _made = Contact.objects.get_or_create(
        platform_id=notice.platform_id,
        channel=Contact.Channel.PORTAL,
        address="",
        # The portal itself, for the record of who opened what; nothing is ever addressed to it.
        defaults={"name": "Portal", "language": notice.language, "is_active": False},
    )
    step = f"{OPENED}{actor.pk}"
    delivery, is_first = Delivery.objects.get_or_create(
        notice=notice,
        contact=contact,
        step=step[:20],
        attempt=1,
        defaults={
            "purpose": Delivery.Purpose.NOTICE,
            "state": Delivery.State.ACCEPTED,
            "started_at": at,
            "ended_at": at,
            "proof": {"channel": str(channel), "user": actor.pk, "name": actor.name},
            "is_quiet": is_quiet,
        },
    )
    if is_first:
        record.record("notice.opened", notice, actor=actor, at=at)
        serve(delivery)
        acknowledge(notice, at=at, is_quiet=is_quiet)


def acknowledge(notice: Notice, *, at: datetime, is_quiet: bool = False) -> bool:
    """The platform has shown that it knows of the notice; written once. Where it only seems so
    (`is_quiet`), nothing is said of accounts of which it was told."""
    fresh = Notice.objects.filter(pk=notice.pk, acknowledged_at=None)
    if not fresh.update(acknowledged_at=at):
        return False
    items = notice.items.filter(acknowledged_at=None)
    (items.filter(is_withheld=True) if is_quiet else items).update(acknowledged_at=at)
    return True


@transaction.atomic
def annul(delivery_id: int, *, reason: str, actor: User | Actor, at: datetime) -> None:
    """A bounce came back later: this delivery is void on the record.

    If it was the service, another accepted delivery takes its place, or the next serves anew.
    """
    notice_id = Delivery.objects.values_list("notice_id", flat=True).get(pk=delivery_id)
    case_ids = record.cases_of([notice_id]).get(notice_id, [])
    lifecycle.lock(case_ids)
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.state != Delivery.State.ACCEPTED:
        return
    delivery.state, delivery.proof = Delivery.State.ANNULLED, delivery.proof | {"bounce": reason}
    delivery.save(update_fields=["state", "proof"])
    addresses.mark_bouncing(notice, delivery.contact_id, at=at)
    record.record(
        "delivery.annulled", notice, actor=actor, at=at, case_ids=case_ids,
        data={"delivery": delivery_id, "reason": reason},
    )  # fmt: skip
    if notice.state == Notice.State.SERVED and notice.served_at == delivery.ended_at:
        unserve(notice, case_ids)


def unserve(notice: Notice, case_ids: list[int], *, is_sent_late: bool = False) -> None:
    """Takes the clocks of a notice back; another accepted delivery starts them anew at once, where
    it `is_sent_late` only one that really took place."""
    Notice.objects.filter(pk=notice.pk).update(
        state=Notice.State.ISSUED, served_at=None, due_at=None
    )
    notice.items.update(
        delivered_at=None, due_at=None, due_steps=[], clauses=[], next_step_at=None, step=0
    )
    fining.start(notice, None)
    clocks.redue(case_ids)
    taken = notice.deliveries.filter(state=Delivery.State.ACCEPTED)
    other = taken.select_related("contact").order_by("ended_at")
    if is_sent_late:
        other = other.filter(is_quiet=False)
    earliest = next((one for one in other if counts_as_service(notice, one)), None)
    if earliest is not None:
        serve(earliest)


def counts_as_service(notice: Notice, delivery: Delivery) -> bool:
    """Whether this delivery handed over the notice itself: a mail that only says that something
    awaits in the portal does not, and a reminder is no notice. Where the policy counts from the
    opening, only a person's does."""
    is_mail = delivery.proof.get("channel") == Contact.Channel.EMAIL
    lies_in_portal = delivery.contact.channel == Contact.Channel.PORTAL
    only_awaits = is_mail and (notice.handling == Handling.SEALED or lies_in_portal)
    is_replay = delivery.purpose == Delivery.Purpose.REPLAY
    purpose = delivery.proof.get("purpose") if is_replay else delivery.purpose
    if only_awaits or purpose != Delivery.Purpose.NOTICE:
        return False
    return delivery.step.startswith(OPENED) or not _counts_from_opening(notice)


def _counts_from_opening(notice: Notice) -> bool:
    return rung_of(notice) is not None and ladder_of(notice).clock_starts == "opening"


def _freeze_clocks(notice: Notice, items: list[NoticeItem], at: datetime) -> datetime | None:
    """Writes the clock of each item; returns the soonest due time."""
    bound = promises.in_force(notice.platform_id, clock.local(at, policy.pack().tz).date())
    kinds = reporter_kinds([item.target_id for item in items]) if bound else {}
    together: dict[tuple[str, frozenset[str]], list[NoticeItem]] = {}
    for item in items:
        key = item.target.case.category, frozenset(kinds.get(item.target_id, ()))
        together.setdefault(key, []).append(item)
    dues = []
    for (category, sources), group in together.items():
        clauses = [
            promises.snapshot(clause)
            for clause in bound
            if promises.covers(clause, reporter_kinds=sources, category=category)
        ]
        frozen = _clock(notice, group[0], clauses, at)
        dues.append(frozen.due_at)
        NoticeItem.objects.filter(pk__in=[item.pk for item in group]).update(
            delivered_at=at,
            due_at=frozen.due_at,
            due_steps=frozen.due_steps,
            clauses=frozen.clauses,
            step=0,
            next_step_at=frozen.next_step_at,
        )
    unsent = [item.pk for item in items if item.sent_at is None and not item.is_withheld]
    if unsent:
        NoticeItem.objects.filter(pk__in=unsent).update(sent_at=at)
    standing = [item for item in items if item.target.state == TargetState.STANDING]
    if len(standing) < max(len(items), notice.item_count):
        _stop_settled(notice)
    return min((due for due in dues if due), default=None)


def _clock(notice: Notice, item: NoticeItem, clauses: list[dict[str, Any]], at: datetime) -> Clock:
    if rung_of(notice) is None and not restored.is_ordered(notice):
        return Clock(None, [], clauses, None)
    if rung_of(notice) is None:
        due = deadlines.restoring(at, policy.pack().limits_at(at).restore_within)
        return Clock(due.at, due.steps, clauses, None)
    ladder = ladder_of(notice)
    item.notice = notice
    due = deadlines.due(item, ladder, at, clauses)
    item.due_at, item.step = due.at, 0
    following = plan(item, ladder, after=at)
    if following is None:
        return Clock(due.at, due.steps, clauses, None)
    return Clock(due.at, due.steps, clauses, following.at)


def _stop_settled(notice: Notice) -> None:
    """What was answered or removed before service needs no reminder."""
    climbing = notice.items.exclude(next_step_at=None)
    climbing.exclude(target__state=TargetState.STANDING).update(next_step_at=None)


def reporter_kinds(target_ids: Iterable[int]) -> dict[int, set[str]]:
    """Target id -> the kinds of reporters who told us of it; no promise is made to a name."""
    rows = Joining.objects.filter(target_id__in=list(target_ids)).values_list(
        "target_id", "item__report__reporter__kind"
    )
    found: dict[int, set[str]] = {}
    for target_id, kind in rows.distinct():
        found.setdefault(target_id, set()).add(kind)
    return found


def settle_answered(notice: Notice, *, at: datetime) -> None:
    """Closes a request to restore once the platform has answered for every account it knows of."""
    if notice.items.filter(told(), answer_code="").exists():
        return
    here = Notice.objects.filter(pk=notice.pk, state__in=OPEN_NOTICES)
    here.update(state=Notice.State.SETTLED, closed_at=at)


def settle(target_ids: Iterable[int], *, at: datetime) -> None:
    """Stops the clocks of accounts that are gone or released; a notice without any other closes."""
    live = NoticeItem.objects.filter(target_id__in=list(target_ids), notice__state__in=OPEN_NOTICES)
    notice_ids = set(live.values_list("notice_id", flat=True))
    live.exclude(next_step_at=None).update(next_step_at=None)
    still = NoticeItem.objects.filter(notice_id__in=notice_ids, target__state__in=OPEN_STATES)
    open_ids = set(still.values_list("notice_id", flat=True))
    Notice.objects.filter(pk__in=notice_ids - open_ids, state__in=OPEN_NOTICES).update(
        state=Notice.State.SETTLED, closed_at=at
    )
