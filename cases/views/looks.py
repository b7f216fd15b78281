"""What our looks at one account saw, and by what each is proved."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moderation_portal import clock
from moderation_portal.errors import Refused
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF

from .. import proofs
from ..notices import drafting
from ..permissions import wrong_role
from . import numbers
from .case import load
from .case_address import kept


@require_GET
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """The looks at one account (`?target=`, else the first) of a case that this person may see, the
    newest first."""
    case = load(request, pk)
    if request.user.role not in STAFF:
        raise Refused(wrong_role(STAFF))
    accounts = case.targets.select_related("account").order_by("pk")
    if "target" in request.GET:
        accounts = accounts.filter(pk=numbers.whole(request.GET["target"]) or 0)
    found = accounts.first()
    if found is None:
        raise Http404
    context = {
        "now": clock.now(),
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "locator": defang(drafting.locator_of(found)),
        "looks": proofs.looks_at(found, request.user),
    }
    return render(request, "cases/looks.html", context)
