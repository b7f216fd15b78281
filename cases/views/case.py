"""One case: its page, and what is done on the page itself."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import Role

from .. import decisions, forms, queue
from ..filters import CaseFilter
from ..models import Case
from ..permissions import visible_to
from . import case_file, numbers, timeline

FURTHEST = 1_000_000
RECORD_PAGE = 200


@require_GET
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """The case page. Opening it is remembered: only what was opened can be judged."""
    at = clock.now()
    case = load(request, pk)
    decisions.open_page(case, actor=request.user, at=at)
    start = request.GET.get("start", "0")
    first = numbers.whole(start, FURTHEST) or 0
    context = case_file.context(case, request.user, at=at, start=first)
    previous, following = beside(request, case, at)
    context |= {
        "kept": kept(request),
        "view": queue.view_of(request.GET.get("view", "open"), request.user),
        "previous": previous,
        "following": following,
        "done": request.GET.get("done", ""),
    }
    return render(request, "cases/case.html", context)


def beside(request: SignedInRequest, case: Case, at: datetime) -> tuple[int | None, int | None]:
    """The neighbours of the case in the view of the queue that it was opened from, if any."""
    if "view" not in request.GET:
        return None, None
    view = queue.view_of(request.GET["view"], request.user)
    narrowed = CaseFilter(request.GET, view.within(visible_to(request.user), request.user, at))
    return queue.beside(narrowed.qs, case, view)


def kept(request: SignedInRequest) -> str:
    """The view of the queue in which this case is read, as it goes along from page to page."""
    query = request.GET.copy()
    for name in ("start", "done", "before", "target"):
        query.pop(name, None)
    return query.urlencode()


def back_to(request: SignedInRequest, case: Case, done: str = "") -> HttpResponse:
    """To the case's page, in the view that it was opened from. `done` forgets a draft there."""
    query = "&".join(filter(None, [kept(request), urlencode({"done": done}) if done else ""]))
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
        "previous_url": "?" if last is not None else "",
        "next_url": f"?before={shown[RECORD_PAGE - 1].pk}" if len(shown) > RECORD_PAGE else "",
    }
    return render(request, "cases/record.html", context)


@require_POST
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Saves an internal note."""
    case = load(request, pk)
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        raise Invalid(str(form.errors["text"][0]), {"fields": form.errors})
    text = form.cleaned_data["text"]
    decisions.note([case.pk], text=text, actor=request.user, at=clock.now()).insist()
    return back_to(request, case, "note")


@require_POST
def tick(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ticks the chosen lines of the checklist, or takes one tick back."""
    case = load(request, pk)
    known = {line.code for line in policy.pack().checklist(case.category, clock.now())}
    known |= set(case.ticks.values_list("line", flat=True))
    undone, lines = (
        [line for line in request.POST.getlist(name) if line in known] for name in ("undo", "line")
    )
    if undone or lines:
        decisions.tick(
            [case.pk],
            lines=undone or lines,
            is_ticked=not undone,
            actor=request.user,
            at=clock.now(),
        ).insist()
    else:
        messages.warning(request, _("Tick at least one line of the checklist."))
    return back_to(request, case)


def load(request: SignedInRequest, pk: int) -> Case:
    """The case, if this person may know that it exists; hidden and absent look the same."""
    return get_object_or_404(visible_to(request.user).select_related("platform", "owner"), pk=pk)
