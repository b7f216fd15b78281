"""Who may come in at all, in which language, and how a refusal looks."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from .errors import PortalError
from .models import User
from .roles import SECOND_FACTOR

PUBLIC_NAMESPACES = frozenset({"reports_public", "answer_link"})
PUBLIC_NAMES = frozenset(
    {
        "home",
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
BEFORE_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "mfa_activate_totp",
        "mfa_index",
        "account_reauthenticate",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "set_language",
    }
)


class SignedInRequest(HttpRequest):
    """A request to an address that is not public: `SignInRequired` has seen to its user."""

    user: User


def is_public(match) -> bool:
    """Whether a resolved URL may be opened without signing in: the lists above, nothing else."""
    return match.url_name in PUBLIC_NAMES or bool(PUBLIC_NAMESPACES & set(match.namespaces))


class StaffLanguage:
    """A signed-in person reads in their own language; public pages carry it in the address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith(("/id/", "/en/")):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class SignInRequired:
    """Every URL but the public ones needs a sign-in, and what second factor the role wants."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if is_public(request.resolver_match) or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated:
            return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.path}")
        if request.resolver_match.url_name in BEFORE_SECOND_FACTOR:
            return None
        if needs_second_factor(request):
            return redirect("mfa_activate_totp")
        return None


def needs_second_factor(request: SignedInRequest) -> bool:
    """Whether this session must still set up the second factor that its role demands."""
    if settings.IS_DEMO and request.session.get("demo_sign_in"):
        return False
    return request.user.role in SECOND_FACTOR and not is_mfa_enabled(request.user)


class SayNo:
    """Turns a verb's refusal into a page that says why, with 403, 409 or 422."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception):
        if not isinstance(exception, PortalError):
            return None
        if request.path.startswith("/api/"):
            body = {"code": exception.code, "message": exception.sentence, **exception.detail}
            return JsonResponse(body, status=exception.status)
        context = {"error": exception, "back": request.headers.get("Referer", "")}
        return render(request, "said_no.html", context, status=exception.status)
