"""A case among others: what is similar, one merged into another, accounts moved between them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.errors import PortalError
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User

from .. import forms, merging, moving, similar
from ..models import Case
from ..permissions import judge, may, not_found, visible_to
from ..table import rows_of
from . import account_page, numbers
from .case import back_to, load
from .case_address import FURTHEST, here, kept
from .looking import accounts_beside
from .problems import show_problem

OPEN_TO_MERGE = rows_of("merge")[0].sources


@dataclass(frozen=True)
class Row:
    """A similar case as the page lists it; `merge_url` is empty where the two cannot be merged."""

    match: similar.Match
    ties: list[tuple[str, str, int]]
    merge_url: str
    is_merged_here: bool


@require_GET
def compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """The cases that have something in common with this one, and what; that somebody looked stands
    in the record of the case."""
    at, case = clock.now(), load(request, pk)
    start = numbers.whole(request.GET.get("start", "0"), FURTHEST) or 0
    found = similar.compare(case, actor=request.user, at=at, start=start)
    following = start + similar.HANDLES_AT_ONCE
    context = {
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "purpose": found.purpose.label,
        "rows": [row_of(case, match, request.user, at) for match in found.matches],
        "most": similar.MOST,
        "from_handle": start + 1,
        "to_handle": following,
        "previous_url": paged(request, max(0, start - similar.HANDLES_AT_ONCE)) if start else "",
        "next_url": paged(request, following) if found.has_more_handles else "",
    }
    return render(request, "cases/similar.html", context)


def paged(request: SignedInRequest, start: int) -> str:
    """The address of this page from another place on."""
    return "?" + "&".join(filter(None, [kept(request), f"start={start}"]))


def row_of(case: Case, match: similar.Match, user: User, at: datetime) -> Row:
    """The line of one similar case, with the way in which the two can be merged, if there is one:
    the new one goes into the older, unless only the other way is open."""
    other = match.case
    ties = [(str(tie.common.label), shown(tie), tie.more) for tie in match.ties]
    ways = [(case, other), (other, case)]
    if other.opened_at > case.opened_at:
        ways.reverse()
    fitting = (way for way in ways if may_merge(*way, user, at))
    source, host = next(fitting, (None, None))
    url = f"{reverse('cases:merge', args=[source.pk])}?into={host}" if source else ""
    return Row(match, ties, url, is_merged_here=other.merged_into_id == case.pk)


def shown(tie: similar.Tie) -> str:
    """What two cases have in common as people read it: an address that nobody opens by accident."""
    return tie.what if tie.common == similar.Common.FILE else defang(tie.what)


def may_merge(source: Case, host: Case, user: User, at: datetime) -> bool:
    """Whether this person may merge the one into the other at `at`, as far as the rows tell."""
    if not {source.state, host.state} <= set(OPEN_TO_MERGE) or moving.misfit(source, host):
        return False
    return all(bool(judge(user, "merge", one, None, at=at)) for one in (source, host))


@require_http_methods(["GET", "POST"])
def merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Merging in two steps: the number of the other case, and what would become of both."""
    at, case = clock.now(), load(request, pk)
    denied = getattr(may(request.user, "merge", case, at=at), "reason", "")
    posted = request.POST if request.method == "POST" and not denied else None
    asked = request.GET if "into" in request.GET and not denied else None
    given = asked if posted is None else posted
    form = forms.MergeForm(given, case=case, user=request.user, at=at)
    host = host_of(form, case, request.user) if given is not None and form.is_valid() else None
    if host is not None and posted is not None and posted.get("step") == "do":
        try:
            merging.merge([case.pk], into=host.pk, actor=request.user, at=at).insist()
        except PortalError as error:
            show_problem(form, error)
            host = None
        else:
            done = _("%(number)s is part of %(host)s now.")
            messages.success(request, done % {"number": case.number, "host": host.number})
            return back_to(request, host)
    context = {
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "row": rows_of("merge")[0],
        "form": form,
        "host": host,
        "denied": denied,
    }
    status = 403 if denied and request.method == "POST" else 422 if form.errors else 200
    return render(request, "cases/merge.html", context, status=status)


def host_of(form: forms.MergeForm, case: Case, user: User) -> Case | None:
    """The other case as the form names it, or None with what is wrong said on the form."""
    pk = form.cleaned_data["into"]
    host = visible_to(user).select_related("platform", "owner").filter(pk=pk).first()
    problem: str | PortalError | None = None
    if host is None:
        problem = not_found()
    elif host.pk == case.pk:
        problem = moving.itself()
    else:
        verdict = judge(user, "merge", host, None, at=form.at)
        problem = getattr(verdict, "reason", "") or moving.misfit(case, host)
    if problem:
        form.add_error("into", str(problem))
        return None
    return host


@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """The accounts that were ticked, where they are to go and why; on POST they go."""
    at, case = clock.now(), load(request, pk)
    rows, page = account_page.looks_of(case, request.GET, at)
    given = request.POST if request.method == "POST" else request.GET
    chosen = account_page.ticked(rows, given)
    form = forms.MoveForm(request.POST or None)
    if request.method == "POST" and not chosen:
        form.add_error(None, _("Choose at least one account."))
    elif request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("to", "reason")}
        try:
            moving.move([case.pk], targets=chosen, actor=request.user, at=at, **said).insist()
        except PortalError as error:
            show_problem(form, error)
        else:
            messages.success(request, moved(case, chosen))
            return back_to(request, case, view=here(request))
    context = accounts_beside(request, page) | {
        "now": at,
        "section": "queue",
        "case": case,
        "row": rows_of("move")[0],
        "rows": [(row, row.pk in chosen) for row in rows],
        "form": form,
        "denied": getattr(may(request.user, "move", case, at=at), "reason", ""),
    }
    return render(request, "cases/move.html", context, status=422 if form.errors else 200)


def moved(case: Case, ids: list[int]) -> str:
    """What was moved where, in a sentence."""
    host = Case.objects.filter(targets__in=ids).exclude(pk=case.pk).first()
    said = ngettext(
        "%(n)s account is in %(number)s now.", "%(n)s accounts are in %(number)s now.", len(ids)
    )
    return said % {"n": len(ids), "number": host}
