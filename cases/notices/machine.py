"""A notice as machines read it: what its letter says, as data.

The same for the API, the webhook and the file beside a letter. Like the letter that its platform
reads it leaves out the accounts for which a sealed case speaks. An account is named by a key that
is its own for good and counts nothing; its position is that of the platform's own letter.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse

from moderation_portal import policy

from .. import deadlines
from ..models import Answer, Notice, NoticeItem
from ..rungs import UNANSWERED, find
from . import drafting, inbox
from .addresses import portal_address
from .asked import choices_for, is_over, key_of
from .copies import ForPlatform
from .grouping import decisions_for
from .issuing import ladder_of
from .naming import rung_name

# Of how a due time came about what the letter says too. Promises may be bound to who reported, and
# who moved a due time is nobody's business but the regulator's.
TOLD_STEPS = frozenset({"served", "rule", "grants", "due", deadlines.STOPPED})
ASKED, ANSWERED, OVER = "asked", "answered", "over"


def line(notice: Notice, counted: tuple[int, int]) -> dict[str, Any]:
    """A notice as lists show it; `counted` is how many accounts it asks about, and how many of them
    are answered."""
    return {
        "id": notice.pk,
        "number": notice.number,
        "revision": notice.revision,
        "platform": notice.platform.slug,
        "rung": notice.rung,
        "rung_name": rung_name(notice),
        "urgency": notice.urgency,
        "state": notice.state,
        "issued_at": said(notice.issued_at),
        "served_at": said(notice.served_at),
        "due_at": said(notice.due_at),
        "acknowledged_at": said(notice.acknowledged_at),
        "asked": counted[0],
        "answered": counted[1],
        "url": settings.BASE_URL + reverse("api:notice", args=[notice.pk]),
    }


def whole(
    notice: Notice, items: Sequence[NoticeItem], letter: ForPlatform, *, at: datetime
) -> dict[str, Any]:
    """All of a notice but its accounts, which are `items`; in the active language."""
    counted = inbox.counts([notice]).get(notice.pk, (0, 0))
    needs_answer = notice.rung not in UNANSWERED
    return {
        **line(notice, counted),
        "subject": letter.letter.subject,
        "language": notice.language,
        "follows": notice.follows.number if notice.follows else None,
        "bases": bases(notice, items, at=at),
        "due_reckoned": reckoned(items),
        "due_changes": changes(items),
        "needs_answer": needs_answer,
        "answers": _choices(notice, at) if needs_answer else [],
        "lacks": [{"code": one.code, "name": str(one.name)} for one in policy.pack().lacks_at(at)],
        "item_count": len(items),
        "letter": {
            "url": settings.BASE_URL + reverse("api:notice_letter", args=[notice.pk]),
            "sha256": letter.source.pdf_sha256,
        },
        "portal_url": portal_address(notice),
    }


def accounts(items: Sequence[NoticeItem], first: int = 1) -> list[dict[str, Any]]:
    """These accounts of one notice; the first of them stands at position `first` of the letter."""
    prefetch_related_objects(items, "target__account", "target__case")
    newest = Answer.objects.filter(item__in=[item.pk for item in items])
    by_item = {one.item_id: one for one in newest.order_by("item_id", "-pk").distinct("item_id")}
    return [
        {
            "key": key_of(item),
            "position": place,
            "locator": item.locator,
            "kind": item.target.account.kind,
            "category": item.target.case.category,
            "due_at": said(item.due_at),
            "state": _state(item),
            "answer": _answer(by_item.get(item.pk)),
        }
        for place, item in enumerate(items, first)
    ]


def bases(notice: Notice, items: Iterable[NoticeItem], *, at: datetime) -> list[dict[str, Any]]:
    """The provisions that the letter cites, with their texts: what prohibits the accounts, and by
    what rule the platform has to act."""
    pack = policy.pack()
    made = decisions_for({item.target.case_id for item in items})
    codes = drafting.bases(notice, [made[pk] for pk in sorted(made)], pack)
    rung = find(ladder_of(notice), notice.rung)
    codes += [rung.basis] if rung and rung.basis and rung.basis not in codes else []
    found = (pack.basis(code) for code in codes)
    return [
        {
            "code": one.code,
            "kind": one.kind,
            "citation": str(one.citation),
            "text": str(one.text),
            "is_quoted": one.is_quoted,
        }
        for one in found
    ]


def reckoned(items: Iterable[NoticeItem]) -> list[str]:
    """How the soonest due time came about, or why the clock stands still, in sentences of the
    active language."""
    counted = [item for item in items if item.due_steps]
    if not counted:
        return []
    never = datetime.max.replace(tzinfo=UTC)
    soonest = min(counted, key=lambda item: (item.due_at or never, item.position))
    steps = [step for step in soonest.due_steps if step["label"] in TOLD_STEPS]
    return deadlines.explain(NoticeItem(due_steps=steps))


def changes(items: Iterable[NoticeItem]) -> list[dict[str, str | None]]:
    """How the due time was set anew, each change once, with its reason."""
    found = dict.fromkeys(one for item in items for one in deadlines.changes(item.due_steps))
    return [
        {"former": said(one.former), "due_at": said(one.due_at), "reason": one.reason}
        for one in found
    ]


def said(at: datetime | None) -> str | None:
    """An instant as JSON has it."""
    return at.isoformat() if at else None


def _choices(notice: Notice, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "name": str(one.name),
            "needs_reason": one.needs_reason,
            "needs_effect": one.needs_effect,
            "help": str(one.help or ""),
        }
        for one in choices_for(notice, at)
    ]


def _state(item: NoticeItem) -> str:
    if is_over(item):
        return OVER
    return ANSWERED if item.answer_code else ASKED


def _answer(newest: Answer | None) -> dict[str, Any] | None:
    """What the platform said last; their own words are in their own hands."""
    if newest is None:
        return None
    return {
        "code": newest.code,
        "reference": newest.reference,
        "receipt": newest.receipt,
        "is_late": newest.is_late,
        "answered_at": said(newest.answered_at),
    }
