"""One case: its page, and what is done on the page itself."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moderation_portal import clock
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF, Role

from .. import checklists, decisions, queue
from ..filters import exactly
from ..models import Case
from ..permissions import sees_sealed, visible_to
from . import account_page, case_file, numbers, timeline
from .case_address import here, kept, pairs

RECORD_PAGE = 200
# After these the case waits for others, and whoever did it goes on with the next one.
HANDED_ON = frozenset({"uphold", "approve", "send_back", "dismiss", "hand_over", "give_back"})
HANDED_ON |= {"ask_info", "ask_panel"}


@require_GET
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """The case page. Opening it is remembered: only what was opened can be judged."""
    at = clock.now()
    case = load(request, pk)
    others = decisions.open_page(case, actor=request.user, at=at)
    page = account_page.page_of(case, request.GET)
    context = case_file.context(case, request.user, page, at=at)
    previous, following = beside(request, case, at)
    context |= {
        "kept": kept(request),
        "here": here(request),
        **beside_page(request, page),
        "view": queue.view_of(request.GET.get("view", "open"), request.user),
        "previous": previous,
        "following": following,
        "done": request.GET.get("done", ""),
        "is_handed_on": request.GET.get("done") in HANDED_ON and request.user.role in STAFF,
        "others": others,
    }
    return render(request, "cases/case.html", context)


def beside_page(request: SignedInRequest, page: account_page.AccountPage) -> dict[str, Any]:
    """Where the accounts before and behind those on this page are, and what a form carries on."""
    return {
        "carried": pairs(here(request)),
        "viewed": pairs(kept(request)),
        "previous_url": "" if page.previous is None else f"?{here(request, page.previous)}",
        "next_url": "" if page.following is None else f"?{here(request, page.following)}",
    }


def beside(request: SignedInRequest, case: Case, at: datetime) -> tuple[int | None, int | None]:
    """The neighbours of the case in the view of the queue that it was opened from, if any."""
    if "view" not in request.GET:
        return None, None
    view = queue.view_of(request.GET["view"], request.user)
    here = view.within(visible_to(request.user), request.user, at).filter(exactly(request.GET))
    return queue.beside(here, case, view)


def back_to(
    request: SignedInRequest, case: Case, done: str = "", view: str | None = None
) -> HttpResponse:
    """To the case's page, in the view that it was opened from, or another one (`here`). `done`
    forgets a draft there."""
    view = kept(request) if view is None else view
    query = "&".join(filter(None, [view, urlencode({"done": done}) if done else ""]))
    url = reverse("cases:case", args=[case.pk])
    return redirect(f"{url}?{query}" if query else url)


@require_GET
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every event of a case as the record holds it, newest first; reading it is remembered too."""
    case = load(request, pk)
    decisions.open_page(case, actor=request.user, at=clock.now())
    events = timeline.events_of(case, request.user).order_by("-id")
    if (last := numbers.whole(request.GET.get("before", ""))) is not None:
        events = events.filter(pk__lt=last)
    shown = list(events[: RECORD_PAGE + 1])
    roles = dict(Role.choices)
    context = {
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "rows": [
            (event, timeline.row(event, {}), roles.get(event.actor_role, ""))
            for event in shown[:RECORD_PAGE]
        ],
        # Events are numbered in one row: by the gaps those of sealed cases could be counted.
        "has_numbers": sees_sealed(request.user),
        "previous_url": "?" if last is not None else "",
        "next_url": f"?before={shown[RECORD_PAGE - 1].pk}" if len(shown) > RECORD_PAGE else "",
    }
    return render(request, "cases/record.html", context)


@require_POST
def tick(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ticks the chosen lines of the checklist, skips one for a reason, or takes one back."""
    case = load(request, pk)
    at = clock.now()
    given = {name: request.POST.getlist(name) for name in ("undo", "skip", "line")}
    wanted = given["undo"] or given["skip"] or given["line"]
    because = request.POST.get("because", "").strip()
    if given["skip"] and not because:
        raise Invalid.field("because", _("Say why this line is skipped."))
    known = checklists.shown(case, case.ticks.all(), checklists.additions_at(at), at)
    chosen = [one.line.code for one in known if one.line.code in wanted]
    if chosen:
        result = checklists.tick(
            [case.pk],
            lines=chosen,
            is_ticked=not given["undo"],
            skipped_because=because if given["skip"] else "",
            actor=request.user,
            at=at,
        )
        for late in result.skipped:
            messages.warning(request, late.reason)
        if not result.skipped:
            result.insist()
            messages.success(request, _("The checklist is saved."))
    else:
        messages.warning(request, _("Tick at least one line of the checklist."))
    return back_to(request, case)


def load(request: SignedInRequest, pk: int) -> Case:
    """The case, if this person may know that it exists; hidden and absent look the same."""
    return get_object_or_404(
        visible_to(request.user).select_related("platform", "owner", "systemic__feature"), pk=pk
    )
