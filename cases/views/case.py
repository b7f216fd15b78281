"""One case, and every verb of the table as a page of its own: read, fill in, do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid, PortalError

from .. import decisions, forms, notices, removal
from ..models import Case, Target
from ..permissions import may, visible_to
from ..results import Result
from ..table import rows_of
from . import case_file


@dataclass(frozen=True)
class Page:
    """How a verb looks as a page: its form, what the page says, and the call it makes."""

    do: Callable[..., Result]
    form: Callable[..., Form] | None = forms.ReasonForm
    text: Any = ""
    is_danger: bool = False


def do_assign(ids: list[int], said: dict, **who) -> Result:
    return decisions.assign(ids, owner=said["owner"], **who)


def do_refer(ids: list[int], said: dict, **who) -> Result:
    return decisions.refer(
        ids,
        unit=said["unit"],
        reason=said["reason"],
        is_preservation_wanted=said["is_preservation_wanted"],
        **who,
    )


def do_hand_over(ids: list[int], said: dict, **who) -> Result:
    return decisions.hand_over(ids, unit=said["unit"], reason=said["reason"], **who)


def do_uphold(ids: list[int], said: dict, **who) -> Result:
    test = {part: said[part] for part in ("legality", "aim", "remedy", "necessity")}
    return decisions.uphold(ids, bases=said["bases"], test=test, reasons=said["reasons"], **who)


def do_merge(ids: list[int], said: dict, **who) -> Result:
    return decisions.merge(ids, into=said["into"], **who)


def with_reason(verb: Callable[..., Result]) -> Callable[..., Result]:
    return lambda ids, said, **who: verb(ids, reason=said["reason"], **who)


def plain(verb: Callable[..., Result]) -> Callable[..., Result]:
    return lambda ids, said, **who: verb(ids, **who)


PAGES: dict[str, Page] = {
    "claim": Page(plain(decisions.claim), None, gettext_lazy("It will stand on your desk.")),
    "assign": Page(do_assign, forms.AssignForm),
    "ask_info": Page(with_reason(decisions.ask_info)),
    "resume": Page(plain(decisions.resume), None),
    "preserve": Page(
        plain(decisions.preserve),
        None,
        gettext_lazy(
            "Record that the platform was asked to preserve the data. It stands before any takedown."
        ),
    ),
    "refer": Page(do_refer, forms.ReferForm),
    "hand_over": Page(do_hand_over, forms.HandOverForm, is_danger=True),
    "dismiss": Page(with_reason(decisions.dismiss), is_danger=True),
    "merge": Page(do_merge, forms.MergeForm),
    "uphold": Page(
        do_uphold,
        forms.UpholdForm,
        gettext_lazy("A second person approves it; then the platform is ordered to act."),
    ),
    "approve": Page(
        plain(decisions.approve),
        None,
        gettext_lazy("You approve what a colleague decided. The notice to the platform follows."),
    ),
    "send_back": Page(with_reason(decisions.send_back)),
    "release": Page(with_reason(notices.release), is_danger=True),
    "withdraw": Page(with_reason(notices.withdraw), is_danger=True),
}


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


@require_http_methods(["GET", "POST"])
def verb(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A verb's page: what it does, its form, and on POST the one call that does it."""
    if name not in PAGES:
        raise Http404
    at = clock.now()
    case = load(request, pk)
    page = PAGES[name]
    form = bound_form(page, request, case, at)
    if request.method == "POST" and (form is None or form.is_valid()):
        said = form.cleaned_data if form else {}
        try:
            page.do([case.pk], said, actor=request.user, at=at).insist()
        except Invalid as error:
            if form is None:
                raise
            show_problem(form, error)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": rows_of(name)[0].label})
            return redirect("cases:case", pk=pk)
    verdict = may(request.user, name, case, at=at)
    context = {
        "now": at,
        "section": "queue",
        "case": case,
        "row": rows_of(name)[0],
        "page": page,
        "form": form,
        "denied": "" if verdict else verdict.reason,
        "articles": getattr(form, "articles", []),
        "decision": case.decisions.select_related("author").filter(state="proposed").first(),
    }
    return render(request, "cases/verb.html", context, status=422 if form and form.errors else 200)


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


def bound_form(page: Page, request: HttpRequest, case: Case, at: datetime) -> Form | None:
    """The page's form for this case, bound to what was posted."""
    if page.form is None:
        return None
    data = request.POST if request.method == "POST" else None
    if issubclass(page.form, forms.CaseForm):
        return page.form(data, case=case, user=request.user, at=at)
    return page.form(data)


def show_problem(form: Form, error: PortalError) -> None:
    """Puts a verb's refusal beside the fields it speaks of, so that nothing typed is lost."""
    fields = error.detail.get("fields", {})
    for name, said in fields.items():
        form.add_error(name if name in form.fields else None, said)
    if not fields:
        form.add_error(None, error.sentence)


