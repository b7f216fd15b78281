"""Searches of the queue under a name: kept, shared, counted, and told of when they have hits.

A search is a view with filters, in the words of the queue's address. What is in it is asked anew
each time, of what its reader may see then.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from moderation_portal import audit, clock, outbox
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Lane, User
from moderation_portal.roles import STAFF
from reports.models import Handling

from . import desk_news, queue
from .filters import NOTHING, CaseFilter, exactly
from .models import Case, SavedSearch
from .permissions import OVERSEERS, visible_to, wrong_role

LOOK = "search.look"
MOST_OWN = 20
MOST_SHOWN = 12
# Of so many, for some may be in a view that is not the reader's.
MOST_READ = 60
# Above so many cases only those that have come in since count as new.
MOST_KNOWN = 1_000
LONGEST_QUERY = 300
Cadence = SavedSearch.Cadence
PERIODS = {Cadence.HOURLY: timedelta(hours=1), Cadence.DAILY: timedelta(days=1)}


def normalised(given: Mapping[str, Any]) -> str:
    """View and filters of an address in one order; what is empty or no filter is left out."""
    kept = {name: given[name] for name in sorted(CaseFilter.base_filters) if given.get(name)}
    return urlencode({"view": given.get("view") or queue.OPEN.code, **kept})


def matching(query: str, user: User, *, at: datetime) -> tuple[queue.View, QuerySet[Case]]:
    """The view that a query names, and of its cases those that this person sees and its filters
    pick, at `at`; no statement is made."""
    view, picked = read(query, user)
    return view, view.within(visible_to(user), user, at).filter(picked)


def read(query: str, user: User) -> tuple[queue.View, Q]:
    """The view that a query names to this person, and what its filters pick there: nothing where
    it is longer than any that is kept."""
    text = query.removeprefix("?")
    if len(text) > LONGEST_QUERY:
        return queue.OPEN, NOTHING
    given = QueryDict(text)
    return queue.view_of(given.get("view", queue.OPEN.code), user), exactly(given)


def conditions(saved: Iterable[SavedSearch], user: User, *, at: datetime) -> dict[int, Q]:
    """By their ids what each of these searches picks among the open cases; of the closed none."""
    found = {one.pk: read(one.query, user) for one in saved}
    return {
        pk: view.condition(user, at) & picked
        for pk, (view, picked) in found.items()
        if not view.is_closed
    }


def shown_to(user: User) -> Sequence[SavedSearch]:
    """The searches in this person's margin, their own before those that others share, as long as
    these may: at most `MOST_SHOWN`, and none in a view that is not theirs."""
    shared = Q(is_shared=True, owner__is_active=True, owner__role__in=OVERSEERS)
    found = SavedSearch.objects.filter(Q(owner=user) | shared).defer("known")
    rows = found.annotate(is_own=Q(owner=user)).order_by("-is_own", "name", "pk")
    views = {view.code for view in queue.views_for(user)}
    known = [one for one in rows[:MOST_READ] if QueryDict(one.query).get("view") in views]
    return known[:MOST_SHOWN]


def save(
    query: Mapping[str, Any], name: str, *, owner: User, at: datetime, **facts: Any
) -> SavedSearch:
    """Keeps a search under a name of its owner's. `facts` as of `change`. Raises Invalid for a
    name that is empty or taken, and beyond `MOST_OWN`; Refused for who does not work the queue."""
    if owner.role not in STAFF:
        raise Refused(wrong_role(STAFF))
    text = normalised(query)
    if len(text) > LONGEST_QUERY:
        raise Invalid(_("This search is too long to be kept. Use fewer filters."))
    with transaction.atomic():
        _lock(owner)
        if SavedSearch.objects.filter(owner=owner).count() >= MOST_OWN:
            said = _("You keep %(n)s searches already. Remove one first.") % {"n": MOST_OWN}
            raise Invalid.field("name", said)
        search = SavedSearch(owner=owner, query=text, looked_at=at, told_at=at)
        _put(search, name, at=at, **facts)
        audit.record("search.saved", f"search:{search.pk}", actor=owner, at=at)
    return search


def change(search: SavedSearch, name: str, *, actor: User, at: datetime, **facts: Any) -> None:
    """Renames a search and sets `is_shared`, `cadence` and `threshold`; its owner alone may.

    Raises Invalid as `save`, Conflict for a search that was removed meanwhile.
    """
    _refuse_strangers(search, actor)
    with transaction.atomic():
        here = SavedSearch.objects.select_for_update().filter(pk=search.pk).first()
        if here is None:
            raise Conflict(_("This search was removed meanwhile."))
        _lock(actor)
        _put(here, name, at=at, **facts)
        audit.record("search.changed", f"search:{search.pk}", actor=actor, at=at)


def remove(search: SavedSearch, *, actor: User, at: datetime) -> None:
    """Forgets a search; its owner alone may."""
    _refuse_strangers(search, actor)
    with transaction.atomic():
        audit.record("search.removed", f"search:{search.pk}", actor=actor, at=at)
        search.delete()


def may_share(user: User) -> bool:
    """Whether this person's searches may stand in everybody's margin."""
    return user.role in OVERSEERS


def _lock(owner: User) -> None:
    """Two searches that one person names at once come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)


def _put(
    search: SavedSearch,
    name: str,
    *,
    at: datetime,
    is_shared: bool = False,
    cadence: str = Cadence.NONE,
    threshold: int = 1,
) -> None:
    name = " ".join(name.split())
    if not name:
        raise Invalid.field("name", _("Give the search a name."))
    others = SavedSearch.objects.filter(owner=search.owner, name=name).exclude(pk=search.pk)
    if others.exists():
        raise Invalid.field("name", _("You have a search of this name already."))
    if is_shared and not may_share(search.owner):
        raise Refused(wrong_role(OVERSEERS))
    view = queue.view_of(QueryDict(search.query).get("view", ""), search.owner)
    if is_shared and view.is_for_cleared:
        raise Invalid.field("is_shared", _("A search among sealed cases is not shared."))
    if cadence != search.cadence:
        search.known, search.looked_at, search.told_at = _ids(search, at), at, at
    search.name, search.is_shared = name, is_shared
    search.cadence, search.threshold = cadence, threshold
    search.save()


def _refuse_strangers(search: SavedSearch, actor: User) -> None:
    if search.owner_id != actor.pk:
        raise Refused(_("Only whoever saved a search may change it."))


def look_up(at: datetime) -> None:
    """Queues a look at every search whose owner wants to hear of it and did not in this slot."""
    for cadence, period in PERIODS.items():
        slot = clock.slot(at, period)
        due = SavedSearch.objects.filter(cadence=cadence, looked_at__lt=slot)
        outbox.enqueue_many(
            (
                outbox.Message(LOOK, {"search": pk}, Lane.INTERNAL, key=f"{pk}:{slot.isoformat()}")
                for pk in due.values_list("pk", flat=True)
            ),
            at=at,
        )


def look(search_id: int, *, at: datetime) -> int:
    """Tells the owner of a search when at least `threshold` cases are new in it since they were
    told last; returns how many they were told of. Once in each slot of its cadence.

    Whatever they may see at `at` counts, and nothing else.
    """
    found = SavedSearch.objects.select_related("owner").select_for_update(of=("self",))
    search = found.filter(pk=search_id).exclude(cadence=Cadence.NONE).first()
    if search is None or search.looked_at >= clock.slot(at, PERIODS[Cadence(search.cadence)]):
        return 0
    search.looked_at = at
    fresh = _fresh(search, at)
    told = len(fresh) if len(fresh) >= search.threshold else 0
    if told:
        is_sealed = Case.objects.filter(pk__in=fresh, handling=Handling.SEALED).exists()
        desk_news.hit(search, told, at=at, is_sealed=is_sealed)
        search.known, search.told_at = _ids(search, at), at
    search.save(update_fields=["looked_at", "known", "told_at"])
    return told


def _ids(search: SavedSearch, at: datetime) -> list[int]:
    return _first(matching(search.query, search.owner, at=at)[1])


def _fresh(search: SavedSearch, at: datetime) -> list[int]:
    cases = matching(search.query, search.owner, at=at)[1]
    ids = _first(cases)
    if len(ids) > MOST_KNOWN:
        return _first(cases.filter(opened_at__gt=search.told_at))
    return sorted(set(ids) - set(search.known))


def _first(cases: QuerySet[Case]) -> list[int]:
    ids: Iterable[int] = cases.order_by("pk").values_list("pk", flat=True)[: MOST_KNOWN + 1]
    return list(ids)
