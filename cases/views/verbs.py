"""Every verb of the table as a page of its own: read, fill in, do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest

from .. import decisions, forms, grounds, notices, withholding
from ..models import BEFORE_DECISION, Case
from ..permissions import may
from ..results import Result
from ..table import rows_of
from . import account_rows, case_file
from .case import back_to, kept, load
from .problems import show_problem


@dataclass(frozen=True)
class Page:
    """How a verb looks as a page: its form, what the page says, and the call it makes."""

    do: Callable[..., Result]
    form: type[Form] | None = forms.ReasonForm
    text: Any = ""
    is_danger: bool = False
    template: str = "cases/verb.html"


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
    "claim": Page(
        plain(decisions.claim),
        None,
        gettext_lazy("It will stand on your desk, and others see that you work on it."),
    ),
    "assign": Page(do_assign, forms.AssignForm, gettext_lazy("It moves to that person's desk.")),
    "ask_info": Page(
        with_reason(decisions.ask_info),
        text=gettext_lazy(
            "The case is set aside until this has come in. Reporters who kept their receipt code "
            "read your words on its page and can answer. Our own clock runs on."
        ),
    ),
    "resume": Page(
        plain(decisions.resume), None, gettext_lazy("What was missing has come in: go on.")
    ),
    "preserve": Page(
        plain(decisions.preserve),
        None,
        gettext_lazy(
            "The platform gets a letter that asks it to preserve the data, "
            "before any order takes them down."
        ),
    ),
    "refer": Page(
        do_refer,
        forms.ReferForm,
        gettext_lazy("The unit helps or investigates; the case stays open here."),
    ),
    "withhold": Page(
        with_reason(withholding.hold),
        text=gettext_lazy(
            "Nothing more of the ordinary order reaches the platform: this case speaks for the "
            "account, until you let it go."
        ),
    ),
    "let_go": Page(
        with_reason(withholding.let_go),
        text=gettext_lazy(
            "The ordinary order of the same account reaches the platform as any other. "
            "Nothing in it tells of this case."
        ),
    ),
    "hand_over": Page(
        do_hand_over,
        forms.HandOverForm,
        gettext_lazy("The matter is that unit's alone: the case closes here."),
        is_danger=True,
    ),
    "dismiss": Page(
        with_reason(decisions.dismiss),
        text=gettext_lazy(
            "The case closes without an order, and the reporters are told. "
            "A new report of the same account opens a new case."
        ),
        is_danger=True,
    ),
    "merge": Page(
        do_merge,
        forms.MergeForm,
        gettext_lazy(
            "The accounts move into the other case of the same platform and category; "
            "this one closes, and its reporters follow."
        ),
    ),
    "uphold": Page(
        do_uphold,
        forms.UpholdForm,
        gettext_lazy("A second person approves it; then the platform is ordered to act."),
        template="cases/uphold.html",
    ),
    "approve": Page(
        plain(decisions.approve),
        None,
        gettext_lazy("You approve what a colleague decided. The notice to the platform follows."),
        template="cases/approve.html",
    ),
    "send_back": Page(
        with_reason(decisions.send_back),
        text=gettext_lazy("It goes back to its author, with what must be mended."),
    ),
    "release": Page(
        with_reason(notices.release),
        text=gettext_lazy(
            "Every account of the case is released, the case closes, "
            "and the platform gets it in writing."
        ),
        is_danger=True,
    ),
    "withdraw": Page(
        with_reason(notices.withdraw),
        text=gettext_lazy(
            "The order was wrong: the case closes, and the platform gets a letter "
            "that takes it back."
        ),
        is_danger=True,
    ),
}


@require_http_methods(["GET", "POST"])
def verb(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
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
            return back_to(request, case, name)
    context = about(request, page, case, at) | {
        "row": rows_of(name)[0],
        "form": form,
        "denied": getattr(may(request.user, name, case, at=at), "reason", ""),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, page.template, context, status=status)


def about(request: SignedInRequest, page: Page, case: Case, at: datetime) -> dict[str, Any]:
    """What the page of a verb says of the case; for a judgement all that it rests on."""
    context: dict[str, Any] = {
        "now": at,
        "section": "queue",
        "case": case,
        "category": policy.pack().category(case.category),
        "page": page,
        "kept": kept(request),
    }
    if page.template != Page.template:
        decided = [one for one in case_file.decisions_of(case) if one["row"].state == "proposed"]
        context |= {
            "targets": account_rows.rows_of(case),
            "reports": case_file.reports_of(case, request.user),
            "decision": decided[0] if decided else None,
            "gaps": gaps_of(case, at) if case.state in BEFORE_DECISION else [],
            "gather_minutes": policy.pack().limits.gather_minutes,
        }
    return context


def gaps_of(case: Case, at: datetime) -> list[grounds.Gap]:
    """What is missing before the case can be upheld."""
    return grounds.missing([case], policy.pack(), at=at).get(case.pk, [])


def bound_form(page: Page, request: SignedInRequest, case: Case, at: datetime) -> Form | None:
    """The page's form for this case, bound to what was posted."""
    if page.form is None:
        return None
    data = request.POST if request.method == "POST" else None
    if issubclass(page.form, forms.CaseForm):
        return page.form(data, case=case, user=request.user, at=at)
    return page.form(data)
