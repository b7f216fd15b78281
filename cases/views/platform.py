"""The platform's side: its open notices by deadline, and the answer page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.middleware import SignedInRequest, leads_strangers
from moderation_portal.roles import REPRESENTATIVES
from platforms import deputies
from platforms.models import Commitment

from .. import claims, clocks, fines, notices
from ..figures import figures
from ..models import LETTER
from ..notices import inbox, seeing
from . import answer_files, strangers
from .answering import answer_page
from .fine_rows import row
from .notices import NamedNotice, load, name_rungs

PAGE = 50


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What this platform still has to answer, soonest due first, and what it has answered."""
    only_representatives(request)
    at = clock.now()
    platform = request.user.representative.platform
    visible = notices.visible_to(request.user).select_related("platform").defer(*LETTER)
    named = inbox.asked("items__")
    answered = Count("items", filter=named & ~Q(items__answer_code=""))
    waiting = visible.filter(inbox.IS_OPEN).annotate(
        answered=answered, named=Count("items", filter=named)
    )
    soonest = waiting.order_by(F("due_at").asc(nulls_last=True), "pk")
    answered_all = clocks.with_answers(soonest.filter(answered__gte=F("named")), seeing.told)
    context = {
        "now": at,
        "section": "home",
        "open": as_named(soonest.exclude(answered__gte=F("named"))[:PAGE]),
        "answered": [(one, clocks.met_at(one.notice)) for one in as_named(answered_all[:PAGE])],
        "past": name_rungs(visible.exclude(inbox.IS_OPEN).order_by("-drafted_at", "-pk")[:PAGE]),
        "platform": platform,
        "fines": [row(one, request.user, at) for one in fines.visible_to(request.user)[:PAGE]],
        "stands_in": [
            one for one in deputies.current(platform, at) if one.deputy.user_id == request.user.pk
        ],
        "figures": figures(platform, at=at, known=seeing.told),
        "tested": claims.newest(platform, seeing.told),
        "commitments": Commitment.objects.filter(platform=platform).prefetch_related("clauses"),
    }
    return render(request, "cases/platform_home.html", context)


def as_named(found: Iterable[Any]) -> list[NamedNotice]:
    """Notices annotated with `named`, of which only those accounts are counted."""
    shown = list(found)
    for notice in shown:
        notice.item_count = notice.named
    return name_rungs(shown)


@leads_strangers(strangers.to_link)
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


@require_GET
def answer_list(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """The list of a notice's accounts, to be filled in; who has it before them has read it."""
    only_representatives(request)
    at = clock.now()
    notice = load(request, pk)
    notices.open_in_portal(notice, actor=request.user, at=at)
    return answer_files.list_of(notice, form, at)


def only_representatives(request: SignedInRequest) -> None:
    """To everybody but a platform's own people these pages are not there."""
    own = getattr(request.user, "representative", None)
    if request.user.role not in REPRESENTATIVES or own is None or not own.is_active:
        raise Http404
