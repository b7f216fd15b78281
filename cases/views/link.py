"""The signed link in an e-mail: it opens, a mailed code confirms the browser, then one answers.

Opening changes nothing and proves nothing: mail scanners open links too.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from moderation_portal import clock, policy
from moderation_portal.errors import PortalError

from .. import links
from ..models import Notice
from . import answer_files, strangers
from .answering import answer_page
from .notices import platforms_pdf_of

COOKIE = "answer_browser"
COOKIE_DAYS = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The code step for a new browser, the answer page for a confirmed one."""
    at = clock.now()
    browser = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(24)
    try:
        visit = links.open(token, browser, at=at)
    except PortalError as error:
        return dead(request, error)
    if visit.is_confirmed:
        response = answer_page(
            request,
            visit.notice,
            actor=visit.actor,
            contact=visit.contact,
            channel="link",
            template="public.html",
            at=at,
        )
        strangers.remember(request, response, visit.notice, token)
    else:
        visit, response = confirm(request, visit, at=at)
    response.set_cookie(
        COOKIE,
        visit.browser,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


def confirm(
    request: HttpRequest, visit: links.Visit, *, at: datetime
) -> tuple[links.Visit, HttpResponse]:
    """Asks for the one-time code; sends it when asked to, checks it when given."""
    minutes = policy.pack().limits_at(at).code_minutes
    context: dict = {"now": at, "address": visit.masked_address, "minutes": minutes}
    if request.method == "POST":
        try:
            if request.POST.get("step") == "code":
                visit = links.confirm(visit, request.POST.get("code", ""), at=at)
            else:
                links.send_code(visit, at=at)
            return visit, redirect(request.path)
        except PortalError as error:
            context |= {"problem": error.sentence, "is_code_out": True}
            page = render(request, "answer_link/confirm.html", context, status=error.status)
            return visit, page
    context["is_code_out"] = visit.is_code_out
    return visit, render(request, "answer_link/confirm.html", context)


@never_cache
@require_safe
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """The letter as PDF, for a confirmed browser."""
    return _download(request, token, lambda notice, at: platforms_pdf_of(notice, at=at))


@never_cache
@require_safe
def answer_list(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The list of the notice's accounts, to be filled in, for a confirmed browser."""
    return _download(request, token, lambda notice, at: answer_files.list_of(notice, form, at))


def _download(
    request: HttpRequest, token: str, made: Callable[[Notice, datetime], HttpResponse]
) -> HttpResponse:
    at = clock.now()
    try:
        visit = links.open(token, request.COOKIES.get(COOKIE, ""), at=at)
    except PortalError as error:
        return dead(request, error)
    if not visit.is_confirmed:
        return redirect("answer_link:show", token=token)
    return made(visit.notice, at)


def dead(request: HttpRequest, error: PortalError) -> HttpResponse:
    """What a link shows that opens nothing: the same for a forged, an old and a revoked one."""
    return render(request, "answer_link/dead.html", {"error": error}, status=error.status)
