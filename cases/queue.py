"""The queue: fixed views of cases, paged by key and counted within a bound. Open ones come soonest
due first, closed ones newest first.

Nothing here counts a table, skips rows by OFFSET or sorts what an index has not sorted already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal import places
from moderation_portal.models import User

from .models import Case, CaseState

PAGE = 50
COUNT_BOUND = 10_000
SOON = timedelta(hours=3)
RUNNING = Q(met_at__isnull=True)


@dataclass(frozen=True)
class View:
    """One saved view: its name in the address, its words, its group and what belongs in it."""

    code: str
    words: Promise
    group: str
    condition: Callable[[User, datetime], Q]
    tone: str = "neutral"
    is_for_cleared: bool = False
    is_closed: bool = False

    def within(self, visible: QuerySet[Case], user: User, at: datetime) -> QuerySet[Case]:
        """Of these cases those that belong in the view."""
        is_closed = Q(state=CaseState.CLOSED)
        here = visible.filter(is_closed if self.is_closed else ~is_closed)
        return here.filter(self.condition(user, at))

    @property
    def order(self) -> str:
        """By which instant its cases are ordered."""
        return "closed_at" if self.is_closed else "due_at"


VIEWS = (
    View("overdue", _("Overdue"), "due", lambda user, at: RUNNING & Q(due_at__lt=at), "bad"),
    View(
        "soon",
        _("Due soon"),
        "due",
        lambda user, at: RUNNING & Q(due_at__gte=at, due_at__lt=at + SOON),
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
    View("closed", _("Closed"), "archive", lambda user, at: Q(), is_closed=True),
)
OPEN = next(view for view in VIEWS if view.code == "open")


def views_for(user) -> list[View]:
    """The views that this person may choose from."""
    return [view for view in VIEWS if user.is_cleared or not view.is_for_cleared]


def view_of(code: str, user) -> View:
    """The view with this code, or all open cases where there is none such for this person."""
    return next(
        (view for view in views_for(user) if view.code == code),
        OPEN,
    )


@dataclass(frozen=True)
class Page:
    """Up to `PAGE` cases, and the keys from which the pages beside it begin."""

    cases: list[Case]
    before: str
    after: str


def page(cases: QuerySet[Case], *, view: View = OPEN, after: str = "", before: str = "") -> Page:
    """The page of a view behind key `after`, or the one that ends before key `before`.

    Keys are `places`; a bad one raises `Invalid`.
    """
    is_back = bool(before)
    key = places.read(before or after)
    is_down = is_back != view.is_closed
    if key:
        cases = cases.filter(places.beyond(view.order, *key, is_down=is_down))
    rows = list(_ordered(cases, view.order, is_down=is_down)[: PAGE + 1])
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if is_back:
        rows.reverse()
    has_before, has_after = (has_more, bool(key)) if is_back else (bool(key), has_more)
    return Page(
        rows,
        write_key(rows[0], view) if rows and has_before else "",
        write_key(rows[-1], view) if rows and has_after else "",
    )


def beside(cases: QuerySet[Case], case: Case, view: View = OPEN) -> tuple[int | None, int | None]:
    """The ids of the cases before and behind this one in the view's order; one statement.

    The case itself need not be among `cases` any more: its place counts.
    """
    place = getattr(case, view.order)
    if place is None:
        return None, None
    found = {}
    sides = [
        _ordered(
            cases.filter(places.beyond(view.order, place, case.pk, is_down=is_down)),
            view.order,
            is_down=is_down,
        )
        .annotate(is_back=Value(is_back))
        .values_list("is_back", "pk")[:1]
        for is_back, is_down in ((True, not view.is_closed), (False, view.is_closed))
    ]
    for is_back, pk in sides[0].union(sides[1], all=True):
        found[is_back] = pk
    return found.get(True), found.get(False)


def _ordered(cases: QuerySet[Case], order: str, *, is_down: bool) -> QuerySet[Case]:
    return cases.order_by(*((f"-{order}", "-pk") if is_down else (order, "pk")))


def write_key(case: Case, view: View = OPEN) -> str:
    """The place of a case in the order of a view."""
    place = getattr(case, view.order) or case.ours_due_at
    return places.write(place, case.pk)


def counts(visible: QuerySet[Case], user, *, at: datetime) -> dict[str, int]:
    """How many cases each view of open ones holds, exact below `COUNT_BOUND`, in one statement."""
    views = [view for view in views_for(user) if not view.is_closed]
    parts: list[str] = []
    params: list[Any] = []
    for view in views:
        inner = view.within(visible, user, at).order_by().values("pk")[: COUNT_BOUND + 1]
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
