"""The platform's side: its open notices by deadline, and the answer page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import REPRESENTATIVES
from platforms.models import Commitment

from .. import notices
from ..models import Notice
from .answering import answer_page
from .notices import load, name_rungs

PAGE = 50


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What this platform still has to answer, soonest due first, and what it has answered."""
    only_representatives(request)
    visible = notices.visible_to(request.user).select_related("platform")
    open_states = [Notice.State.ISSUED, Notice.State.SERVED]
    context = {
        "now": clock.now(),
        "open": name_rungs(visible.filter(state__in=open_states).order_by("due_at", "pk")[:PAGE]),
        "past": name_rungs(
            visible.filter(state__in=[Notice.State.SETTLED, Notice.State.WITHDRAWN])[:PAGE]
        ),
        "platform": request.user.representative.platform,
        "commitments": Commitment.objects.filter(
            platform=request.user.representative.platform
        ).prefetch_related("clauses"),
    }
    return render(request, "cases/platform_home.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """One notice and its answer; a named sign-in that opens it has been served."""
    only_representatives(request)
    at = clock.now()
    notice = load(request, pk)
    notices.open_in_portal(notice, actor=request.user, at=at)
    notice.refresh_from_db()
    return answer_page(
        request, notice, actor=request.user, channel="portal", template="platform.html", at=at
    )


def only_representatives(request: SignedInRequest) -> None:
    """To everybody but a platform's own people these pages are not there."""
    if request.user.role not in REPRESENTATIVES or not hasattr(request.user, "representative"):
        raise Http404
