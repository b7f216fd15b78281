"""The log of what offices say to each other, and the page of each office."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, places
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF
from moderation_portal.storable import storable
from reports.models import Agency, FormalRequest
from reports.permissions import only_staff, requests_visible_to

from .. import coordination
from ..coordination import About, Said
from ..models import CoordinationNote
from ..office_forms import EntryForm, SaidForm
from ..permissions import visible_to
from .notices import only_desk
from .problems import show_problem

OFFICES_SHOWN = 200
REQUESTS_SHOWN = 20
LOG_SHOWN = 50
SAID = ("kind", "happened_on", "taking_part", "text", "follow_up_on")
REQUEST_TONES = {
    FormalRequest.State.DRAFT: "warn",
    FormalRequest.State.SUBMITTED: "good",
    FormalRequest.State.RETURNED: "neutral",
}


@require_GET
def units(request: SignedInRequest) -> HttpResponse:
    """Police units, ministries and courts, with when something was last said."""
    only_desk(request)
    wanted = " ".join(storable(request.GET.get("q", "")).split())
    found = Agency.objects.filter(name__icontains=wanted) if wanted else Agency.objects.all()
    points = Count("contact_points", filter=Q(contact_points__is_active=True), distinct=True)
    shown = list(found.annotate(points=points).order_by("name", "pk")[: OFFICES_SHOWN + 1])
    notes = coordination.visible_to(request.user).filter(agency__in=[one.pk for one in shown])
    newest = dict(notes.values_list("agency").annotate(Max("happened_on")))
    context = {
        "now": clock.now(),
        "section": "platforms",
        "wanted": wanted,
        "rows": [(one, newest.get(one.pk)) for one in shown[:OFFICES_SHOWN]],
        "has_more": len(shown) > OFFICES_SHOWN,
    }
    return render(request, "cases/units.html", context)


@require_GET
def unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """One office: its contact points, its formal requests, and what was said."""
    only_desk(request)
    agency = get_object_or_404(Agency, pk=pk)
    letters = requests_visible_to(request.user).filter(agency=agency)
    newest = letters.order_by(F("submitted_at").desc(nulls_first=True), "-pk")
    notes = coordination.visible_to(request.user).filter(agency=agency)
    context = {
        "now": clock.now(),
        "section": "platforms",
        "agency": agency,
        "points": agency.contact_points.order_by("-is_active", "name"),
        "shows_names": request.user.role in STAFF,
        "letters": [
            (one, REQUEST_TONES[FormalRequest.State(one.state)]) for one in newest[:REQUESTS_SHOWN]
        ],
        "may_write": request.user.role in STAFF,
        **log_of(request, notes),
    }
    return render(request, "cases/unit.html", context)


def log_of(request: SignedInRequest, notes: QuerySet[CoordinationNote]) -> dict[str, Any]:
    """The newest entries of a log, or those behind the place that the address names."""
    place = places.read(request.GET.get("after", ""))
    if place is not None:
        notes = notes.filter(places.beyond("written_at", *place, is_down=True))
    shown = list(coordination.log(notes).order_by("-written_at", "-pk")[: LOG_SHOWN + 1])
    last = shown[LOG_SHOWN - 1] if len(shown) > LOG_SHOWN else None
    return {
        "log": shown[:LOG_SHOWN],
        "previous_url": "?" if place is not None else "",
        "next_url": f"?after={places.write(last.written_at, last.pk)}#log-head" if last else "",
    }


@require_http_methods(["GET", "POST"])
def write(request: SignedInRequest) -> HttpResponse:
    """A new entry; the address may name the platform, the office and the case it is about."""
    only_staff(request.user)
    at = clock.now()
    given = {name: request.GET.get(name, "") for name in ("platform", "agency", "case", "kind")}
    form = EntryForm(request.POST or None, user=request.user, initial=given)
    if form.is_valid():
        facts = form.cleaned_data
        about = About(facts["platform"], facts["agency"], facts["case"])
        if about.platform is None and about.agency is None and about.case is not None:
            about = About(about.case.platform, None, about.case)
        try:
            note = coordination.write(about, said(facts), actor=request.user, at=at)
        except Invalid as error:
            show_problem(form, error)
        else:
            return done(request, note)
    return form_page(request, form, None, at)


@require_http_methods(["GET", "POST"])
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says an entry anew; the old one stays, marked as corrected."""
    only_staff(request.user)
    at = clock.now()
    notes = coordination.visible_to(request.user).select_related("platform", "agency", "case")
    note = get_object_or_404(notes, pk=pk)
    form = SaidForm(request.POST or None, initial={name: getattr(note, name) for name in SAID})
    if form.is_valid():
        facts = said(form.cleaned_data)
        try:
            newer = coordination.correct(note, facts, actor=request.user, at=at)
        except Invalid as error:
            show_problem(form, error)
        else:
            return done(request, newer)
    return form_page(request, form, note, at)


def said(facts: dict[str, Any]) -> Said:
    """What the form was given of the saying itself."""
    return Said(**{name: facts[name] for name in SAID})


def done(request: SignedInRequest, note: CoordinationNote) -> HttpResponse:
    """To the log in which the entry now stands."""
    messages.success(request, _("The entry stands in the log. It is no order and starts no clock."))
    if note.case_id and visible_to(request.user).filter(pk=note.case_id).exists():
        return redirect("cases:case", pk=note.case_id)
    if note.platform_id:
        return redirect("cases:platform", pk=note.platform_id)
    return redirect("cases:unit", pk=note.agency_id)


def form_page(
    request: SignedInRequest, form: SaidForm, note: CoordinationNote | None, at: datetime
) -> HttpResponse:
    """The form of an entry, or of one that corrects `note`."""
    context = {"now": at, "section": "platforms", "form": form, "note": note}
    status = 422 if form.errors else 200
    return render(request, "cases/coordination.html", context, status=status)
