"""The public pages of an appeal: its form, its receipt, and how it is doing.

Whatever number is typed, the same is done and the same is said. The code travels in the body of a
request and is kept nowhere.
"""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, vault
from moderation_portal.errors import Invalid
from reports import doorkeeper, receipts
from reports.forms.public import CodeForm
from reports.views import pages

from ..appeal_forms import HolderForm
from ..appeals import filing, seeing
from .problems import show_problem

SENT = "appeal_sent"
DOOR, STATUS_DOOR = "appeal", "status"
TOO_MANY = 429
# How long the code stays readable in the browser that sent the appeal.
SHOWN_FOR = timedelta(minutes=10)


@require_http_methods(["GET", "POST"])
@never_cache
def file(request: HttpRequest) -> HttpResponse:
    """The form. What is sent is written down as it stands, whatever it names."""
    at = clock.now()
    form = HolderForm(pages.posted(request), initial={"key": secrets.token_urlsafe(18)})
    status = 200
    if request.method == "POST":
        status = 422
        if not form.is_valid():
            pass
        elif not doorkeeper.may_pass(DOOR, request, at=at):
            form.add_error(None, doorkeeper.too_many())
            status = TOO_MANY
        elif _take(request, form, at):
            return redirect("appeal_public:sent")
    context = {"now": at, "form": form, "due_at": filing.due(at)}
    return render(request, "appeal_public/file.html", context, status=status)


@require_GET
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt. Its code is shown for `SHOWN_FOR`, to the browser that sent the appeal."""
    at = clock.now()
    kept = request.session.get(SENT)
    if kept is None:
        return redirect("appeal_public:status")
    told = json.loads(vault.decrypt(kept.encode()))
    if "code" in told and at >= datetime.fromisoformat(told["until"]):
        del told["code"]
        request.session[SENT] = vault.encrypt(json.dumps(told)).decode()
    context = {
        "now": at,
        "code": told.get("code", ""),
        "due_at": datetime.fromisoformat(told["due"]),
        "read_aloud": receipts.read_aloud(),
    }
    return render(request, "appeal_public/sent.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """How an appeal is doing, by its code alone."""
    at = clock.now()
    form, answer = CodeForm(pages.posted(request)), 200
    told = None
    if request.method == "POST":
        answer = 422
        if not form.is_valid():
            pass
        elif not doorkeeper.may_pass(STATUS_DOOR, request, at=at):
            form.add_error(None, doorkeeper.too_many())
            answer = TOO_MANY
        elif (told := seeing.by_code(form.cleaned_data["code"])) is not None:
            answer = 200
        else:
            form.add_error("code", _("There is no objection with this code. Compare it again."))
    context = {"now": at, "form": form, "told": told}
    return render(request, "appeal_public/status.html", context, status=answer)


def _take(request: HttpRequest, form: HolderForm, at: datetime) -> bool:
    """Files what was sent, and keeps its code for the receipt; a second click finds the first."""
    given: dict[str, Any] = {name: form.cleaned_data[name] for name in _WRITTEN}
    key = form.cleaned_data["key"] or secrets.token_urlsafe(18)
    try:
        with transaction.atomic():
            code = filing.file(**given, key=key, at=at)
            if code is not None:
                until = (at + SHOWN_FOR).isoformat()
                told = {"code": code, "until": until, "due": filing.due(at).isoformat()}
                request.session[SENT] = vault.encrypt(json.dumps(told)).decode()
                request.session.save()
    except Invalid as error:
        show_problem(form, error)
        return False
    return True


_WRITTEN = ("number", "account", "statement")
