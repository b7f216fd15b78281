"""The letter that tells a platform of another due time."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from moderation_portal.models import User

from ..models import NoticeItem
from ..rungs import DUE_CHANGE
from . import drafting
from .issuing import freeze, lock


def tell(
    items: Iterable[NoticeItem],
    former: Mapping[int, datetime],
    *,
    due_at: datetime,
    reason: str,
    actor: User,
    at: datetime,
) -> list[int]:
    """Issues a letter for each notice and former due time of these items; returns the letters.

    `former` is by item id. It changes no clock; call it with the items' cases locked.
    """
    groups: dict[tuple[int, datetime], list[NoticeItem]] = {}
    for item in items:
        groups.setdefault((item.notice_id, former[item.pk]), []).append(item)
    made = []
    for (_pk, was_due_at), group in sorted(groups.items()):
        original = group[0].notice
        locators = {item.target_id: item.locator for item in group}
        new = drafting.draft_after(original, DUE_CHANGE, group, at=at, locators=locators)
        more = {
            "reasons": drafting.said_now(reason, new),
            "former_due_at": was_due_at,
            "due_at": due_at,
            **drafting.signed_by([actor], new.language),
        }
        freeze(lock(new.pk), actor=actor, at=at, more=more)
        made.append(new.pk)
    return made
