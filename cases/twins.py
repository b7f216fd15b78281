"""An account in a sealed case and in an ordinary one: what is said there shows here, quietly.

The platform's copy of the ordinary notice leaves the account out (`NoticeItem.is_withheld`), so it
gets one order, from the sealed case. On the ordinary side the notice goes its way like any other:
it is handed over (quietly, `Delivery.is_quiet`), reminded of and warned about, opened and answered
at the same moments as the sealed one, and nothing tells why. Whether the account is gone the
ordinary side finds out for itself (`checking`). How long, see `cases.withholding`.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db.models import Exists, OuterRef

from moderation_portal import policy
from reports.models import Handling

from .models import OPEN_NOTICES, OPEN_TARGETS, Notice, NoticeItem, Target, TargetState
from .rungs import UNASKED, proposals

T = TypeVar("T")


def ordinary_twins(sealed_target_ids: Iterable[int]) -> dict[int, int]:
    """Sealed target id -> the open ordinary target of the same account, where there is one."""
    sealed = Target.objects.filter(pk__in=list(sealed_target_ids), handling=Handling.SEALED)
    accounts = dict(sealed.values_list("account_id", "pk"))
    twins = Target.objects.filter(
        OPEN_TARGETS, account_id__in=accounts, handling=Handling.ORDINARY
    ).values_list("account_id", "pk")
    return {accounts[account]: pk for account, pk in twins}


def cases_beside(case_ids: Iterable[int]) -> list[int]:
    """The ordinary cases that hold an account of these cases, if these are sealed: what locks the
    ones locks the others with them."""
    here = Target.objects.filter(case_id__in=list(case_ids), handling=Handling.SEALED)
    beside = Target.objects.filter(
        OPEN_TARGETS, handling=Handling.ORDINARY, account_id__in=here.values("account_id")
    )
    return sorted(set(beside.values_list("case_id", flat=True)))


def having_twins(case_ids: Iterable[int]) -> set[int]:
    """Of these cases the sealed ones that hold an account of an open ordinary case."""
    beside = Target.objects.filter(
        OPEN_TARGETS, handling=Handling.ORDINARY, account_id=OuterRef("account_id")
    )
    here = Target.objects.filter(case_id__in=list(case_ids), handling=Handling.SEALED)
    return set(here.filter(Exists(beside)).values_list("case_id", flat=True))


def withheld_items(sealed_target_ids: Iterable[int]) -> dict[int, NoticeItem]:
    """Sealed target id -> the newest withheld notice item of its ordinary twin."""
    twins = ordinary_twins(sealed_target_ids)
    found = {
        item.target_id: item
        for item in NoticeItem.objects.filter(
            target_id__in=twins.values(),
            is_withheld=True,
            notice__state__in=OPEN_NOTICES,
        )
        .exclude(notice__rung__in=(*UNASKED, *proposals(policy.pack())))
        .select_related("notice")
        .order_by("notice__drafted_at", "id")
    }
    return {sealed: found[twin] for sealed, twin in twins.items() if twin in found}


def silent_notices(sealed_target_ids: Iterable[int]) -> list[Notice]:
    """The ordinary notices that are withheld whole: what the platform reads of the sealed one, it
    seems to read of these."""
    items = withheld_items(sealed_target_ids).values()
    held = Notice.objects.filter(pk__in={item.notice_id for item in items})
    return list(held.exclude(items__is_withheld=False).order_by("id"))


def gone_beside(target_ids: Iterable[int]) -> list[Target]:
    """The sealed targets of the accounts of these ordinary ones, where the newest is gone."""
    here = Target.objects.filter(pk__in=list(target_ids), handling=Handling.ORDINARY)
    sealed = Target.objects.filter(account_id__in=here.values("account_id"))
    newest = (
        sealed.filter(handling=Handling.SEALED)
        .order_by("account_id", "-case__opened_at", "-pk")
        .distinct("account_id")
    )
    return [target for target in newest if target.state == TargetState.GONE]


def by_answer(answered: Mapping[int, T]) -> dict[int, tuple[NoticeItem, T]]:
    """Of answers by sealed target id: the twin's withheld item and the answer it takes over."""
    return {
        item.target_id: (item, answered[sealed])
        for sealed, item in withheld_items(answered).items()
    }
