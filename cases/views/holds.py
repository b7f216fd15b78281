"""The pages of Holds: the list, one Hold with what may be done to it, and the liaison's form.

Whoever may not know of any finds nothing here, in the words of an address that is none.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import Event, User
from moderation_portal.roles import Role
from reports.models import FormalRequest
from reports.views import pages

from .. import words
from ..hold_forms import HoldForm, HoldReasonForm
from ..holds import asking, deciding, seeing
from ..models import OPEN_TARGETS, Case, Hold, Target
from ..permissions import visible_to
from . import numbers
from .problems import show_problem

MOST_ACCOUNTS, MOST_REQUESTS, MOST_CASES = 100, 50, 20
DAY = 86_400  # seconds
OPEN, PAST = "open", "past"
VIEWS = {OPEN: gettext_lazy("Not ended yet"), PAST: gettext_lazy("Ended")}
TONES = {
    "asked": "warn",
    "proposed": "warn",
    "running": "info",
    "declined": "bad",
}
LABELS = {
    "propose": gettext_lazy("Propose"),
    "approve": gettext_lazy("Approve"),
    "decline": gettext_lazy("Decline"),
    "lift": gettext_lazy("Lift the Hold"),
    "give_up": gettext_lazy("No longer wanted"),
}
DONE = {
    "propose": gettext_lazy("Proposed. A second cleared person must approve it."),
    "approve": gettext_lazy("The Hold runs: nothing more about this account reaches its platform."),
    "decline": gettext_lazy("Declined. The unit reads the reason."),
    "lift": gettext_lazy("Lifted. What was kept back goes on by itself."),
    "give_up": gettext_lazy("On record. What was kept back goes on by itself."),
}


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The Holds that this person may know of, newest first."""
    _only_knowing(request.user)
    view = request.GET.get("view", OPEN)
    if view not in VIEWS:
        raise Http404
    found = seeing.visible_to(request.user).select_related("account__platform", "agency")
    is_open = {"state__in": deciding.OPEN}
    found = found.filter(**is_open) if view == OPEN else found.exclude(**is_open)
    rows, pager = pages.page(request, found, by="asked_at")
    context = {
        "now": clock.now(),
        "section": "requests",
        "rows": [(row, TONES.get(row.state, "neutral")) for row in rows],
        "view": view,
        "views": list(VIEWS.items()),
        "may_ask": request.user.role == Role.POLICE,
        "soon": 2 * DAY,
    }
    return render(request, "cases/holds.html", context | pager)


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One Hold: what it is, how it came about, and what this person may do to it."""
    _only_knowing(request.user)
    at = clock.now()
    related = ("account__platform", "agency", "request", "renews", "asked_by", "proposed_by")
    found = seeing.visible_to(request.user).select_related(*related, "approved_by", "ended_by")
    hold = get_object_or_404(found, pk=pk)
    form = None
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        if verb not in deciding.DO:
            raise Http404
        needs_reason = verb in deciding.NEEDS_REASON
        form = HoldReasonForm(request.POST, prefix=verb) if needs_reason else None
        if form is None or form.is_valid():
            said = form.cleaned_data if form else {}
            deciding.DO[verb]([hold], actor=request.user, at=at, **said).insist()
            messages.success(request, DONE[verb])
            return redirect("cases:hold", pk=pk)
    context = _about(hold, request.user, at, form, request.POST.get("verb", ""))
    return render(request, "cases/hold.html", context, status=422 if form else 200)


def _about(
    hold: Hold, user: User, at: datetime, bound: HoldReasonForm | None, asked: str
) -> dict[str, Any]:
    offered = [verb for verb in deciding.VERBS if deciding.may(user, verb, hold, at=at)]
    told = Event.objects.filter(thread=f"hold:{hold.pk}").order_by("-id")
    is_police = user.role == Role.POLICE
    waits = deciding.may(user, "approve", hold, at=at)
    return {
        "now": at,
        "section": "requests",
        "hold": hold,
        "tone": TONES.get(hold.state, "neutral"),
        "at_once": [(verb, LABELS[verb]) for verb in offered if verb not in deciding.NEEDS_REASON],
        "with_reason": [
            (verb, LABELS[verb], bound if bound and verb == asked else HoldReasonForm(prefix=verb))
            for verb in offered
            if verb in deciding.NEEDS_REASON
        ],
        "denied": waits.reason if hold.state == Hold.State.PROPOSED and not is_police else "",
        "events": [(words.sentence(one.kind, one.actor_name), one.at) for one in told],
        "cases": _cases(hold, user),
        "may_renew": is_police and hold.state == Hold.State.RUNNING,
        "soon": 2 * DAY,
    }


def _cases(hold: Hold, user: User) -> list[Case]:
    """The open cases of its account, for whoever reads cases."""
    if user.role == Role.POLICE:
        return []
    here = Target.objects.filter(OPEN_TARGETS, account=hold.account_id)
    found = visible_to(user).filter(pk__in=here.values("case_id"))
    return list(found.order_by("opened_at", "pk")[:MOST_CASES])


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """A liaison asks for a Hold: first the request by which, then which of its accounts."""
    if request.user.role != Role.POLICE:
        raise Http404
    at = clock.now()
    mine = asking.requests_of(request.user)
    asked = request.GET.get("request", "")
    if not asked:
        context = {"section": "requests", "requests": mine.select_related("agency")[:MOST_REQUESTS]}
        return render(request, "cases/hold_new.html", context)
    letter = get_object_or_404(mine, pk=numbers.whole(asked) or 0)
    accounts = list(asking.accounts_of(letter).select_related("platform")[:MOST_ACCOUNTS])
    most = policy.pack().limits_at(at).hold_days
    chosen = numbers.whole(request.GET.get("account", ""))
    form = HoldForm(
        request.POST or None,
        accounts=accounts,
        most=most,
        initial={"accounts": [chosen] if chosen else []},
    )
    if request.method == "POST" and form.is_valid() and _ask(request, letter, form, at):
        return redirect("cases:holds")
    about: dict[str, Any] = {
        "section": "requests",
        "letter": letter,
        "form": form,
        "most": most,
        "is_cut": len(accounts) == MOST_ACCOUNTS,
    }
    return render(request, "cases/hold_new.html", about, status=422 if form.errors else 200)


def _ask(request: SignedInRequest, letter: FormalRequest, form: HoldForm, at: datetime) -> bool:
    """Asks; whether anything came of it. What was not asked for is said."""
    said = form.cleaned_data
    facts = {"days": said["days"], "reason": said["reason"], "actor": request.user, "at": at}
    try:
        result = asking.ask(letter, said["accounts"], **facts)
    except Invalid as error:
        show_problem(form, error)
        return False
    if result.done:
        n = len(result.done)
        done = ngettext(
            "A Hold is asked for %(n)s account.", "Holds are asked for %(n)s accounts.", n
        )
        messages.success(request, done % {"n": n})
    for one in {said.reason for said in (*result.refused, *result.skipped)}:
        messages.warning(request, one)
    return True


def _only_knowing(user: User) -> None:
    if not seeing.knows(user):
        raise Http404
