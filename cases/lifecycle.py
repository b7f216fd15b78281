"""The sole writer of `Case.state`, `Case.outcome` and `Target.state`, by the table alone.

Every verb works on a set: lock in id order, check each, one guarded UPDATE, one append to the
record, one insert into the outbox. Whoever comes second finds the new state behind the lock and is
told who was first, and when. Locks are always taken in the order cases, targets, notices.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import audit, clock, outbox, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Lane, User
from moderation_portal.roles import STAFF, Actor, Allowed
from reports import receipts
from reports.models import Handling, ReportItem

from . import clocks, deadlines, permissions
from .models import (
    OPEN_STATES,
    OPEN_TARGETS,
    SETTLED_STATES,
    Case,
    CaseOutcome,
    CaseState,
    Decision,
    Joining,
    Target,
    TargetState,
    Urgency,
)
from .results import Held, Result, Said, ids_of, who_was_first
from .table import BY_VERB_AND_STATE, rows_of
from .table_rows import TargetMove, Transition
from .target_table import MOVES

# What a verb may write besides the state; the state itself is never given.
CASE_SETS = frozenset(
    {
        "owner",
        "due_at",
        "ours_due_at",
        "preservation_asked_at",
        "panel_asked_at",
        "merged_into",
        "urgency",
        "withholding",
    }
)
TARGET_SETS = frozenset({"ready_at", "next_check_at", "checks_done", "gone_since", "closed_at"})
AFTER: Mapping[str, str] = {
    TargetState.GONE: ReportItem.Progress.REMOVED,
    TargetState.RELEASED: ReportItem.Progress.NOT_REMOVED,
}


def advance(
    cases: Iterable[int | Case],
    verb: str,
    *,
    actor: User | Actor,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    **sets: Any,
) -> Result:
    """Takes each of these cases where the table lets `verb` take it.

    `data` goes into each event, `sets` into each row (`CASE_SETS`). Raises KeyError for a verb that
    is none, Invalid for a missing reason; of each case that stays as it is the result says why.
    """
    with transaction.atomic():
        held = hold(cases, verb, actor=actor, at=at, reason=reason)
        return move(held, data=data, **sets)


def lock(ids: Collection[int]) -> list[Case]:
    """These cases with their owners, locked in id order until the transaction ends.

    The owners are read after the lock: a join would still show those from before the wait.
    """
    found = Case.objects.filter(pk__in=ids).order_by("id").prefetch_related("owner")
    return list(found.select_for_update(no_key=True))


def lock_unread(ids: Collection[int]) -> None:
    """Locks these cases as `lock` does, for whoever only needs that nobody else moves them."""
    found = Case.objects.filter(pk__in=ids).order_by("id")
    list(found.select_for_update(no_key=True).values_list("pk"))


def hold(
    cases: Iterable[int | Case], verb: str, *, actor: User | Actor, at: datetime, reason: str = ""
) -> Held:
    """Locks these cases and sorts out those to which this actor may do this now.

    Call it inside a transaction, refuse what fails further checks, then `move` the rest.
    """
    rows, reason = rows_of(verb), reason.strip()
    if not reason and any(row.reason_required for row in rows):
        raise Invalid.field("reason", _("Give a reason."))
    wanted = ids_of(cases)
    locked = lock(wanted)
    second = any(row.second_person for row in rows)
    authors = permissions.authors_of(wanted) if second else {}
    held = Held(verb, actor, at, reason, [], Result())
    late: list[tuple[Case, str]] = []
    for case in locked:
        verdict = permissions.judge(actor, verb, case, authors.get(case.pk), at=at)
        if isinstance(verdict, Allowed):
            held.ready.append(case)
        elif isinstance(verdict, permissions.TooLate):
            late.append((case, verdict.reason))
        else:
            held.result.refused.append(Said(case.pk, Refused(verdict.reason)))
    held.result.skipped.extend(who_was_first(late))
    for missing in set(wanted) - {case.pk for case in locked}:
        held.result.refused.append(Said(missing, Refused(permissions.not_found())))
    if verb in GUARDS:
        GUARDS[verb](held)
    return held


def move(held: Held, *, data: Mapping[str, Any] | None = None, **sets: Any) -> Result:
    """Moves what `hold` has let through: state, record, outbox and the reporters' pages."""
    _check_sets(sets, CASE_SETS)
    by_row: dict[Transition, list[Case]] = {}
    for case in held.ready:
        by_row.setdefault(BY_VERB_AND_STATE[held.verb, case.state], []).append(case)
    for row, cases in by_row.items():
        _write(row, cases, held, sets)
        if row.frees_targets:
            _free(cases, held, row.progress)
        if row.target == CaseState.CLOSED:
            _drop_proposals(cases)
        audit.record_many((_line(row, case, held, data or {}) for case in cases), at=held.at)
        outbox.enqueue_many(_messages(row, cases, held.at), at=held.at)
        if row.progress:
            ids = [case.pk for case in cases]
            still_open = {"target__case_id__in": ids, "target__state__in": OPEN_STATES}
            _project(still_open, row.progress, held.at)
        held.result.done.extend(case.pk for case in cases)
    held.result.done.sort()
    return held.result


def move_targets(
    targets: Iterable[int | Target],
    to_state: str,
    *,
    actor: User | Actor,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    progress: str = "",
    **sets: Any,
) -> Result:
    """Moves targets to a state, by `target_table`; ids in the result are those of targets.

    The cases are locked first. A target does not stand up again while another case has the same
    account open. `progress` is what its reporters read of a settled one, instead of the usual.
    `sets` go into each row (`TARGET_SETS`).
    """
    _check_sets(sets, TARGET_SETS)
    wanted = ids_of(targets)
    with transaction.atomic():
        lock(sorted(set(_targets(wanted).values_list("case_id", flat=True))))
        locked = list(_targets(wanted).select_for_update(no_key=True).order_by("id"))
        result = Result()
        ready = [one for one in locked if _may_move(one, to_state, actor, result)]
        ready = _without_twins(ready, to_state, result)
        _write_targets(ready, to_state, at, sets)
        clocks.redue({one.case_id for one in ready})
        lines = (_target_line(one, to_state, actor, reason, data or {}) for one in ready)
        audit.record_many(lines, at=at)
        _project_targets(ready, to_state, at, progress)
        result.done.extend(one.pk for one in ready)
        return result


def _targets(ids: Collection[int]) -> models.QuerySet[Target]:
    return Target.objects.filter(pk__in=ids)


def _check_sets(sets: Mapping[str, Any], known: frozenset[str]) -> None:
    if strangers := sets.keys() - known:
        raise TypeError(f"not to be set here: {', '.join(sorted(strangers))}")


def _write(row: Transition, cases: list[Case], held: Held, sets: Mapping[str, Any]) -> None:
    """One UPDATE, guarded by the states it starts from.

    `held_at` is when the holder last worked on it; a case that was assigned does not lapse before.
    """
    values: dict[str, Any] = {}
    if held.actor.pk is not None:
        is_mine = models.When(owner_id=held.actor.pk, then=models.Value(held.at))
        values["held_at"] = models.Case(is_mine, default=models.F("held_at"))
    if "owner" in sets:
        values["held_at"] = held.at if sets["owner"] == held.actor else None
    if row.target:
        values |= {"state": row.target, "outcome": row.outcome}
        values["closed_at"] = held.at if row.target == CaseState.CLOSED else None
    if CaseState.NEW in row.sources and row.target == CaseState.IN_REVIEW:
        values["due_at"] = models.F("ours_due_at")
    if row.target == CaseState.APPROVED:
        values["met_at"] = held.at
    here = Case.objects.filter(pk__in=[case.pk for case in cases], state__in=row.sources)
    if here.update(**values | dict(sets)) != len(cases):
        raise Conflict(_("Somebody else changed one of these cases at the same moment. Try again."))
    if row.renews_promise:
        _promise_anew(cases, held.at)


def _promise_anew(cases: list[Case], at: datetime) -> None:
    """What comes back gets a new promise of ours, counted from now."""
    pace = attrgetter("urgency")
    for urgency, group in groupby(sorted(cases, key=pace), key=pace):
        due_at = deadlines.ours(urgency, at)
        ids = [case.pk for case in group]
        Case.objects.filter(pk__in=ids).update(ours_due_at=due_at, due_at=due_at, met_at=None)


def _free(cases: list[Case], held: Held, progress: str) -> None:
    """What is closed without removal holds no account any more: a new report opens a new case."""
    standing = Target.objects.filter(OPEN_TARGETS, case_id__in=[case.pk for case in cases])
    ids = list(standing.values_list("pk", flat=True))
    to, reason = TargetState.RELEASED, held.reason
    move_targets(ids, to, actor=held.actor, at=held.at, reason=reason, progress=progress)


def _drop_proposals(cases: list[Case]) -> None:
    """A decision that still waited for its second person is no longer wanted."""
    waiting = [case.pk for case in cases if case.state == CaseState.AWAITING_APPROVAL]
    if waiting:
        proposed = Decision.objects.filter(case_id__in=waiting, state=Decision.State.PROPOSED)
        proposed.update(state=Decision.State.SENT_BACK)


def _line(row: Transition, case: Case, held: Held, data: Mapping[str, Any]) -> audit.Line:
    moved = {"from": case.state, "to": row.target} if row.target else {}
    told = {"reason": held.reason} if held.reason else {}
    is_sealed = case.handling == Handling.SEALED
    return audit.Line(
        row.event, case.thread, held.actor, data={**moved, **told, **data}, is_sealed=is_sealed
    )


def _messages(row: Transition, cases: list[Case], at: datetime) -> list[outbox.Message]:
    """Urgent matters go at once; ordinary ones are gathered, one message for each stretch."""
    urgencies = {str(case.urgency) for case in cases}
    messages = []
    for topic in row.topics:
        if Urgency.URGENT in urgencies:
            messages.append(outbox.Message(topic, {"urgency": "urgent"}, Lane.URGENT))
        if Urgency.ORDINARY in urgencies:
            stretch = timedelta(minutes=policy.pack().limits_at(at).gather_minutes)
            end = clock.slot(at, stretch) + stretch
            messages.append(
                outbox.Message(
                    topic, {"urgency": "ordinary"}, Lane.NOTICE, key=end.isoformat(), due_at=end
                )
            )
    return messages


def _project(which: Mapping[str, Any], progress: str, at: datetime) -> None:
    """Hands the reporters' pages what may be known of the accounts that `which` picks."""
    items = Joining.objects.filter(**which).values_list("item_id", flat=True)
    receipts.project(dict.fromkeys(items, progress), at=at)


def _guard_gone(held: Held) -> None:
    """A case closes as gone when none of its accounts is open and at least one of them is gone."""
    here = Target.objects.filter(case_id__in=held.ids)
    standing = dict(
        here.filter(OPEN_TARGETS)
        .values_list("case_id")
        .annotate(n=models.Count("pk"))
        .order_by("case_id")
    )
    with_gone = set(here.filter(state=TargetState.GONE).values_list("case_id", flat=True))

    def check(case: Case) -> Conflict | None:
        if n := standing.get(case.pk, 0):
            said = ngettext("%(n)s account is still open.", "%(n)s accounts are still open.", n)
            return Conflict(said % {"n": n}, {"open": n})
        if case.pk not in with_gone:
            return Conflict(_("None of its accounts is gone."))
        return None

    held.sift(check)


def _guard_judging(held: Held) -> None:
    """Whoever decided does not judge what the platform objected to it."""
    biased = permissions.biased_in(held.verb, held.ids, held.actor)
    held.sift(lambda case: Refused(permissions.biased()) if case.pk in biased else None)


def _guard_merged(held: Held) -> None:
    """What was merged lives on in the other case and is reopened there."""
    said = Conflict(_("It was merged into another case; open that one."))
    held.sift(lambda case: said if case.outcome == CaseOutcome.MERGED else None)


GUARDS: Mapping[str, Callable[[Held], None]] = {
    "close_gone": _guard_gone,
    "release": _guard_judging,
    "withdraw": _guard_judging,
    "reopen": _guard_merged,
}


def _may_move(
    target: Target, to_state: str, actor: User | Actor, result: Result
) -> TargetMove | None:
    row = MOVES.get((to_state, target.state))
    hidden = target.handling == Handling.SEALED and actor.role in STAFF
    if hidden and not permissions.sees_sealed(actor):
        result.refused.append(Said(target.pk, Refused(permissions.not_found())))
    elif row is None:
        state = target.get_state_display()
        said = _("The account is “%(state)s” already.") % {"state": state}
        result.skipped.append(Said(target.pk, Conflict(said, {"state": target.state})))
    elif actor.role not in row.roles:
        said = permissions.wrong_role(row.roles)
        result.refused.append(Said(target.pk, Refused(said)))
    else:
        return row
    return None


def _without_twins(ready: list[Target], to_state: str, result: Result) -> list[Target]:
    """Leaves out what would be a second open target of one account: the open one carries it on."""
    if to_state in SETTLED_STATES or not ready:
        return ready
    accounts = [one.account_id for one in ready if one.state in SETTLED_STATES]
    taken = set(
        Target.objects.filter(OPEN_TARGETS, account_id__in=accounts).values_list(
            "account_id", "handling"
        )
    )
    kept = []
    for one in reversed(ready):
        if one.state not in SETTLED_STATES or (one.account_id, one.handling) not in taken:
            kept.append(one)
            taken.add((one.account_id, one.handling))
            continue
        said = _("Another case has this account open; it is followed there.")
        result.skipped.append(Said(one.pk, Conflict(said)))
    return kept[::-1]


def _write_targets(
    ready: list[Target], to_state: str, at: datetime, sets: Mapping[str, Any]
) -> None:
    values: dict[str, Any] = {"state": to_state, "closed_at": None}
    if to_state in SETTLED_STATES:
        values |= {"closed_at": at, "ready_at": None}
    if to_state == TargetState.RELEASED:
        values["next_check_at"] = None
    ids = [one.pk for one in ready]
    sources = [source for state, source in MOVES if state == to_state]
    Target.objects.filter(pk__in=ids, state__in=sources).update(**values | dict(sets))


def _target_line(
    target: Target, to_state: str, actor: User | Actor, reason: str, data: Mapping[str, Any]
) -> audit.Line:
    told = {"reason": reason} if reason else {}
    return audit.Line(
        MOVES[to_state, target.state].event,
        f"target:{target.pk}",
        actor,
        thread=f"case:{target.case_id}",
        data={"from": target.state, "to": str(to_state), **told, **data},
        is_sealed=target.handling == Handling.SEALED,
    )


def _project_targets(ready: list[Target], to_state: str, at: datetime, progress: str) -> None:
    """An account that is gone, released or there again changes what its reporters read."""
    if to_state in AFTER:
        said = progress or AFTER[to_state]
        _project({"target__in": [one.pk for one in ready]}, said, at)
    elif back := [one.pk for one in ready if one.state in SETTLED_STATES]:
        _project({"target__in": back}, ReportItem.Progress.LOOKED_AT, at)
