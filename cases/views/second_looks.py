"""Closed cases drawn for a second look, and what was found."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock, policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import defang, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF

from .. import second_looks
from ..models import SecondLook
from ..team_forms import DrawForm, LookForm
from .problems import show_problem
from .team import only_overseers, sample_row

TONES = {"": "neutral", "agree": "good", "otherwise": "warn", "error": "bad"}


@require_http_methods(["GET", "POST"])
def draw(request: SignedInRequest) -> HttpResponse:
    """The form of a new sample."""
    only_overseers(request)
    at = clock.now()
    form = DrawForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        try:
            made = second_looks.draw(told.pop("wanted"), actor=request.user, at=at, **told)
        except (Invalid, Conflict) as error:
            show_problem(form, error)
        else:
            messages.success(request, _("The cases are drawn, and the second looker is told."))
            return redirect("cases:sample", pk=made.pk)
    context = {"now": at, "section": "team", "form": form}
    return render(request, "cases/sample_new.html", context, status=422 if form.errors else 200)


@require_GET
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One sample: each case with what the second looker said, or may say."""
    return _page(request, pk)


@require_POST
def judge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Saves what the second looker found in one case."""
    if request.user.role not in STAFF:
        raise Http404
    seen = second_looks.visible_samples(request.user)
    look = get_object_or_404(SecondLook.objects.filter(sample__in=seen), pk=pk)
    form = LookForm(request.POST)
    if not form.is_valid():
        return _page(request, look.sample_id, wrong=look.pk, problem=_("Choose what you found."))
    try:
        second_looks.judge(look, actor=request.user, at=clock.now(), **form.cleaned_data)
    except Invalid as error:
        return _page(request, look.sample_id, wrong=look.pk, problem=error.sentence)
    messages.success(request, _("Your second look is kept with the case."))
    return redirect("cases:sample", pk=look.sample_id)


def _page(
    request: SignedInRequest, pk: int, *, wrong: int | None = None, problem: str = ""
) -> HttpResponse:
    seen = second_looks.visible_samples(request.user).select_related("looker", "drawn_by")
    sample = get_object_or_404(seen, pk=pk)
    looks = sample.looks.select_related("case__platform")
    context = {
        "now": clock.now(),
        "section": "team",
        "sample": sample,
        "row": sample_row(sample, second_looks.results_of([sample])[sample.pk]),
        "looks": [_look_row(one, request, wrong, problem) for one in looks],
        "verdicts": SecondLook.Verdict.choices,
        "problem": problem,
        "wrong": wrong,
    }
    return render(request, "cases/sample.html", context, status=422 if problem else 200)


def _look_row(
    look: SecondLook, request: SignedInRequest, wrong: int | None, problem: str
) -> dict[str, Any]:
    case = look.case
    is_wrong = look.pk == wrong
    return {
        "pk": look.pk,
        "case": case,
        "title": defang(case.title),
        "category": policy.pack().category(case.category).name,
        "outcome": str(case.get_outcome_display()),
        "closed": instant_short(case.closed_at),
        "verdict": str(look.get_verdict_display()),
        "tone": TONES[look.verdict],
        "reason": look.reason,
        "looked": instant_short(look.looked_at),
        "is_error": look.verdict == SecondLook.Verdict.ERROR and case.closed_at is not None,
        "may_say": not look.verdict and look.sample.looker_id == request.user.pk,
        "problem": problem if is_wrong else "",
        "said": request.POST.get("reason", "") if is_wrong else "",
    }
