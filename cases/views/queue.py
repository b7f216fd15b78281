"""The queue and what is done to many cases at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.forms import ChoiceField, Field, Form, ModelChoiceField
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moderation_portal import clock, places, policy
from moderation_portal.errors import Invalid
from moderation_portal.formats import defang, instant_short, number
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF
from moderation_portal.templatetags.portal import ClockText, clock_text, short_clock, status_tag
from reports.models import Handling, ReporterKind

from .. import absences, clocks, queue, searches
from ..filters import CaseFilter, exactly
from ..models import Case, CaseOutcome, CaseState, SavedSearch, Urgency
from ..permissions import visible_to
from . import margin, numbers
from .case_file import CASE_TONES
from .notices import only_desk

NOTHING, SELECTED = SafeString(), SafeString(" selected")
# All that a line is made of; fifty whole cases with their people would be read for nothing.
COLUMNS = (
    *("title", "category", "urgency", "handling", "state", "is_answered", "source"),
    *("target_count", "opened_at", "queued_at", "due_at", "met_at", "closed_at", "outcome"),
    *("platform__name", "owner__name"),
)
MARK = ' <span class="tag line" data-tone="{}">{}</span>'
ANSWERED = "answered"
OPTION = '<option value="{}"{}>{}</option>'


class Places(dict[str, str]):
    """Stands in for a line when its template is read: each part of it is a place to be filled."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


@require_GET
def show(request: SignedInRequest) -> HttpResponse:
    """One saved view of cases, narrowed by the filters in the address, 50 a page."""
    only_desk(request)
    at = clock.now()
    visible = visible_to(request.user)
    view = queue.view_of(request.GET.get("view", "open"), request.user)
    here = view.within(visible, request.user, at).filter(exactly(request.GET))
    may_act = request.user.role in STAFF and not view.is_closed
    page = queue.page(
        absences.with_absence(here, at).select_related("platform", "owner").only(*COLUMNS),
        view=view,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    is_narrowed = any(request.GET.get(name) for name in CaseFilter.base_filters)
    total, groups = margin.groups_of(request, visible, view, at=at, is_narrowed=is_narrowed)
    query = kept(request)
    context = {
        "now": at,
        "section": "queue",
        "view": view,
        "groups": groups,
        "selects": selects_of(CaseFilter(request.GET, at=at).form, view),
        "is_narrowed": is_narrowed,
        "may_act": may_act,
        "may_save": request.user.role in STAFF,
        "cadences": SavedSearch.Cadence.choices,
        "lines": lines_of(page.cases, at, query, may_act=may_act),
        "since": places.write(at, 0),
        "kept": query,
        "previous_url": f"?{query}&before={page.before}" if page.before else "",
        "next_url": f"?{query}&after={page.after}" if page.after else "",
        **sizes_of(page, total),
    }
    response = render(request, "cases/queue.html", context)
    if request.headers.get("HX-Request"):
        response["HX-Push-Url"] = f"?{searches.normalised(request.GET)}"
    return response


def sizes_of(page: queue.Page, total: margin.Total) -> dict[str, object]:
    """How many cases are shown, of how many; `seen` is what a later count is compared with."""
    shown = len(page.cases)
    return {
        "shown": shown,
        "total": total.words if total.count >= shown else f"{shown}+",
        "seen": queue.COUNT_BOUND + 1 if total.is_cut else total.count,
        "is_more": total.is_cut or total.count > shown,
    }


@require_GET
def fresh(request: SignedInRequest) -> HttpResponse:
    """How many cases have come into a view since its page was made, in a link that loads them.

    `since` and `seen` say when that was, and how many there were. One bounded statement.
    """
    only_desk(request)
    place = places.read(request.GET.get("since", ""))
    seen = numbers.whole(request.GET.get("seen", ""))
    if place is None or seen is None:
        raise Invalid(_("This page address is broken. Open the list anew."))
    query = searches.normalised(request.GET)
    cases = searches.matching(query, request.user, at=clock.now())[1]
    count = queue.newer(cases, than=place[0], seen=seen)
    return render(request, "cases/_fresh.html", {"count": count, "query": query})


def lines_of(cases: list[Case], at: datetime, query: str, *, may_act: bool) -> SafeString:
    """The lines for these cases in the reader's language; `query` goes into their links.

    Words are looked up, and the line's template is read, once for all: a line that a template puts
    together takes twenty times as long as one that is filled in. Names and titles are escaped here.
    """
    words, link = words_of(cases), escape(f"?{query}")
    sizes = {count: number(count) for count in {case.target_count for case in cases}}
    line = render_to_string("cases/_row.html", {"row": Places(), "may_act": may_act})
    home, parts, names = reverse("cases:queue"), [], owners_of(cases)
    for case in cases:
        clock_of = clock_text(case.due_at, at, met_at=case.met_at, is_short=True)
        parts.append(
            {
                "pk": case.pk,
                "url": f"{home}{case.pk}/{link}",
                "number": case.number,
                "marks": words["urgency", case.urgency] + words["handling", case.handling],
                "title": escape(defang(case.title)),
                "category": words["category", case.category],
                "platform": escape(case.platform.name),
                "targets": sizes[case.target_count],
                "source": words["source", case.source],
                "status": words["state", state_of(case)],
                "owner": names.get(case.owner_id, "–"),
                "clock": clock_of_line(case, clock_of),
                "deadline": clock_of.state if clock_of and not case.closed_at else "",
            }
        )
    return SafeString("".join(map(line.format_map, parts)))


def owners_of(cases: list[Case]) -> dict[int | None, str]:
    """On whose desk each case lies; who is away (`absences.with_absence`) is marked."""
    away = _("away")
    return {
        case.owner_id: format_html("{} <small>{}</small>", case.owner.name, away)
        if getattr(case, "is_owner_away", False)
        else escape(case.owner.name)
        for case in cases
        if case.owner
    }


def clock_of_line(case: Case, clock_of: ClockText | None) -> SafeString | str:
    """What still runs; since when an answer waits for a look; when a closed case was closed."""
    if case.closed_at:
        return instant_short(case.closed_at)
    if clock_of and case.met_at and clocks.is_answered(case):
        since = _("answered %(moment)s") % {"moment": instant_short(case.met_at)}
        clock_of = replace(clock_of, due=since)
    return short_clock(clock_of) if clock_of else ""


def state_of(case: Case) -> str:
    """The code of the state that is shown, of `words_of`."""
    return ANSWERED if clocks.is_answered(case) else case.outcome or case.state


def words_of(cases: list[Case]) -> dict[tuple[str, str], str]:
    """Field and code to what it is called; urgency and handling only where they stand out."""
    pack = policy.pack()
    sources = map(ReporterKind, {case.source for case in cases})
    states = map(CaseState, {case.state for case in cases})
    outcomes = map(CaseOutcome, {case.outcome for case in cases if case.outcome})
    return {
        ("urgency", Urgency.ORDINARY): NOTHING,
        ("urgency", Urgency.URGENT): format_html(MARK, "bad", _("urgent")),
        ("state", ANSWERED): status_tag(_("answered"), "info"),
        ("handling", Handling.ORDINARY): NOTHING,
        ("handling", Handling.SEALED): format_html(MARK, "warn", _("sealed")),
        **{("category", c): escape(pack.category(c).name) for c in {c.category for c in cases}},
        **{("source", source): escape(source.label) for source in sources},
        **{("state", state): status_tag(str(state.label), CASE_TONES[state]) for state in states},
        **{
            ("state", outcome): status_tag(
                str(outcome.label), "good" if outcome == CaseOutcome.GONE else "neutral"
            )
            for outcome in outcomes
        },
    }


def selects_of(form: Form, view: queue.View) -> list[dict[str, object]]:
    """The filters as the page shows them: a form's own widgets read a template for every option.

    Closed cases are told apart by their outcome, open ones by their state. What is chosen and is
    no choice stays chosen, for it narrows the list.
    """
    found: list[dict[str, object]] = []
    useless = "state" if view.is_closed else "outcome"
    for field in (one for one in form if one.name != useless):
        chosen = str(field.value() or "")
        choices = [(str(value), str(label)) for value, label in choices_of(field.field)]
        if chosen not in dict(choices):
            choices.append((chosen, _("not known")))
        options = (
            (value, SELECTED if value == chosen else NOTHING, label) for value, label in choices
        )
        found.append(
            {
                "name": field.html_name,
                "id": field.id_for_label,
                "label": field.label,
                "options": format_html_join("", OPTION, options),
            }
        )
    return found


def choices_of(field: Field) -> Iterable[tuple[object, object]]:
    """Value and label of each choice; rows are read plainly, not through a cursor on the server."""
    if isinstance(field, ModelChoiceField):
        rows = [] if field.queryset is None else field.queryset.all()
        return [("", field.empty_label), *((row.pk, row) for row in rows)]
    choices: Any = cast(ChoiceField, field).choices
    return choices


def kept(request: SignedInRequest) -> str:
    """The address's query without the place in the list and what is empty, to build links that
    keep the view."""
    query = request.GET.copy()
    for name in [name for name in query if name in ("after", "before") or not query[name]]:
        del query[name]
    return query.urlencode()
