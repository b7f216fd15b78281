"""What an ordinary notice left out for the sake of a sealed case, and comes back when that ended.

While the sealed case is open it speaks for the account (`cases.twins`). If it ends without removal,
the ordinary order must still reach the platform.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from reports.models import Handling

from . import ladder
from .models import OPEN_TARGETS, Delivery, NoticeItem, Target, TargetState
from .notices import issuing
from .notices.service import OPEN_NOTICES


def give_back(at: datetime) -> list[int]:
    """Sends, or lets climb again, what no sealed case speaks for any more; returns the notices.

    Call it outside a transaction: each notice is one of its own.
    """
    spoken_for = Target.objects.filter(
        OPEN_TARGETS, account_id=OuterRef("target__account_id"), handling=Handling.SEALED
    )
    waiting = NoticeItem.objects.filter(
        is_withheld=True, target__state=TargetState.STANDING, notice__state__in=OPEN_NOTICES
    ).exclude(Exists(spoken_for))
    notice_ids = sorted(set(waiting.values_list("notice_id", flat=True)))
    for pk in notice_ids:
        with transaction.atomic():
            locked = issuing.lock(pk)
            items = list(waiting.filter(notice_id=pk))
            NoticeItem.objects.filter(pk__in=[item.pk for item in items]).update(is_withheld=False)
            if Delivery.objects.filter(notice_id=pk).exists():
                ladder.resume([item.target_id for item in items], at=at)
            else:
                issuing.send_late(locked.notice, at=at)
    return notice_ids
