"""What colleagues are told of on their page of news: cases on their desk, hits of a search."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import news
from moderation_portal.models import User
from reports.models import Handling

from .models import Case, CaseState, SavedSearch

ASSIGNED, HITS = "case.assigned", "search.hits"
APPROVED, SENT_BACK, ANSWERED = "case.approved", "case.sent_back", "case.answered"


def assigned(cases: Collection[Case], owner: User, *, actor: User, at: datetime) -> None:
    """Tells the new owner of these cases, at once for all; of sealed ones apart from the rest."""
    if owner.pk != actor.pk:
        for handling in Handling.values:
            theirs = [case for case in cases if case.handling == handling]
            _tell(owner, theirs, ASSIGNED, {"by": actor.name}, "mine", at)


def judged(cases: Collection[Case], kind: str, *, actor: User, at: datetime) -> None:
    """Tells those on whose desks these cases are what the second person said (`APPROVED` or
    `SENT_BACK`), each at once for all of theirs; of sealed ones apart from the rest."""
    _tell_owners(cases, kind, {"by": actor.name}, "mine", at, but=actor)


def owing(target_ids: Collection[int]) -> set[int]:
    """The ordered cases of these accounts for which the platform's clock runs; one statement."""
    here = Case.objects.filter(targets__in=target_ids, state=CaseState.ORDERED, met_at=None)
    return set(here.values_list("pk", flat=True))


def answered(case_ids: Collection[int], *, at: datetime) -> None:
    """Tells the owners of those of these cases that owed an answer (`owing`) and owe none any more;
    who answered in parts is told of once."""
    met = Case.objects.filter(pk__in=case_ids, met_at__isnull=False, owner__isnull=False)
    cases = list(met.select_related("owner", "platform").order_by("pk")) if case_ids else []
    by_platform: dict[str, list[Case]] = {}
    for case in cases:
        by_platform.setdefault(case.platform.name, []).append(case)
    for name, theirs in by_platform.items():
        _tell_owners(theirs, ANSWERED, {"by": name}, "answered", at)


def _tell_owners(
    cases: Collection[Case],
    kind: str,
    facts: Mapping[str, Any],
    view: str,
    at: datetime,
    but: User | None = None,
) -> None:
    groups: dict[tuple[User, str], list[Case]] = {}
    for case in cases:
        if case.owner is not None and case.owner != but:
            groups.setdefault((case.owner, case.handling), []).append(case)
    for (owner, _handling), theirs in groups.items():
        _tell(owner, theirs, kind, facts, view, at)


def _tell(
    owner: User,
    cases: Sequence[Case],
    kind: str,
    facts: Mapping[str, Any],
    view: str,
    at: datetime,
) -> None:
    """One line for all of these cases, which are of one handling class; that of a single one leads
    to its page."""
    if not cases:
        return
    alone = cases[0] if len(cases) == 1 else None
    desk = f"{reverse('cases:queue')}?view={view}"
    news.tell(
        [owner],
        kind,
        address=reverse("cases:case", args=[alone.pk]) if alone else desk,
        facts={**facts, "n": len(cases), "number": alone.number if alone else ""},
        at=at,
        is_sealed=cases[0].handling == Handling.SEALED,
    )


def hit(search: SavedSearch, count: int, *, at: datetime, is_sealed: bool) -> None:
    """Tells the owner of a saved search how many cases are new in it."""
    news.tell(
        [search.owner],
        HITS,
        address=f"{reverse('cases:queue')}?{search.query}",
        facts={"n": count, "name": search.name},
        at=at,
        is_sealed=is_sealed,
    )


def _assigned(facts: Mapping[str, Any]) -> str:
    many = ngettext(
        "%(by)s assigned %(n)s case to you.", "%(by)s assigned %(n)s cases to you.", facts["n"]
    )
    return _named(facts, _("%(by)s assigned %(number)s to you."), many)


def _named(facts: Mapping[str, Any], one: str, many: str) -> str:
    """The words for the one case that is named, or for as many as are counted."""
    return (one if facts["number"] else many) % facts


def _approved(facts: Mapping[str, Any]) -> str:
    many = ngettext(
        "%(by)s approved your decision on %(n)s case.",
        "%(by)s approved your decisions on %(n)s cases.",
        facts["n"],
    )
    return _named(facts, _("%(by)s approved your decision on %(number)s."), many)


def _sent_back(facts: Mapping[str, Any]) -> str:
    many = ngettext(
        "%(by)s sent your decision on %(n)s case back.",
        "%(by)s sent your decisions on %(n)s cases back.",
        facts["n"],
    )
    return _named(facts, _("%(by)s sent your decision on %(number)s back."), many)


def _answered(facts: Mapping[str, Any]) -> str:
    many = ngettext(
        "%(by)s has answered about %(n)s case of yours. Look for yourself.",
        "%(by)s has answered about %(n)s cases of yours. Look for yourself.",
        facts["n"],
    )
    return _named(facts, _("%(by)s has answered about %(number)s. Look for yourself."), many)


def _hit(facts: Mapping[str, Any]) -> str:
    said = ngettext(
        "%(n)s new case in your search “%(name)s”.",
        "%(n)s new cases in your search “%(name)s”.",
        facts["n"],
    )
    return said % facts


news.register(ASSIGNED, _assigned)
news.register(APPROVED, _approved)
news.register(SENT_BACK, _sent_back)
news.register(ANSWERED, _answered)
news.register(HITS, _hit)
