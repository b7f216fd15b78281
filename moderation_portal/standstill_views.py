"""The page of what stands still until a person has looked, and the button that lets it go on."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import clock, standstills
from .context import WARNED
from .errors import Refused
from .middleware import SignedInRequest
from .models import Standstill
from .roles import Role
from .storable import storable

PAST_SHOWN = 20


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """What stands still now and why, and what did."""
    if request.user.role not in WARNED:
        raise Http404
    past = Standstill.objects.exclude(ended_at=None)[:PAST_SHOWN]
    context = {
        "now": clock.now(),
        "section": "" if request.user.role == Role.STEWARD else "notices",
        "current": [(one, standstills.sentence(one.why)) for one in standstills.current()],
        "past": [(one, standstills.sentence(one.why)) for one in past],
        "may_release": request.user.role in standstills.RELEASERS,
    }
    return render(request, "standstills.html", context)


@require_POST
def release(request: SignedInRequest) -> HttpResponse:
    """Lets escalations go on. What leaves goes on by `manage.py outbox` alone, once it is known
    what has left already."""
    if request.user.role not in WARNED:
        raise Http404
    if request.user.role not in standstills.RELEASERS:
        raise Refused(_("Only a supervisor or a director lets escalations go on."))
    reason = storable(request.POST.get("reason", ""))
    standstills.release(standstills.CLOCK, actor=request.user, reason=reason, at=clock.now())
    return redirect("standstills")
