"""Who is away, and who stands in."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF

from .. import absences
from ..permissions import OVERSEERS
from ..team_forms import AbsenceForm
from .problems import show_problem
from .team import absence_row


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest) -> HttpResponse:
    """The absences that are not over, one's own or (for who oversees the desk) everybody's, and
    the form of a new one."""
    if request.user.role not in STAFF:
        raise Http404
    at, is_overseer = clock.now(), request.user.role in OVERSEERS
    first = {"person": request.GET.get("person", "")} if is_overseer else {}
    form = AbsenceForm(request.POST or None, user=request.user, initial=first)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        person = told.pop("person", request.user)
        try:
            absences.enter(person, actor=request.user, at=at, **told)
        except (Invalid, Conflict) as error:
            show_problem(form, error)
        else:
            messages.success(request, _("The absence is entered, and the substitute is told."))
            return redirect("cases:absence")
    found = absences.coming(at)
    mine = found if is_overseer else found.filter(person=request.user)
    context = {
        "now": at,
        "section": "team" if is_overseer else "queue",
        "is_overseer": is_overseer,
        "form": form,
        "absences": [absence_row(one) for one in mine],
        "standing_in": [absence_row(one) for one in found.filter(substitute=request.user)],
    }
    return render(request, "cases/absence.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """The person is back, or stays."""
    if request.user.role not in STAFF:
        raise Http404
    found = absences.coming(clock.now())
    if request.user.role not in OVERSEERS:
        found = found.filter(person=request.user)
    absence = get_object_or_404(found, pk=pk)
    absences.end(absence, actor=request.user, at=clock.now())
    messages.success(request, _("The absence is ended."))
    return redirect("cases:absence")
