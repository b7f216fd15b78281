"""The queue and what is done to many cases at once."""

from collections.abc import Iterable
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

from moderation_portal import clock, policy
from moderation_portal.formats import defang, instant_short, number
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF
from moderation_portal.templatetags.portal import ClockText, clock_text, short_clock, status_tag
from reports.models import Handling, ReporterKind

from .. import queue
from ..filters import CaseFilter
from ..models import Case, CaseOutcome, CaseState, Urgency
from ..permissions import visible_to
from .case_file import CASE_TONES
from .notices import only_staff

NOTHING, SELECTED = SafeString(), SafeString(" selected")
# All that a line is made of; fifty whole cases with their people would be read for nothing.
COLUMNS = (
    *("title", "category", "urgency", "handling", "state", "source", "target_count"),
    *("opened_at", "due_at", "met_at", "closed_at", "outcome", "platform__name", "owner__name"),
)
MARK = ' <span class="tag line" data-tone="{}">{}</span>'
OPTION = '<option value="{}"{}>{}</option>'


class Places(dict[str, str]):
    """Stands in for a line when its template is read: each part of it is a place to be filled."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


@require_GET
def show(request: SignedInRequest) -> HttpResponse:
    """One saved view of cases, narrowed by the filters in the address, 50 a page."""
    only_staff(request)
    at = clock.now()
    visible = visible_to(request.user)
    view = queue.view_of(request.GET.get("view", "open"), request.user)
    narrowed = CaseFilter(request.GET, view.within(visible, request.user, at))
    may_act = request.user.role in STAFF and not view.is_closed
    page = queue.page(
        narrowed.qs.select_related("platform", "owner").only(*COLUMNS),
        view=view,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counts = queue.counts(visible, request.user, at=at)
    query = kept(request)
    context = {
        "now": at,
        "section": "queue",
        "view": view,
        "groups": groups_of(queue.views_for(request.user), counts, view),
        "selects": selects_of(narrowed.form, view),
        "is_narrowed": any(request.GET.get(name) for name in narrowed.filters),
        "may_act": may_act,
        "lines": lines_of(page.cases, at, query, may_act=may_act),
        "shown": len(page.cases),
        "total": "" if view.is_closed else bounded(counts[view.code]),
        "kept": query,
        "previous_url": f"?{query}&before={page.before}" if page.before else "",
        "next_url": f"?{query}&after={page.after}" if page.after else "",
    }
    return render(request, "cases/queue.html", context)


def lines_of(cases: list[Case], at: datetime, query: str, *, may_act: bool) -> SafeString:
    """The lines for these cases in the reader's language; `query` goes into their links.

    Words are looked up, and the line's template is read, once for all: a line that a template puts
    together takes twenty times as long as one that is filled in. Names and titles are escaped here.
    """
    words, link = words_of(cases), escape(f"?{query}")
    sizes = {count: number(count) for count in {case.target_count for case in cases}}
    line = render_to_string("cases/_row.html", {"row": Places(), "may_act": may_act})
    home, parts = reverse("cases:queue"), []
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
                "status": words["state", case.outcome or case.state],
                "owner": escape(case.owner.name) if case.owner else "–",
                "clock": clock_of_line(case, clock_of),
                "deadline": clock_of.state if clock_of and not case.closed_at else "",
            }
        )
    return SafeString("".join(map(line.format_map, parts)))


def clock_of_line(case: Case, clock_of: ClockText | None) -> SafeString | str:
    """What still runs; of a closed case, when it was closed."""
    if case.closed_at:
        return instant_short(case.closed_at)
    return short_clock(clock_of) if clock_of else ""


def words_of(cases: list[Case]) -> dict[tuple[str, str], str]:
    """Field and code to what it is called; urgency and handling only where they stand out."""
    pack = policy.pack()
    sources = map(ReporterKind, {case.source for case in cases})
    states = map(CaseState, {case.state for case in cases})
    outcomes = map(CaseOutcome, {case.outcome for case in cases if case.outcome})
    return {
        ("urgency", Urgency.ORDINARY): NOTHING,
        ("urgency", Urgency.URGENT): format_html(MARK, "bad", _("urgent")),
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

    Closed cases are told apart by their outcome, open ones by their state.
    """
    found: list[dict[str, object]] = []
    useless = "state" if view.is_closed else "outcome"
    for field in (one for one in form if one.name != useless):
        chosen = str(field.value() or "")
        options = (
            (value, SELECTED if str(value) == chosen else NOTHING, str(label))
            for value, label in choices_of(field.field)
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


def groups_of(views: list[queue.View], counts: dict[str, int], current: queue.View) -> list[dict]:
    """The views by their heading, each with its count and whether it is the one shown."""
    titles = {"due": _("Due"), "work": _("Work"), "archive": _("Archive")}
    return [
        {
            "title": title,
            "views": [
                {
                    "code": view.code,
                    "words": view.words,
                    "count": "" if view.is_closed else bounded(counts[view.code]),
                    "tone": view.tone if counts.get(view.code) else "neutral",
                    "is_current": view is current,
                }
                for view in views
                if view.group == group
            ],
        }
        for group, title in titles.items()
    ]


def bounded(count: int) -> str:
    """The count, or “10,000+” where it was not counted further."""
    return f"{number(queue.COUNT_BOUND)}+" if count > queue.COUNT_BOUND else number(count)


def kept(request: SignedInRequest) -> str:
    """The address's query without the place in the list, to build links that keep the view."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    return query.urlencode()
