"""The margin of the queue: its views, what waits elsewhere, and saved searches, each with its
count; all of them in one statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal.formats import bounded, number
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from reports import permissions as reports_permissions
from reports import verification

from .. import queue, searches, turns
from ..appeals import seeing
from ..models import Case

HERE, VERIFY, SEARCH = "here", "to_verify", "search:"
APPEALS, LATE_APPEALS = "appeals", "late_appeals"


@dataclass(frozen=True)
class Line:
    """One line of the margin; `count` is written out, `tone` colours it."""

    url: str
    words: str
    count: str = ""
    tone: str = "neutral"
    is_current: bool = False


@dataclass(frozen=True)
class Total:
    """How many cases a page is a part of; where it `is_cut`, those that were counted, or more."""

    count: int
    words: str
    is_cut: bool


def groups_of(
    request: SignedInRequest,
    visible: QuerySet[Case],
    view: queue.View,
    *,
    at: datetime,
    is_narrowed: bool,
) -> tuple[Total, list[dict[str, object]]]:
    """How many cases the page in front of the reader has in all, and the lines by their heading."""
    user = request.user
    saved = searches.shown_to(user)
    here = searches.normalised(request.GET)
    wanted = {f"{SEARCH}{pk}": q for pk, q in searches.conditions(saved, user, at=at).items()}
    if is_narrowed and not view.is_closed:
        wanted[HERE] = view.condition(user, at) & searches.read(here, user)[1]
    sets = appeal_sets(user, at)
    if reports_permissions.may_verify(user):
        sets[VERIFY] = verification.waiting(user)
    counts = queue.counts(visible, user, at=at, beside=sets, searches=wanted)
    is_saved = any(one.query == here for one in saved)
    titles = {"due": _("Due"), "work": _("Work"), "own": _("My searches")}
    titles |= {"shared": _("Shared searches"), "archive": _("Archive")}
    lines: dict[str, list[Line]] = {group: [] for group in titles}
    for one in queue.views_for(user):
        lines[one.group].append(line_of(one, counts, is_current=one is view and not is_saved))
    lines["work"].extend([*verify_line(counts), appeal_line(counts)])
    for search in saved:
        group = "own" if search.owner_id == user.pk else "shared"
        count = written(counts, f"{SEARCH}{search.pk}")
        is_current = search.query == here
        lines[group].append(Line(f"?{search.query}", search.name, count, is_current=is_current))
    if lines["own"]:
        lines["own"].append(Line(reverse("cases:searches"), _("Change or remove")))
    if user.role in turns.READ_SKIPS:
        lines["archive"].append(Line(reverse("cases:skips"), _("Given back")))
    name = HERE if HERE in wanted else view.code
    return Total(counts.get(name, 0), written(counts, name), name in wanted and is_cut(counts)), [
        {"title": title, "lines": lines[group]} for group, title in titles.items() if lines[group]
    ]


def line_of(view: queue.View, counts: dict[str, int], *, is_current: bool) -> Line:
    """A view with its count; of closed cases none is counted."""
    count = counts.get(view.code)
    return Line(
        f"?view={view.code}",
        str(view.words),
        "" if count is None else bounded(count, queue.COUNT_BOUND),
        view.tone if count else "neutral",
        is_current,
    )


def verify_line(counts: dict[str, int]) -> Iterator[Line]:
    """The findings of machines that wait for a person's eyes, for those who may verify."""
    if VERIFY in counts:
        yield Line(
            reverse("reports:verify"),
            _("Machine findings"),
            bounded(counts[VERIFY], queue.COUNT_BOUND),
        )


def appeal_sets(user: User, at: datetime) -> dict[str, QuerySet]:
    """The appeals that wait for a decision, and those of them that are overdue."""
    waiting = seeing.waiting(user)
    return {APPEALS: waiting, LATE_APPEALS: waiting.filter(due_at__lt=at)}


def appeal_line(counts: dict[str, int]) -> Line:
    """Appeals that wait for a decision; red once one of them is overdue, and its words say so."""
    count, late = counts[APPEALS], counts[LATE_APPEALS]
    words = _("Appeals, overdue") if late else _("Appeals")
    tone = "bad" if late else "neutral"
    return Line(reverse("cases:appeals"), words, bounded(count, queue.COUNT_BOUND), tone)


def is_cut(counts: dict[str, int]) -> bool:
    """Whether there are more open cases than the searches were counted among."""
    return counts[queue.OPEN.code] > queue.COUNT_BOUND


def written(counts: dict[str, int], name: str) -> str:
    """A search's count, or a view's, with a “+” where there may be more; "" where none was made."""
    if name not in counts:
        return ""
    is_search = name == HERE or name.startswith(SEARCH)
    if is_search and is_cut(counts):
        return f"{number(counts[name])}+"
    return bounded(counts[name], queue.COUNT_BOUND)
