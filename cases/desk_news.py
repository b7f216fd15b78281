"""What colleagues are told of on their page of news: cases on their desk, hits of a search."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import news
from moderation_portal.models import User
from reports.models import Handling

from .models import Case, SavedSearch

ASSIGNED, HITS = "case.assigned", "search.hits"


def assigned(cases: Collection[Case], owner: User, *, actor: User, at: datetime) -> None:
    """Tells the new owner of these cases, at once for all; of sealed ones apart from the rest."""
    if owner.pk == actor.pk:
        return
    for handling in Handling.values:
        theirs = [case for case in cases if case.handling == handling]
        if not theirs:
            continue
        alone = theirs[0] if len(theirs) == 1 else None
        desk = f"{reverse('cases:queue')}?view=mine"
        news.tell(
            [owner],
            ASSIGNED,
            address=reverse("cases:case", args=[alone.pk]) if alone else desk,
            facts={"n": len(theirs), "number": alone.number if alone else "", "by": actor.name},
            at=at,
            is_sealed=handling == Handling.SEALED,
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
    if facts["number"]:
        return _("%(by)s assigned %(number)s to you.") % facts
    said = ngettext(
        "%(by)s assigned %(n)s case to you.", "%(by)s assigned %(n)s cases to you.", facts["n"]
    )
    return said % facts


def _hit(facts: Mapping[str, Any]) -> str:
    said = ngettext(
        "%(n)s new case in your search “%(name)s”.",
        "%(n)s new cases in your search “%(name)s”.",
        facts["n"],
    )
    return said % facts


news.register(ASSIGNED, _assigned)
news.register(HITS, _hit)
