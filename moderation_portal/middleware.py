"""Who may come in at all, in which language, and how a refusal looks."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_path

from .errors import PortalError
from .models import User
from .roles import SECOND_FACTOR

PUBLIC_NAMES = frozenset(
    {
        "home",
        "front",
        "healthz",
        "readyz",
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_inactive",
        "set_language",
        "demo_sign_in",
    }
)
ALWAYS_OPEN = frozenset({"account_logout", "set_language"})
# Where a session may go before its second factor: to set one up, or to prove the one there is.
SET_UP, PROVE = "mfa_activate_totp", "mfa_reauthenticate"
BEFORE_SECOND_FACTOR = {
    SET_UP: frozenset({SET_UP, "mfa_index", "account_reauthenticate"}),
    PROVE: frozenset({PROVE}),
}


class SignedInRequest(HttpRequest):
    """A request to an address that is not public: `SignInRequired` has seen to its user."""

    user: User


def leads_strangers(to: Callable[..., HttpResponse | None]) -> Callable[[Any], Any]:
    """Marks a view to whose matter some have another way than to sign in: `to`, called with what
    the view would be, leads those there and gives None for everybody else."""

    def mark(view: Any) -> Any:
        view.leads_strangers = to
        return view

    return mark


def is_public(match) -> bool:
    """Whether a resolved URL may be opened without signing in: the list above and
    `settings.PUBLIC_NAMESPACES`, nothing else."""
    return match.url_name in PUBLIC_NAMES or bool(
        settings.PUBLIC_NAMESPACES & set(match.namespaces)
    )


class ReadersLanguage:
    """A signed-in person reads in their own language. Public pages carry it in the address and set
    no cookie; their link to the sign-in names it (`?language=id`), and a cookie keeps it then."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not get_language_from_path(request.path):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        chosen = request.GET.get("language", "")
        is_chosen = chosen in dict(settings.LANGUAGES) and not request.user.is_authenticated
        if is_chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        response = self.get_response(request)
        if is_chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response


class SignInRequired:
    """Every URL but the public ones needs a sign-in, and what second factor the role wants.

    What the cleared read may be sealed: no browser keeps it, for whoever sits there next.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request.user, "is_cleared", False):
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(self, request, view, args, kwargs):
        if is_public(request.resolver_match) or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated:
            elsewhere = getattr(view, "leads_strangers", None)
            led = elsewhere(request, *args, **kwargs) if elsewhere else None
            return led or redirect_to_login(request.get_full_path())
        wanting = wanting_factor(request)
        name = request.resolver_match.url_name
        if not wanting or name in ALWAYS_OPEN | BEFORE_SECOND_FACTOR[wanting]:
            return None
        return redirect(wanting)


def wanting_factor(request: SignedInRequest) -> str:
    """The page on which this session sets up, or proves, the second factor that its role demands;
    empty when nothing is wanting.

    That the account has a factor says nothing of who holds this session: the code must have been
    given in it.
    """
    if settings.IS_DEMO and request.session.get("demo_sign_in"):
        return ""
    if request.user.role not in SECOND_FACTOR:
        return ""
    if not getattr(request.user, "has_factor", False):
        return SET_UP
    records = get_authentication_records(request, request.user)
    return "" if any(record["method"] == "mfa" for record in records) else PROVE


class SayNo:
    """Turns a verb's refusal into a page that says why, with 403, 409 or 422.

    The API says no by itself (`refusals.say_no`).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception):
        if not isinstance(exception, PortalError):
            return None
        context = {"error": exception, "back": _back(request)}
        return render(request, "said_no.html", context, status=exception.status)


def _back(request: HttpRequest) -> str:
    """The page of ours from which somebody came; empty when they came from anywhere else."""
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    return back if is_ours else ""
