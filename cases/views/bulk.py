"""Many cases at once: review first, then one call, then a result for each."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from moderation_portal import clock
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import STAFF, Denied, Verdict

from ..models import Case
from ..permissions import may, visible_to
from ..results import Result
from ..table import rows_of
from ..verbs import VERBS
from . import numbers
from .notices import only_staff

# Judging is no work for many at once: these two are.
FOR_MANY = ("claim", "assign")
MOST = 500


@require_POST
def bulk(request: SignedInRequest) -> HttpResponse:
    """Shows what would happen to the ticked cases; acts when the review itself is posted."""
    only_staff(request)
    at = clock.now()
    name = request.POST.get("verb", "")
    ticked = (numbers.whole(pk) for pk in request.POST.getlist("case"))
    ids = [pk for pk in ticked if pk is not None][:MOST]
    back = request.POST.get("back", "")
    if name not in FOR_MANY or not ids:
        return redirect("cases:queue")
    cases = list(
        visible_to(request.user)
        .filter(pk__in=ids)
        .select_related("platform", "owner")
        .order_by("pk")
    )
    context = {
        "now": at,
        "section": "queue",
        "verb": name,
        "label": rows_of(name)[0].label,
        "back": back if back.startswith("?") else "",
        "staff": User.objects.filter(role__in=STAFF, is_active=True).order_by("name"),
    }
    if request.POST.get("step") != "do":
        return review(request, cases, name, context)
    said: dict[str, Any] = {}
    if name == "assign":
        chosen = numbers.whole(request.POST.get("owner", "")) or 0
        owner = User.objects.filter(pk=chosen).first()
        if owner is None:
            context["problem"] = _("Choose whom to assign the cases to.")
            return review(request, cases, name, context, status=422)
        said["owner"] = owner
    result = VERBS[name].on([case.pk for case in cases], said, actor=request.user, at=at)
    told = outcome_of(result, cases) | {"headline": headline(len(result.done), said.get("owner"))}
    return render(request, "cases/bulk_result.html", context | told)


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
        "done": [by_id[pk] for pk in result.done],
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
    rows = [{"case": case, "verdict": foresee(request.user, name, case, context)} for case in cases]
    ready = sum(bool(row["verdict"]) for row in rows)
    told = context | {"rows": rows, "ready": ready}
    return render(request, "cases/bulk.html", told, status=status)


def foresee(user: User, name: str, case: Case, context: dict[str, Any]) -> Verdict:
    """Whether this will be done to a case; nobody takes what they hold already."""
    if name == "claim" and case.owner_id == user.pk:
        return Denied(_("You hold this case already."))
    return may(user, name, case, at=context["now"])
