"""The page on which a second person decides what a steward wants of an account."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import account_changes, clock
from .errors import Refused
from .middleware import SignedInRequest
from .models import AccountChange, User
from .roles import ACCOUNT_APPROVERS, Role

DECIDED_SHOWN = 30


@dataclass(frozen=True)
class Fact:
    """One line of a change: the name of the fact, what it is now, what it would be."""

    name: str
    now: str
    wanted: str


@require_GET
def changes(request: SignedInRequest) -> HttpResponse:
    """What waits, with the buttons of who may decide, and what was decided last."""
    _insist_approver(request.user)
    every = AccountChange.objects.select_related("person", "proposed_by", "decided_by")
    waiting = every.filter(state=account_changes.WAITING).order_by("pk")
    decided = every.exclude(state=account_changes.WAITING).order_by("-decided_at")[:DECIDED_SHOWN]
    context = {
        "section": "account_changes",
        "waiting": [_shown(change, request.user) for change in waiting],
        "decided": [{"change": change, "facts": facts(change)} for change in decided],
    }
    return render(request, "account/changes.html", context)


@require_POST
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click of the second person: `verb` approve, or anything else, which refuses."""
    _insist_approver(request.user)
    change = get_object_or_404(AccountChange, pk=pk)
    is_yes = request.POST.get("verb") == "approve"
    verb = account_changes.approve if is_yes else account_changes.refuse
    verb(change.pk, actor=request.user, at=clock.now())
    return redirect("account_changes")


def facts(change: AccountChange) -> list[Fact]:
    """The facts of a change in words."""
    return [
        Fact(_name(name), _said(name, getattr(change.person, name, "")), _said(name, value))
        for name, value in change.facts.items()
    ]


def _shown(change: AccountChange, reader: User) -> dict[str, Any]:
    return {
        "change": change,
        "facts": facts(change),
        "verdict": account_changes.may_decide(reader, change),
        "is_own": change.proposed_by_id == reader.pk,
    }


def _name(name: str) -> str:
    if name == account_changes.WITHOUT_FACTOR:
        return _("Remove the second factor")
    label = str(User._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _said(name: str, value: Any) -> str:
    if name == "role":
        return str(Role(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value or "–")


def _insist_approver(user: User) -> None:
    if user.role not in ACCOUNT_APPROVERS:
        raise Refused(_("Only a steward, a director or a supervisor decides on accounts."))
