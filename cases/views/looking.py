"""What a person saw of the accounts of a case, written down for one of them or for many."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Refused
from moderation_portal.formats import instant
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF
from moderation_portal.templatetags.portal import span

from .. import forms, removal
from ..models import OPEN_TARGETS, Case, CaseState, Target, TargetState
from ..permissions import wrong_role
from . import account_page
from .case import back_to, load
from .case_address import here, kept


@require_http_methods(["GET", "POST"])
def observe(request: SignedInRequest, pk: int) -> HttpResponse:
    """Records what a person saw of the accounts they tick; `?target=` ticks some beforehand."""
    at = clock.now()
    case = load(request, pk)
    if request.user.role not in STAFF:
        raise Refused(wrong_role(STAFF))
    rows, page = account_page.looks_of(case, request.GET, at)
    given = request.POST if request.method == "POST" else request.GET
    chosen = account_page.ticked(rows, given)
    if request.method == "GET" and len(rows) == 1:
        chosen = [rows[0].pk]
    form = forms.ObserveForm(request.POST or None)
    if request.method == "POST" and not chosen:
        form.add_error(None, _("Choose at least one account."))
    elif request.method == "POST" and form.is_valid():
        seen, note = form.cleaned_data["result"], form.cleaned_data["note"]
        removal.observe(chosen, seen, actor=request.user, method="person", note=note, at=at)
        told = ngettext(
            "What you saw of %(n)s account is in the record.",
            "What you saw of %(n)s accounts is in the record.",
            len(chosen),
        )
        messages.success(request, told % {"n": len(chosen)})
        tell_second(request, chosen, at)
        tell_end(request, case)
        return back_to(request, case, view=here(request))
    context = (
        about(case, at)
        | accounts_beside(request, page)
        | {
            "rows": [(row, row.pk in chosen) for row in rows],
            "form": form,
        }
    )
    return render(request, "cases/observe.html", context, status=422 if form.errors else 200)


def tell_second(request: SignedInRequest, chosen: Collection[int], at: datetime) -> None:
    """Says from when a second look counts, and that this one did not where it came too early."""
    waiting = Target.objects.filter(OPEN_TARGETS, pk__in=chosen, gone_since__isnull=False)
    since = [at for at in waiting.values_list("gone_since", flat=True) if at is not None]
    if not since:
        return
    from_when = {"at": instant(max(since) + policy.pack().limits_at(at).gone_spacing)}
    if min(since) < at:
        said = _("It does not count as the second look: it came too early. Look again from %(at)s.")
        messages.warning(request, said % from_when)
    else:
        messages.info(request, _("The second look counts from %(at)s.") % from_when)


def tell_end(request: SignedInRequest, case: Case) -> None:
    """Says that the case is over, where this look was the one that closed it."""
    was = case.state
    case.refresh_from_db(fields=["state"])
    if case.state == CaseState.CLOSED != was:
        messages.success(request, _("The case is closed: its accounts are gone."))


def accounts_beside(request: SignedInRequest, page: Mapping[str, Any]) -> dict[str, Any]:
    """What goes along in the address of a page that lists accounts (`account_page.looks_of`), and
    where those before and behind them are."""
    before, behind = page.get("previous"), page.get("following")
    return {
        "kept": kept(request),
        "here": here(request),
        "is_chosen": page.get("is_chosen", False),
        "previous_url": "" if before is None else f"?{here(request, before)}",
        "next_url": "" if behind is None else f"?{here(request, behind)}",
    }


def about(case: Case, at: datetime) -> dict[str, Any]:
    """What the page says besides its accounts."""
    pack = policy.pack()
    has_gone = case.targets.filter(state=TargetState.GONE).exists()
    return {
        "now": at,
        "section": "queue",
        "case": case,
        "spacing": span(pack.limits_at(at).gone_spacing),
        "changes_nothing": not removal.is_looked_at(case, has_gone=has_gone),
        "is_not_to_be_opened": pack.category(case.category).may_show_child,
    }
