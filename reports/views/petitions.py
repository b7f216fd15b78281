"""Petitions: demands without accounts, registered and answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import AUDITORS, STAFF

from .. import permissions
from .. import petitions as verbs
from ..forms.desk import PetitionForm, ReplyForm
from ..models import Petition
from . import pages


@require_GET
def petitions(request: SignedInRequest) -> HttpResponse:
    """All petitions, newest first."""
    permissions.only_staff(request.user, also=AUDITORS)
    rows = Petition.objects.select_related("platform")
    found, context = pages.page(request, rows, by="pk")
    context |= {
        "now": clock.now(),
        "section": pages.section(request.user),
        "rows": found,
        "may_write": request.user.role in STAFF,
    }
    return render(request, "reports/petitions.html", context)


@require_http_methods(["GET", "POST"])
def petition_new(request: SignedInRequest) -> HttpResponse:
    """Registers a petition."""
    permissions.only_staff(request.user, also=AUDITORS)
    at = clock.now()
    form = PetitionForm(pages.posted(request))
    if request.method == "POST" and form.is_valid():
        made = verbs.register(**form.cleaned_data, actor=request.user, at=at)
        messages.success(request, _("The petition is registered."))
        return redirect("reports:petition", pk=made.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request,
        "reports/petition_new.html",
        {"now": at, "section": pages.section(request.user), "form": form},
        status=status,
    )


@require_http_methods(["GET", "POST"])
def petition(request: SignedInRequest, pk: int) -> HttpResponse:
    """One petition and its answer."""
    permissions.only_staff(request.user, also=AUDITORS)
    at = clock.now()
    found = get_object_or_404(Petition.objects.select_related("platform", "replied_by"), pk=pk)
    form = ReplyForm(pages.posted(request))
    if request.method == "POST" and form.is_valid():
        verbs.reply(found, form.cleaned_data["words"], actor=request.user, at=at)
        messages.success(request, _("The answer is recorded."))
        return redirect("reports:petition", pk=found.pk)
    context = {
        "now": at,
        "section": pages.section(request.user),
        "petition": found,
        "form": form,
        "may_write": request.user.role in STAFF and found.replied_at is None,
    }
    return render(request, "reports/petition.html", context)
