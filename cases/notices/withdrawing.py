"""Taking an order back, mending it, undoing it: each is a letter of its own to the platform."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.templatetags.portal import defang, instant
from platforms.locators import identify
from platforms.models import Platform

from .. import lifecycle, permissions
from ..models import (
    OPEN_NOTICES,
    OPEN_STATES,
    Case,
    CaseState,
    Notice,
    NoticeItem,
    Target,
    TargetState,
)
from ..results import Result, ids_of
from ..rungs import RESTORATION, UNASKED, WITHDRAWAL
from . import drafting, record, signing
from .issuing import Locked, discard, freeze, lock, rung_of
from .seeing import role_for
from .service import settle

CORRECTION = "correction"
# A correction asks again for what was answered with a question or a refusal.
CORRECTABLE = frozenset(OPEN_STATES) - {TargetState.CLAIMED}
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
    that is open, or for which this was asked since it closed.
    """
    if not reason.strip():
        raise Invalid(_("Give a reason."), {"fields": {"reason": _("Give a reason.")}})
    with transaction.atomic():
        locked = lifecycle.lock(ids_of(cases))
        for case in locked:
            permissions.refuse_strangers(case.handling, actor)
            if case.state != CaseState.CLOSED:
                said = _("%(number)s is still open: withdraw its order instead.")
                raise Conflict(said % {"number": case.number})
            _refuse_second_restoration(case)
        ids = [case.pk for case in locked]
        states = (*OPEN_NOTICES, Notice.State.SETTLED, Notice.State.WITHDRAWN)
        made = _letters(RESTORATION, _newest_items(ids, states), reason, actor, at)
        Target.objects.filter(case_id__in=ids).update(next_check_at=None)
    return made


def _refuse_second_restoration(case: Case) -> None:
    asked = Notice.objects.filter(rung=RESTORATION, items__target__case=case)
    if first := asked.filter(issued_at__gte=case.closed_at).first():
        facts = {"number": first.number, "at": instant(first.issued_at)}
        said = _("The platform was asked to restore on %(at)s already: %(number)s.")
        raise Conflict(said % facts)


def correctable(notice: Notice) -> list[NoticeItem]:
    """The accounts of a notice that a correction would name again, in their order."""
    if not _is_correctable(notice):
        return []
    items = notice.items.select_related("target").order_by("position")
    return list(items.filter(target__state__in=CORRECTABLE))


def refuse_correction(notice: Notice, actor: User) -> None:
    """Raises Refused for whoever may not correct this notice: a corrected warning is signed anew,
    in one of the roles whose signature it bore."""
    permissions.refuse_strangers(notice.handling, actor)
    wanted = notice.signatures_wanted
    if wanted and role_for(actor, notice) not in wanted:
        raise Refused(permissions.wrong_role(wanted))


def _is_correctable(notice: Notice) -> bool:
    """A proposal to the Minister wants two persons and is never sent, so nothing is corrected."""
    rung = rung_of(notice)
    return notice.state in OPEN_NOTICES and rung is not None and rung.kind != "proposal"


def correct(
    notice: Notice,
    *,
    change: str,
    actor: User,
    at: datetime,
    locators: Mapping[int, str] | None = None,
) -> Notice:
    """Replaces an issued notice by a corrected one: the next revision, with a clock of its own,
    and where it is a warning with the signature of whoever corrects it.

    `change` tells the platform what was wrong; `locators` are mended ones by target id, each of an
    account on the same platform. The old notice is withdrawn with the same stroke. Raises Refused,
    Invalid or Conflict.
    """
    if not change.strip():
        said = _("Say what has been corrected.")
        raise Invalid(said, {"fields": {"change": said}})
    with transaction.atomic():
        locked = lock(notice.pk)
        old = locked.notice
        items = _items_to_correct(locked, actor)
        _refuse_foreign(items, locators or {}, old.platform)
        _end(old, Notice.State.WITHDRAWN, at)
        asked = [item.target_id for item in items if item.target.state != TargetState.STANDING]
        lifecycle.move_targets(asked, TargetState.STANDING, actor=actor, at=at, reason=change)
        kept = {item.target_id: item.locator for item in items} | dict(locators or {})
        new = _draft_anew(old.rung, old, items, kept, at)
        if new.signatures_wanted:
            signing.write_down(new, actor, "", at)
        more = {"change": change.strip(), **drafting.signed_by([actor], old.language)}
        freeze(lock(new.pk), actor=actor, at=at, letter=CORRECTION, original=old, more=more)
        record.record("notice.corrected", old, actor=actor, at=at, data={"by": new.pk})
        new.refresh_from_db()
    return new


def _refuse_foreign(
    items: Iterable[NoticeItem], mended: Mapping[int, str], platform: Platform
) -> None:
    """A platform is ordered nothing about what it does not host."""
    wrong = {}
    for item in items:
        text = mended.get(item.target_id, item.locator)
        if text == item.locator:
            continue
        found = identify(text, platform=platform.slug)
        if found.problem or found.platform != platform.slug:
            said = _("“%(text)s” is no account on %(platform)s. Give its address there.")
            wrong[f"locator-{item.pk}"] = said % {"text": defang(text), "platform": platform.name}
    if wrong:
        raise Invalid(next(iter(wrong.values())), {"fields": wrong})


def _items_to_correct(locked: Locked, actor: User) -> list[NoticeItem]:
    refuse_correction(locked.notice, actor)
    if not _is_correctable(locked.notice):
        raise Conflict(_("Only an order or a warning that is still open can be corrected."))
    items = [item for item in locked.items if item.target.state in CORRECTABLE]
    if not items:
        raise Conflict(_("Every account of this notice is settled; nothing is left to correct."))
    return items


def _draft_anew(
    rung: str,
    original: Notice,
    items: Iterable[NoticeItem],
    locators: Mapping[int, str],
    at: datetime,
) -> Notice:
    """A draft that follows another for the same accounts, in their order. What a sealed case speaks
    for stays withheld; what the platform was told of before is taken back openly."""
    placed = sorted(items, key=lambda item: item.position)
    takes_back = rung in UNASKED
    withheld = [
        item.target_id
        for item in placed
        if item.is_withheld and not (takes_back and item.sent_at is not None)
    ]
    targets = [item.target for item in placed]
    frame = _frame(original, rung)
    return drafting.draft(frame, targets, at=at, locators=locators, withheld=withheld)


def _take_back(cases: Cases, verb: str, reason: str, actor: User, at: datetime) -> Result:
    with transaction.atomic():
        result = lifecycle.advance(cases, verb, actor=actor, at=at, reason=reason)
        if not result.done:
            return result
        targets = Target.objects.filter(case_id__in=result.done)
        target_ids = list(targets.values_list("pk", flat=True))
        targets.update(ready_at=None, next_check_at=None)
        items = _newest_items(result.done, OPEN_NOTICES)
        _discard_empty_drafts(target_ids, actor, at)
        settle(target_ids, at=at)
        _letters(WITHDRAWAL, items, reason, actor, at)
        _mark_withdrawn(items, actor, at)
    return result


def _newest_items(case_ids: Iterable[int], states: Iterable[str]) -> list[NoticeItem]:
    """The newest notice item of each account, of those notices that asked for something."""
    found = (
        NoticeItem.objects.filter(
            target__case_id__in=list(case_ids), notice__state__in=list(states)
        )
        .exclude(notice__rung__in=UNASKED)
        .select_related("target__case", "target__account", "notice__platform__registration")
        .order_by("target_id", "-notice_id")
        .distinct("target_id")
    )
    return list(found)


def _letters(
    kind: str, items: list[NoticeItem], reason: str, actor: User, at: datetime
) -> list[int]:
    """One letter for each notice that these items belong to; returns their ids."""
    by_notice: dict[int, list[NoticeItem]] = {}
    for item in items:
        by_notice.setdefault(item.notice_id, []).append(item)
    made = []
    for _pk, group in sorted(by_notice.items()):
        original = group[0].notice
        locators = {item.target_id: item.locator for item in group}
        new = _draft_anew(kind, original, group, locators, at)
        more: dict[str, Any] = drafting.signed_by([actor], original.language)
        freeze(lock(new.pk), actor=actor, at=at, more={**more, "reasons": reason.strip()})
        made.append(new.pk)
    return made


def _frame(original: Notice, rung: str) -> drafting.Frame:
    return drafting.Frame(
        original.platform,
        rung,
        original.urgency,
        original.handling,
        original.basis,
        follows=original,
        signatures_wanted=tuple(original.signatures_wanted) if rung == original.rung else (),
    )


def _mark_withdrawn(items: list[NoticeItem], actor: User, at: datetime) -> None:
    """A notice of which no account is left open was withdrawn, not settled."""
    closed = Notice.objects.filter(
        pk__in={item.notice_id for item in items}, state=Notice.State.SETTLED, closed_at=at
    )
    for notice in closed:
        Notice.objects.filter(pk=notice.pk).update(state=Notice.State.WITHDRAWN)
        record.record("notice.withdrawn", notice, actor=actor, at=at)


def _end(notice: Notice, state: str, at: datetime) -> None:
    notice.items.update(next_step_at=None)
    Notice.objects.filter(pk=notice.pk).update(state=state, closed_at=at)


def _discard_empty_drafts(target_ids: list[int], actor: User, at: datetime) -> None:
    drafts = Notice.objects.filter(state=Notice.State.DRAFTED, items__target_id__in=target_ids)
    open_ids = set(
        NoticeItem.objects.filter(notice__in=drafts, target__state__in=OPEN_STATES).values_list(
            "notice_id", flat=True
        )
    )
    empty = set(drafts.values_list("pk", flat=True)) - open_ids
    discard(empty, actor=actor, at=at)
