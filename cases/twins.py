"""An account in a sealed case and in an ordinary one: what is said there shows here, quietly.

The platform's copy of the ordinary notice leaves the account out (`NoticeItem.is_withheld`), so it
gets one order, from the sealed case. On the ordinary side the notice goes its way like any other:
it is handed over (quietly, `Delivery.is_quiet`), reminded of and warned about, answered and gone at
the same moments as the sealed one, and nothing tells why. How long, see `cases.withholding`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef

from moderation_portal.roles import SYSTEM
from reports.models import Handling

from . import lifecycle
from .models import OPEN_NOTICES, OPEN_TARGETS, Notice, NoticeItem, Target, TargetState
from .rungs import UNASKED


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
        .exclude(notice__rung__in=UNASKED)
        .order_by("id")
    }
    return {sealed: found[twin] for sealed, twin in twins.items() if twin in found}


def waiting_notices(sealed_target_ids: Iterable[int]) -> list[Notice]:
    """The withheld ordinary notices that nobody of the platform has read yet."""
    items = withheld_items(sealed_target_ids).values()
    return list(
        Notice.objects.filter(pk__in={item.notice_id for item in items}, state=Notice.State.ISSUED)
        .exclude(items__is_withheld=False)
        .order_by("id")
    )


def gone(sealed_target_ids: Iterable[int], *, at: datetime) -> list[int]:
    """The ordinary twins of accounts that are gone are gone as well; returns their ids."""
    ids = sorted(ordinary_twins(sealed_target_ids).values())
    done = lifecycle.move_targets(ids, TargetState.GONE, actor=SYSTEM, at=at).done
    NoticeItem.objects.filter(target_id__in=done, verified_at=None).update(
        verified_at=at, next_step_at=None
    )
    cases = set(Target.objects.filter(pk__in=done).values_list("case_id", flat=True))
    lifecycle.advance(cases, "close_gone", actor=SYSTEM, at=at)
    return done


def by_answer(answered: Mapping[int, str]) -> dict[int, tuple[NoticeItem, str]]:
    """Of answers by sealed target id: the twin's withheld item and the code it takes over."""
    return {
        item.target_id: (item, answered[sealed])
        for sealed, item in withheld_items(answered).items()
    }
