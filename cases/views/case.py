"""One case: its page, and what is done on the page itself."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid, Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF

from .. import decisions, forms, queue, removal
from ..filters import CaseFilter
from ..models import Case, CaseState, Target
from ..permissions import visible_to, wrong_role
from . import case_file, numbers

LOOKS_SHOWN = 5
FURTHEST = 1_000_000


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
    visible = visible_to(request.user).exclude(state=CaseState.CLOSED)
    narrowed = CaseFilter(request.GET, visible.filter(view.condition(request.user, at)))
    return queue.beside(narrowed.qs, case)


def kept(request: SignedInRequest) -> str:
    """The view of the queue in which this case is read, as it goes along from page to page."""
    query = request.GET.copy()
    for name in ("start", "done"):
        query.pop(name, None)
    return query.urlencode()


def back_to(request: SignedInRequest, case: Case, done: str = "") -> HttpResponse:
    """To the case's page, in the view that it was opened from. `done` forgets a draft there."""
    query = "&".join(filter(None, [kept(request), urlencode({"done": done}) if done else ""]))
    url = reverse("cases:case", args=[case.pk])
    return redirect(f"{url}?{query}" if query else url)


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
    known = {line.code for line in policy.pack().checklist(case.category)}
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


@require_http_methods(["GET", "POST"])
def observe(request: SignedInRequest, pk: int, target: int) -> HttpResponse:
    """Records what a person saw of one account."""
    at = clock.now()
    case = load(request, pk)
    if request.user.role not in STAFF:
        raise Refused(wrong_role(STAFF))
    seen = get_object_or_404(Target.objects.select_related("account"), pk=target, case=case)
    form = forms.ObserveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        removal.observe(
            [seen.pk],
            form.cleaned_data["result"],
            actor=request.user,
            method="person",
            note=form.cleaned_data["note"],
            at=at,
        )
        messages.success(request, _("Recorded."))
        return back_to(request, case)
    context = {
        "now": at,
        "section": "queue",
        "case": case,
        "target": seen,
        "form": form,
        "earlier": seen.observations.select_related("user").order_by("-pk")[:LOOKS_SHOWN],
        "is_not_to_be_opened": policy.pack().category(case.category).may_show_child,
    }
    return render(request, "cases/observe.html", context, status=422 if form.errors else 200)


def load(request: SignedInRequest, pk: int) -> Case:
    """The case, if this person may know that it exists; hidden and absent look the same."""
    return get_object_or_404(visible_to(request.user).select_related("platform", "owner"), pk=pk)
