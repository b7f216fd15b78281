"""A platform's webhooks: what was handed to them, what they answered, once more, and a test."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moderation_portal import clock, faults
from moderation_portal.errors import Conflict
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import Event
from platforms import signing_keys
from platforms.models import Contact

from ..models import LETTER, Delivery
from ..notices import replaying
from . import numbers
from .notices import DELIVERY_TONES
from .platform import only_representatives

SHOWN = 50


@require_GET
def show(request: SignedInRequest) -> HttpResponse:
    """The webhooks of this platform, and the newest copies that were handed to them."""
    only_representatives(request)
    at = clock.now()
    found = replaying.deliveries_for(request.user).select_related("notice", "contact")
    letters = [f"notice__{name}" for name in LETTER]
    context = {
        "now": at,
        "section": "home",
        "hooks": [_hook(one, at) for one in replaying.hooks_of(request.user)],
        "deliveries": [_row(one) for one in found.defer(*letters)[:SHOWN]],
        "overlap": signing_keys.OVERLAP.days,
    }
    return render(request, "cases/platform_webhooks.html", context)


@require_POST
def again(request: SignedInRequest) -> HttpResponse:
    """Has one copy sent again. It is named by what it is, for its own id would count."""
    only_representatives(request)
    named = {name: numbers.whole(request.POST.get(name, "")) for name in ("notice", "contact")}
    attempt = numbers.whole(request.POST.get("attempt", ""), 32_767)
    if attempt is None or None in named.values():
        raise Http404
    step = request.POST.get("step", "")
    if "\x00" in step:
        raise Http404
    mine = replaying.deliveries_for(request.user).select_related("notice", "contact")
    delivery = get_object_or_404(mine, step=step, attempt=attempt, **named)
    try:
        replaying.ask(delivery, actor=request.user, at=clock.now())
    except Conflict as held:
        messages.warning(request, held.sentence)
    else:
        messages.success(request, _("The copy is being sent again, as the same event."))
    return redirect("cases:platform_webhooks")


@require_POST
def test(request: SignedInRequest, pk: int) -> HttpResponse:
    """Calls a webhook with nothing but a test."""
    only_representatives(request)
    contact = get_object_or_404(replaying.hooks_of(request.user).filter(is_active=True), pk=pk)
    try:
        replaying.ask_test(contact, actor=request.user, at=clock.now())
    except Conflict as held:
        messages.warning(request, held.sentence)
    else:
        messages.success(request, _("The test is on its way. Look again in a moment."))
    return redirect("cases:platform_webhooks")


def _hook(contact: Contact, at: datetime) -> dict[str, Any]:
    secrets = list(signing_keys.current(contact.pk, at))
    tests = Event.objects.filter(thread=f"contact:{contact.pk}", kind=replaying.TESTED)
    return {
        "contact": contact,
        "secret": secrets[0] if secrets else None,
        "former": next((one for one in secrets if one.ends_at), None),
        "test": tests.order_by("-pk").first(),
    }


def _row(delivery: Delivery) -> dict[str, Any]:
    state, proof = Delivery.State(delivery.state), delivery.proof
    return {
        "delivery": delivery,
        "tone": DELIVERY_TONES.get(state, "neutral"),
        "event": proof.get("event", ""),
        "said": faults.told(str(proof.get("reply") or proof.get("fault") or "")),
        "at": delivery.ended_at or delivery.started_at,
        "may_replay": delivery.contact.is_active and state != Delivery.State.TRYING,
    }
