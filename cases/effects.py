"""What a formal requester is told of an order that followed their request.

No note, no name, no other report: the platform's answer as the staff's own pages show it, and the
letters that asked to keep the data. An ordinary order of which a sealed case holds a copy back
reads like any other, here as everywhere.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from moderation_portal import policy
from reports import effects
from reports.effects import Effect, Preservation
from reports.models import Handling

from .models import Answer, Joining, Notice, NoticeItem, TargetState, letters_by
from .rungs import PRESERVATION, UNASKED

SENT = (Notice.State.ISSUED, Notice.State.SERVED, Notice.State.SETTLED, Notice.State.WITHDRAWN)


def of_items(item_ids: Collection[int]) -> dict[int, Effect]:
    """Report item id -> what became of the account that it names. Three statements."""
    joined = Joining.objects.filter(item_id__in=item_ids, target__handling=Handling.ORDINARY)
    by_item = {one.item_id: one.target for one in joined.select_related("target")}
    ids = {target.pk for target in by_item.values()}
    ordered, kept = _letters(ids)
    said = {
        answer.item.target_id: answer
        for answer in Answer.objects.filter(item__target_id__in=ids, item__notice__state__in=SENT)
        .exclude(item__notice__rung__in=UNASKED)
        .select_related("item")
        .order_by("pk")
    }
    return {
        item_id: Effect(
            ordered_at=ordered.get(target.pk),
            gone_at=target.closed_at if target.state == TargetState.GONE else None,
            preservation=kept.get(target.pk),
            **_answered(said.get(target.pk)),
        )
        for item_id, target in by_item.items()
    }


def ends_of_requests(request_ids: Collection[int]) -> dict[int, datetime]:
    """Formal request id -> when the newest letter for its accounts ends."""
    path = "target__joinings__item__report__formal_request_id"
    letters = NoticeItem.objects.filter(
        notice__rung=PRESERVATION,
        notice__state__in=SENT,
        notice__handling=Handling.ORDINARY,
        **{f"{path}__in": request_ids},
    )
    newest = letters.values_list(path).annotate(newest=Max("notice__issued_at")).order_by(path)
    return {pk: until(issued_at) for pk, issued_at in newest}


def until(issued_at: datetime) -> datetime:
    """When the time ends for which a letter of this instant asks to keep the data."""
    return issued_at + timedelta(days=policy.pack().limits_at(issued_at).preserve_days)


def _letters(
    target_ids: Collection[int],
) -> tuple[dict[int, datetime], dict[int, Preservation]]:
    """Of these targets, when the first order left, and the newest letter that asks to preserve."""
    ordered: dict[int, datetime] = {}
    kept: dict[int, Preservation] = {}
    items = NoticeItem.objects.filter(target_id__in=target_ids, notice__state__in=SENT)
    joined = items.select_related("notice").defer(*letters_by("notice__"))
    for item in joined.order_by("notice__issued_at", "notice_id"):
        notice = item.notice
        if notice.issued_at is None:
            continue
        if notice.rung == PRESERVATION:
            kept[item.target_id] = Preservation(
                notice.issued_at, notice.served_at, until(notice.issued_at)
            )
        elif notice.rung not in UNASKED:
            ordered.setdefault(item.target_id, notice.issued_at)
    return ordered, kept


def _answered(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {}
    words = str(policy.pack().choice("answers", answer.code).name)
    return {"answer": words, "reason": answer.reason, "answered_at": answer.answered_at}


effects.register(of_items, ends_of_requests)
