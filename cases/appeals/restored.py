"""Is it there again? A platform's word starts our looks, and what we see ourselves ends them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import Actor

from .. import checking
from ..models import UPHELD_APPEALS, Answer, Appeal, Notice, TargetState
from ..rungs import RESTORATION
from . import record, telling

BATCH = 200


def is_ordered(notice: Notice) -> bool:
    """Whether this letter orders to restore what was appealed, within the policy's time."""
    return notice.rung == RESTORATION and notice.appeals.exists()


def answered(notice: Notice, codes: Mapping[int, str], *, at: datetime) -> None:
    """Follows what the platform says (target id -> answer) of what an appeal has it restore: where
    it has, we look; where it cannot, the reviewer hears."""
    appeals = list(notice.appeals.select_related("item__target", "reviewer"))
    done = [pk for pk, code in codes.items() if code == Answer.Code.RESTORED]
    theirs = {one.item.target_id for one in appeals if one.item is not None}
    spacing = policy.pack().limits_at(at).gone_spacing
    checking.schedule(theirs.intersection(done), at + spacing)
    for one in appeals:
        if one.item is not None and codes.get(one.item.target_id) == Answer.Code.NOT_RESTORED:
            telling.reviewer(one, telling.NOT_RESTORED, at=at)


def seen(target_ids: Collection[int], *, actor: User | Actor, at: datetime) -> None:
    """These accounts are there: what an appeal had restored, is. Written once."""
    waiting = _not_restored().filter(
        item__target_id__in=target_ids, item__target__state=TargetState.RELEASED
    )
    found = waiting.select_related("item__target").order_by("pk")
    for one in found.select_for_update(no_key=True, of=("self",)):
        one.restored_at = at
        one.save(update_fields=["restored_at"])
        record.note("appeal.restored", one, actor=actor, at=at)


def tell_late(at: datetime) -> list[int]:
    """Tells the reviewers of what is not seen restored once its time has run out, each once; gives
    the ids of these appeals."""
    late = _not_restored().filter(late_told_at=None, restoration__due_at__lte=at)
    with transaction.atomic():
        locked = late.select_for_update(no_key=True, skip_locked=True, of=("self",))
        found = list(
            locked.select_related("reviewer").order_by("restoration__due_at", "pk")[:BATCH]
        )
        for one in found:
            telling.reviewer(one, telling.LATE, at=at)
        ids = [one.pk for one in found]
        Appeal.objects.filter(pk__in=ids).update(late_told_at=at)
    return ids


def _not_restored() -> QuerySet[Appeal]:
    return Appeal.objects.filter(state__in=UPHELD_APPEALS, restored_at=None)


def also_upheld(appeal: Appeal) -> QuerySet[Appeal]:
    """Other appeals about the same account that were upheld, newest first."""
    if appeal.item is None:
        return Appeal.objects.none()
    others = Appeal.objects.filter(
        item__target_id=appeal.item.target_id, state__in=UPHELD_APPEALS
    ).exclude(pk=appeal.pk)
    return others.select_related("restoration").order_by("-decided_at", "-pk")
