"""The queue: fixed views of cases, paged by key and counted within a bound. Open ones come soonest
due first, and what the platform has answered by when it did; closed ones newest first.

Nothing here counts a table, skips rows by OFFSET or sorts what an index has not sorted already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Count, Q, QuerySet, Value
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
        return "closed_at" if self.is_closed else "queued_at"


VIEWS = (
    View("overdue", _("Overdue"), "due", lambda user, at: RUNNING & Q(queued_at__lt=at), "bad"),
    View(
        "soon",
        _("Due soon"),
        "due",
        lambda user, at: RUNNING & Q(queued_at__gte=at, queued_at__lt=at + SOON),
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
        "answered",
        _("Platform has answered"),
        "work",
        lambda user, at: Q(state=CaseState.ORDERED, is_answered=True),
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


def counts(
    visible: QuerySet[Case],
    user,
    *,
    at: datetime,
    beside: Mapping[str, QuerySet] | None = None,
    searches: Mapping[str, Q] | None = None,
) -> dict[str, int]:
    """How many cases each view of open ones holds, how many rows what is counted `beside` them,
    and how many open cases meet each of the `searches`, all by their names, in one statement.

    Exact below `COUNT_BOUND`. The searches share one look at the open cases soonest due, one more
    than `COUNT_BOUND` of them: whatever they ask for, it costs no more.
    """
    views = [view for view in views_for(user) if not view.is_closed]
    sets: dict[str, QuerySet] = {view.code: view.within(visible, user, at) for view in views}
    sets |= beside or {}
    wanted = dict(searches or {})
    params: list[Any] = []
    parts = []
    for rows in sets.values():
        sql = _sql(rows.order_by().values("pk")[: COUNT_BOUND + 1], params)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS bounded)" if sql else "0")  # noqa: S608
    marks, source = [f"meets_{place}" for place in range(len(wanted))], ""
    if wanted:
        pool = _marked(
            OPEN.within(visible, user, at), dict(zip(marks, wanted.values(), strict=True))
        )
        source, found = _sql(pool, params), [f"count(*) FILTER (WHERE {mark})" for mark in marks]
        parts.extend(found if source else ["0"] * len(marks))
    with connection.cursor() as cursor:
        tail = f" FROM ({source}) AS soonest" if source else ""
        cursor.execute(f"SELECT {', '.join(parts)}{tail}", params)
        return dict(zip([*sets, *wanted], cursor.fetchone(), strict=True))


def _marked(cases: QuerySet[Case], conditions: Mapping[str, Q]) -> QuerySet:
    """The soonest due of these open cases, each with whether it meets each of the conditions."""
    is_open = ~Q(state=CaseState.CLOSED)  # a condition that asks for nothing else is none to SQL
    marks = {
        name: models.Case(models.When(is_open & condition, then=Value(True)), default=Value(False))
        for name, condition in conditions.items()
    }
    soonest = _ordered(cases, OPEN.order, is_down=False).annotate(**marks)
    return soonest.values(*marks)[: COUNT_BOUND + 1]


def _sql(rows: QuerySet, params: list[Any]) -> str:
    """The statement of these rows, its values added to `params`; "" for what nothing can meet."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return ""
    params.extend(values)
    return sql


def newer(cases: QuerySet[Case], *, than: datetime, seen: int) -> int:
    """How many of these have come in since an instant at which `seen` of them were there; exact
    below `COUNT_BOUND`, in one statement. What others moved here counts as far as there are more.
    """
    here = cases.order_by().values("pk", "opened_at")[: COUNT_BOUND + 1]
    opened = Count("pk", filter=Q(opened_at__gt=than))
    found = here.aggregate(opened=opened, total=Count("pk"))
    return max(found["opened"], found["total"] - seen)
