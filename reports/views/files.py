"""A file that was handed in: its page, its picture, its download. Nothing without a purpose.

To whoever is not of the house a file is a download and nothing else.
"""

import base64
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import Event
from moderation_portal.roles import STAFF

from .. import custody, evidence, permissions, redaction
from ..forms.covering import SIDES, CoverForm
from ..forms.desk import PurposeForm
from ..models import Evidence
from . import pages

# Whoever opens one of these by itself gets a picture or a file, and nothing that runs.
STRICT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@require_http_methods(["GET", "POST"])
def open_evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page of a file. A POST with a purpose shows its picture clearly, or hands it out."""
    at = clock.now()
    found = _load(request, pk)
    form = PurposeForm(pages.posted(request))
    ticket = ""
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        try:
            if "show" not in request.POST:
                content = custody.download(found, actor=request.user, purpose=purpose, at=at)
                return _handed_out(found, content, "attachment", "application/octet-stream")
            ticket = custody.show(found, actor=request.user, purpose=purpose, at=at)
        except Invalid as error:
            form.add_error("purpose", error.sentence)
    cover = CoverForm(initial={"ticket": ticket})
    return _page(request, found, form, cover, ticket=ticket, at=at)


@require_GET
def picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """The picture itself, for the page of whoever was let see it a moment ago."""
    found = _load(request, pk)
    ticket = request.GET.get("ticket", "")
    if not custody.has_ticket(found, ticket, actor=request.user, at=clock.now()):
        raise Http404
    return _handed_out(found, evidence.read(found), "inline", found.mime)


@require_POST
def redact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Makes a copy with covered areas; `preview` only draws where they would be."""
    at = clock.now()
    permissions.only_staff(request.user)
    found = _load(request, pk)
    is_preview = "preview" in request.POST
    form = CoverForm(request.POST, is_preview=is_preview)
    if form.is_valid() and not is_preview:
        said = {"purpose": form.cleaned_data["purpose"], "actor": request.user, "at": at}
        try:
            copy = redaction.redact(found, form.areas(), **said)
        except Invalid as error:
            form.add_error(None, error.sentence)
        else:
            words = _("This is the copy with the covered areas. The original stays as it was.")
            messages.success(request, words)
            return redirect("reports:evidence", pk=copy.pk)
    ticket = request.POST.get("ticket", "")
    is_let = custody.has_ticket(found, ticket, actor=request.user, at=at)
    return _page(request, found, PurposeForm(), form, ticket=ticket if is_let else "", at=at)


def _load(request: SignedInRequest, pk: int) -> Evidence:
    visible = permissions.evidence_visible_to(request.user)
    return get_object_or_404(visible.select_related("report", "formal_request"), pk=pk)


def _page(
    request: SignedInRequest,
    found: Evidence,
    form: PurposeForm,
    cover: CoverForm,
    *,
    ticket: str,
    at: datetime,
) -> HttpResponse:
    is_inside = request.user.role in custody.HANDLERS
    context = {
        "now": at,
        "section": pages.section(request.user),
        "file": found,
        "form": form,
        "has_picture": is_inside and custody.may_be_shown(found),
        "copies": found.redactions.order_by("added_at") if is_inside else (),
        "lines": [custody_line(event) for event in custody.lines_of(found, request.user)]
        if is_inside
        else None,
    }
    if ticket:
        query = f"{reverse('reports:picture', args=[found.pk])}?ticket={ticket}"
        context |= {
            "picture_url": query,
            "cover": cover if request.user.role in STAFF else None,
            "sides": [label for _side, label in SIDES],
            "areas": cover.areas() if cover.is_bound else (),
            "grid": range(10, 100, 10),
        }
    elif context["has_picture"]:
        context |= _veiled(found, request, at)
    is_wrong = any(one.is_bound and one.errors for one in (form, cover))
    return render(request, "reports/evidence.html", context, status=422 if is_wrong else 200)


def _veiled(found: Evidence, request: SignedInRequest, at: datetime) -> dict[str, object]:
    try:
        veiled = custody.open_page(found, actor=request.user, at=at)
    except Conflict as error:
        return {"has_picture": False, "damaged": error.sentence}
    return {"veiled": veiled, "veiled_url": inlined(veiled)}


def inlined(veiled: custody.Veiled) -> str:
    """A veiled picture as the address of an image that lies in the page itself."""
    return f"data:image/png;base64,{base64.b64encode(veiled.png).decode()}"


def custody_line(event: Event) -> dict[str, object]:
    """A line of the custody of a file, as `reports/_custody.html` shows it."""
    data = event.data
    return {
        "at": event.at,
        "who": event.actor_name,
        "what": custody.said(event.kind),
        "purpose": data.get("purpose", ""),
        "sha256": data.get("sha256", ""),
    }


def _handed_out(found: Evidence, content: bytes, how: str, mime: str) -> HttpResponse:
    name = f"evidence-{found.pk}{evidence.SUFFIXES.get(found.mime, '')}"
    return handed_out(content, name, how, mime)


def handed_out(content: bytes, name: str, how: str, mime: str) -> HttpResponse:
    """A file by itself: `inline` for an image of a page, else as an attachment."""
    said = {"Content-Disposition": f'{how}; filename="{name}"'}
    return HttpResponse(content, content_type=mime, headers=STRICT | said)
