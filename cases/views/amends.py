"""What is done to an order besides deciding it: sent at once, weighed, corrected, undone."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Invalid, PortalError, Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import STAFF

from .. import forms, notices, permissions, removal
from ..models import Case, CaseState, Notice, Target
from ..notices import grouping, informing, previewing
from ..results import who_was_first
from . import account_rows, numbers
from .case import back_to, load
from .case_address import kept
from .notices import former_locators, item_row, named, only_desk
from .notices import load as load_notice
from .problems import show_problem

CORRECTED = gettext_lazy("The corrected notice is issued; the old one is withdrawn.")
PROPOSED = gettext_lazy("The correction is proposed. It leaves once a second person approves it.")


@require_http_methods(["GET", "POST"])
def send_now(request: SignedInRequest, pk: int) -> HttpResponse:
    """Issues the notice for an approved case at once, with all that waits for the same platform."""
    at = clock.now()
    case = load(request, pk)
    permissions.refuse_strangers(case.handling, request.user)
    if case.state != CaseState.APPROVED:
        said = _("%(number)s is %(state)s: there is nothing to send.") % {
            "number": case.number,
            "state": case.get_state_display(),
        }
        raise who_was_first([(case, said)])[0].error
    ready = grouping.ready_targets(case.urgency, case.platform_id).filter(handling=case.handling)
    waits = informing.waiting(case, at)
    form = forms.ReasonForm(request.POST or None) if waits else None
    if request.method == "POST" and (form is None or emergency(case, form, request.user, at)):
        return send(request, case, at)
    context = {
        "now": at,
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "waits": waits,
        "form": form if waits and informing.may_waive(request.user, case, at) else None,
        "letters": letters_to_send(case, at),
        "count": ready.count(),
        "cases": ready.values("case").distinct().count(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "cases/send_now.html", context, status=status)


def emergency(case: Case, form: forms.ReasonForm, actor: User, at: datetime) -> bool:
    """Whether the first order to a provider was declared an emergency, which need not wait."""
    if not form.is_valid():
        return False
    try:
        informing.waive(case, form.cleaned_data["reason"], actor=actor, at=at)
    except Invalid as error:
        show_problem(form, error)
        return False
    return True


def letters_to_send(case: Case, at: datetime) -> list[str]:
    """The orders as they would leave now; nothing where one of them cannot be written."""
    try:
        return [letter.html for letter in previewing.of_ready(case, at=at)]
    except PortalError:
        return []


def send(request: SignedInRequest, case: Case, at) -> HttpResponse:
    """Gathers, and says what came of it for this case."""
    gathered = notices.gather(
        at,
        urgency=case.urgency,
        platform_id=case.platform_id,
        handling=case.handling,
        actor=request.user,
        is_asked=True,
    )
    case.refresh_from_db(fields=["state"])
    if case.state != CaseState.APPROVED:
        messages.success(request, _("The notice is issued and on its way to the platform."))
    problems = [one for one in gathered.problems if case.pk in one.case_ids]
    for problem in problems:
        messages.error(request, problem.said)
    if case.state == CaseState.APPROVED and not problems:
        messages.info(request, _("It has not left yet: it waits for its turn."))
    return back_to(request, case)


@require_http_methods(["GET", "POST"])
def weigh(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the platform objected, account by account, and a person's judgement of it."""
    at = clock.now()
    case = load(request, pk)
    if request.user.role not in STAFF:
        raise Refused(permissions.wrong_role(STAFF))
    disputed = case.targets.filter(state__in=removal.DISPUTED).select_related("account")
    found = account_rows.with_news(disputed).order_by("pk")[: account_rows.TARGETS_A_PAGE]
    rows = [account_rows.row_of(target, place) for place, target in enumerate(found, 1)]
    is_biased = bool(permissions.deciders_of([case.pk], request.user))
    may_release = permissions.oversees(request.user, case)
    form = forms.WeighForm(request.POST or None, may_release=may_release)
    given = [numbers.whole(pk) or 0 for pk in request.POST.getlist("target")]
    chosen = set(case.targets.filter(pk__in=given).values_list("pk", flat=True))
    if request.method == "POST" and not chosen:
        form.add_error(None, _("Choose at least one account."))
    elif request.method == "POST" and form.is_valid():
        moved = removal.weigh(
            chosen,
            is_accepted=form.cleaned_data["verdict"] == forms.WeighForm.RELEASED,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=at,
        )
        said = ngettext("%(n)s account was weighed.", "%(n)s accounts were weighed.", len(moved))
        messages.success(request, said % {"n": len(moved)})
        return back_to(request, case, "weigh")
    context = {
        "now": at,
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "rows": [(row, request.method != "POST" or row.pk in chosen) for row in rows],
        "form": form,
        "may_release": may_release,
        "denied": permissions.biased() if is_biased else "",
        "overseers": permissions.role_names(permissions.overseers(case.handling)),
    }
    return render(request, "cases/weigh.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks the platform, in a letter, to restore what it took down for a closed case."""
    at = clock.now()
    case = load(request, pk)
    permissions.refuse_strangers(case.handling, request.user)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        notices.restore([case.pk], reason=form.cleaned_data["reason"], actor=request.user, at=at)
        messages.success(request, _("The platform is asked to restore the accounts."))
        return back_to(request, case, "restore")
    context = {
        "now": at,
        "section": "queue",
        "case": case,
        "kept": kept(request),
        "form": form,
        "targets": Target.objects.filter(case=case).select_related("account").order_by("pk")[:20],
    }
    return render(request, "cases/restore.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Replaces a notice by a corrected one, with what was wrong and the mended locators."""
    only_desk(request)
    at = clock.now()
    notice = load_notice(request, pk)
    notices.refuse_correction(notice, request.user)
    items = notices.correctable(notice)
    form = forms.CorrectForm(request.POST or None, items=items)
    if request.method == "POST" and form.is_valid():
        change, locators = form.cleaned_data["change"], form.locators()
        try:
            new = notices.correct(
                notice, change=change, locators=locators, actor=request.user, at=at
            )
        except Invalid as error:
            show_problem(form, error)
        else:
            is_sent = new.state != Notice.State.DRAFTED
            messages.success(request, CORRECTED if is_sent else PROPOSED)
            return redirect("cases:notice", pk=new.pk)
    context = {
        "now": at,
        "section": "notices",
        "notice": named(notice),
        "is_warning": bool(notice.signatures_wanted),
        "form": form,
    }
    return render(request, "cases/correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def approve_correction(request: SignedInRequest, pk: int) -> HttpResponse:
    """A proposed correction as it would leave, for a second person to approve or to drop."""
    only_desk(request)
    at = clock.now()
    draft = load_notice(request, pk)
    if draft.proposed_by is None:
        raise Http404
    if request.method == "POST" and request.POST.get("answer") == "drop":
        notices.drop_correction(draft, actor=request.user, at=at)
        messages.success(request, _("The proposal is dropped; the order stands as it is."))
        return redirect("cases:notice", pk=draft.follows_id)
    if request.method == "POST":
        notices.approve_correction(draft, actor=request.user, at=at)
        messages.success(request, CORRECTED)
        return redirect("cases:notice", pk=pk)
    try:
        notices.refuse_approval(draft, request.user)
        denied = ""
    except PortalError as error:
        denied = str(error.sentence)
    is_waiting = draft.state == Notice.State.DRAFTED
    former = former_locators(draft)
    rows = [item_row(item, former) for item in draft.items.select_related("target__case")]
    context = {
        "now": at,
        "section": "notices",
        "notice": named(draft),
        "denied": denied,
        "may_drop": not denied or (is_waiting and draft.proposed_by == request.user),
        "changes": [row for row in rows if row["former"]],
        "letter": previewing.of_correction(draft, request.user, at=at).html,
    }
    return render(request, "cases/approve_correction.html", context)
