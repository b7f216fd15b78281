"""Which accounts our probe may look at, and when it does so next."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from moderation_portal import policy
from reports.models import Handling, Visibility

from .models import Target


def may_be_probed(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Of these accounts the ones our probe may fetch: public, with an address, and never anything
    that may show a child or that is, or ever was, the matter of a sealed case."""
    children = {
        category.code
        for category in policy.pack().sections["categories"]
        if category.may_show_child or category.handling == Handling.SEALED
    }
    sealed_twin = Target.objects.filter(account_id=OuterRef("account_id"), handling=Handling.SEALED)
    return (
        targets.filter(handling=Handling.ORDINARY, visibility=Visibility.PUBLIC)
        .exclude(account__url="")
        .exclude(account__visibility=Visibility.PRIVATE)
        .exclude(case__category__in=children)
        .exclude(Exists(sealed_twin))
    )


def schedule(target_ids: Iterable[int], when: datetime) -> int:
    """Lets the probe look at these at `when`, as far as it may; persons look at the others."""
    here = Target.objects.filter(pk__in=list(target_ids))
    ids = list(may_be_probed(here).values_list("pk", flat=True))
    return Target.objects.filter(pk__in=ids).update(next_check_at=when)


def schedule_each(whens: Mapping[int, datetime]) -> int:
    """The same with an instant of its own for each account, by its id; two statements."""
    here = may_be_probed(Target.objects.filter(pk__in=whens)).only("pk")
    targets = list(here)
    for target in targets:
        target.next_check_at = whens[target.pk]
    return Target.objects.bulk_update(targets, ["next_check_at"]) if targets else 0
