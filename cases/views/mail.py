"""Mail that came in: the list, and one message with what can be done about it.

A message is shown as plain text and nothing else: no picture of it is drawn, no address in it is a
link, and its files are downloads for a purpose.
"""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from platforms.replies import head_of
from reports.evidence import safe_name
from reports.forms.desk import PurposeForm
from reports.models import Report
from reports.permissions import reports_visible_to
from reports.views import pages
from reports.views.files import STRICT

from .. import answers, replies
from ..mail_forms import AsideForm, BelongsForm, FiledAnswerForm, ReadReportForm
from ..models import ANSWERABLE, Notice, Reply
from ..replies import filing
from . import numbers
from .mail_rows import mail_rows, with_mail
from .notices import only_desk
from .problems import show_problem

ITEMS_SHOWN = 500
# How the name of a file may end.
KIND = re.compile(r"[A-Za-z0-9]{1,8}")
WAITING, DONE, MACHINES = "waiting", "done", "machines"
# The one step that asks for nothing more.
LETTER = "letter"
VIEWS = {
    WAITING: (gettext_lazy("To be read"), (Reply.State.WAITING,)),
    DONE: (
        gettext_lazy("Dealt with"),
        (Reply.State.TAKEN, Reply.State.FILED, Reply.State.DISCARDED),
    ),
    MACHINES: (gettext_lazy("From machines"), (Reply.State.NOTED,)),
}


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """Mail that waits to be read, oldest first; on wish what was dealt with, newest first."""
    only_desk(request)
    view = request.GET.get("view", WAITING)
    if view not in VIEWS:
        raise Http404
    _label, states = VIEWS[view]
    found = replies.visible_to(request.user).filter(state__in=states)
    rows, pager = pages.page(
        request, with_mail(found), by="received_at", newest_first=view != WAITING
    )
    context = {
        "now": clock.now(),
        "section": "notices",
        "rows": mail_rows(rows),
        "view": view,
        "may_tick": view == WAITING and request.user.role in STAFF,
        "views": [(name, label) for name, (label, _states) in VIEWS.items()],
    }
    return render(request, "cases/mail.html", context | pager)


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message; a POST files it, sets it aside, or takes a file out of it."""
    only_desk(request)
    at = clock.now()
    found = with_mail(replies.visible_to(request.user))
    reply = get_object_or_404(found, pk=pk)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    forms = forms_of(reply, request, step, at)
    if step in STEPS and step not in (*forms, LETTER):
        replies.only_filers(reply, request.user)
        raise Conflict(filing.dealt_with())
    if step == LETTER or (step in forms and forms[step].is_valid()):
        try:
            return STEPS[step](reply, forms.get(step), request, at)
        except (Invalid, Conflict) as error:
            if step == LETTER:
                raise
            show_problem(forms[step], error)
    is_wrong = any(form.is_bound and form.errors for form in forms.values())
    context = page_of(reply, request.user, forms) | {"now": at}
    return render(request, "cases/message.html", context, status=422 if is_wrong else 200)


def page_of(reply: Reply, user: User, forms: dict[str, Form]) -> dict[str, Any]:
    """What the page of a message shows."""
    content = replies.content_of(reply)
    (row,) = mail_rows([reply])
    return {
        "section": "notices",
        "message": row,
        "own": defang(content.own),
        "quoted": defang(content.quoted),
        "content": content,
        "problems": content.problems_in(get_language() or settings.LANGUAGE_CODE),
        "files": [
            (place, one, filing.may_open(one.mime, user)) for place, one in enumerate(content.files)
        ],
        "forms": forms,
        "is_staff": user.role in STAFF,
        "report": reports_visible_to(user).filter(pk=reply.report_id or 0).first(),
        "is_waiting": reply.state == Reply.State.WAITING,
    }


def forms_of(reply: Reply, request: SignedInRequest, step: str, at: datetime) -> dict[str, Form]:
    """The forms that this person finds on the page, by step; the posted one is bound."""

    def given(name: str) -> Any:
        return request.POST if step == name else None

    forms: dict[str, Form] = {"file": PurposeForm(given("file"))}
    if request.user.role not in STAFF:
        return forms
    notice = reply.notice
    if notice is not None and reply.state in filing.OPEN and notice.state in ANSWERABLE:
        items = notice.items.order_by("position")[:ITEMS_SHOWN]
        choices = answers.choices_for(notice, at)
        offered: dict[str, Any] = {
            "items": items,
            "choices": choices,
            "lacks": policy.pack().lacks_at(at),
        }
        forms["answer"] = FiledAnswerForm(given("answer"), **offered, at=at)
    if reply.state == Reply.State.WAITING:
        forms["belongs"] = BelongsForm(given("belongs"))
        forms["aside"] = AsideForm(given("aside"))
        if notice is None:
            forms["report"] = ReadReportForm(
                given("report"), actor=request.user, at=at, **reading_of(reply)
            )
    return forms


def reading_of(reply: Reply) -> dict[str, str]:
    """What a message says of itself, for whoever makes a report of it."""
    own = replies.content_of(reply).own
    name, address = parseaddr(head_of(reply.mail).sender)
    return {"text": own, "name": name, "address": address}


def _answer(reply: Reply, form: Any, request: SignedInRequest, at: datetime) -> HttpResponse:
    said = form.cleaned_data
    given = [
        answers.Given(
            pk, said["code"], said["reason"], said["reference"], said["effect_at"], said["lacks"]
        )
        for pk in said["items"]
    ]
    receipt = replies.answer(reply, given, actor=request.user, at=at)
    for one in receipt.refused:
        messages.warning(request, one.sentence)
    messages.success(request, _("Filed as the platform's answer: %(n)s.") % {"n": receipt.number})
    return redirect("cases:message", pk=reply.pk)


def _belongs(reply: Reply, form: Any, request: SignedInRequest, at: datetime) -> HttpResponse:
    number = form.cleaned_data["number"]
    notice: Notice = replies.to_notice(reply, number, actor=request.user, at=at)
    messages.success(request, _("The message belongs to %(number)s now.") % {"number": notice})
    return redirect("cases:message", pk=reply.pk)


def _letter(reply: Reply, form: Any, request: SignedInRequest, at: datetime) -> HttpResponse:
    made = replies.take_as_letter(reply, actor=request.user, at=at)
    messages.success(request, _("The letter was read into a draft. Complete it and hand it in."))
    return redirect("reports:request_edit", pk=made[0])


def _aside(reply: Reply, form: Any, request: SignedInRequest, at: datetime) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    replies.set_aside([reply.pk], reason=reason, actor=request.user, at=at).insist()
    messages.success(request, _("The message is set aside."))
    return redirect("cases:mail")


def _report(reply: Reply, form: Any, request: SignedInRequest, at: datetime) -> HttpResponse:
    category = policy.pack().category(form.cleaned_data["category"], at)
    told = form.telling(category, Report.Channel.MAIL)
    received = replies.as_report(reply, told, actor=request.user, at=at)
    messages.success(request, _("Filed as report %(number)s.") % {"number": received.number})
    return redirect("cases:mail")


def _file(reply: Reply, form: Any, request: SignedInRequest, at: datetime) -> HttpResponse:
    place = numbers.whole(request.POST.get("file", ""))
    if place is None:
        raise Http404
    purpose = form.cleaned_data["purpose"]
    found = replies.download(reply, place, actor=request.user, purpose=purpose, at=at)
    if found is None:
        raise Http404
    kind = found.name.rpartition(".")[2]
    name = safe_name(found.name, f".{kind}" if KIND.fullmatch(kind) else "")
    said = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(found.bytes, content_type="application/octet-stream", headers=STRICT | said)


STEPS: dict[str, Callable[[Reply, Any, SignedInRequest, datetime], HttpResponse]] = {
    "answer": _answer,
    "belongs": _belongs,
    LETTER: _letter,
    "report": _report,
    "aside": _aside,
    "file": _file,
}
