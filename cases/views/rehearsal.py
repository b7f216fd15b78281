"""A changed ladder or calendar, tried on what has been."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid
from moderation_portal.formats import defang, instant, number
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import AUDITORS, title
from reports.spreadsheets import csv_lines

from .. import ahead, rehearsal
from ..permissions import OVERSEERS
from ..rehearsal_forms import RehearsalForm
from .problems import show_problem

READERS = OVERSEERS | AUDITORS
DAYS = timedelta(days=90)
SHOWN = 100
VERDICTS = {
    "in_time": gettext_lazy("in time"),
    "late": gettext_lazy("late"),
    "overdue": gettext_lazy("overdue"),
    "running": gettext_lazy("still running"),
    None: gettext_lazy("cannot be measured"),
}


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest) -> HttpResponseBase:
    """The form, and below it what a change would have done; nothing is kept of either."""
    if request.user.role not in READERS:
        raise Http404
    at = clock.now()
    today = policy.pack().day(at)
    begin = {"since": today - DAYS, "until": today}
    form = RehearsalForm(request.POST or None, request.FILES or None, initial=begin)
    found = _played(form, request, at) if request.method == "POST" and form.is_valid() else None
    if found is not None and "file" in request.POST:
        return _file(found)
    context: dict[str, Any] = {"section": "rules", "form": form}
    if found is not None:
        context |= _result(found)
    return render(request, "cases/rehearsal.html", context, status=422 if form.errors else 200)


def _played(
    form: RehearsalForm, request: SignedInRequest, at: datetime
) -> rehearsal.Rehearsal | None:
    told = form.cleaned_data
    try:
        return rehearsal.rehearse(
            told["changed"],
            user=request.user,
            since=_begin(told["since"]),
            until=min(_begin(told["until"] + timedelta(days=1)), at),
            platform=told["platform"],
            signing=timedelta(hours=told["signing"]),
        )
    except Invalid as error:
        show_problem(form, error)
        return None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(policy.pack().tz))


def _result(found: rehearsal.Rehearsal) -> dict[str, Any]:
    rungs = {rung.code: str(rung.name) for rung in _rungs(found)}
    return {
        "found": found,
        "finding": _finding(found),
        "verdicts": [
            (word, found.verdicts_before[code], found.verdicts_after[code])
            for code, word in VERDICTS.items()
            if code
        ],
        "sent": [
            (name, found.sent_before[code], found.sent_after[code])
            for code, name in rungs.items()
            if found.sent_before[code] or found.sent_after[code]
        ],
        "flips": [_flip(one) for one in found.flips[:SHOWN]],
        "letters": [_letter(one, found.after) for one in found.letters if one.is_new][:SHOWN],
        "shown": SHOWN,
    }


def _rungs(found: rehearsal.Rehearsal) -> Iterator[policy.Rung]:
    """Every rung of both packs, in the order in which they are climbed."""
    for pack in (found.before, found.after):
        for ladder in pack.sections["ladders"]:
            yield from ladder.rungs


def _finding(found: rehearsal.Rehearsal) -> str:
    flipped = len(found.flips)
    said = ngettext(
        "%(n)s verdict would have been another.", "%(n)s verdicts would have been others.", flipped
    )
    played = _("Played: %(accounts)s accounts in %(notices)s orders.") % {
        "accounts": number(found.accounts),
        "notices": number(found.notices),
    }
    if not flipped:
        return f"{_('No verdict would have been another.')} {played}"
    return f"{said % {'n': number(flipped)}} {played}"


def _flip(one: rehearsal.Flip) -> dict[str, Any]:
    return {
        "notice": one.item.notice,
        "account": defang(one.item.locator),
        "by": _("a promise") if one.clause else _("the law"),
        "due_before": instant(one.due_before),
        "due_after": instant(one.due_after),
        "before": VERDICTS[one.before],
        "after": VERDICTS[one.after],
    }


def _letter(one: rehearsal.Letter, pack: policy.Pack) -> dict[str, Any]:
    language = one.notice.language
    _whom, why, law = ahead.told(one.rung, pack)
    return {
        "why": why,
        "law": law,
        "at": instant(one.at),
        "rung": str(one.rung.name),
        "notice": one.notice,
        "accounts": one.accounts,
        "to": ", ".join(one.contacts),
        "signs": ", ".join(title(role, "", language) for role in one.waits_for),
    }


def _file(found: rehearsal.Rehearsal) -> StreamingHttpResponse:
    """Every letter that the changed pack would have sent, for a spreadsheet."""
    response = StreamingHttpResponse(
        csv_lines(_rows(found)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="rehearsal.csv"'
    return response


def _rows(found: rehearsal.Rehearsal) -> Iterator[list[object]]:
    yield [
        _("when"),
        _("step"),
        _("notice"),
        _("accounts"),
        _("to"),
        _("signed by"),
        _("new"),
        _("law"),
    ]
    for one in found.letters:
        row = _letter(one, found.after)
        number = row["notice"].number
        yield [
            row["at"],
            row["rung"],
            number,
            row["accounts"],
            row["to"],
            row["signs"],
            one.is_new,
            row["law"],
        ]
