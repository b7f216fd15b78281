"""A platform administrator's page of its own people: deputies, requests, switching off."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.middleware import SignedInRequest
from platforms import deputies, responders
from platforms.models import Representative, ResponderRequest

from ..platform_forms import DeputyForm, ResponderForm
from .platform import only_representatives
from .problems import show_problem

REQUESTS_SHOWN = 20
DEPUTY, RESPONDER = "deputy", "responder"


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest) -> HttpResponse:
    """Who answers for this platform, who stands in for whom, and what was asked for."""
    own = administrator(request)
    at = clock.now()
    asked = request.POST.get("form", "")
    today = deputies.day_of(own.platform, at)
    naming = DeputyForm(request.POST if asked == DEPUTY else None, user=request.user, today=today)
    asking = ResponderForm(request.POST if asked == RESPONDER else None)
    form = {DEPUTY: naming, RESPONDER: asking}.get(asked)
    if form is not None and form.is_valid():
        try:
            told = carry_out(asked, form.cleaned_data, request, at)
        except (Invalid, Conflict) as error:
            show_problem(form, error)
        else:
            messages.success(request, told)
            return redirect("cases:platform_people")
    context = {
        "now": at,
        "section": "people",
        "platform": own.platform,
        "people": deputies.colleagues(request.user),
        "own": own,
        "deputies": deputies.to_come(own.platform, at),
        "requests": ResponderRequest.objects.filter(platform=own.platform)[:REQUESTS_SHOWN],
        "naming": naming,
        "asking": asking,
        "form": form,
    }
    is_wrong = form is not None and form.errors
    return render(request, "cases/platform_people.html", context, status=422 if is_wrong else 200)


def carry_out(asked: str, said: dict, request: SignedInRequest, at) -> str:
    """Does what one of the two forms asks for; returns what the page says of it."""
    if asked == DEPUTY:
        deputies.name(**said, actor=request.user, at=at)
        return _("The deputy is named; they hear of notices by mail from the first day on.")
    responders.ask(said["name"], said["email"], said["reason"], actor=request.user, at=at)
    return _("Your request is with us. Two persons decide who answers for a platform.")


@require_POST
def end_deputy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ends a deputy before the last day."""
    administrator(request)
    deputies.end(pk, actor=request.user, at=clock.now())
    messages.success(request, _("They do not stand in any more."))
    return redirect("cases:platform_people")


@require_POST
def switch_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ends at once that a responder answers for this platform."""
    administrator(request)
    off = responders.switch_off(pk, actor=request.user, at=clock.now())
    told = _("%(name)s does not answer for you any more.") % {"name": off.user.name}
    messages.success(request, told)
    return redirect("cases:platform_people")


def administrator(request: SignedInRequest) -> Representative:
    """To everybody but a platform's administrator this page is not there."""
    only_representatives(request)
    own = deputies.administers(request.user)
    if own is None:
        raise Http404
    return own
