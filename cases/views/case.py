"""One case: its page, and what is done on the page itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock

from .. import decisions, forms, removal
from ..models import Case, Target
from ..permissions import visible_to
from . import case_file


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The case page. Opening it is remembered: only what was opened can be judged."""
    at = clock.now()
    case = load(request, pk)
    decisions.open_page(case, actor=request.user, at=at)
    start = request.GET.get("start", "0")
    context = case_file.context(
        case, request.user, at=at, start=int(start) if start.isdigit() else 0
    )
    kept = request.GET.copy()
    kept.pop("start", None)
    return render(request, "cases/case.html", context | {"kept": kept.urlencode()})


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves an internal note."""
    case = load(request, pk)
    text = request.POST.get("text", "")
    decisions.note([case.pk], text=text, actor=request.user, at=clock.now()).insist()
    return redirect("cases:case", pk=pk)


@require_POST
def tick(request: HttpRequest, pk: int, line: str) -> HttpResponse:
    """Ticks one line of the checklist."""
    case = load(request, pk)
    decisions.tick([case.pk], lines=[line], actor=request.user, at=clock.now()).insist()
    return redirect("cases:case", pk=pk)


@require_http_methods(["GET", "POST"])
def observe(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Records what a person saw of one account."""
    at = clock.now()
    case = load(request, pk)
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
        return redirect("cases:case", pk=pk)
    context = {"now": at, "section": "queue", "case": case, "target": seen, "form": form}
    return render(request, "cases/observe.html", context, status=422 if form.errors else 200)


def load(request: HttpRequest, pk: int) -> Case:
    """The case, if this person may know that it exists; hidden and absent look the same."""
    return get_object_or_404(visible_to(request.user).select_related("platform", "owner"), pk=pk)
