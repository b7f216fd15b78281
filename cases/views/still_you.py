"""The page behind “still you?”: a contact of a platform says whether somebody is there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import PortalError

from ..liveness import answering

SAID = {"yes": True, "no": False}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Asks; a choice that was sent is taken, and can be changed until the next question."""
    at = clock.now()
    try:
        ping = answering.find(token)
    except PortalError as error:
        return render(request, "answer_link/still_you.html", {"error": error}, status=error.status)
    said = SAID.get(request.POST.get("said", ""))
    if request.method == "POST" and said is not None:
        answering.answer(ping, is_still=said, at=at)
    context = {
        "now": at,
        "platform": ping.contact.platform,
        "said": said,
        "is_missing": request.method == "POST" and said is None,
    }
    status = 422 if context["is_missing"] else 200
    return render(request, "answer_link/still_you.html", context, status=status)
