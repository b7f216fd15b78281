"""The page of what could not be delivered: a task for those who oversee the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import clock, places, series
from .errors import Refused
from .middleware import SignedInRequest
from .models import OutboxMessage
from .outbox import desk
from .outbox.dying import RESPONSIBLE
from .outbox.telling import Told, told_each
from .roles import AUDITORS
from .storable import storable

PAGE = 50
TABLE = OutboxMessage._meta.db_table
READERS = RESPONSIBLE | AUDITORS


@dataclass(frozen=True)
class Row:
    """A dead letter: what did not happen and to whom, since when, after how many attempts, why.

    Messages are counted up whatever they belong to, so `place` is their id in no order (`series`).
    """

    place: int
    told: Told
    died_at: datetime
    attempts: int
    why: str
    is_sealed: bool


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """What could not be delivered, as far as this reader may know of it, the oldest first."""
    only_readers(request)
    found = desk.dead(request.user)
    if key := places.read(request.GET.get("after", "")):
        instant, place = key
        pk = series.unscatter(TABLE, place)
        found = found.filter(places.beyond("due_at", instant, pk, is_down=False))
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    context: dict[str, Any] = {
        "now": clock.now(),
        "section": "notices",
        "rows": rows_of(shown),
        "may_settle": request.user.role in RESPONSIBLE,
    }
    if len(rows) > PAGE:
        last = context["rows"][-1]
        context["next_url"] = f"?after={places.write(last.died_at, last.place)}"
    return render(request, "dead_letters.html", context)


@require_POST
def act(request: SignedInRequest, place: int) -> HttpResponse:
    """Tries one again (`verb` retry), or settles it with a reason (anything else)."""
    only_readers(request)
    row = get_object_or_404(desk.dead(request.user), pk=series.unscatter(TABLE, place))
    if request.user.role not in RESPONSIBLE:
        raise Refused(_("Auditors read what could not be delivered, and settle nothing."))
    user, at = request.user, clock.now()
    only = OutboxMessage.objects.filter(pk=row.pk)
    if request.POST.get("verb") == "retry":
        desk.retry(only, reason=_("tried again from the page"), actor=user, at=at)
        messages.success(request, _("It is tried again now."))
    else:
        reason = storable(request.POST.get("reason", ""))
        desk.settle(only, reason=reason, actor=user, at=at)
        messages.success(request, _("It is settled, with your reason in the record."))
    return redirect("dead_letters")


def only_readers(request: SignedInRequest) -> None:
    """To others than those who settle it, and those who audit it, this page is not there."""
    if request.user.role not in READERS:
        raise Http404


def rows_of(found: Sequence[OutboxMessage]) -> list[Row]:
    """The rows with what each was to do."""
    words = told_each(found)
    scattered = series.scatter(TABLE, [one.pk for one in found])
    return [
        Row(place, words[one.pk], one.due_at, one.attempts, _why(one.last_error), one.is_sealed)
        for place, one in zip(scattered, found, strict=True)
    ]


def _why(error: str) -> str:
    """The error without the name of its class, where that says nothing more."""
    return error.removeprefix("Never: ").removeprefix("Later: ")
