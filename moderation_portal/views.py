"""The front door, the health pages, and the demo's sign-in."""

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as i18n_set_language

from .middleware import SignedInRequest
from .models import User
from .sections import first_page


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's first page: the public form, or the desk of one's role."""
    if not request.user.is_authenticated:
        return redirect(settings.PUBLIC_START)
    return redirect(first_page(request.user.role))


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers. How much waits, `manage.py outbox` tells those who run this."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "not ready"}, status=503)
    return JsonResponse({"status": "ok"})


def account_page_closed(request: HttpRequest) -> HttpResponse:
    """Nobody changes their own address alone; the steward's page does it, with a second person."""
    raise Http404


def admin_sign_in(request: SignedInRequest) -> HttpResponse:
    """The admin's own form asks for no second factor and counts no guesses: there is one sign-in.

    Whoever comes here has gone through it, and is a steward or has no business in the admin.
    """
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click signs in as somebody of the demo, who then reads the language that the visitor
    reads; exists in demo mode only (`checks.py`)."""
    if not settings.IS_DEMO:
        raise Http404
    user = get_object_or_404(User, email=request.POST.get("email", ""), is_active=True)
    User.objects.filter(pk=user.pk).update(language=get_language())
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session["demo_sign_in"] = True
    return redirect("home")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The reader's language: on the profile of who is signed in, in a cookie for everybody else."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return i18n_set_language(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long: nothing was done, and the reader is told how to go on."""
    return render(request, "csrf_failure.html", status=403)
