"""Which accounts our probe may look at, and when it does so next.

Whether a sealed case knows an account must not show in that nobody ever looks at it. So the probe
comes by at the same times, fetches nothing, and notes what the sealed side knows: that the account
is gone, or else that nothing could be told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from moderation_portal import policy
from reports.models import Handling, Visibility

from .models import ANSWERABLE, Answer, NoticeItem, Observation, Target, TargetState
from .rungs import UNASKED

# Never noted without a look.
FETCHED = frozenset(
    {
        Observation.Result.PRESENT,
        Observation.Result.GEO_BLOCKED,
        Observation.Result.LOGIN_WALLED,
    }
)


def may_be_probed(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Of these accounts the ones our probe may fetch: public, with an address that the order names
    as well, and never anything that may show a child or that is, or ever was, the matter of a
    sealed case."""
    return seem_probed(targets).exclude(Exists(_sealed_twins()))


def seem_probed(targets: QuerySet[Target]) -> QuerySet[Target]:
    """The same, as far as the ordinary side may know. Where nobody told who can see an account,
    what its address suggests decides."""
    children = {
        category.code
        for category in policy.pack().sections["categories"]
        if category.may_show_child or category.handling == Handling.SEALED
    }
    is_public = Q(visibility=Visibility.PUBLIC)
    is_public |= Q(visibility="", account__visibility=Visibility.PUBLIC)
    return (
        targets.filter(is_public, handling=Handling.ORDINARY, is_corrected=False)
        .exclude(account__url="")
        .exclude(account__visibility=Visibility.PRIVATE)
        .exclude(case__category__in=children)
    )


def told_locator() -> Subquery:
    """The locator by which the newest letter names an account (of an outer query of targets): a
    correction changes it."""
    asking = NoticeItem.objects.filter(target=OuterRef("pk"), notice__state__in=ANSWERABLE)
    newest = asking.exclude(notice__rung__in=UNASKED)
    newest = newest.order_by("-notice__drafted_at", "-notice_id")
    return Subquery(newest.values("locator")[:1])


def seen_quietly(target_ids: Iterable[int]) -> dict[int, str]:
    """Of these accounts those that only seem probed: what a look at each has to note."""
    known = _sealed_twins().order_by("-case__opened_at", "-pk").values("state")[:1]
    here = seem_probed(Target.objects.filter(pk__in=list(target_ids)))
    rows = here.annotate(known=Subquery(known)).exclude(known=None).values_list("pk", "known")
    seen = Observation.Result
    return {pk: seen.GONE if state == TargetState.GONE else seen.UNCLEAR for pk, state in rows}


def said_restricted(target_ids: Iterable[int]) -> set[int]:
    """Of these accounts those of which the platform's newest word is that they are blocked in this
    country: for them that is what was promised, and what a look from here can confirm."""
    said = Answer.objects.filter(item__target__in=list(target_ids))
    newest = said.order_by("item__target", "-pk").distinct("item__target")
    rows = newest.values_list("item__target", "code")
    return {pk for pk, code in rows if code == Answer.Code.RESTRICTED}


def _sealed_twins() -> QuerySet[Target]:
    return Target.objects.filter(account_id=OuterRef("account_id"), handling=Handling.SEALED)


def schedule(target_ids: Iterable[int], when: datetime) -> int:
    """Lets the probe look at these at `when`, as far as it may; persons look at the others."""
    here = Target.objects.filter(pk__in=list(target_ids))
    return seem_probed(here).update(next_check_at=when)


def schedule_each(whens: Mapping[int, datetime]) -> int:
    """The same with an instant of its own for each account, by its id; two statements."""
    here = seem_probed(Target.objects.filter(pk__in=whens)).only("pk")
    targets = list(here)
    for target in targets:
        target.next_check_at = whens[target.pk]
    return Target.objects.bulk_update(targets, ["next_check_at"]) if targets else 0
