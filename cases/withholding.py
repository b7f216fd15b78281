"""What an ordinary notice left out for the sake of a sealed case, and comes back when that ended.

While the sealed case is open it speaks for the account (`cases.twins`). If it ends without removal,
the ordinary order must still reach the platform.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from reports.models import Handling

from . import ladder
from .models import OPEN_TARGETS, Delivery, Notice, NoticeItem, Target, TargetState
from .notices import issuing
from .notices.service import OPEN_NOTICES


def give_back(at: datetime) -> list[int]:
    """Sends, or lets climb again, what no sealed case speaks for any more; returns the notices.

    Call it outside a transaction: each notice is one of its own.
    """
    spoken_for = Target.objects.filter(
        OPEN_TARGETS, account_id=OuterRef("target__account_id"), handling=Handling.SEALED
    )
    newer = NoticeItem.objects.filter(
        target_id=OuterRef("target_id"), notice_id__gt=OuterRef("notice_id")
    )
    waiting = NoticeItem.objects.filter(
        is_withheld=True,
        target__state=TargetState.STANDING,
        target__ready_at=None,
        notice__state__in=OPEN_NOTICES,
    ).exclude(Exists(spoken_for) | Exists(newer))
    notice_ids = sorted(set(waiting.values_list("notice_id", flat=True)))
    for pk in notice_ids:
        with transaction.atomic():
            locked = issuing.lock(pk)
            _give_back(locked.notice, list(waiting.filter(notice_id=pk)), at)
    return notice_ids


def _give_back(notice: Notice, items: list[NoticeItem], at: datetime) -> None:
    """An account that its letter named climbs on, a letter that was never sent leaves; an account
    that the letter left out beside others is gathered anew, into a letter that names it."""
    is_whole = len(items) == notice.items.count()
    named = [item for item in items if is_whole or item.sent_at is not None]
    others = {item.target_id for item in items} - {item.target_id for item in named}
    Target.objects.filter(pk__in=others).update(ready_at=at)
    NoticeItem.objects.filter(pk__in=[item.pk for item in named]).update(is_withheld=False)
    if is_whole and not Delivery.objects.filter(notice=notice).exists():
        issuing.send_late(notice, at=at)
    else:
        ladder.resume([item.target_id for item in named], at=at)
