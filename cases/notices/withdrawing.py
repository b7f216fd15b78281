"""Taking an order back, undoing it: each is a letter of its own to the platform."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import letters, policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import instant
from moderation_portal.models import User
from reports.models import Handling

from .. import lifecycle, permissions
from ..models import (
    ANSWERABLE,
    OPEN_STATES,
    OPEN_TARGETS,
    Case,
    CaseState,
    Notice,
    NoticeItem,
    Target,
    TargetState,
)
from ..opening import HOLDING
from ..results import Result, ids_of
from ..rungs import RESTORATION, RESTORATION_LETTER, UNASKED, WITHDRAWAL, proposals
from . import drafting, record
from .issuing import discard, freeze, lock
from .service import settle

# What a withdrawal takes back, and what a platform can be asked to undo.
IN_FORCE = ANSWERABLE
UNDONE = (*ANSWERABLE, Notice.State.WITHDRAWN)
Cases = Iterable[int | Case]


def withdraw(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """Closes ordered cases because the order was wrong, and tells the platform with a letter."""
    return _take_back(cases, "withdraw", reason, actor, at)


def release(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """Accepts the platform's reasons: the cases close, and the platform gets it in writing."""
    return _take_back(cases, "release", reason, actor, at)


def restore(cases: Cases, *, reason: str, actor: User, at: datetime) -> list[int]:
    """Asks the platform to restore what it took down for these closed cases; returns the notices.

    Nobody looks after these accounts any more. Raises Refused or Invalid, and Conflict for a case
    that is open, or for which this was asked since it closed, and where nothing was ever ordered.
    """
    if not reason.strip():
        raise Invalid.field("reason", _("Give a reason."))
    with transaction.atomic():
        locked = lifecycle.lock(ids_of(cases))
        for case in locked:
            permissions.refuse_strangers(case.handling, actor)
            if case.state != CaseState.CLOSED:
                said = _("%(number)s is still open: withdraw its order instead.")
                raise Conflict(said % {"number": case.number})
        _refuse_second_restoration([case.pk for case in locked])
        targets = Target.objects.filter(case_id__in=[case.pk for case in locked])
        asked = _asking(targets.values_list("pk", flat=True), UNDONE)
        newest = {item.target_id: item for item in asked}
        if not newest:
            raise Conflict(_("No notice was ever issued for this case: nothing is to be restored."))
        made = _letters(RESTORATION, list(newest.values()), reason, actor, at)
        targets.update(next_check_at=None)
    return made


def _refuse_second_restoration(case_ids: Collection[int]) -> None:
    case = "items__target__case"
    asked = Notice.objects.filter(rung=RESTORATION, **{f"{case}__in": case_ids})
    if first := asked.filter(issued_at__gte=F(f"{case}__closed_at")).first():
        facts = {"number": first.number, "at": instant(first.issued_at)}
        said = _("The platform was asked to restore on %(at)s already: %(number)s.")
        raise Conflict(said % facts)


def tell_released(target_ids: Collection[int], *, reason: str, actor: User, at: datetime) -> None:
    """Takes these accounts out of every notice that names them: the platform gets a letter, their
    clocks stop, and a notice of which every account was taken out is withdrawn.

    Call it with the cases locked, once the targets have moved.
    """
    earlier = NoticeItem.objects.filter(
        target=OuterRef("target"),
        notice__rung=WITHDRAWAL,
        notice__issued_at__gte=OuterRef("notice__issued_at"),
    )
    items = list(_asking(target_ids, IN_FORCE).exclude(Exists(earlier)))
    _discard_empty_drafts(target_ids, actor, at)
    settle(target_ids, at=at)
    _letters(WITHDRAWAL, items, reason, actor, at)
    _mark_withdrawn(target_ids, actor, at)


def order_restored(target: Target, *, reason: str, stays: str, actor: User, at: datetime) -> int:
    """Annuls every order against this released account and orders the platform to restore it, by
    one letter that follows the newest order; its id. `stays`: what of it stays removed.

    Where a sealed case wants the account gone, the letter is written and not handed over: the
    platform would be told to restore what it was told to remove. Call it with the case locked,
    once the target has moved. Raises Conflict where nothing was ever ordered.
    """
    items = list(_asking([target.pk], UNDONE))
    if not items:
        raise Conflict(_("No notice was ever issued for this case: nothing is to be restored."))
    _discard_empty_drafts([target.pk], actor, at)
    settle([target.pk], at=at)
    (newest,) = _by_order(items[-1:])
    group = next(group for group in _by_order(items) if newest[0] in group)
    each = _once(group)
    locators = {item.target_id: item.locator for item in each}
    new = drafting.draft_after(
        group[0].notice, RESTORATION, each, at=at, locators=locators, unspoken=_unspoken(target)
    )
    hours = policy.pack().limits_at(at).restore_within // timedelta(hours=1)
    more: dict[str, Any] = drafting.signed_by([actor], new.language) | {
        "reasons": drafting.said_now(reason, new),
        "history": drafting.followers(new, locators, at=at),
        "restore_hours": hours,
    }
    if stays:
        word = letters.word(policy.pack(), "stays_removed", new.language)
        more["stays"] = f"{word}\n\n{drafting.said_now(stays, new)}"
    freeze(lock(new.pk), actor=actor, at=at, letter=RESTORATION_LETTER, more=more)
    _mark_withdrawn([target.pk], actor, at)
    return new.pk


def _unspoken(target: Target) -> set[int]:
    """This target, where a sealed case holds its orders back or has seen to its removal."""
    sealed = Target.objects.filter(account_id=target.account_id, handling=Handling.SEALED)
    held = Q(OPEN_TARGETS, case__withholding__in=HOLDING) | Q(state=TargetState.GONE)
    is_spoken_for = target.handling == Handling.ORDINARY and sealed.filter(held).exists()
    return {target.pk} if is_spoken_for else set()


def _take_back(cases: Cases, verb: str, reason: str, actor: User, at: datetime) -> Result:
    with transaction.atomic():
        result = lifecycle.advance(cases, verb, actor=actor, at=at, reason=reason)
        if result.done:
            targets = Target.objects.filter(case_id__in=result.done)
            targets.update(ready_at=None, next_check_at=None)
            ids = list(targets.values_list("pk", flat=True))
            tell_released(ids, reason=reason, actor=actor, at=at)
    return result


def _asking(target_ids: Iterable[int], states: Iterable[str]) -> QuerySet[NoticeItem]:
    """The items of these accounts in every notice that asked the platform to act, oldest first."""
    found = NoticeItem.objects.filter(
        target_id__in=list(target_ids), notice__state__in=list(states)
    ).exclude(notice__rung__in=(*UNASKED, *proposals(policy.pack())))
    related = ("target__case", "target__account", "notice__platform__registration")
    return found.select_related(*related).order_by("notice__drafted_at", "notice_id", "position")


def _letters(
    kind: str, items: list[NoticeItem], reason: str, actor: User, at: datetime
) -> list[int]:
    """One letter for each order that these items belong to, with what followed it; their ids."""
    made = []
    for group in _by_order(items):
        original = group[0].notice
        each = _once(group)
        locators = {item.target_id: item.locator for item in each}
        new = drafting.draft_after(original, kind, each, at=at, locators=locators)
        more: dict[str, Any] = drafting.signed_by([actor], new.language)
        more["reasons"] = drafting.said_now(reason, new)
        if kind == WITHDRAWAL:
            more["history"] = drafting.followers(new, locators, at=at)
        freeze(lock(new.pk), actor=actor, at=at, more=more)
        made.append(new.pk)
    return made


def _by_order(items: list[NoticeItem]) -> list[list[NoticeItem]]:
    """The items of each order and of the notices that followed it, together."""
    above: dict[int, int | None] = {}
    wanted = {item.notice_id for item in items}
    while wanted:
        above |= dict(Notice.objects.filter(pk__in=wanted).values_list("pk", "follows_id"))
        wanted = {pk for pk in above.values() if pk is not None and pk not in above}
    groups: dict[int, list[NoticeItem]] = {}
    for item in items:
        root = item.notice_id
        while (higher := above[root]) is not None:
            root = higher
        groups.setdefault(root, []).append(item)
    return list(groups.values())


def _once(group: list[NoticeItem]) -> list[NoticeItem]:
    """Each account once, by the newest item; where the platform was told of it, by the newest that
    told it."""
    newest: dict[int, NoticeItem] = {}
    for item in group:
        known = newest.get(item.target_id)
        if known is None or known.sent_at is None or item.sent_at is not None:
            newest[item.target_id] = item
    return list(newest.values())


def _mark_withdrawn(target_ids: Collection[int], actor: User, at: datetime) -> None:
    """A notice of which every account was taken out was withdrawn, not settled."""
    named = Notice.objects.filter(items__target_id__in=target_ids, state__in=IN_FORCE)
    kept = NoticeItem.objects.exclude(target_id__in=target_ids)
    kept = kept.exclude(target__state=TargetState.RELEASED)
    named = named.exclude(rung__in=UNASKED).exclude(Exists(kept.filter(notice=OuterRef("pk"))))
    for notice in named.distinct().order_by("pk"):
        Notice.objects.filter(pk=notice.pk).update(state=Notice.State.WITHDRAWN, closed_at=at)
        record.record("notice.withdrawn", notice, actor=actor, at=at)


def _discard_empty_drafts(target_ids: Collection[int], actor: User, at: datetime) -> None:
    drafts = Notice.objects.filter(state=Notice.State.DRAFTED, items__target_id__in=target_ids)
    open_ids = set(
        NoticeItem.objects.filter(notice__in=drafts, target__state__in=OPEN_STATES).values_list(
            "notice_id", flat=True
        )
    )
    empty = set(drafts.values_list("pk", flat=True)) - open_ids
    discard(empty, actor=actor, at=at)
