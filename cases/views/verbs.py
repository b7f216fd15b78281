"""Every verb of the table as a page of its own: read, fill in, do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid, PortalError
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User

from .. import forms, grounds, panel_forms, uphold_forms
from ..models import BEFORE_DECISION, Case
from ..notices import previewing
from ..permissions import may
from ..table import rows_of
from ..verbs import VERBS
from ..words import sentence
from . import account_rows, case_file, panel_sessions
from .case import back_to, load
from .case_address import kept
from .problems import show_problem


@dataclass(frozen=True)
class Page:
    """How a verb looks as a page: its form, and what the page says."""

    form: type[Form] | None = forms.ReasonForm
    text: Any = ""
    is_danger: bool = False
    template: str = "cases/verb.html"


PAGES: dict[str, Page] = {
    "claim": Page(
        None,
        gettext_lazy("Then it is on your desk, and others see that you work on it."),
    ),
    "assign": Page(forms.AssignForm, gettext_lazy("It moves to that person's desk.")),
    "give_back": Page(
        text=gettext_lazy(
            "It goes back to the queue, on nobody's desk. For a day you are not offered it as your "
            "next case. Supervisors read the reason."
        ),
    ),
    "ask_info": Page(
        text=gettext_lazy(
            "The case is set aside until this has come in. Reporters who kept their receipt code "
            "read your words on its page and can answer. Our own clock runs on."
        ),
    ),
    "resume": Page(None, gettext_lazy("What was missing has come in: go on.")),
    "ask_panel": Page(
        panel_forms.AskPanelForm,
        gettext_lazy(
            "Its members discuss the case and recommend; you decide. "
            "Our own clock runs on meanwhile."
        ),
    ),
    "record_advice": Page(
        panel_forms.AdviceForm,
        gettext_lazy(
            "Write down what each member present said. The case comes back to you, "
            "and the decision stays yours."
        ),
        template="cases/record_advice.html",
    ),
    "recall_panel": Page(
        text=gettext_lazy("The panel has not met: the case goes on without its advice."),
    ),
    "preserve": Page(
        None,
        gettext_lazy(
            "The platform gets a letter that asks it to preserve the data, "
            "before any order takes them down."
        ),
    ),
    "refer": Page(
        forms.ReferForm,
        gettext_lazy("The unit helps or investigates; the case stays open here."),
    ),
    "withhold": Page(
        text=gettext_lazy(
            "Nothing more of the ordinary order reaches the platform: this case speaks for the "
            "account, until you let it go."
        ),
    ),
    "let_go": Page(
        text=gettext_lazy(
            "The ordinary order of the same account reaches the platform as any other. "
            "Nothing in it tells of this case."
        ),
    ),
    "hand_over": Page(
        forms.HandOverForm,
        gettext_lazy("The matter is that unit's alone: the case closes here."),
        is_danger=True,
    ),
    "dismiss": Page(
        forms.DismissForm,
        gettext_lazy(
            "The case closes without an order, and the reporters are told. "
            "A new report of the same account opens a new case."
        ),
        is_danger=True,
    ),
    "unmerge": Page(
        text=gettext_lazy(
            "What came over returns, with what was told of it since, and the case goes on in "
            "review. Once the joint case is decided that is no longer possible."
        ),
    ),
    "uphold": Page(
        uphold_forms.UpholdForm,
        gettext_lazy("A second person approves it; then the platform is ordered to act."),
        template="cases/uphold.html",
    ),
    "approve": Page(
        None,
        gettext_lazy("You approve what a colleague decided. The notice to the platform follows."),
        template="cases/approve.html",
    ),
    "send_back": Page(
        text=gettext_lazy("It goes back to its author, with what must be mended."),
    ),
    "release": Page(
        text=gettext_lazy(
            "Every account of the case is released, the case closes, "
            "and the platform gets it in writing."
        ),
        is_danger=True,
    ),
    "withdraw": Page(
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
    denied = getattr(may(request.user, name, case, at=at), "reason", "")
    is_unread = not denied and bool(grounds.unread(name, [case.pk], request.user))
    if request.method == "POST" and not is_unread and (form is None or form.is_valid()):
        said = form.cleaned_data if form else {}
        try:
            VERBS[name].on([case.pk], said, actor=request.user, at=at).insist()
        except Invalid as error:
            if form is None:
                raise
            show_problem(form, error)
        else:
            done = sentence(rows_of(name)[0].event, request.user.name)
            messages.success(request, f"{case.number}: {done}.")
            return back_to(request, case, name)
    context = about(request, page, case, at) | {
        "row": rows_of(name)[0],
        "form": form,
        "denied": grounds.open_first(case).sentence if is_unread else denied,
    }
    if is_unread:
        return render(request, page.template, context, status=403)
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
        "panels": panel_sessions.of(case),
    }
    if page.template != Page.template:
        decided = [one for one in case_file.decisions_of(case) if one["row"].state == "proposed"]
        context |= {
            "targets": account_rows.rows_of(case.targets.select_related("account")),
            "reports": case_file.reports_of(case, request.user),
            "decision": decided[0] if decided else None,
            **letter_of(case, request.user, at),
            "gaps": beside_checklist(case, at) if case.state in BEFORE_DECISION else [],
            "gather_minutes": policy.pack().limits_at(at).gather_minutes,
        }
    return context


def letter_of(case: Case, user: User, at: datetime) -> dict[str, str]:
    """The order as this person's approval would send it, or why it cannot be written."""
    try:
        letter = previewing.of_case(case, user, at=at)
    except PortalError as error:
        return {"letter": "", "unwritten": str(error.sentence)}
    return {"letter": letter.html if letter else "", "unwritten": ""}


def beside_checklist(case: Case, at: datetime) -> list[grounds.Gap]:
    """What is missing before the case can be upheld, beside what is ticked on the page itself."""
    found = grounds.missing([case], policy.pack(), at=at).get(case.pk, [])
    return [gap for gap in found if not grounds.is_line(gap)]


def bound_form(page: Page, request: SignedInRequest, case: Case, at: datetime) -> Form | None:
    """The page's form for this case, bound to what was posted."""
    if page.form is None:
        return None
    data = request.POST if request.method == "POST" else None
    if issubclass(page.form, forms.CaseForm):
        return page.form(data, case=case, user=request.user, at=at)
    return page.form(data)
