"""What a supervisor sees of the whole desk: what waits for a second person or a signature, who has
how much, how old it is, and what was given back. Everything bounded, nothing counted to the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.formats import bounded
from moderation_portal.models import User
from moderation_portal.outbox import desk

from . import absences, notices, queue
from .models import Absence, Case, CaseState, Decision, Notice, letters_by
from .permissions import handlings_of, visible_to

SHOWN = 20
# So many of a person's open cases, or of an age, are counted; what is more is said to be more.
COUNT_BOUND = 500
SKIPS_SINCE = timedelta(days=7)

# Of each person's cases, soonest due first, as many as are counted, by how they stand.
WORKLOAD = """
SELECT person.id, count(*) FILTER (WHERE held.met_at IS NULL AND held.queued_at < %(at)s),
    count(*) FILTER (
        WHERE held.met_at IS NULL AND held.queued_at >= %(at)s AND held.queued_at < %(soon)s
    ),
    count(*)
FROM unnest(%(people)s::bigint[]) AS person (id)
CROSS JOIN LATERAL (
    SELECT queued_at, met_at FROM cases_case
    WHERE owner_id = person.id AND state <> 'closed' AND handling = ANY(%(handlings)s)
    ORDER BY queued_at, id LIMIT %(most)s
) AS held
GROUP BY person.id
"""


@dataclass(frozen=True)
class Load:
    """How much lies on one desk; counted as far as one more than `COUNT_BOUND`."""

    person: User
    overdue: int
    soon: int
    held: int
    absence: Absence | None
    has_left: bool


@dataclass(frozen=True)
class Band:
    """Open cases of one age, from `older` to `younger` than which they are."""

    words: Promise
    older: timedelta
    younger: timedelta | None
    count: int = 0


BANDS = (
    Band(_("under 1 day"), timedelta(0), timedelta(days=1)),
    Band(_("1 to 3 days"), timedelta(days=1), timedelta(days=3)),
    Band(_("3 to 7 days"), timedelta(days=3), timedelta(days=7)),
    Band(_("7 to 30 days"), timedelta(days=7), timedelta(days=30)),
    Band(_("over 30 days"), timedelta(days=30), None),
)


def approvals(user: User) -> list[Decision]:
    """The decisions that wait for a second person, oldest first."""
    waiting = Decision.objects.filter(
        state=Decision.State.PROPOSED,
        case__in=visible_to(user).filter(state=CaseState.AWAITING_APPROVAL),
    )
    rows = waiting.select_related("case__platform", "author").defer("reasons", "test")
    return list(rows.order_by("decided_at", "pk")[: SHOWN + 1])


def signatures(user: User) -> QuerySet[Notice]:
    """The drafts that wait for a signature, oldest first."""
    drafts = notices.visible_to(user).filter(state=Notice.State.DRAFTED)
    rows = drafts.select_related("platform", "follows").prefetch_related("signatures")
    return rows.defer(*letters_by("", "follows__")).order_by("drafted_at", "pk")[: SHOWN + 1]


def workload(user: User, *, at: datetime) -> list[Load]:
    """Everybody at the desk with what they hold, as far as this person may see it, and whoever has
    left it with open cases on theirs; one statement by an index beside the names."""
    staff, left = list(absences.people()), list(_left_with_cases(user))
    people = [*staff, *left]
    given: dict[str, Any] = {
        "at": at,
        "soon": at + queue.SOON,
        "people": [one.pk for one in people],
        "handlings": handlings_of(user),
        "most": COUNT_BOUND + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(WORKLOAD, given)
        held = {pk: counts for pk, *counts in cursor.fetchall()}
    gone = absences.away(at)
    loads = []
    for one in people:
        overdue, soon, count = held.get(one.pk, (0, 0, 0))
        loads.append(Load(one, overdue, soon, count, gone.get(one.pk), has_left=one in left))
    return sorted(loads, key=lambda load: (-load.overdue, -load.held, load.person.name))


def _left_with_cases(user: User) -> QuerySet[User]:
    """Who works at the desk no more and holds open cases all the same: nobody would look there."""
    theirs = visible_to(user).filter(owner=OuterRef("pk"), handling__in=handlings_of(user))
    others = User.objects.exclude(pk__in=absences.people().values("pk"))
    return others.filter(Exists(theirs.exclude(state=CaseState.CLOSED))).order_by("name", "pk")


def given_up(user: User) -> str:
    """How many messages could not be delivered and wait for a person, in words; empty for none."""
    count = desk.dead(user)[: COUNT_BOUND + 1].count()
    return bounded(count, COUNT_BOUND) if count else ""


def ageing(user: User, *, at: datetime) -> list[Band]:
    """How many open cases there are of each age, exact to `COUNT_BOUND`; one more says more."""
    visible = visible_to(user).filter(handling__in=handlings_of(user))
    bands = []
    for band in BANDS:
        since = Q(opened_at__gt=at - band.younger) if band.younger else Q()
        aged = visible.exclude(state=CaseState.CLOSED).filter(since, opened_at__lte=at - band.older)
        count = aged.order_by()[: COUNT_BOUND + 1].count()
        bands.append(Band(band.words, band.older, band.younger, count))
    return bands


def oldest(user: User) -> Sequence[Case]:
    """The open cases that are open longest."""
    visible = visible_to(user).filter(handling__in=handlings_of(user))
    rows = visible.exclude(state=CaseState.CLOSED).select_related("platform", "owner")
    return list(rows.order_by(F("opened_at"), "pk")[:5])
