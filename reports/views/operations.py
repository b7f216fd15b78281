"""Joint operations as counts and dates: a page for monitors, and the same for staff."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Invalid, Refused
from moderation_portal.formats import day, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import pack

from .. import operations as verbs
from ..forms.operations import OperationForm
from ..models import JointOperation
from . import pages


@require_GET
def operations(request: SignedInRequest) -> HttpResponse:
    """The log, newest entry first; a monitor reads that of the own area."""
    if request.user.role not in verbs.READERS:
        raise Refused(verbs.may_log(request.user).reason)
    rows = verbs.visible_to(request.user).select_related("corrects", "corrected_by", "logged_by")
    found, context = pages.page(request, rows, by="logged_at")
    offices = {one.code: str(one.name) for one in pack().sections["operation_partners"]}
    kinds = {one.code: str(one.name) for one in pack().sections["operation_outcomes"]}
    context |= {
        "now": clock.now(),
        "section": pages.section(request.user),
        "may_log": bool(verbs.may_log(request.user)),
        "rows": [_row(one, offices, kinds) for one in found],
    }
    return render(request, "reports/operations.html", context)


@require_http_methods(["GET", "POST"])
def operation_new(request: SignedInRequest) -> HttpResponse:
    """Logs an operation."""
    return _form(request, None, clock.now())


@require_http_methods(["GET", "POST"])
def operation_correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Logs what an entry should have said; the entry itself stays, marked as corrected."""
    wrong = get_object_or_404(verbs.visible_to(request.user).filter(corrected_by=None), pk=pk)
    return _form(request, wrong, clock.now())


def _form(request: SignedInRequest, corrects: JointOperation | None, at: datetime) -> HttpResponse:
    allowed = verbs.may_log(request.user)
    if not allowed:
        raise Refused(allowed.reason)
    form = OperationForm(pages.posted(request), actor=request.user, at=at, corrects=corrects)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.log(**form.facts(), actor=request.user, at=at, corrects=corrects)
        except (Invalid, Refused) as error:
            fields: Any = error.detail.get("fields", {"area": error.sentence})
            for name, said in fields.items():
                form.add_error(name if name in form.fields else None, said)
        else:
            messages.success(request, _("The operation is logged."))
            return redirect("reports:operations")
    context = {
        "now": at,
        "section": pages.section(request.user),
        "form": form,
        "corrects": corrects,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/operation_new.html", context, status=status)


def _row(one: JointOperation, offices: dict[str, str], kinds: dict[str, str]) -> dict[str, object]:
    return {
        "pk": one.pk,
        "held_on": day(one.held_on),
        "area": one.area,
        "partners": ", ".join(offices.get(code, code) for code in one.partners),
        "counts": [f"{kinds.get(code, code)}: {n}" for code, n in one.counts.items()],
        "is_corrected": hasattr(one, "corrected_by"),
        "is_correction": one.corrects_id is not None,
        "logged": instant_short(one.logged_at),
        "by": one.logged_by.name,
    }
