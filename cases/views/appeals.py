"""The pages of appeals: the list, one of them, and how platform and desk begin one."""

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

from moderation_portal import clock
from moderation_portal.errors import PortalError, Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import STAFF, Denied
from reports.views import pages

from .. import appeal_forms, notices, removal
from ..appeals import filing, placing, restored, reviewing, seeing
from ..models import LETTER, OPEN_APPEALS, UPHELD_APPEALS, Appeal, Notice, Observation
from ..notices.seeing import told
from .notices import load, named, only_desk
from .platform import only_representatives
from .problems import is_done, show_problem

PAGE = 50
TONES = {
    Appeal.State.FILED: "warn",
    Appeal.State.IN_REVIEW: "progress",
    Appeal.State.UPHELD: "good",
    Appeal.State.PARTLY: "good",
    Appeal.State.DISMISSED: "neutral",
    Appeal.State.INADMISSIBLE: "neutral",
}
FORMS: Mapping[str, type[forms.Form]] = {
    "take": appeal_forms.TakeForm,
    "decide": appeal_forms.DecideAppealForm,
    "assign": appeal_forms.AssignForm,
}
DONE = {
    "take": gettext_lazy("You review this appeal. Read the order and the case before you decide."),
    "assign": gettext_lazy("It is on record which account is meant."),
    "decide": gettext_lazy("Decided. What was upheld leaves as an order to restore."),
    "seen": gettext_lazy("It is on record that the account is there again."),
}


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """Appeals that wait, soonest due first; then those that were decided, newest first."""
    only_desk(request)
    decided = seeing.visible_to(request.user).exclude(state__in=OPEN_APPEALS)
    shown, pager = pages.page(request, decided, by="filed_at")
    waiting = seeing.waiting(request.user)[:PAGE] if "after" not in request.GET else []
    context = {
        "now": clock.now(),
        "section": "notices",
        "waiting": [row(one) for one in waiting],
        "decided": [row(one) for one in shown],
        **pager,
    }
    return render(request, "cases/appeals.html", context)


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One appeal: what it is about, what came of it, and what this person may do."""
    only_desk(request)
    at, user = clock.now(), request.user
    appeal = get_object_or_404(seeing.visible_to(user), pk=pk)
    done = request.POST.get("do", "")
    if request.method == "POST" and done not in DONE:
        raise Http404
    form = blank(done, request.POST) if done in FORMS else None
    if request.method == "POST" and is_done(
        form, lambda said: carry_out(done, appeal, said, user, at)
    ):
        messages.success(request, DONE[done])
        return redirect("cases:appeal", pk=pk)
    context = {"now": at, "section": "notices", **facts(appeal, user)}
    context["offers"] = offers(appeal, user, done, form)
    status = 422 if form and form.errors else 200
    return render(request, "cases/appeal.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    """An order against one account, to be reviewed by own motion."""
    only_desk(request)
    notice = load(request, pk)
    verdict = filing.may_open(request.user, notice)
    if request.user.role not in STAFF and isinstance(verdict, Denied):
        raise Refused(verdict.reason)
    form, made = _filed(request, notice, filing.open_by_motion)
    if made is not None:
        messages.success(request, _("On record. Another person reviews it."))
        return redirect("cases:appeal", pk=made.pk)
    context = {
        "section": "notices",
        "base": "base.html",
        "denied": getattr(verdict, "reason", ""),
    }
    return _new_page(request, notice, form, context)


@require_http_methods(["GET", "POST"])
def platform(request: SignedInRequest, pk: int) -> HttpResponse:
    """A platform appeals for the holder of an account; what it appealed before stands beside."""
    only_representatives(request)
    notice = load(request, pk)
    form, made = _filed(request, notice, filing.file_for)
    if made is not None:
        messages.success(request, _("The appeal is on record. The answer appears on this page."))
        return redirect("cases:platform_appeal", pk=pk)
    verdict = filing.may_file_for(request.user, notice)
    before = list(seeing.visible_to(request.user).filter(item__notice=notice)[:PAGE])
    letters = notices.visible_to(request.user).filter(appeals__in=[one.pk for one in before])
    seen = {one.pk: one for one in letters.defer(*LETTER)}
    context = {
        "section": "home",
        "base": "platform.html",
        "is_platform": True,
        "denied": getattr(verdict, "reason", ""),
        "before": [row(one) | {"order": seen.get(one.restoration_id or 0)} for one in before],
    }
    return _new_page(request, notice, form, context)


def _filed(
    request: SignedInRequest, notice: Notice, verb: Callable[..., Appeal]
) -> tuple[forms.Form, Appeal | None]:
    known = notice.items.all() if request.user.role in STAFF else notice.items.filter(told())
    items = list(known.order_by("position").values_list("locator", flat=True)[:2])
    only = {"account": items[0]} if len(items) == 1 else {}
    form = appeal_forms.NamedAccountForm(pages.posted(request), initial=only)
    if request.method != "POST" or not form.is_valid():
        return form, None
    said = form.cleaned_data
    try:
        made = verb(notice, said["account"], said["statement"], actor=request.user, at=clock.now())
    except PortalError as error:
        if error.status == 403:
            raise
        show_problem(form, error)
        return form, None
    return form, made


def _new_page(
    request: SignedInRequest, notice: Notice, form: forms.Form, context: dict[str, Any]
) -> HttpResponse:
    shown = {"now": clock.now(), "notice": named(notice), "form": form, **context}
    status = 422 if form.errors else 200
    return render(request, "cases/appeal_new.html", shown, status=status)


def carry_out(done: str, appeal: Appeal, said: Mapping[str, Any], user: User, at: datetime) -> None:
    """Does what was chosen on the page of an appeal."""
    who: dict[str, Any] = {"actor": user, "at": at}
    verbs: dict[str, Callable[[], Any]] = {
        "take": lambda: reviewing.take(appeal, is_free=said["is_free"], **who),
        "assign": lambda: placing.assign(appeal, said["number"], said["account"], **who),
        "decide": lambda: reviewing.decide(
            appeal, said["verdict"], said["answer"], said["stays"], **who
        ),
        "seen": lambda: removal.observe(
            [appeal.item.target_id] if appeal.item else [],
            Observation.Result.PRESENT,
            method=removal.PERSON,
            **who,
        ),
    }
    verbs[done]()


def offers(appeal: Appeal, user: User, done: str, form: forms.Form | None) -> dict[str, Any]:
    """The forms that this person may fill in now; the one that was posted with its errors."""
    is_awaited = appeal.state in UPHELD_APPEALS and appeal.restored_at is None
    may = {
        "take": reviewing.may_take(user, appeal),
        "assign": placing.may_assign(user, appeal),
        "decide": reviewing.may_decide(user, appeal),
        "seen": user.role in STAFF and is_awaited,
    }
    return {
        verb: form if verb == done and form else blank(verb) if verb in FORMS else True
        for verb, verdict in may.items()
        if verdict
    }


def blank(verb: str, posted: QueryDict | None = None) -> forms.Form:
    """The form of one verb; the fields of several stand on one page, each by a name of its own."""
    return FORMS[verb](posted, auto_id=f"{verb}-%s")


def row(appeal: Appeal) -> dict[str, Any]:
    """One appeal as lists show it."""
    return {"appeal": appeal, "tone": TONES[Appeal.State(appeal.state)]}


def facts(appeal: Appeal, user: User) -> dict[str, Any]:
    """What the page of an appeal shows."""
    taking, deciding = reviewing.may_take(user, appeal), reviewing.may_decide(user, appeal)
    verdict = deciding if appeal.state == Appeal.State.IN_REVIEW else taking
    return {
        **row(appeal),
        "notice": named(appeal.item.notice) if appeal.item else None,
        "restoration": named(appeal.restoration) if appeal.restoration else None,
        "others": restored.also_upheld(appeal)[:PAGE],
        "denied": verdict.reason
        if isinstance(verdict, Denied) and appeal.state in OPEN_APPEALS and not taking
        else "",
    }
