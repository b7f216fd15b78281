"""The public pages on which anybody who holds a letter checks it: no sign-in, no cookie.

Nothing is done here that another's browser could be made to do in somebody's name, so the forms
carry no token against that, which would be a cookie.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, letters, policy
from moderation_portal.uploads import HashingUploadHandler
from reports import doorkeeper
from reports.views import pages

from ..letter_check_forms import FileForm, LetterForm
from ..notices import genuine

DOOR, TOO_MANY = "letter", 429
STANDINGS = {
    "in_force": ("good", gettext_lazy("In force")),
    "corrected": ("warn", gettext_lazy("Replaced by a corrected letter")),
    "withdrawn": ("warn", gettext_lazy("Withdrawn")),
}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Asks for number and code, and leads to the letter that bears both."""
    at = clock.now()
    form, status = LetterForm(pages.posted(request)), 200
    if form.is_bound:
        status = 422
        if not doorkeeper.may_pass(DOOR, request, at=at):
            form.errors.clear()
            form.add_error(None, doorkeeper.too_many())
            status = TOO_MANY
        elif form.is_valid():
            found = genuine.by_code(form.cleaned_data["number"], form.cleaned_data["code"])
            if found is not None:
                return redirect("letter_check:letter", token=found.token)
            form.add_error(None, _none_such())
    return _ask(request, form, at, status)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """What may be told of a letter, and whether a file is this letter: its hash is taken while it
    arrives, and nothing of it is kept."""
    request.upload_handlers = [HashingUploadHandler(request)]
    at = clock.now()
    found = genuine.by_token(token)
    if found is None:
        return _nowhere(request, at)
    form, status, same = FileForm(), 200, None
    if request.method == "POST":
        form, status = FileForm(request.POST, request.FILES), 422
        if not doorkeeper.may_pass(DOOR, request, at=at):
            form.errors.clear()
            form.add_error(None, doorkeeper.too_many())
            status = TOO_MANY
        elif pages.is_good(request, form):
            same, status = found.is_this(form.cleaned_data["file"].sha256), 200
    return _page(request, found, form, same, at, status)


def _ask(request: HttpRequest, form: LetterForm, at: datetime, status: int) -> HttpResponse:
    context = {"now": at, "form": form, "issuer": policy.pack().issuer(at)}
    return render(request, "letter_check/ask.html", context, status=status)


def _nowhere(request: HttpRequest, at: datetime) -> HttpResponse:
    """The answer to an address that is no letter's: that of a wrong code."""
    form = LetterForm({})
    form.errors.clear()
    form.add_error(None, _none_such())
    return _ask(request, form, at, 404)


def _page(
    request: HttpRequest,
    found: genuine.Genuine,
    form: FileForm,
    same: bool | None,
    at: datetime,
    status: int,
) -> HttpResponse:
    pack, language = policy.pack(), get_language() or policy.pack().languages[0]
    issuer = pack.issuer(found.issued_at)
    tone, standing = STANDINGS[found.standing]
    context = {
        "now": at,
        "letter": found,
        "day": letters.day(found.issued_at, pack.tz, language),
        "issuer": issuer.name.say(language),
        "office": issuer.office.say(language),
        "email": pack.issuer(at).email,
        "tone": tone,
        "standing": standing,
        "form": form,
        "same": same,
    }
    return render(request, "letter_check/letter.html", context, status=status)


def _none_such() -> str:
    """The same for a number that no letter bears and for a code that is not its own."""
    return _("No letter of ours bears this number and this code. Compare both with the letter.")
