"""One verb on every case that a search holds: asked by the search itself and the number that its
reader saw, never by a list that has gone stale; up to `AT_ONCE` at once, more by a job."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import jobs
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import number
from moderation_portal.models import Job, JobRow, User

from . import searches
from .models import Case
from .results import Result, Said
from .verbs import VERBS

# Judging is no work for many at once: these are.
FOR_MANY = ("claim", "assign")
KIND = "cases.many"
AT_ONCE = 1_000
MOST = 10_000
Outcome = JobRow.Outcome


def count(cases: QuerySet[Case]) -> int:
    """How many these are, up to one more than `MOST`."""
    return cases.order_by().values("pk")[: MOST + 1].count()


def recount(query: str, seen: int, *, actor: User, at: datetime) -> list[int]:
    """The ids of the cases of a search, if they are as many as this person saw: the very ones that
    were counted. Raises Conflict with the number that they are by now, Invalid where they are too
    many."""
    cases = searches.matching(query, actor, at=at)[1]
    ids = list(cases.order_by().values_list("pk", flat=True)[: MOST + 1])
    n = len(ids)
    if n > MOST:
        said = _("More than %(most)s cases match. Narrow the list by filters first.")
        raise Invalid(said % {"most": number(MOST)})
    if n != seen:
        said = _(
            "Meanwhile %(now)s cases match, not %(seen)s. Nothing was done: look at them again."
        )
        raise Conflict(said % {"now": number(n), "seen": number(seen)}, {"now": n})
    return ids


def do(
    name: str,
    query: str,
    seen: int,
    said: Mapping[str, Any],
    *,
    actor: User,
    at: datetime,
) -> Result | Job:
    """Does a verb of `FOR_MANY` to every case of a search, at once or by a job."""
    ids = recount(query, seen, actor=actor, at=at)
    if seen <= AT_ONCE:
        return VERBS[name].on(ids, said, actor=actor, at=at)
    told = {key: thing.pk if isinstance(thing, User) else thing for key, thing in said.items()}
    params = {"verb": name, "query": query, "count": seen, "said": told}
    return jobs.start(KIND, params, actor=actor, at=at)


@jobs.kind(KIND)
def step(job: Job, *, at: datetime) -> jobs.Step:
    """The next `AT_ONCE` cases of the job's search, in the order of their ids, of those that were
    there when it was asked; `cursor` is the last id that was seen."""
    actor = job.created_by
    if actor is None:
        raise Invalid(_("Nobody asked for this."))
    with translation.override(actor.language):
        cases = searches.matching(job.params["query"], actor, at=job.created_at)[1]
        rest = cases.filter(pk__gt=job.cursor, opened_at__lte=job.created_at).order_by("pk")
        ids = list(rest.values_list("pk", flat=True)[:AT_ONCE])
        said = dict(job.params["said"])
        if "owner" in said:
            said["owner"] = User.objects.get(pk=said["owner"])
        result = VERBS[job.params["verb"]].on(ids, said, actor=actor, at=at)
        return jobs.Step(
            cursor=ids[-1] if ids else job.cursor,
            done=len(result.done),
            rows=[
                *(_row(one, Outcome.SKIPPED) for one in result.skipped),
                *(_row(one, Outcome.REFUSED) for one in result.refused),
            ],
            total=job.params["count"],
            is_last=len(ids) < AT_ONCE,
        )


def _row(one: Said, outcome: str) -> jobs.RowResult:
    return jobs.RowResult(row=one.id, outcome=outcome, problem={"message": one.reason})
