"""The queue and what is done to many cases at once."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moderation_portal import clock, policy
from moderation_portal.templatetags.portal import clock as clock_html
from moderation_portal.templatetags.portal import clock_text, defang, number, status_tag
from reports.models import ReporterKind

from .. import queue
from ..filters import CaseFilter
from ..models import Case, CaseState, Urgency
from ..permissions import visible_to
from .case_file import CASE_TONES

SELECTED = mark_safe(" selected")
MARK = '<span class="tag line" data-tone="{}">{}</span>'
# What a line shows; `cases/_row.html` has a place for each.
PLACES = (
    "pk url number marks title category platform targets source status owner clock deadline".split()
)


def lines_of(cases: list[Case], at: datetime, kept: str) -> SafeString:
    """The lines for these cases in the reader's language; `kept` is the query of their links.

    Words are looked up and the line's template is read once, not per row: a row that a template
    puts together costs twenty times one that is filled in.
    """
    pack = policy.pack()
    categories = {code: pack.category(code).name for code in {c.category for c in cases}}
    states = {s: status_tag(CaseState(s).label, CASE_TONES[s]) for s in {c.state for c in cases}}
    sources = {s: ReporterKind(s).label for s in {c.source for c in cases}}
    marks = marks_of()
    line = render_to_string("cases/_row.html", {"row": {name: f"{{{name}}}" for name in PLACES}})
    return format_html_join(
        "",
        line,
        (
            {
                "pk": case.pk,
                "url": f"{case.pk}/?{kept}",
                "number": case.number,
                "marks": marks[case.urgency, case.handling],
                "title": defang(case.title),
                "category": categories[case.category],
                "platform": case.platform.name,
                "targets": number(case.target_count),
                "source": sources[case.source],
                "status": states[case.state],
                "owner": case.owner.name if case.owner else "–",
                "clock": clock_html(case.due_at, at, size="short"),
                "deadline": clock_text(case.due_at, at).state,
            }
            for case in cases
        ),
    )


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """One saved view of open cases, narrowed by the filters in the address, 50 a page."""
    at = clock.now()
    visible = visible_to(request.user).exclude(state=CaseState.CLOSED)
    view = queue.view_of(request.GET.get("view", "open"), request.user)
    narrowed = CaseFilter(request.GET, visible.filter(view.condition(request.user, at)))
    page = queue.page(
        narrowed.qs.select_related("platform", "owner"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counts = queue.counts(visible, request.user, at=at)
    context = {
        "now": at,
        "section": "queue",
        "view": view,
        "groups": groups_of(queue.views_for(request.user), counts, view),
        "filter": narrowed,
        "is_narrowed": any(request.GET.get(name) for name in narrowed.filters),
        "rows": rows_of(page.cases, at),
        "total": bounded(counts[view.code]),
        "kept": kept(request, without=("after", "before")),
        "previous_url": f"?{kept(request)}&before={page.before}" if page.before else "",
        "next_url": f"?{kept(request)}&after={page.after}" if page.after else "",
    }
    return render(request, "cases/queue.html", context)


def groups_of(views: list[queue.View], counts: dict[str, int], current: queue.View) -> list[dict]:
    """The views by their heading, each with its count and whether it is the one shown."""
    titles = {"due": _("Due"), "work": _("Work")}
    return [
        {
            "title": title,
            "views": [
                {
                    "code": view.code,
                    "words": view.words,
                    "count": bounded(counts[view.code]),
                    "tone": view.tone if counts[view.code] else "neutral",
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


def kept(request: HttpRequest, without: tuple[str, ...] = ("after", "before")) -> str:
    """The address's query without the place in the list, to build links that keep the view."""
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()
