"""Many cases at once: review first, then one call, then a result for each."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import Job, JobRow, User
from moderation_portal.roles import Denied, Verdict

from .. import absences, many, searches, turns
from ..many import AT_ONCE, FOR_MANY
from ..models import Case
from ..permissions import may, visible_to
from ..results import Result
from ..table import rows_of
from ..verbs import VERBS
from . import numbers
from .notices import only_desk

MOST = 500
ROWS_SHOWN = 50


@require_POST
def bulk(request: SignedInRequest) -> HttpResponse:
    """Shows what would happen to the ticked cases, or to all that match; acts when the review
    itself is posted."""
    only_desk(request)
    name = request.POST.get("verb", "")
    back = request.POST.get("back", "")
    at = clock.now()
    gone = absences.away(at)
    context: dict[str, Any] = {
        "now": at,
        "section": "queue",
        "verb": name,
        "back": back if back.startswith("?") else "",
        "staff": [(one, absences.name_of(one, gone)) for one in absences.people()],
        "chosen": numbers.whole(request.POST.get("owner", "")),
    }
    is_all = request.POST.get("scope") == "all"
    cases = [] if is_all else ticked(request)
    if name not in FOR_MANY or not (is_all or cases):
        return redirect("cases:queue")
    context["label"] = rows_of(name)[0].label
    is_review = request.POST.get("step") != "do"
    said, problem = ({}, "") if is_review else told_beside(request, name)
    if is_review or problem:
        context["problem"] = problem
        status = 422 if problem else 200
        if is_all:
            return review_all(request, name, context, status=status)
        return review(request, cases, name, context, status=status)
    if is_all:
        return do_all(request, name, said, context)
    result = VERBS[name].on([case.pk for case in cases], said, actor=request.user, at=at)
    return show_result(request, result, cases, context | said)


def ticked(request: SignedInRequest) -> list[Case]:
    """The ticked cases that this person sees."""
    found = (numbers.whole(pk) for pk in request.POST.getlist("case"))
    return load(request.user, [pk for pk in found if pk is not None][:MOST])


def load(user: User, ids: list[int]) -> list[Case]:
    """Of these cases those that this person sees."""
    found = visible_to(user).filter(pk__in=ids).select_related("platform", "owner")
    return list(found.order_by("pk"))


def told_beside(request: SignedInRequest, name: str) -> tuple[dict[str, Any], str]:
    """What a verb wants to know beside the cases, or the sentence that says what is missing."""
    if name != "assign":
        return {}, ""
    chosen = numbers.whole(request.POST.get("owner", "")) or 0
    owner = User.objects.filter(pk=chosen).first()
    return ({"owner": owner}, "") if owner else ({}, _("Choose whom to assign the cases to."))


def do_all(
    request: SignedInRequest, name: str, said: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    """Does it to all that match, if they are as many as the review said; else shows it anew."""
    seen = numbers.whole(request.POST.get("seen", "")) or 0
    try:
        done = many.do(name, context["back"], seen, said, actor=request.user, at=context["now"])
    except (Conflict, Invalid) as error:
        told = context | {"changed": error.sentence}
        return review_all(request, name, told, status=error.status)
    if isinstance(done, Job):
        return redirect("cases:bulk_job", pk=done.pk)
    ids = [*done.done, *(one.id for one in (*done.skipped, *done.refused))]
    return show_result(request, done, load(request.user, ids), context | said)


def show_result(
    request: SignedInRequest, result: Result, cases: list[Case], context: dict[str, Any]
) -> HttpResponse:
    """What came of each case; what was just taken can be given back."""
    told = outcome_of(result, cases) | {
        "headline": headline(len(result.done), context.get("owner"))
    }
    told["may_undo"] = bool(result.done) and context["verb"] == "claim"
    return render(request, "cases/bulk_result.html", context | told)


@require_POST
def undo(request: SignedInRequest) -> HttpResponse:
    """Gives back what was taken a moment ago; whatever has moved on since stays as it is."""
    only_desk(request)
    at, back = clock.now(), request.POST.get("back", "")
    found = (numbers.whole(pk) for pk in request.POST.get("cases", "").split(",")[:AT_ONCE])
    cases = load(request.user, [pk for pk in found if pk is not None])
    reason = _("Taken together with others, and given back at once.")
    ids = [case.pk for case in cases]
    result = turns.give_back(ids, reason=reason, actor=request.user, at=at, is_skip=False)
    n = len(result.done)
    said = ngettext("%(n)s case is given back.", "%(n)s cases are given back.", n) % {"n": n}
    context = outcome_of(result, cases) | {
        "now": at,
        "section": "queue",
        "back": back if back.startswith("?") else "",
        "headline": said if n else _("Nothing was changed."),
    }
    return render(request, "cases/bulk_result.html", context)


@require_GET
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it is with all that matched, and what stayed as it was, to whoever asked for it."""
    only_desk(request)
    found = get_object_or_404(Job, pk=pk, kind=many.KIND, created_by_id=request.user.pk)
    rows = list(JobRow.objects.filter(job=found).order_by("pk")[:ROWS_SHOWN])
    cases = {case.pk: case for case in load(request.user, [row.row for row in rows])}
    context = {
        "now": clock.now(),
        "section": "queue",
        "job": found,
        "label": rows_of(found.params["verb"])[0].label,
        "back": f"?{found.params['query'].removeprefix('?')}",
        "so_far": found.done + found.skipped + found.refused,
        "is_over": found.state in (Job.State.FINISHED, Job.State.STOPPED),
        "left": found.skipped + found.refused,
        "others": [
            {"case": cases[row.row], "reason": row.problem["message"]}
            for row in rows
            if row.row in cases
        ],
    }
    part = "cases/_bulk_job.html" if request.headers.get("HX-Request") else "cases/bulk_job.html"
    return render(request, part, context)


def headline(count: int, owner: User | None) -> str:
    """What happened to this many cases, in a sentence; without `owner` they were taken."""
    if not count:
        return _("Nothing was changed.")
    if owner is None:
        said = ngettext("%(n)s case is on your desk.", "%(n)s cases are on your desk.", count)
        return said % {"n": count}
    said = ngettext(
        "%(n)s case is on the desk of %(name)s.", "%(n)s cases are on the desk of %(name)s.", count
    )
    return said % {"n": count, "name": owner.name}


def outcome_of(result: Result, cases: list[Case]) -> dict[str, Any]:
    """What was done and what was not, case by case."""
    by_id = {case.pk: case for case in cases}
    return {
        "done": [by_id[pk] for pk in result.done if pk in by_id],
        "others": [
            {"case": by_id[said.id], "reason": said.reason}
            for said in (*result.skipped, *result.refused)
            if said.id in by_id
        ],
    }


def review(
    request: SignedInRequest,
    cases: list[Case],
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """What would happen to each case; what cannot be done cannot be ticked."""
    rows = foreseen(request.user, name, cases, context)
    told = context | {"rows": rows, "ready": sum(bool(row["verdict"]) for row in rows)}
    return render(request, "cases/bulk.html", told, status=status)


def review_all(
    request: SignedInRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """How many cases match, what would happen to the first of them, and that it goes for all."""
    at = context["now"]
    _view, matching = searches.matching(context["back"], request.user, at=at)
    count = many.count(matching)
    first = matching.select_related("platform", "owner").order_by("queued_at", "pk")[:ROWS_SHOWN]
    rows = foreseen(request.user, name, list(first), context)
    told = context | {
        "rows": rows,
        "scope": "all",
        "seen": count,
        "is_too_many": count > many.MOST,
        "most": many.MOST,
        "is_job": count > AT_ONCE,
        "ready": 0 if count > many.MOST else count,
    }
    return render(request, "cases/bulk.html", told, status=status)


def foreseen(
    user: User, name: str, cases: list[Case], context: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each case with what will be done to it."""
    at: datetime = context["now"]
    return [{"case": case, "verdict": foresee(user, name, case, at)} for case in cases]


def foresee(user: User, name: str, case: Case, at: datetime) -> Verdict:
    """Whether this will be done to a case; nobody takes what they hold already."""
    if name == "claim" and case.owner_id == user.pk:
        return Denied(_("You hold this case already."))
    return may(user, name, case, at=at)
