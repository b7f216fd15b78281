"""The platform's side: its open notices by deadline, and the answer page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import REPRESENTATIVES
from platforms.models import Commitment

from .. import notices
from ..models import OPEN_NOTICES, Notice
from ..notices import seeing
from ..rungs import PRESERVATION, UNASKED
from .answering import answer_page
from .notices import NamedNotice, load, name_rungs

PAGE = 50


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What this platform still has to answer, soonest due first, and what it has answered."""
    only_representatives(request)
    platform = request.user.representative.platform
    visible = notices.visible_to(request.user).select_related("platform")
    is_unread = Q(rung=PRESERVATION, state=Notice.State.ISSUED)
    is_open = (Q(state__in=OPEN_NOTICES) & ~Q(rung__in=UNASKED)) | is_unread
    # As in its letter: what was left out of that is not counted here either.
    named = seeing.told("items__")
    answered = Count("items", filter=named & ~Q(items__answer_code=""))
    waiting = visible.filter(is_open).annotate(
        answered=answered, named=Count("items", filter=named)
    )
    soonest = waiting.order_by(F("due_at").asc(nulls_last=True), "pk")
    context = {
        "now": clock.now(),
        "section": "home",
        "open": as_named(soonest.exclude(answered__gte=F("named"))[:PAGE]),
        "answered": as_named(soonest.filter(answered__gte=F("named"))[:PAGE]),
        "past": name_rungs(visible.exclude(is_open).order_by("-pk")[:PAGE]),
        "platform": platform,
        "commitments": Commitment.objects.filter(platform=platform).prefetch_related("clauses"),
    }
    return render(request, "cases/platform_home.html", context)


def as_named(found: Iterable[Any]) -> list[NamedNotice]:
    """Notices annotated with `named`, of which only those accounts are counted."""
    shown = list(found)
    for notice in shown:
        notice.item_count = notice.named
    return name_rungs(shown)


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
