"""A case becomes part of another, and is taken out again as long as nothing is decided.

The merged case keeps its number, its record and its notes, and points at the one it went into; its
accounts, and what was told of them, are worked on there.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.errors import Conflict, PortalError, Refused
from moderation_portal.models import User
from moderation_portal.roles import Denied
from reports.models import Handling

from . import lifecycle, moving, panels, permissions
from .models import Case, CaseOutcome, CaseState, Decision, Merging, Target
from .results import Held, Result, ids_of


def merge(
    cases: Iterable[int | Case],
    *,
    into: int | Case,
    actor: User,
    at: datetime,
    reason: str = "",
) -> Result:
    """Moves the accounts of these cases into another one of the same platform, category, handling
    class and urgency, that is not decided yet; these close, and their reporters follow.

    Raises Refused, Conflict or Invalid when the other case is not there or cannot take them.
    """
    sources = ids_of(cases)
    with transaction.atomic():
        host = moving.receiver(into, sources, named="into", actor=actor, at=at)
        held = lifecycle.hold(sources, "merge", actor=actor, at=at, reason=reason)
        moving.refuse_bound(held)
        held.sift(lambda case: moving.misfit(case, host))
        if not held.ready:
            return held.result
        by_case = moving.lock_targets(held)
        brought = {case.pk: [one.pk for one in by_case.get(case.pk, [])] for case in held.ready}
        Merging.objects.bulk_create(
            Merging(
                case=case,
                host=host,
                targets=brought[case.pk],
                host_due_at=host.ours_due_at,
                merged_at=at,
            )
            for case in held.ready
        )
        moving.hand([pk for ids in brought.values() for pk in ids], host, held)
        _tell_host("case.absorbed", host, held, held.ready)
        told = {"into": host.pk, "note": host.number}
        result = lifecycle.move(held, data=told, merged_into=host)
        moving.settle([host.pk, *held.ids])
        return result


def unmerge(cases: Iterable[int | Case], *, reason: str, actor: User, at: datetime) -> Result:
    """Takes merges back: what came over returns, with what was told of it since, and each case goes
    on in review under the promise that it had.

    Refused once the joint case is decided, or where an account was moved on from there.
    """
    sources = ids_of(cases)
    with transaction.atomic():
        hosts = set(_standing(sources).values_list("host_id", flat=True))
        locked = {case.pk: case for case in lifecycle.lock([*sources, *hosts])}
        mergings = {one.case_id: one for one in _standing(sources) if one.host_id in locked}
        held = lifecycle.hold(sources, "unmerge", actor=actor, at=at, reason=reason)
        held.sift(lambda case: _inseparable(mergings.get(case.pk), locked, held))
        for case in held.ready:
            merging = mergings[case.pk]
            _give_back(merging, case, at)
            _tell_host("case.separated", locked[merging.host_id], held, [case])
        result = lifecycle.move(held, merged_into=None, due_at=F("ours_due_at"))
        moving.settle(sorted({*held.ids, *(mergings[pk].host_id for pk in held.ids)}))
        return result


def _standing(case_ids: Iterable[int]) -> QuerySet[Merging]:
    return Merging.objects.filter(case_id__in=list(case_ids), undone_at=None)


def _inseparable(
    merging: Merging | None, locked: Mapping[int, Case], held: Held
) -> PortalError | None:
    """Why a merge cannot be taken back, if it cannot; the hosts are among the locked cases."""
    if merging is None:
        return Conflict(_("Which accounts it brought was not noted: move them back one by one."))
    host = locked[merging.host_id]
    facts = {"number": host.number, "further": host.merged_into}
    if host.outcome == CaseOutcome.MERGED:
        said = _("%(number)s became part of %(further)s itself. Take that merge back first.")
        return Conflict(said % facts)
    verdict = permissions.judge(held.actor, "merge", host, None, at=held.at)
    if isinstance(verdict, permissions.TooLate):
        return Conflict(verdict.reason)
    if isinstance(verdict, Denied):
        return Refused(verdict.reason)
    ordered = host.decisions.filter(state=Decision.State.APPROVED)
    if ordered.filter(approved_at__gte=merging.merged_at).exists():
        said = _("%(number)s was ordered with these accounts: they stay there.")
        return Conflict(said % facts)
    if panels.met_on([host.pk]):
        said = _("A panel has advised on %(number)s with these accounts: they stay there.")
        return Conflict(said % facts)
    here = Target.objects.filter(pk__in=merging.targets, case=host).order_by("id")
    if len(here.select_for_update(no_key=True).values_list("pk")) != len(merging.targets):
        said = _("Some of its accounts were moved on from %(number)s. Bring them back first.")
        return Conflict(said % facts)
    return None


def _give_back(merging: Merging, case: Case, at: datetime) -> None:
    """Returns the accounts; the host goes back to its own promise, as far as nothing else has
    hastened it, and what was decided meanwhile about the ordinary orders holds for both."""
    Target.objects.filter(pk__in=merging.targets).update(case=case)
    host = Case.objects.get(pk=merging.host_id)
    Case.objects.filter(pk=case.pk).update(withholding=host.withholding)
    joined = list(host.absorbed.filter(undone_at=None).select_related("case").order_by("pk"))
    own = joined[0].host_due_at
    others = [one for one in joined if one.pk != merging.pk]
    if host.ours_due_at == min(own, *(one.case.ours_due_at for one in joined)):
        ours = min([own, *(one.case.ours_due_at for one in others)])
        host.ours_due_at = ours
        host.due_at = host.due_at if host.state == CaseState.NEW else ours
        host.save(update_fields=["ours_due_at", "due_at"])
    Merging.objects.filter(pk__in=[one.pk for one in others[:1]]).update(host_due_at=own)
    Merging.objects.filter(pk=merging.pk).update(undone_at=at)


def _tell_host(kind: str, host: Case, held: Held, cases: Collection[Case]) -> None:
    numbers = ", ".join(case.number for case in cases)
    audit.record(
        kind,
        host.thread,
        actor=held.actor,
        at=held.at,
        data={"cases": [case.pk for case in cases], "note": numbers}
        | ({"reason": held.reason} if held.reason else {}),
        is_sealed=host.handling == Handling.SEALED,
    )
