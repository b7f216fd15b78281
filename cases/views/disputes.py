"""The pages of a disputed clock: the platform's form, and the supervisor's judgement."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User

from .. import disputes, ladder, notices
from ..models import Dispute, Notice
from ..platform_forms import DecideForm, DisputeForm
from .notices import load, named, only_desk
from .platform import only_representatives
from .problems import show_problem


@require_http_methods(["GET", "POST"])
def dispute(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the platform holds against the clock of one of its notices."""
    only_representatives(request)
    at = clock.now()
    notice = load(request, pk)
    if not disputes.may_open(request.user, notice):
        raise Http404
    form = DisputeForm(request.POST or None, at=at)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            disputes.open_dispute(
                notice,
                said["kind"],
                said["reason"],
                actor=request.user,
                at=at,
                instant=said["instant"],
                duplicate_of=earlier(request.user, said["earlier"]),
            )
        except (Invalid, Conflict) as error:
            show_problem(form, renamed(error))
        else:
            messages.success(request, _("Your objection is on record. We answer with reasons."))
            return redirect("cases:answer", pk=pk)
    context = {
        "now": at,
        "section": "home",
        "notice": named(notice),
        "form": form,
        "disputes": disputes.of_notice(request.user, notice),
    }
    return render(request, "cases/dispute.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both versions of a clock beside each other, and the judgement of whoever may give it."""
    only_desk(request)
    at = clock.now()
    here = get_object_or_404(disputes.on_page(request.user), pk=pk)
    verdict = disputes.may_decide(request.user, here)
    initial = {"due_at": here.theirs_due if may_move(here, at) else None}
    form = DecideForm(request.POST or None, initial=initial, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            judge(form.cleaned_data, here, request.user, at)
        except (Invalid, Conflict) as error:
            show_problem(form, error)
        else:
            messages.success(request, _("Decided. The platform is told."))
            return redirect("cases:notice", pk=here.notice_id)
    context = {
        "now": at,
        "section": "notices",
        "notice": named(here.notice),
        "disputes": [here],
        "form": form,
        "verdict": verdict,
    }
    status = 422 if form.errors else 200
    return render(request, "cases/dispute_decide.html", context, status=status)


def judge(said: dict[str, Any], here: Dispute, user: User, at: datetime) -> None:
    """Carries out what was chosen."""
    if said["verdict"] == DecideForm.REJECT:
        disputes.reject(here, said["answer"], actor=user, at=at)
    else:
        disputes.accept(here, said["answer"], actor=user, at=at, due_at=said["due_at"])


def may_move(here: Dispute, at: datetime) -> bool:
    """Whether the due time that the platform holds to be right can still be set."""
    is_to_come = here.theirs_due is not None and here.theirs_due > at
    return is_to_come and ladder.movable(here.notice.items.all(), at).exists()


def earlier(user: User, number: str) -> Notice | None:
    """The notice of this number, if this person may know of it."""
    return notices.visible_to(user).filter(number=number.strip()).first() if number else None


def renamed(error: Invalid | Conflict) -> Invalid | Conflict:
    """The field of the form in which the earlier notice is named."""
    fields = error.detail.get("fields")
    if isinstance(fields, dict) and "duplicate_of" in fields:
        return Invalid.field("earlier", fields["duplicate_of"])
    return error
