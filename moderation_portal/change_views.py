"""The page on which a second person decides what a steward asked for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import changes, clock
from .change_words import Worded, worded
from .errors import Refused
from .middleware import SignedInRequest
from .models import Change, User
from .roles import ACCOUNT_APPROVERS

DECIDED_SHOWN = 30


@require_GET
def waiting(request: SignedInRequest) -> HttpResponse:
    """What waits, with the buttons of who may decide, and what was decided last."""
    _insist_approver(request.user)
    every = Change.objects.select_related("person", "proposed_by", "decided_by")
    here = list(every.filter(state=changes.WAITING).order_by("pk"))
    decided = list(every.exclude(state=changes.WAITING).order_by("-decided_at")[:DECIDED_SHOWN])
    told = worded([*here, *decided])
    context = {
        "section": "changes",
        "waiting": [_shown(one, request.user) for one in told[: len(here)]],
        "decided": told[len(here) :],
    }
    return render(request, "changes.html", context)


@require_POST
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click of the second person: `verb` approve, or anything else, which refuses."""
    _insist_approver(request.user)
    change = get_object_or_404(Change, pk=pk)
    is_yes = request.POST.get("verb") == "approve"
    verb = changes.approve if is_yes else changes.refuse
    verb(change.pk, actor=request.user, at=clock.now())
    return redirect("changes")


def _shown(told: Worded, reader: User) -> dict[str, Any]:
    return {
        "told": told,
        "change": told.change,
        "verdict": changes.may_decide(reader, told.change),
        "is_own": told.change.proposed_by_id == reader.pk,
    }


def _insist_approver(user: User) -> None:
    if user.role not in ACCOUNT_APPROVERS:
        raise Refused(_("Only a steward, a director or a supervisor decides on this."))
