"""The status page: the receipt code opens it, and there the reporter adds what is missing.

The code travels in the body of every request and is kept nowhere, neither in an address nor in a
session: whoever comes to the same screen later sees nothing.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, series
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.policy import pack

from .. import doorkeeper, mending, pasting, questions, receipts
from ..forms.missing import AnswerForm, MissingForm
from ..forms.public import Choices, CodeForm, platform_choices
from ..models import Report, ReportItem
from . import pages

TOO_MANY = 429


@require_http_methods(["GET", "POST"])
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """How a report is doing, by its code alone."""
    at = clock.now()
    report, refusal = _open(request, at)
    return refusal if report is None else _page(request, report, at)


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Takes what was missing of one account; what is still missing is asked for again."""
    if request.method == "GET":
        return redirect("reports_public:status")
    at = clock.now()
    report, refusal = _open(request, at)
    if report is None:
        return refusal
    items = receipts.status(report, at=at).items
    item = next((one for one in items if one.gaps and _is_meant(request, one)), None)
    if item is None:
        said = _("Nothing is missing of this account any more.")
        return _page(request, report, at, said=said, tone="warn", status=409)
    sent = (request.POST, request.FILES or None)
    form = _missing_form(report, item, platform_choices(), at, *sent)
    if not pages.is_good(request, form):
        return _page(request, report, at, form=form, status=422)
    if not _may_add(request, form, at):
        form.add_error(None, doorkeeper.too_many())
        return _page(request, report, at, form=form, status=TOO_MANY)
    form.encode()
    if form.errors:
        return _page(request, report, at, form=form, status=422)
    try:
        filled = mending.supply(report.pk, item.position, form.supplied(), at=at)
    except Invalid as error:
        _blame(form, error)
        return _page(request, report, at, form=form, status=422)
    except Conflict as error:
        return _page(request, report, at, said=error.sentence, tone="warn", status=409)
    return _page(request, report, at, said=_thanks(filled), tone="good")


@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest) -> HttpResponse:
    """Takes the answer to one question of an officer."""
    if request.method == "GET":
        return redirect("reports_public:status")
    at = clock.now()
    report, refusal = _open(request, at)
    if report is None:
        return refusal
    shown = receipts.status(report, at=at).questions
    asked = next((one for one in shown if _is_meant(request, one)), None)
    if asked is None or asked.answered_at is not None:
        said = _("This question has been answered already, or nobody waits for it any more.")
        return _page(request, report, at, said=said, tone="warn", status=409)
    form = AnswerForm(request.POST, question=asked)
    if not form.is_valid():
        return _page(request, report, at, form=form, status=422)
    if not doorkeeper.may_pass("answer", request, at=at):
        form.add_error(None, doorkeeper.too_many())
        return _page(request, report, at, form=form, status=TOO_MANY)
    try:
        questions.answer(report.pk, asked.pk, form.cleaned_data["words"], at=at)
    except Invalid as error:
        form.add_error("words", error.sentence)
        return _page(request, report, at, form=form, status=422)
    except Conflict as error:
        return _page(request, report, at, said=error.sentence, tone="warn", status=409)
    said = _("Thank you. Your answer is with the officer.")
    return _page(request, report, at, said=said, tone="good")


def _open(request: HttpRequest, at: datetime) -> tuple[Report | None, HttpResponse]:
    """The report behind the code that was sent; without one, the page that asks for it."""
    form = CodeForm(pages.posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if not doorkeeper.may_pass("status", request, at=at):
            form.add_error(None, doorkeeper.too_many())
            status = TOO_MANY
        else:
            report = receipts.find(code)
            if report is not None:
                return report, HttpResponse()
            form.add_error("code", _no_such_code(code))
    if status == 200 and form.is_bound and form.errors:
        status = 422
    is_back = request.method == "GET" and "again" in request.GET
    context = {"now": at, "form": form, "is_back": is_back}
    return None, render(request, "reports_public/status.html", context, status=status)


def _page(
    request: HttpRequest,
    report: Report,
    at: datetime,
    *,
    form: MissingForm | AnswerForm | None = None,
    said: str = "",
    tone: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a report, with a form at everything that is missing or asked; `form` is the one
    that was sent and has errors."""
    shown = receipts.status(report, at=at)
    sent = {form.prefix: form} if form is not None else {}
    rows = []
    platforms = platform_choices() if any(item.gaps for item in shown.items) else []
    for item in shown.items:
        own = _missing_form(report, item, platforms, at)
        rows.append((item, sent.get(own.prefix, own) if own.fields else None))
    asked = []
    for question in shown.questions:
        own_answer = AnswerForm(question=question)
        is_open = question.answered_at is None
        asked.append((question, sent.get(own_answer.prefix, own_answer) if is_open else None))
    context = {
        "now": at,
        "status": shown,
        "code": request.POST.get("code", ""),
        "rows": rows,
        "questions": asked,
        "is_one": sum(own is not None for _row, own in rows) == 1,
        "said": said,
        "tone": tone,
    }
    return render(request, "reports_public/status.html", context, status=status)


def _missing_form(
    report: Report, item: receipts.ItemStatus, platforms: Choices, at: datetime, *sent
) -> MissingForm:
    category = pack().category(report.category, at)
    return MissingForm(*sent, item=item, category=category, platforms=platforms, at=at)


def _is_meant(request: HttpRequest, one: receipts.ItemStatus | receipts.Asked) -> bool:
    number = one.position if isinstance(one, receipts.ItemStatus) else one.pk
    return request.POST.get("about") == str(number)


def _may_add(request: HttpRequest, form: MissingForm, at: datetime) -> bool:
    """Counted before anything is decoded or written."""
    if not doorkeeper.may_pass("answer", request, at=at):
        return False
    return form.seen is None or doorkeeper.may_pass("picture", request, at=at)


def _blame(form: MissingForm, error: Invalid) -> None:
    """Puts what the verb refused where the reporter can mend it, in plain words."""
    problem = str(error.detail.get("problem", ""))
    if problem and "address" in form.fields:
        form["address"].help_text = ""  # the same words, which are an error now
        form.add_error("address", str(pasting.WORDS.get(problem, error.sentence)))
    else:
        form.add_error(None, error.sentence)


def _thanks(filled: ReportItem) -> str:
    if filled.state == ReportItem.State.NEEDS_INFO:
        return _("Thank you, this is saved. Something is still missing.")
    return _("Thank you. Nothing is missing of this account any more.")


def _no_such_code(code: str) -> str:
    if series.read("R", code):
        return _("This is the number of the report. Give its receipt code, which is longer.")
    if receipts.looks_mistyped(code):
        return _("This code is not complete, or one of its letters is wrong. Compare it again.")
    return _("There is no report with this code.")
