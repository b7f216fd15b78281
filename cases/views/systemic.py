"""Opening a case that aims at a feature, and what its page shows of that."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from platforms.models import Platform
from reports.permissions import only_staff

from .. import systemic
from ..models import Case
from ..office_forms import SystemicForm
from .problems import show_problem


@require_http_methods(["GET", "POST"])
def open_case(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form, and the case that it opens."""
    only_staff(request.user)
    at = clock.now()
    platform = get_object_or_404(Platform, pk=pk)
    verdict = systemic.may_open(request.user, platform, at=at)
    form = SystemicForm(request.POST or None, platform=platform, user=request.user, at=at)
    if form.is_valid():
        said = form.cleaned_data
        aim = systemic.Aim(said["feature"], said["category"], said["asked"], said["reason"])
        try:
            case = systemic.open_case(aim, said["pattern"], actor=request.user, at=at)
        except Invalid as error:
            show_problem(form, error)
        else:
            opened = _("%(number)s is open. It is decided and sent like any other case.")
            messages.success(request, opened % {"number": case.number})
            return redirect("cases:case", pk=case.pk)
    context = {
        "now": at,
        "section": "platforms",
        "platform": platform,
        "form": form,
        "denied": getattr(verdict, "reason", ""),
    }
    return render(request, "cases/systemic.html", context, status=422 if form.errors else 200)


def of_case(case: Case, user: User) -> dict[str, Any]:
    """For the page of a case: the feature it aims at, what is asked, and the cases that show why;
    nothing for a case about accounts."""
    found = getattr(case, "systemic", None)
    if found is None:
        return {"systemic": None}
    return {"systemic": found, "shown_by": systemic.pattern_of(found, user)}
