"""The queue: fixed views of open cases, soonest due first, paged by key and counted within a bound.

Nothing here counts a table, skips rows by OFFSET or sorts what an index has not sorted already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.errors import Invalid
from moderation_portal.models import User

from .models import Case, CaseState

PAGE = 50
COUNT_BOUND = 10_000
SOON = timedelta(hours=3)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """One saved view: its name in the address, its words, its group and what belongs in it."""

    code: str
    words: Promise
    group: str
    condition: Callable[[User, datetime], Q]
    tone: str = "neutral"
    is_for_cleared: bool = False


VIEWS = (
    View("overdue", _("Overdue"), "due", lambda user, at: Q(due_at__lt=at), "bad"),
    View(
        "soon",
        _("Due soon"),
        "due",
        lambda user, at: Q(due_at__gte=at, due_at__lt=at + SOON),
        "warn",
    ),
    View("open", _("All open"), "work", lambda user, at: Q()),
    View("mine", _("Mine"), "work", lambda user, at: Q(owner_id=user.pk)),
    View("new", _("New"), "work", lambda user, at: Q(state=CaseState.NEW)),
    View("unassigned", _("Unassigned"), "work", lambda user, at: Q(owner__isnull=True)),
    View(
        "approval",
        _("Waiting for approval"),
        "work",
        lambda user, at: Q(state=CaseState.AWAITING_APPROVAL),
    ),
    View(
        "sealed",
        _("Sealed"),
        "work",
        lambda user, at: Q(handling="sealed"),
        is_for_cleared=True,
    ),
)


def views_for(user) -> list[View]:
    """The views that this person may choose from."""
    return [view for view in VIEWS if user.is_cleared or not view.is_for_cleared]


def view_of(code: str, user) -> View:
    """The view with this code, or all open cases where there is none such for this person."""
    return next(
        (view for view in views_for(user) if view.code == code),
        next(view for view in VIEWS if view.code == "open"),
    )


@dataclass(frozen=True)
class Page:
    """Up to `PAGE` cases, and the keys from which the pages beside it begin."""

    cases: list[Case]
    before: str
    after: str


def page(cases: QuerySet[Case], *, after: str = "", before: str = "") -> Page:
    """The page behind key `after`, or the one that ends before key `before`.

    Keys are `<due time in microseconds>.<id>`; a bad one raises `Invalid`.
    """
    is_back = bool(before)
    key = read_key(before or after)
    if key:
        cases = cases.filter(_beyond(*key, is_back=is_back))
    order = ("-due_at", "-pk") if is_back else ("due_at", "pk")
    rows = list(cases.order_by(*order)[: PAGE + 1])
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if is_back:
        rows.reverse()
    has_before, has_after = (has_more, bool(key)) if is_back else (bool(key), has_more)
    return Page(
        rows,
        write_key(rows[0]) if rows and has_before else "",
        write_key(rows[-1]) if rows and has_after else "",
    )


def beside(cases: QuerySet[Case], case: Case) -> tuple[int | None, int | None]:
    """The ids of the cases before and behind this one in the queue's order; one statement.

    The case itself need not be among `cases` any more: its place counts.
    """
    if case.due_at is None:
        return None, None
    found = {}
    sides = [
        cases.filter(_beyond(case.due_at, case.pk, is_back=is_back))
        .order_by(*(("-due_at", "-pk") if is_back else ("due_at", "pk")))
        .annotate(is_back=Value(is_back))
        .values_list("is_back", "pk")[:1]
        for is_back in (True, False)
    ]
    for is_back, pk in sides[0].union(sides[1], all=True):
        found[is_back] = pk
    return found.get(True), found.get(False)


def _beyond(due_at: datetime, pk: int, *, is_back: bool) -> Q:
    """What lies before or behind a place; its first half is there for the index."""
    if is_back:
        return Q(due_at__lte=due_at) & (Q(due_at__lt=due_at) | Q(due_at=due_at, pk__lt=pk))
    return Q(due_at__gte=due_at) & (Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk))


def write_key(case: Case) -> str:
    """The place of a case in the order of due times."""
    due_at = case.due_at or case.ours_due_at
    return f"{int(due_at.timestamp() * 1_000_000)}.{case.pk}"


def read_key(text: str) -> tuple[datetime, int] | None:
    """The place that `write_key` wrote; None for the empty text."""
    if not text:
        return None
    try:
        micros, pk = (int(part) for part in text.split("."))
        return EPOCH + timedelta(microseconds=micros), int(pk)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("This page address is broken. Go back to the queue.")) from error


def counts(visible: QuerySet[Case], user, *, at: datetime) -> dict[str, int]:
    """How many cases each view holds, exact below `COUNT_BOUND`, in one statement."""
    views = views_for(user)
    parts: list[str] = []
    params: list[Any] = []
    for view in views:
        inner = visible.filter(view.condition(user, at)).order_by().values("pk")[: COUNT_BOUND + 1]
        try:
            sql, values = inner.query.sql_with_params()
        except EmptyResultSet:  # a filter that nothing can meet
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS bounded)")  # noqa: S608  built by the ORM
        params.extend(values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip([view.code for view in views], cursor.fetchone(), strict=True))
