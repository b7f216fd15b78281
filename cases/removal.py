"""Is it gone? What we saw ourselves decides, twice and spaced; what the platform says does not.

Rechecks follow at the policy's intervals; what is there again opens the case again. Nothing that
may show a child, nothing sealed and nothing private is ever fetched: there a person records what
the platform, the hotline or the police confirmed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.formats import instant
from moderation_portal.models import Event, User
from moderation_portal.roles import STAFF, SYSTEM, Actor, Role
from reports.models import Handling, ReportItem

from . import checking, ladder, lifecycle, notices, permissions, twins
from .appeals import restored
from .models import (
    OPEN_STATES,
    OPEN_TARGETS,
    Case,
    CaseState,
    NoticeItem,
    Observation,
    Target,
    TargetState,
)
from .results import Result
from .words import sentence

PROBE, PERSON = "probe", "person"
# What a platform says against an order, for a person to weigh; and the events of the weighing.
DISPUTED = (TargetState.REFUSED, TargetState.NEEDS_INFO, TargetState.NOT_FOUND)
WEIGHED = ("target.standing", "target.released")


@dataclass(frozen=True)
class _Seen:
    """One observation of many accounts, the same for each."""

    result: str
    method: str
    actor: User | Actor
    at: datetime
    note: str


def observe(
    targets: Iterable[int],
    result: str,
    *,
    actor: User | Actor,
    method: str,
    at: datetime,
    note: str = "",
    proof: Mapping[str, Any] | None = None,
    is_quiet: bool = False,
) -> Result:
    """Records what was seen of these accounts (ids), and what follows from it.

    `result` is one of `Observation.Result`, `method` person or probe; `is_quiet` where the probe
    has fetched nothing (`checking.seen_quietly`). Two "gone", spaced as the policy wants, close an
    account; where a child may be shown the platform's word and a person's confirmation do. Withheld
    in this country is as good as gone only where the platform said that it would do just that; what
    stands behind a sign-in tells nothing. Raises Refused or Invalid.
    """
    if result not in Observation.Result.values or method not in (PROBE, PERSON):
        raise Invalid(_("Choose what was seen."))
    if actor.role not in STAFF | {Role.SYSTEM}:
        raise Refused(_("Only the regulator's staff records what it has seen."))
    with transaction.atomic():
        locked = _lock(targets, actor, method, is_quiet)
        seen = _Seen(result, method, actor, at, note.strip())
        _write(locked, seen, dict(proof or {}))
        if result == Observation.Result.PRESENT:
            _follow_present(locked, seen)
        else:
            done = _as_ordered(locked, result)
            if gone := [target for target in locked if target.pk in done]:
                _follow_gone(gone, at)
            if untold := [target for target in locked if target.pk not in done]:
                _look_again(untold, at)
    return Result(done=[target.pk for target in locked])


def is_looked_at(case: Case, *, has_gone: bool) -> bool:
    """Whether a look at this case's accounts still changes anything: while it is ordered, and,
    once it is closed, where any of them is gone and may come back."""
    return case.state == CaseState.ORDERED or (case.state == CaseState.CLOSED and has_gone)


def weigh(
    targets: Iterable[int], *, is_accepted: bool, reason: str, actor: User, at: datetime
) -> list[int]:
    """A person weighs what the platform objected: the account stands and its ladder goes on, or the
    reasons are accepted and the account is released. Returns the ids of targets that moved.

    Accepting is for a supervisor or director (in sealed matters also the child-protection officer),
    weighing at all for those only who did not take the decision; the platform hears of an
    acceptance by letter. Raises Refused or Invalid, and Conflict when nothing of it is left to
    weigh: with who was first.
    """
    if not reason.strip():
        raise Invalid.field("reason", _("Give a reason."))
    wanted = sorted(targets)
    with transaction.atomic():
        here = Target.objects.filter(pk__in=wanted)
        lifecycle.lock(sorted(set(here.values_list("case_id", flat=True))))
        ids = list(here.filter(state__in=DISPUTED).values_list("pk", flat=True))
        if not ids:
            raise _was_weighed(wanted)
        _refuse_weighing(here, actor, is_accepted=is_accepted)
        state = TargetState.RELEASED if is_accepted else TargetState.STANDING
        said, progress = reason.strip(), ReportItem.Progress.RELEASED
        result = lifecycle.move_targets(
            ids, state, actor=actor, at=at, reason=said, progress=progress
        )
        if not result.done:
            raise result.refused[0].error if result.refused else _was_weighed(wanted)
        if is_accepted:
            notices.tell_released(result.done, reason=reason, actor=actor, at=at)
            close_settled(result.done, at=at)
        else:
            ladder.resume(result.done, at=at)
    return result.done


def _refuse_weighing(here: QuerySet[Target], actor: User, *, is_accepted: bool) -> None:
    if permissions.deciders_of(set(here.values_list("case_id", flat=True)), actor):
        raise Refused(permissions.biased())
    handlings = set(here.values_list("handling", flat=True))
    for handling in handlings if is_accepted else ():
        permissions.refuse_strangers(handling, actor)


def _was_weighed(target_ids: Iterable[int]) -> Conflict:
    """Who weighed these accounts and when, for whoever comes second."""
    said = _("Nothing of this is left to weigh.")
    subjects = [f"target:{pk}" for pk in target_ids]
    case_ids = Target.objects.filter(pk__in=list(target_ids)).values_list("case_id", flat=True)
    events = Event.objects.filter(
        thread__in=[f"case:{pk}" for pk in set(case_ids)], subject__in=subjects, kind__in=WEIGHED
    )
    last = events.order_by("-id").first()
    if last is None:
        return Conflict(said)
    facts = {"who": last.actor_name, "at": last.at.isoformat(), "event": last.kind}
    first = sentence(last.kind, last.actor_name)
    return Conflict(f"{first}, {instant(last.at)}. {said}", facts)


def close_settled(target_ids: Iterable[int], *, at: datetime) -> None:
    """Closes the cases of these accounts of which nothing is open any more: as gone where any of
    their accounts is, else as released."""
    case_ids = set(Target.objects.filter(pk__in=list(target_ids)).values_list("case_id", flat=True))
    here = Target.objects.filter(case_id__in=case_ids)
    settled = case_ids - set(here.filter(OPEN_TARGETS).values_list("case_id", flat=True))
    with_gone = set(here.filter(state=TargetState.GONE).values_list("case_id", flat=True))
    lifecycle.advance(settled & with_gone, "close_gone", actor=SYSTEM, at=at)
    if released := settled - with_gone:
        reason = _("Every account of the case was released.")
        lifecycle.advance(released, "release", actor=SYSTEM, at=at, reason=reason)


def _lock(targets: Iterable[int], actor: User | Actor, method: str, is_quiet: bool) -> list[Target]:
    """Locks cases and targets; refuses what this actor may not know of."""
    wanted = Target.objects.filter(pk__in=list(targets))
    lifecycle.lock(sorted(set(wanted.values_list("case_id", flat=True))))
    rows = wanted.select_related("case").order_by("id")
    locked = list(rows.select_for_update(no_key=True, of=("self",)))
    if not locked or not all(permissions.is_visible(actor, target.case) for target in locked):
        raise Refused(_("There is no such account. Check the case."))
    if method == PROBE:
        allowed = checking.seem_probed if is_quiet else checking.may_be_probed
        may = set(allowed(wanted).values_list("pk", flat=True))
        if any(target.pk not in may for target in locked):
            raise Refused(_("This account must not be looked at by a machine."))
    return locked


def _write(locked: list[Target], seen: _Seen, proof: dict[str, Any]) -> None:
    Observation.objects.bulk_create(
        Observation(
            target=target,
            result=seen.result,
            method=seen.method,
            user_id=seen.actor.pk,
            note=seen.note,
            proof=proof,
            seen_at=seen.at,
        )
        for target in locked
    )
    audit.record_many(
        (
            audit.Line(
                "target.observed",
                f"target:{target.pk}",
                seen.actor,
                thread=f"case:{target.case_id}",
                data={"result": seen.result, "method": seen.method},
                is_sealed=target.handling == Handling.SEALED,
            )
            for target in locked
        ),
        at=seen.at,
    )


def _as_ordered(locked: list[Target], result: str) -> set[int]:
    """The accounts that this look shows to be out of the way, as the platform said of them."""
    ids = {target.pk for target in locked}
    if result == Observation.Result.GONE:
        return ids
    return checking.said_restricted(ids) if result == Observation.Result.GEO_BLOCKED else set()


def _follow_gone(locked: list[Target], at: datetime) -> None:
    limits = policy.pack().limits_at(at)
    rechecked = [target for target in locked if target.state == TargetState.GONE]
    for target in rechecked:
        target.checks_done += 1
        target.next_check_at = _next_recheck(target, at)
    _look_again([target for target in locked if target.state == TargetState.RELEASED], at)
    seen_open = [target for target in locked if target.state in OPEN_STATES]
    confirmed = [target for target in seen_open if _is_confirmed(target, at)]
    first = [
        target for target in seen_open if target.gone_since is None and target not in confirmed
    ]
    for target in first:
        target.gone_since = at
    Target.objects.bulk_update([*rechecked, *first], ["checks_done", "next_check_at", "gone_since"])
    again = [target for target in seen_open if target not in confirmed]
    spacing = limits.gone_spacing
    whens = {target.pk: max((target.gone_since or at) + spacing, at) for target in again}
    checking.schedule_each(whens)
    if confirmed:
        _close([target.pk for target in confirmed], at)


def _is_confirmed(target: Target, at: datetime) -> bool:
    """Gone for the second time, far enough from the first; where a child may be shown nobody looks,
    and the platform's word confirmed by a person must do."""
    pack = policy.pack()
    if target.state == TargetState.CLAIMED and pack.category(target.case.category).may_show_child:
        return True
    return (
        target.gone_since is not None and at - target.gone_since >= pack.limits_at(at).gone_spacing
    )


def _close(target_ids: list[int], at: datetime) -> None:
    checks = policy.pack().limits_at(at).checks
    done = lifecycle.move_targets(
        target_ids, TargetState.GONE, actor=SYSTEM, at=at, checks_done=0, next_check_at=None
    ).done
    if checks:
        checking.schedule(done, at + checks[0])
    NoticeItem.objects.filter(target_id__in=done, verified_at=None).update(verified_at=at)
    notices.settle(done, at=at)
    close_settled(done, at=at)
    checking.schedule(twins.ordinary_twins(done).values(), at)


def _follow_present(locked: list[Target], seen: _Seen) -> None:
    """Still there: a claim that we cannot confirm is void. There again: the case opens again, but
    for what an appeal had restored."""
    restored.seen([target.pk for target in locked], actor=seen.actor, at=seen.at)
    Target.objects.filter(pk__in=[target.pk for target in locked]).update(gone_since=None)
    claims = [target for target in locked if target.state == TargetState.CLAIMED]
    fresh = _fresh_claims(claims, seen)
    checking.schedule(fresh, seen.at + policy.pack().limits_at(seen.at).gone_spacing)
    void = [target.pk for target in claims if target.pk not in fresh]
    done = lifecycle.move_targets(void, TargetState.STANDING, actor=seen.actor, at=seen.at).done
    ladder.resume(done, at=seen.at)
    quiet = {t.pk for t in locked} - fresh
    Target.objects.filter(pk__in=quiet).update(next_check_at=None, checks_done=0)
    back = [target for target in locked if target.state == TargetState.GONE]
    _reopen(back, seen)
    _reopen(twins.gone_beside(target.pk for target in locked), replace(seen, actor=SYSTEM))


def _fresh_claims(claims: list[Target], seen: _Seen) -> set[int]:
    """Claims that are still spreading through the platform's own servers: the probe waits."""
    if seen.method == PERSON:
        return set()
    young = seen.at - policy.pack().limits_at(seen.at).gone_spacing
    ids = [target.pk for target in claims]
    items = NoticeItem.objects.filter(target_id__in=ids, claimed_at__gt=young)
    return set(items.values_list("target_id", flat=True))


def _reopen(back: list[Target], seen: _Seen) -> None:
    """What reappeared stands again. A closed case is opened again for a new decision; in one that
    is still ordered the account goes on where it was, or into a new notice."""
    ids = [target.pk for target in back]
    standing = lifecycle.move_targets(
        ids, TargetState.STANDING, actor=seen.actor, at=seen.at, next_check_at=None, gone_since=None
    ).done
    cases = {target.case_id for target in back if target.pk in set(standing)}
    closed = Case.objects.filter(pk__in=cases, state=CaseState.CLOSED).values_list("pk", flat=True)
    reason = _("An account that was gone is there again.")
    lifecycle.advance(set(closed), "reopen", actor=SYSTEM, at=seen.at, reason=reason)
    ordered = Target.objects.filter(pk__in=standing, case__state=CaseState.ORDERED)
    climbing = ladder.resume(ordered.values_list("pk", flat=True), at=seen.at)
    ordered.exclude(pk__in=climbing).update(ready_at=seen.at)


def _look_again(locked: list[Target], at: datetime) -> None:
    """Nothing could be told: the probe tries again at the policy's intervals, then leaves it."""
    for target in locked:
        target.checks_done += 1
        target.next_check_at = _next_recheck(target, at)
    Target.objects.bulk_update(locked, ["checks_done", "next_check_at"])


def _next_recheck(target: Target, at: datetime) -> datetime | None:
    """After 1 h, 24 h, 7 d, 30 d (policy); None once all were done, or where none was planned."""
    checks = policy.pack().limits_at(at).checks
    if target.next_check_at is None or target.checks_done >= len(checks):
        return None
    return at + checks[target.checks_done]
