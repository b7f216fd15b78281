"""The public form: three short steps without an account, then a code that opens the status page.

What was typed travels from step to step in the session, encrypted; nothing of it is kept when the
report is in.
"""

import json
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from moderation_portal import clock, vault
from moderation_portal.policy import pack
from moderation_portal.roles import PUBLIC

from .. import doorkeeper, evidence, intake, pasting, receipts
from ..forms.public import WhatForm, WhoForm, WhyForm
from ..models import Report, ReporterKind
from ..pasting import PastedLine
from ..tellings import Line, Received, ReporterFacts, Telling, beginning_of
from . import pages

DRAFT, SENT = "telling", "telling_sent"
TOO_MANY = 429
ASKED = ("reason", "visibility", "requested_remedy")
# How long the receipt stays readable in the browser that sent the report: time enough to change
# the language, or to find a pen.
SHOWN_FOR = timedelta(minutes=10)


@require_http_methods(["GET", "POST"])
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Step 1. Lines that name no account are shown with what is wrong; the right ones stay."""
    at = clock.now()
    draft = _draft(request) if request.COOKIES else {}
    form = WhatForm(pages.posted(request), initial=draft, at=at)
    lines: list[PastedLine] = []
    if pages.is_good(request, form):
        given = form.cleaned_data
        lines = _read_back(given)
        if "anyway" in request.POST or not any(line.state == pasting.BROKEN for line in lines):
            key = draft.get("key") or secrets.token_urlsafe(18)
            _keep(request, draft | given | {"key": key})
            return redirect("reports_public:reason")
    context = {
        "now": at,
        "form": form,
        "lines": lines,
        "step": 1,
        "never_kept": " ".join(one.code for one in pack().categories(at) if one.may_show_child),
    }
    return render(
        request, "reports_public/start.html", context, status=422 if lines else _status(form)
    )


@require_http_methods(["GET", "POST"])
@never_cache
def reason(request: HttpRequest) -> HttpResponse:
    """Step 2. A picture is looked at, counted, re-encoded and held, encrypted, until the report is
    in."""
    at = clock.now()
    draft = _draft(request)
    if not draft.get("category"):
        return redirect("reports_public:start")
    category = pack().category(draft["category"], at)
    form = WhyForm(
        pages.posted(request),
        request.FILES or None,
        initial=draft,
        category=category,
        today=pack().day(at),
        has_picture=bool(draft.get("ticket")),
        at=at,
    )
    status = 200
    if pages.is_good(request, form):
        if form.seen is None or doorkeeper.may_pass("picture", request, at=at):
            form.encode()
        else:
            form.add_error("screenshot", doorkeeper.too_many())
            status = TOO_MANY
        if not form.errors:
            _keep(request, draft | _reasons(form, draft, at))
            return redirect("reports_public:identity")
    context = {
        "now": at,
        "form": form,
        "category": category,
        "lines": _read_back(draft),
        "has_picture": bool(draft.get("ticket")),
        "step": 2,
    }
    status = status if status != 200 else _status(form)
    return render(request, "reports_public/reason.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def identity(request: HttpRequest) -> HttpResponse:
    """Step 3, and the report goes in. A second click finds the first and says the same."""
    at = clock.now()
    draft = _draft(request)
    if not draft.get("category"):
        return redirect(
            "reports_public:sent" if SENT in request.session else "reports_public:start"
        )
    category = pack().category(draft["category"], at)
    form = WhoForm(pages.posted(request), category=category, at=at)
    status = 200
    if pages.is_good(request, form):
        if doorkeeper.may_pass("report", request, at=at):
            return _hand_in(request, draft, form.cleaned_data, at)
        form.add_error(None, doorkeeper.too_many())
        status = TOO_MANY
    context = {"now": at, "form": form, "category": category, "step": 3}
    status = status if status != 200 else _status(form)
    return render(request, "reports_public/identity.html", context, status=status)


@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Forgets what was typed and the picture that was handed in, before anything was sent."""
    draft = _draft(request)
    if draft.get("ticket"):
        evidence.unpark(draft["ticket"])
    request.session.pop(DRAFT, None)
    return redirect("reports_public:start")


@require_http_methods(["GET"])
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt. Its code is shown this once, for `SHOWN_FOR` and to the browser that sent the
    report: after that the portal itself cannot show it again."""
    at = clock.now()
    kept = request.session.get(SENT)
    if kept is None:
        return redirect("reports_public:status")
    told = json.loads(vault.decrypt(kept.encode()))
    if "code" in told and at >= datetime.fromisoformat(told["until"]):
        del told["code"]
        request.session[SENT] = vault.encrypt(json.dumps(told)).decode()
    category = pack().category(told["category"], at)
    context = {
        "now": at,
        "number": told["number"],
        "code": told.get("code", ""),
        "category": category,
        "read_aloud": receipts.read_aloud(),
    }
    return render(request, "reports_public/sent.html", context)


def _hand_in(request: HttpRequest, draft: dict, who: dict, at: datetime) -> HttpResponse:
    telling = _telling(draft, who)
    # Report and receipt are saved as one: the slower of two clicks, which waits for the faster,
    # must not hide the code that the faster one was given.
    with transaction.atomic():
        received = intake.receive([telling], actor=PUBLIC, at=at)[0]
        if received.outcome == intake.DONE:
            _keep_receipt(request, received, draft["category"], at)
            request.session.save()
    if received.outcome == intake.REFUSED:
        form = WhoForm(None, category=pack().category(draft["category"], at), at=at)
        context = {"now": at, "form": form, "refused": received.reason, "step": 3}
        return render(request, "reports_public/identity.html", context, status=422)
    if received.outcome == intake.SKIPPED and SENT not in request.session.load():
        _keep_receipt(request, received, draft["category"], at)
    if draft.get("ticket"):
        evidence.unpark(draft["ticket"])
    return redirect("reports_public:sent")


def _keep_receipt(request: HttpRequest, received: Received, category: str, at: datetime) -> None:
    told = {"number": received.number, "category": category}
    if received.receipt_code:
        told |= {"code": received.receipt_code, "until": (at + SHOWN_FOR).isoformat()}
    request.session.pop(DRAFT, None)
    request.session[SENT] = vault.encrypt(json.dumps(told)).decode()


def _telling(draft: dict[str, Any], who: dict[str, Any]) -> Telling:
    picture = evidence.parked(draft["ticket"]) if draft.get("ticket") else None
    seen_on = draft.get("seen_on")
    return Telling(
        reporter=ReporterFacts(
            kind=ReporterKind.PUBLIC,
            name=who["name"],
            email=who["email"],
            phone=who["phone"],
            language=get_language() or settings.LANGUAGE_CODE,
        ),
        channel=Report.Channel.WEB,
        category=draft["category"],
        lines=_lines(draft),
        reason=draft["reason"],
        seen_at=beginning_of(date.fromisoformat(seen_on)) if seen_on else None,
        is_good_faith=who["good_faith"],
        requested_remedy=draft.get("requested_remedy", ""),
        uploads=(picture,) if picture else (),
        wants_receipt=True,
        telling_key=draft["key"],
    )


def _lines(draft: dict[str, Any]) -> tuple[Line, ...]:
    texts = draft["accounts"].splitlines()
    hint, words = draft["platform"], draft["description"]
    visibility = draft.get("visibility", "")
    lines = [Line(text, hint, "", visibility) for text in texts]
    if words:
        lines.append(Line("", hint, words, visibility))
    return tuple(lines)


def _read_back(draft: dict[str, Any]) -> list[PastedLine]:
    """Each account as it was understood, for the reader to check."""
    return pasting.read_lines(enumerate(_lines(draft), start=1))


def _reasons(form: WhyForm, draft: dict, at: datetime) -> dict[str, Any]:
    given = {name: form.cleaned_data[name] for name in ASKED}
    seen_on = form.cleaned_data["seen_on"]
    given["seen_on"] = seen_on.isoformat() if seen_on else ""
    if form.prepared is not None:
        if draft.get("ticket"):
            evidence.unpark(draft["ticket"])
        given["ticket"] = evidence.park(form.prepared, at=at)
    return given


def _draft(request: HttpRequest) -> dict[str, Any]:
    kept = request.session.get(DRAFT)
    return json.loads(vault.decrypt(kept.encode())) if kept else {}


def _keep(request: HttpRequest, draft: dict[str, Any]) -> None:
    request.session[DRAFT] = vault.encrypt(json.dumps(draft)).decode()


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
