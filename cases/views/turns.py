"""“Give me the next case”, and what was given back."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moderation_portal import clock
from moderation_portal.formats import instant, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from reports.spreadsheets import csv_lines

from .. import searches, turns
from .notices import only_desk

SHOWN = 200


@require_POST
def take_next(request: SignedInRequest) -> HttpResponse:
    """Takes the soonest due case of the view that is free, and opens it in that view."""
    only_desk(request)
    at = clock.now()
    back = request.POST.get("back", "")
    query = back if back.startswith("?") else "?view=open"
    _view, cases = searches.matching(query, request.user, at=at)
    found = turns.take_next(cases, actor=request.user, at=at)
    if found is None:
        said = _("Nothing in this view is free: colleagues hold it, or you gave it back today.")
        messages.info(request, said)
        return redirect(f"{reverse('cases:queue')}{query}")
    messages.success(request, _("%(number)s is on your desk.") % {"number": found.number})
    return redirect(f"{reverse('cases:case', args=[found.pk])}{query}")


@require_GET
def skips(request: SignedInRequest) -> HttpResponse:
    """What was given back lately, by whom and why."""
    _only_readers(request)
    rows = turns.skips_visible_to(request.user)[:SHOWN]
    context = {
        "now": clock.now(),
        "section": "queue",
        "most": SHOWN,
        "rows": [(skip, instant_short(skip.skipped_at)) for skip in rows],
    }
    return render(request, "cases/skips.html", context)


@require_GET
def skips_file(request: SignedInRequest) -> StreamingHttpResponse:
    """All of it for a spreadsheet."""
    _only_readers(request)
    response = StreamingHttpResponse(
        csv_lines(_lines(request.user)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="given-back.csv"'
    return response


def _lines(user: User) -> Iterator[list[object]]:
    yield [_("case"), _("category"), _("given back"), _("by"), _("reason")]
    for skip in turns.skips_visible_to(user).iterator(chunk_size=1_000):
        case = skip.case
        yield [case.number, case.category, instant(skip.skipped_at), skip.user.name, skip.reason]


def _only_readers(request: SignedInRequest) -> None:
    if request.user.role not in turns.READ_SKIPS:
        raise Http404
