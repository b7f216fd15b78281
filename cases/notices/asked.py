"""What is asked of the accounts of a notice, and how one of them is named without being counted."""

from datetime import datetime

from moderation_portal import policy, vault
from moderation_portal.policy import Choice

from ..models import Notice, NoticeItem, TargetState
from ..rungs import FEATURE_ORDER, RESTORATION

KEY_LENGTH = 16


def choices_for(notice: Notice, at: datetime) -> tuple[Choice, ...]:
    """What the policy in force at `at` lets a platform say of the accounts of this notice."""
    pack = policy.pack()
    if notice.rung == FEATURE_ORDER:
        return pack.feature_answers_at(at)
    return pack.restoration_answers_at(at) if notice.rung == RESTORATION else pack.answers_at(at)


def is_over(item: NoticeItem) -> bool:
    """Whether nothing is asked of this account any more: its order was taken back."""
    is_undone = item.notice.rung == RESTORATION
    return item.target.state == TargetState.RELEASED and not is_undone


def key_of(item: NoticeItem) -> str:
    """What stands for an account in the form and the list of its notice: the same at each visit,
    whatever else the notice names, and nothing that could be counted."""
    return vault.keyed_hash("answer-field", f"{item.notice_id}:{item.pk}")[:KEY_LENGTH]
