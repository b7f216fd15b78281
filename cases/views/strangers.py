"""Who comes without an account to an address of the portal that a letter names.

Letters and their PDF name one address for everybody. A browser that has confirmed a signed link
carries it along on the addresses of that one notice, and is led to it instead of to a sign-in.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from ..models import Notice

COOKIE = "answer_link"


def remember(request: HttpRequest, response: HttpResponse, notice: Notice, token: str) -> None:
    """Lets this confirmed browser find its link again from the addresses of this notice, until it
    is closed."""
    path = reverse("cases:answer", args=[notice.pk])
    is_secure = request.is_secure()
    response.set_cookie(COOKIE, token, path=path, httponly=True, secure=is_secure, samesite="Lax")


def to_link(request: HttpRequest, pk: int) -> HttpResponse | None:
    """To the answer page of this browser's link; None where it has none."""
    return _lead(request, "answer_link:show")


def to_letter(request: HttpRequest, pk: int) -> HttpResponse | None:
    """To the letter behind this browser's link; None where it has none."""
    return _lead(request, "answer_link:letter")


def _lead(request: HttpRequest, name: str) -> HttpResponse | None:
    """A cookie that somebody planted may hold anything; what is no address leads nowhere."""
    try:
        return redirect(reverse(name, args=[request.COOKIES.get(COOKIE, "")]))
    except NoReverseMatch:
        return None
