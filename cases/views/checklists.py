"""The checklists: what the law and the policy pack ask, and what stewards add to it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import asking, clock
from moderation_portal.asking import TwoPersonsForm
from moderation_portal.fields import day_input
from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import pack
from moderation_portal.roles import ACCOUNT_APPROVERS, Role

from .. import checklists
from ..guarding import ChecklistLines
from ..models import ChecklistAddition


class LineForm(TwoPersonsForm):
    """Every word of a steward's line; all of it waits for a second person."""

    class Meta:
        model = ChecklistAddition
        fields = [name for name in ChecklistLines.fields if name != "is_active"]
        widgets = {"valid_from": day_input(), "valid_to": day_input()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        shown: Any = self.fields["category"]
        shown.choices = [("", gettext_lazy("every category")), *list(shown.choices)[1:]]


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The lines of the pack, category by category, and those of the stewards."""
    asking.only_rule_readers(request.user)
    at = clock.now()
    day = pack().day(at)
    waiting = asking.waiting("checklist_line")
    context = {
        "section": "rules",
        "rows": [
            {
                "line": one,
                "state": asking.state_of(one, is_waiting=one.pk in waiting, day=day),
                "is_waiting": one.pk in waiting,
            }
            for one in ChecklistAddition.objects.all()
        ],
        "of_pack": [
            (category, checklists.lines(category, (), at)) for category in pack().categories(at)
        ],
        "may_edit": request.user.role == Role.STEWARD,
        "reads_proposals": request.user.role in ACCOUNT_APPROVERS,
    }
    return render(request, "cases/checklists.html", context)


@require_http_methods(["GET", "POST"])
def line(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """One line or a new one, as a steward asks for it."""
    _insist_steward(request)
    at = clock.now()
    found = get_object_or_404(ChecklistAddition, pk=pk) if pk else None
    form = LineForm(
        request.POST if request.method == "POST" else None,
        instance=found,
        initial={} if found else {"valid_from": pack().day(at)},
    )
    if request.method == "POST" and form.is_valid():
        asking.tell(request, form.ask(actor=request.user, at=at))
        return redirect("cases:checklists")
    status = 422 if form.is_bound and form.errors else 200
    context = {"section": "rules", "line": found, "form": form}
    return render(request, "cases/checklist_line.html", context, status=status)


@require_POST
def line_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switches a line off at once; what was ticked of it stays on record."""
    _insist_steward(request)
    found = get_object_or_404(ChecklistAddition, pk=pk)
    asking.switch_off(request, found, _("The line is switched off."))
    return redirect("cases:checklists")


def _insist_steward(request: SignedInRequest) -> None:
    if request.user.role != Role.STEWARD:
        raise PermissionDenied
