"""The picture of what our probe was shown: veiled until somebody says why they must see it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import AUDITORS, STAFF
from reports.forms.desk import PurposeForm
from reports.views import files, pages

from .. import pictures
from ..models import LookPicture
from ..notices import drafting
from ..permissions import wrong_role


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page of a picture. A POST with a purpose shows it clearly, or hands it out."""
    at = clock.now()
    found = _load(request, pk)
    form = PurposeForm(pages.posted(request))
    ticket = ""
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        try:
            if "show" not in request.POST:
                content = pictures.download(found, actor=request.user, purpose=purpose, at=at)
                return _handed_out(found, content, "attachment", "application/octet-stream")
            ticket = pictures.show(found, actor=request.user, purpose=purpose, at=at)
        except Invalid as error:
            form.add_error("purpose", error.sentence)
    context = {
        "now": at,
        "section": "queue",
        "case": found.target.case,
        "locator": defang(drafting.locator_of(found.target)),
        "picture": found,
        "form": form,
    }
    if ticket:
        address = reverse("cases:look_image", args=[found.pk])
        context["image_url"] = f"{address}?ticket={ticket}"
    else:
        context |= _veiled(found, request, at)
    lines = pictures.custody_of(found, request.user)
    context["lines"] = [files.custody_line(event) for event in lines]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cases/look_picture.html", context, status=status)


@require_GET
def image(request: SignedInRequest, pk: int) -> HttpResponse:
    """The picture itself, for the page of whoever was let see it a moment ago."""
    found = _load(request, pk)
    ticket = request.GET.get("ticket", "")
    if not pictures.has_ticket(found, ticket, actor=request.user, at=clock.now()):
        raise Http404
    return _handed_out(found, pictures.content_of(found), "inline", "image/png")


def _load(request: SignedInRequest, pk: int) -> LookPicture:
    if request.user.role in AUDITORS:
        raise Refused(wrong_role(STAFF))
    found = pictures.visible_to(request.user)
    about = ("seen", "target__account", "target__case__platform")
    return get_object_or_404(found.select_related(*about), pk=pk)


def _veiled(found: LookPicture, request: SignedInRequest, at: datetime) -> dict[str, Any]:
    try:
        veiled = pictures.open_page(found, actor=request.user, at=at)
    except Conflict as error:
        return {"damaged": error.sentence}
    return {"veiled": veiled, "veiled_url": files.inlined(veiled)}


def _handed_out(found: LookPicture, content: bytes, how: str, mime: str) -> HttpResponse:
    return files.handed_out(content, f"look-{found.pk}.png", how, mime)
