"""The pages of fines: the list, the proposal, and one fine as the desk and its platform see it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, figures, policy
from moderation_portal.errors import PortalError, Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, STAFF, Denied, Verdict
from reports.views import pages

from .. import fine_forms, fines, reckoning
from ..fines import commitments
from ..models import Fine
from ..notices import fining
from .fine_rows import row
from .notices import load, named, only_desk
from .platform import only_representatives
from .problems import is_done, show_problem

FORMS: Mapping[str, type[forms.Form]] = {
    "drop": fine_forms.FineReasonForm,
    "commit": fine_forms.CommitmentForm,
    "pay": fine_forms.PaymentForm,
    "object": fine_forms.ObjectionForm,
    "decide": fine_forms.DecideFineForm,
}
DONE = {
    "approve": gettext_lazy("The fine is assessed and its letter is on its way."),
    "drop": gettext_lazy("The proposal is dropped."),
    "commit": gettext_lazy("The letter of commitment is on record."),
    "pay": gettext_lazy("The payment is on record."),
    "object": gettext_lazy("The objection is on record. A third person decides."),
    "decide": gettext_lazy("Decided. The platform is told by letter."),
}


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """Fines, newest first; those that wait for a second person stand before them."""
    only_desk(request)
    visible = fines.visible_to(request.user)
    rest = visible.exclude(state=Fine.State.PROPOSED)
    shown, pager = pages.page(request, rest, by="proposed_at")
    is_first = "previous_url" not in pager
    waiting = visible.filter(state=Fine.State.PROPOSED).order_by("proposed_at", "pk")[: pages.ROWS]
    at = clock.now()
    context = {
        "now": at,
        "section": "notices",
        "waiting": [row(one, request.user, at) for one in waiting[: pages.ROWS]]
        if is_first
        else [],
        "fines": [row(one, request.user, at) for one in shown],
    }
    return render(request, "cases/fines.html", context | pager)


@require_http_methods(["GET", "POST"])
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    """A fine for the accounts of a warning: what an officer chooses, and why."""
    only_desk(request)
    at = clock.now()
    notice = load(request, pk)
    verdict = fines.may_propose(request.user, notice)
    if request.user.role not in STAFF and isinstance(verdict, Denied):
        raise Refused(verdict.reason)
    table = policy.pack().fine_table(notice.issued_at or notice.drafted_at)
    form = fine_forms.ProposeFineForm(request.POST or None, table=table) if table else None
    if request.method == "POST" and form is not None and form.is_valid():
        chosen = dict(form.cleaned_data)
        reason = chosen.pop("reason")
        try:
            made = fines.propose(notice, chosen, reason, actor=request.user, at=at)
        except PortalError as error:
            show_problem(form, error)
        else:
            messages.success(request, _("The fine is proposed. A second person assesses it."))
            return redirect("cases:fine", pk=made.pk)
    context = {
        "now": at,
        "section": "notices",
        "notice": named(notice),
        "form": form,
        "is_assumed": table is not None and figures.is_assumed(table),
        "denied": getattr(verdict, "reason", ""),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "cases/fine_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One fine: how it was reckoned, what became of it, and what this person may do."""
    only_desk(request)
    return _page(request, pk, "cases/fine.html", "base.html", "notices", "cases:fine")


@require_http_methods(["GET", "POST"])
def platform(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same for the platform that owes it."""
    only_representatives(request)
    return _page(request, pk, "cases/fine.html", "platform.html", "home", "cases:platform_fine")


def _page(
    request: SignedInRequest, pk: int, template: str, base: str, section: str, name: str
) -> HttpResponse:
    at, user = clock.now(), request.user
    fine = get_object_or_404(fines.visible_to(user), pk=pk)
    done = request.POST.get("do", "")
    form = blank(done, user, request.POST, request.FILES) if done in FORMS else None
    if request.method == "POST" and done not in DONE:
        raise Http404
    is_read = request.method == "POST" and (form is None or is_whole(form, fine, user))
    if is_read and is_done(form, lambda said: carry_out(done, fine, said, user, at)):
        messages.success(request, DONE[done])
        return redirect(name, pk=pk)
    context = {"now": at, "section": section, "base": base, "row": row(fine, user, at)}
    context |= facts(fine, user) | {"offers": offers(fine, user, done, form)}
    return render(request, template, context, status=422 if form and form.errors else 200)


def is_whole(form: forms.Form, fine: Fine, user: User) -> bool:
    """Whether what was posted can be used; a letter that came with it is looked at."""
    if form.is_valid() and isinstance(form, fine_forms.CommitmentForm):
        category = commitments.category_of(fine)
        form.cleaned_data["letters"] = form.prepare(source=user.role, category=category)
    return form.is_valid()


@require_GET
def commitment(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letter of commitment as it was handed in, for the desk and for its platform."""
    fine = get_object_or_404(fines.visible_to(request.user), pk=pk)
    content = commitments.hand_out(fine, actor=request.user, at=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{fine.commitment_name}"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def carry_out(done: str, fine: Fine, said: Mapping[str, Any], user: User, at: datetime) -> None:
    """Does what was chosen on the page of a fine."""
    who: dict[str, Any] = {"actor": user, "at": at}
    verbs: dict[str, Callable[[], Fine]] = {
        "approve": lambda: fines.approve(fine, **who),
        "drop": lambda: fines.drop(fine, said["reason"], **who),
        "commit": lambda: fines.commit(
            fine,
            said["number"],
            said["signer"],
            said["dated"],
            letter=next(iter(said["letters"]), None),
            **who,
        ),
        "pay": lambda: fines.pay(fine, said["amount"], said["paid_on"], said["reference"], **who),
        "object": lambda: fines.object_to(fine, said["reason"], **who),
        "decide": lambda: fines.decide(
            fine,
            said["answer"],
            is_cancelled=said["verdict"] == fine_forms.DecideFineForm.CANCEL,
            **who,
        ),
    }
    verbs[done]()


def offers(fine: Fine, user: User, done: str, form: forms.Form | None) -> dict[str, Any]:
    """The forms that this person may fill in now; the one that was posted with its errors."""
    may: dict[str, Verdict | bool] = {
        "approve": fines.may_approve(user, fine),
        "drop": fines.may_drop(user, fine),
        "commit": fines.may_commit(user, fine),
        "pay": fines.may_pay(user, fine),
        "object": fines.may_object(user, fine),
        "decide": fines.may_decide(user, fine),
    }
    return {
        verb: form if verb == done and form else blank(verb, user) if verb in FORMS else True
        for verb, verdict in may.items()
        if verdict
    }


def blank(verb: str, user: User, posted: QueryDict | None = None, files: Any = None) -> forms.Form:
    """The form of one verb; the fields of several stand on one page, each by a name of its own."""
    form = FORMS[verb](posted, files, auto_id=f"{verb}-%s")
    if verb == "commit":
        form.fields["letter"].required = user.role in REPRESENTATIVES
    return form


def facts(fine: Fine, user: User) -> dict[str, Any]:
    """How a fine came about and what was filed, as this person may read it."""
    table = reckoning.table_of(fine)
    lines = fining.lines_of(fine, is_for_platform=user.role in REPRESENTATIVES)
    approving = fines.may_approve(user, fine)
    return {
        "fine": fine,
        "notice": named(fine.notice),
        "is_staff": user.role not in REPRESENTATIVES,
        "reckoned": fining.explained(fine, lines),
        "payments": [
            (one, reckoning.money(table, one.amount))
            for one in fine.payments.select_related("recorded_by")
        ],
        "denied": approving.reason
        if isinstance(approving, Denied) and fine.state == Fine.State.PROPOSED
        else "",
    }
