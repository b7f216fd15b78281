"""A machine's findings, one by one before a person's eyes; and items that wait for information."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, places
from moderation_portal.errors import Invalid, Refused
from moderation_portal.formats import defang, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import pack

from .. import mending, permissions, verification
from ..completeness import LOCATOR
from ..forms.desk import DeclineForm, VerdictForm, platform_choices
from ..models import ReportItem
from . import pages

MOST_ITEMS = 100
# Who told it: never words of the record, but facts that are kept encrypted.
NAMED = ("reporter_name", "reporter_email", "reporter_phone")


@require_GET
def verify(request: SignedInRequest) -> HttpResponse:
    """The findings that wait for a verifier, oldest first."""
    _only(permissions.may_verify(request.user))
    at = clock.now()
    found, context = pages.page(
        request, verification.waiting(request.user), by="received_at", newest_first=False
    )
    names = pages.category_names()
    context |= {
        "now": at,
        "section": pages.section(request.user),
        "rows": [
            {
                "pk": one.pk,
                "number": one.number,
                "category": names.get(one.category, one.category),
                "tool": one.finding.tool,
                "rule": one.finding.rule,
                "score": one.finding.score,
                "items": one.item_count,
                "received": instant_short(one.received_at),
            }
            for one in found
        ],
    }
    return render(request, "reports/verify.html", context)


@require_http_methods(["GET", "POST"])
def finding(request: SignedInRequest, pk: int) -> HttpResponse:
    """One finding: what the machine says, the account, and the verdict."""
    _only(permissions.may_verify(request.user))
    at = clock.now()
    form = VerdictForm(pages.posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verification.judge([pk], given["verdict"], given["reason"], actor=request.user, at=at)
        except Invalid as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("The verdict is recorded."))
            judged = permissions.reports_visible_to(request.user).get(pk=pk)
            rest = places.beyond("received_at", judged.received_at, judged.pk, is_down=False)
            following = verification.waiting(request.user).filter(rest).first()
            if following is not None:
                return redirect("reports:finding", pk=following.pk)
            return redirect("reports:verify")
    visible = permissions.reports_visible_to(request.user).select_related("finding__verifier")
    report = get_object_or_404(visible, pk=pk, finding__isnull=False)
    items = report.items.select_related("account__platform").order_by("position")[:MOST_ITEMS]
    context = {
        "now": at,
        "section": pages.section(request.user),
        "report": report,
        "finding": report.finding,
        "category": pack().category(report.category),
        "items": [(defang(item.shown), item.get_state_display()) for item in items],
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/finding.html", context, status=status)


@require_GET
def needs_info(request: SignedInRequest) -> HttpResponse:
    """The accounts of which something is missing, oldest first."""
    permissions.only_staff(request.user)
    at = clock.now()
    found, context = pages.page(request, mending.waiting(request.user), by="pk", newest_first=False)
    names = pages.category_names()
    context |= {
        "now": at,
        "section": pages.section(request.user),
        "rows": [
            {
                "pk": item.pk,
                "report": item.report.number,
                "text": defang(item.raw[:200]),
                "category": names.get(item.report.category, item.report.category),
                "gaps": [sentence for _code, sentence in mending.worded_gaps(item)],
                "received": instant_short(item.report.received_at),
            }
            for item in found
        ],
    }
    return render(request, "reports/needs_info.html", context)


@require_http_methods(["GET", "POST"])
def mend(request: SignedInRequest, pk: int) -> HttpResponse:
    """One such account: fill what is missing, or decline it with a reason."""
    permissions.only_staff(request.user)
    at = clock.now()
    problem = ""
    form = DeclineForm(request.POST if "decline" in request.POST else None, at=at)
    if request.method == "POST":
        try:
            said = _mended(request, pk, form, at)
        except Invalid as error:
            problem = error.sentence
        else:
            if said:
                messages.success(request, said)
                return redirect("reports:needs_info")
    item = _load(request, pk)
    context = {
        "now": at,
        "section": pages.section(request.user),
        "item": item,
        "report": item.report,
        "category": pack().category(item.report.category),
        "gaps": _gaps(request, item),
        "named": {field: request.POST.get(field, "") for field in NAMED},
        "vouched": (item.vouched or {}).values(),
        "locator": LOCATOR,
        "platforms": platform_choices(),
        "is_waiting": item.state == ReportItem.State.NEEDS_INFO,
        "problem": problem,
        "form": form,
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return render(request, "reports/mend.html", context, status=status)


def _gaps(request: SignedInRequest, item: ReportItem) -> list[dict[str, str]]:
    """What is missing, with what was typed so far; what was told of the account stands there."""
    told = {LOCATOR: item.shown}
    return [
        {"code": code, "sentence": said, "value": request.POST.get(code, told.get(code, ""))}
        for code, said in mending.worded_gaps(item)
    ]


def _mended(request: SignedInRequest, pk: int, form: DeclineForm, at: datetime) -> str:
    """What was done, in words; "" when the form for declining has errors."""
    if "decline" in request.POST:
        if not form.is_valid():
            return ""
        given = form.cleaned_data
        mending.decline([pk], given["because"], actor=request.user, at=at, words=given["words"])
        return _("The account is declined; its reporter is told.")
    given = {
        name: value
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "complete", *NAMED}
    }
    item = _load(request, pk)
    if given.get(LOCATOR) == item.shown and not given.get("platform"):
        del given[LOCATOR]  # as it stood there: nothing was added to it
    told = mending.Supplied(
        name=request.POST.get("reporter_name", ""),
        email=request.POST.get("reporter_email", ""),
        phone=request.POST.get("reporter_phone", ""),
    )
    item = mending.complete(pk, given, actor=request.user, at=at, told=told)
    if item.state == ReportItem.State.NEEDS_INFO:
        return _("Saved. Something is still missing.")
    return _("Complete: it goes on.")


def _load(request: SignedInRequest, pk: int) -> ReportItem:
    visible = permissions.reports_visible_to(request.user).values("pk")
    items = ReportItem.objects.select_related("report", "account")
    return get_object_or_404(items, pk=pk, report__in=visible)


def _only(verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)
