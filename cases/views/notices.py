"""Notices: the list, the page with letter and deliveries, the signature of a formal rung."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, policy
from moderation_portal.roles import AUDITORS, STAFF

from .. import forms, ladder, notices
from ..models import Notice

PAGE = 50
TONES = {
    Notice.State.DRAFTED: "warn",
    Notice.State.ISSUED: "progress",
    Notice.State.SERVED: "progress",
    Notice.State.SETTLED: "good",
    Notice.State.WITHDRAWN: "neutral",
    Notice.State.DISCARDED: "neutral",
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Notices that wait for a signature, then the newest ones."""
    only_staff(request)
    at = clock.now()
    visible = notices.visible_to(request.user).select_related("platform")
    before = request.GET.get("before", "")
    rest = visible.exclude(state=Notice.State.DRAFTED).order_by("-pk")
    if before.isdigit():
        rest = rest.filter(pk__lt=int(before))
    shown = list(rest[: PAGE + 1])
    more = len(shown) > PAGE
    context = {
        "now": at,
        "section": "notices",
        "waiting": name_rungs(visible.filter(state=Notice.State.DRAFTED)[:PAGE]),
        "notices": name_rungs(shown[:PAGE]),
        "previous_url": "?" if before else "",
        "next_url": f"?before={shown[PAGE - 1].pk}" if more else "",
    }
    return render(request, "cases/notices.html", context)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: its letter, its accounts, every attempt to hand it over."""
    only_staff(request)
    notice = load(request, pk)
    items = notice.items.select_related("target__account").order_by("position")[:200]
    context = {
        "now": clock.now(),
        "section": "notices",
        "notice": name_rungs([notice])[0],
        "tone": TONES[notice.state],
        "items": items,
        "case": items[0].target.case_id if items else None,
        "deliveries": notice.deliveries.select_related("contact"),
        "signatures": notice.signatures.select_related("signer"),
        "may_sign": notices.may_sign(request.user, notice),
    }
    return render(request, "cases/notice.html", context)


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The signature page of a drafted warning or proposal."""
    only_staff(request)
    at = clock.now()
    notice = load(request, pk)
    if request.method == "POST":
        notices.sign(notice, actor=request.user, at=at)
        messages.success(request, _("Signed. The notice leaves once every signature is there."))
        return redirect("cases:notice", pk=pk)
    context = {"now": at, "section": "notices", "notice": name_rungs([notice])[0]}
    return render(request, "cases/sign.html", context)


@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as PDF, for staff and for the platform's own representatives."""
    return pdf_of(load(request, pk))


@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, pk: int) -> HttpResponse:
    """Another due time for the open items of a notice, with a reason."""
    only_staff(request)
    at = clock.now()
    notice = load(request, pk)
    form = forms.OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ids = list(notice.items.values_list("pk", flat=True))
        ladder.override_due(
            ids,
            due_at=form.cleaned_data["due_at"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=at,
        )
        messages.success(request, _("The new due time is set; the old one stays in the record."))
        return redirect("cases:notice", pk=pk)
    context = {"now": at, "section": "notices", "notice": notice, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "cases/override.html", context, status=status)


def load(request: HttpRequest, pk: int) -> Notice:
    """The notice, if this person may know of it."""
    visible = notices.visible_to(request.user).select_related("platform")
    return get_object_or_404(visible, pk=pk)


def pdf_of(notice: Notice) -> HttpResponse:
    """The stored letter as a download."""
    name = notices.file_name(notice)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(notices.pdf_of(notice), content_type="application/pdf", headers=headers)


def only_staff(request: HttpRequest) -> None:
    """Representatives have pages of their own; to everybody else this is not there."""
    if request.user.role not in STAFF | AUDITORS:
        raise Http404


def name_rungs(found: "QuerySet[Notice] | list[Notice]") -> list[Notice]:
    """The notices with `rung_name` in the reader's language."""
    named = list(found)
    for notice in named:
        rungs = policy.pack().ladder(notice.urgency, notice.drafted_at).rungs
        names = {rung.code: str(rung.name) for rung in rungs}
        notice.rung_name = names.get(notice.rung, notice.rung)
        notice.tone = TONES[notice.state]
    return named
