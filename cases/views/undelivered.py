"""What a person must look after: notices that reached nobody, platforms that nobody answers for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from moderation_portal import clock, dead_letter_views, policy
from moderation_portal.errors import Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import OutboxMessage, OutboxState, User
from moderation_portal.roles import STAFF
from platforms.models import Contact

from .. import notices, permissions
from ..holds import running
from ..liveness import marking
from ..models import LETTER, Delivery, Notice
from ..notices import addresses
from ..notices.issuing import SEND
from ..rungs import proposals
from ..table import WORKERS
from .notices import NamedNotice, handings_over, load, named, only_desk

PAGE = 50
TRIES_SHOWN = 5
# A notice that has just been issued is on its way.
FRESH = timedelta(minutes=15)
ARRIVED = (Delivery.State.ACCEPTED, Delivery.State.PLACED)
TROUBLE = (Delivery.State.FAILED, Delivery.State.REFUSED, Delivery.State.ANNULLED)


@dataclass(frozen=True)
class Row:
    """One notice that reached nobody: since when, what was tried, and what to do now."""

    notice: NamedNotice
    tried: list[dict]
    buried: list[OutboxMessage]
    advice: str
    may_send: bool


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The notices that reached nobody, oldest first, with what was given up of each."""
    only_desk(request)
    at = clock.now()
    found = list(unserved(request.user, at)[:PAGE])
    dead = OutboxMessage.objects.filter(state=OutboxState.DEAD).order_by("-pk")
    mine = dead.filter(topic=SEND, payload__notice__in=[notice.pk for notice in found])
    context = {
        "now": at,
        "section": "notices",
        "rows": rows_of(found, mine, request.user),
        "out_of_reach": list(marking.out_of_reach()[:PAGE]),
        "may_read_dead": request.user.role in dead_letter_views.READERS,
    }
    return render(request, "cases/undelivered.html", context)


@require_POST
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sends one notice to every contact that its platform has now."""
    only_desk(request)
    notice = load(request, pk)
    if request.user.role not in WORKERS:
        raise Refused(permissions.wrong_role(WORKERS))
    asked = notices.send_again(notice, actor=request.user, at=clock.now())
    said = ngettext("Sent to %(n)s contact.", "Sent to %(n)s contacts.", asked) % {"n": asked}
    messages.success(request, said)
    return redirect("cases:undelivered")


def unserved(user: User, at: datetime) -> QuerySet[Notice]:
    """The issued notices that this person may see and that have reached nobody, unless they have
    only just left. A proposal is for no platform and is not sent."""
    tried = Delivery.objects.select_related("contact").order_by("-pk")
    failed = Delivery.objects.filter(notice=OuterRef("pk"), state__in=TROUBLE)
    waiting = notices.visible_to(user).filter(state=Notice.State.ISSUED)
    waiting = waiting.exclude(rung__in=proposals(policy.pack()))
    return (
        running.without_kept(waiting)
        .filter(Q(issued_at__lte=at - FRESH) | Exists(failed))
        .select_related("platform")
        .defer(*LETTER)
        .prefetch_related(Prefetch("deliveries", tried))
        .order_by("issued_at", "pk")
    )


def rows_of(found: Collection[Notice], dead: Iterable[OutboxMessage], user: User) -> list[Row]:
    """The notices with what was tried of each."""
    known = addresses.everybody_of(found)
    buried: dict[int, list[OutboxMessage]] = {}
    for message in dead:
        buried.setdefault(message.payload["notice"], []).append(message)
    return [
        Row(
            named(notice),
            handings_over(list(notice.deliveries.all())[:TRIES_SHOWN], user),
            buried.get(notice.pk, []),
            advice(notice, known[notice.pk]),
            user.role in STAFF,
        )
        for notice in found
    ]


def advice(notice: Notice, known: Collection[Contact]) -> str:
    """What somebody should do now, in a sentence; `known` are the contacts that may be asked."""
    tried = list(notice.deliveries.all())
    if not notice.pdf:
        return _("Its letter waits for its electronic signature: tell the person on duty.")
    if not known:
        return _("The platform has no contact that can be asked: have the steward add one.")
    if any(one.state in ARRIVED for one in tried):
        return _("It lies in the portal: ask a representative to sign in and open it.")
    if tried and "fault" in max(tried, key=lambda one: one.pk).proof:
        return _("The fault is ours, not the platform's: tell the person on duty.")
    if {contact.pk for contact in known} - {one.contact_id for one in tried}:
        return _("Not every contact was asked yet: send it again.")
    return _("Every contact failed: have the steward mend their addresses, then send it again.")
