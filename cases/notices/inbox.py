"""What a platform's own people find: what waits for their answer, what is answered, what is past.

Counted is what the platform was told of; accounts of which nothing is asked any more do not wait.
"""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from moderation_portal.models import User

from ..models import LETTER, OPEN_NOTICES, Notice, NoticeItem, TargetState
from ..rungs import PRESERVATION, RESTORATION, UNANSWERED
from .seeing import told, visible_to

OPEN, ANSWERED, PAST = "open", "answered", "past"
VIEWS = (OPEN, ANSWERED, PAST)
# A request to preserve wants no answer; it is open until somebody has read it.
IS_OPEN = (Q(state__in=OPEN_NOTICES) & ~Q(rung__in=UNANSWERED)) | Q(
    rung=PRESERVATION, state=Notice.State.ISSUED
)


def of_platform(user: User, view: str) -> QuerySet[Notice]:
    """The notices of one view that this representative may see, without their texts."""
    visible = visible_to(user).select_related("platform").defer(*LETTER)
    if view == PAST:
        return visible.exclude(IS_OPEN)
    mine = NoticeItem.objects.filter(asked(), notice=OuterRef("pk"))
    waits = Exists(mine.filter(answer_code=""))
    return visible.filter(IS_OPEN).filter(waits if view == OPEN else ~waits)


def asked(prefix: str = "") -> Q:
    """The items that a platform was told of and has something to say about. `prefix` is the way to
    them ("items__")."""
    is_released = Q(**{f"{prefix}target__state": TargetState.RELEASED})
    return told(prefix) & (Q(**{f"{prefix}notice__rung": RESTORATION}) | ~is_released)


def counts(notices: Iterable[Notice]) -> dict[int, tuple[int, int]]:
    """Notice id -> of how many accounts something is asked, and how many of them are answered."""
    rows = NoticeItem.objects.filter(asked(), notice__in=[notice.pk for notice in notices])
    counted = rows.values("notice").annotate(
        asked=Count("pk"), answered=Count("pk", filter=~Q(answer_code=""))
    )
    return {row["notice"]: (row["asked"], row["answered"]) for row in counted.order_by()}
