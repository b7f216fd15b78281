"""Accounts go from one case into another before anything is decided of them.

What was told of an account goes with it; both cases are counted, named and dated anew, and both
say in their records what came and what went.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _

from moderation_portal import audit, series
from moderation_portal.errors import Conflict, Invalid, PortalError, Refused
from moderation_portal.models import User
from moderation_portal.roles import Denied
from reports import receipts
from reports.models import Handling, ReportItem

from . import decisions, lifecycle, panels, permissions, rows, withholding
from .models import (
    OPEN_STATES,
    OPEN_TARGETS,
    Case,
    CaseState,
    Decision,
    Joining,
    Notice,
    Systemic,
    Target,
    Urgency,
    Withholding,
)
from .notices import preserving
from .opening import HOLDING, TITLE_LENGTH
from .results import Held, Result, ids_of
from .rungs import PRESERVATION

# Reports are counted once, though several of their accounts may be here. A case is named after the
# account that it was named after, while that is here; one without accounts keeps its name.
RECOUNT = """
UPDATE cases_case c SET
    target_count = found.targets,
    report_count = found.reports,
    is_formal = CASE WHEN found.targets = 0 THEN c.is_formal ELSE found.is_formal END,
    title = coalesce(first.title || CASE WHEN found.targets > 1
        THEN ' +' || found.targets - 1 ELSE '' END, c.title)
FROM (
    SELECT given.id, count(DISTINCT target.id) AS targets, count(DISTINCT report.id) AS reports,
        coalesce(bool_or(report.formal_request_id IS NOT NULL), false) AS is_formal
    FROM unnest(%s::bigint[]) AS given (id)
    LEFT JOIN cases_target target ON target.case_id = given.id
    LEFT JOIN cases_joining joining ON joining.target_id = target.id
    LEFT JOIN reports_reportitem item ON item.id = joining.item_id
    LEFT JOIN reports_report report ON report.id = item.report_id
    GROUP BY given.id
) found
JOIN cases_case named ON named.id = found.id
LEFT JOIN LATERAL (
    SELECT left(account.display, %s) AS title FROM cases_target target
    JOIN reports_reportedaccount account ON account.id = target.account_id
    WHERE target.case_id = found.id
    ORDER BY left(account.display, %s) = regexp_replace(named.title, ' [+][0-9]+$', '') DESC,
        target.id LIMIT 1
) first ON true
WHERE c.id = found.id
"""


def move(
    cases: Iterable[int | Case],
    *,
    targets: Iterable[int | Target],
    reason: str,
    actor: User,
    at: datetime,
    to: int | Case | None = None,
) -> Result:
    """Moves these open accounts of these cases into the case `to`, or into a new one that then
    stands on this person's desk.

    Both are of one platform, category, handling class and urgency and not decided yet, and an
    account is left in each. Raises Refused, Conflict or Invalid when the other case is not there
    or takes none.
    """
    sources, chosen = ids_of(cases), ids_of(targets)
    with transaction.atomic():
        host = receiver(to, sources, named="to", actor=actor, at=at) if to is not None else None
        held = lifecycle.hold(sources, "move", actor=actor, at=at, reason=reason)
        by_case = lock_targets(held, chosen)
        refuse_bound(held)
        held.sift(lambda case: _left_over(case, by_case.get(case.pk, [])))
        model = host or (held.ready[0] if held.ready else None)
        held.sift(lambda case: misfit(case, model) if model else None)
        if not held.ready or model is None:
            return held.result
        here = host or _new_case(model, at)
        ids = [one.pk for case in held.ready for one in by_case[case.pk]]
        hand(ids, here, held)
        _tell_host(here, held, ids, is_new=host is None)
        moved = {"to": here.pk, "targets": ids, "note": here.number}
        result = lifecycle.move(held, data=moved)
        settle([here.pk, *held.ids])
        if host is None:
            decisions.claim([here.pk], actor=actor, at=at).insist()
        return result


def receiver(
    to: int | Case, sources: Collection[int], *, named: str, actor: User, at: datetime
) -> Case:
    """The case that is to take accounts in, locked with those they come from, in id order. `named`
    is what the verb calls it.

    Raises Invalid when it is one of these, Refused when this person may not know of it, Conflict
    when it takes none in.
    """
    (pk,) = ids_of([to])
    if pk in sources:
        raise Invalid.field(named, itself())
    locked = {case.pk: case for case in lifecycle.lock([*sources, pk])}
    host = locked.get(pk)
    if host is None or not permissions.is_visible(actor, host):
        raise Refused(permissions.not_found())
    verdict = permissions.judge(actor, "merge", host, None, at=at)
    if isinstance(verdict, Denied):
        raise Conflict(verdict.reason)
    if Systemic.objects.filter(case=host).exists():
        raise _aims_at_a_feature()
    if panels.met_on([pk]):
        said = _("A panel has advised on %(number)s: no other accounts are added to it.")
        raise Conflict(said % {"number": host.number})
    return host


def itself() -> str:
    """What is said to whoever names the very case that accounts are to leave."""
    return _("A case is not merged into itself. Give the number of the other case.")


def misfit(case: Case, host: Case) -> Conflict | None:
    """Why accounts of a case cannot go into another, if they cannot."""
    if case.handling != host.handling:
        return Conflict(permissions.not_found())
    if (case.platform_id, case.category) != (host.platform_id, host.category):
        return Conflict(_("Only cases of one platform and one category are merged."))
    if case.urgency == Urgency.URGENT and host.urgency != Urgency.URGENT:
        said = _("This case is urgent and the other is not: merge the other into this one.")
        return Conflict(said)
    if (case.withholding in HOLDING) != (host.withholding in HOLDING):
        said = _(
            "One of the two holds the ordinary orders of its accounts back and the other does not. "
            "Decide that first."
        )
        return Conflict(said)
    return None


def refuse_bound(held: Held) -> None:
    """Refuses the cases that were ordered before and came back, for their accounts stay beside the
    decision and the letters that name them; those on which a panel has advised; and those that aim
    at a feature."""
    approved = Decision.objects.filter(case_id__in=held.ids, state=Decision.State.APPROVED)
    ordered = set(approved.values_list("case_id", flat=True))
    said = Conflict(_("It was ordered before: its accounts stay with that decision."))
    held.sift(lambda case: said if case.pk in ordered else None)
    met = panels.met_on(held.ids)
    advised = Conflict(_("A panel has advised on it: its accounts stay with that advice."))
    held.sift(lambda case: advised if case.pk in met else None)
    systemic = set(Systemic.objects.filter(case_id__in=held.ids).values_list("pk", flat=True))
    held.sift(lambda case: _aims_at_a_feature() if case.pk in systemic else None)


def lock_targets(held: Held, ids: Collection[int] | None = None) -> dict[int, list[Target]]:
    """The accounts of these locked cases by case, locked in id order; only the open ones among
    `ids` where some are given."""
    found = Target.objects.filter(case_id__in=held.ids).order_by("id")
    if ids is not None:
        found = found.filter(OPEN_TARGETS, pk__in=ids)
    by_case: dict[int, list[Target]] = {}
    for target in found.select_for_update(no_key=True):
        by_case.setdefault(target.case_id, []).append(target)
    return by_case


def hand(target_ids: Collection[int], host: Case, held: Held) -> None:
    """Puts locked accounts of the held cases into the host: it inherits what was promised for them
    and what is held back, and their reporters read what its own read."""
    Target.objects.filter(pk__in=target_ids).update(case=host)
    if any(case.withholding == Withholding.HELD for case in held.ready):
        withholding.taken([host.pk])
    ours = min(case.ours_due_at for case in (host, *held.ready))
    looks = [case.due_at or case.ours_due_at for case in (host, *held.ready)]
    due_at = min(looks) if host.state == CaseState.NEW else ours
    Case.objects.filter(pk=host.pk).update(ours_due_at=ours, due_at=due_at)
    if host.state != CaseState.NEW:
        standing = Joining.objects.filter(
            target__in=target_ids, target__state__in=OPEN_STATES
        ).values_list("item_id", flat=True)
        receipts.project(dict.fromkeys(standing, ReportItem.Progress.LOOKED_AT), at=held.at)


def settle(case_ids: Collection[int]) -> None:
    """Counts and names these cases anew, and says of each when preservation of all its accounts
    was asked for: what came in unasked has to be asked first."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [list(case_ids), TITLE_LENGTH, TITLE_LENGTH])
    cases = Case.objects.filter(pk__in=case_ids, target_count__gt=0)
    unasked = Exists(preserving.unasked(case_ids).filter(case_id=OuterRef("pk")))
    cases.filter(unasked, preservation_asked_at__isnull=False).update(preservation_asked_at=None)
    letters = Notice.objects.filter(
        rung=PRESERVATION, items__target__case__in=cases.filter(~unasked)
    )
    asked = letters.values("items__target__case_id").annotate(first=Min("issued_at"))
    for row in asked.order_by("items__target__case_id"):
        pk, first = row["items__target__case_id"], row["first"]
        unsaid = Case.objects.filter(pk=pk, pk__in=case_ids, preservation_asked_at=None)
        unsaid.update(preservation_asked_at=first)


def _aims_at_a_feature() -> Conflict:
    return Conflict(_("A case that aims at a feature takes in no accounts, and gives none away."))


def _left_over(case: Case, targets: Collection[Target]) -> PortalError | None:
    """Why these accounts cannot leave their case, if they cannot."""
    if not targets:
        return Invalid.field("targets", _("Choose at least one open account of this case."))
    ids = [one.pk for one in targets]
    others = Target.objects.filter(case=case, state__in=OPEN_STATES).exclude(pk__in=ids)
    if not others.exists():
        return Conflict(
            _("No open account would be left here. Merge the whole case into the other instead.")
        )
    return None


def _new_case(model: Case, at: datetime) -> Case:
    """An empty case of the same kind, with the same promise."""
    is_sealed = model.handling == Handling.SEALED
    (pk,) = series.take("cases_case", 1, is_sealed=is_sealed)
    kind = (pk, model.platform_id, model.category, model.urgency, model.handling, model.source)
    promise = (model.ours_due_at, model.due_at or model.ours_due_at, model.team, model.team_rule)
    rows.insert_cases([(*kind, None, model.title, 0, 0, model.is_formal, *promise)], at=at)
    Case.objects.filter(pk=pk).update(withholding=model.withholding)
    return Case.objects.get(pk=pk)


def _tell_host(host: Case, held: Held, ids: Collection[int], *, is_new: bool) -> None:
    numbers = ", ".join(case.number for case in held.ready)
    audit.record(
        "case.split_off" if is_new else "case.accounts_gained",
        host.thread,
        actor=held.actor,
        at=held.at,
        data={"cases": held.ids, "targets": list(ids), "note": numbers, "reason": held.reason},
        is_sealed=host.handling == Handling.SEALED,
    )
