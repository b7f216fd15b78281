"""What we decided and did. State is written only by `cases.lifecycle`."""

from .answer import Answer, Observation
from .case import (
    OPEN_TARGETS,
    Case,
    CaseNote,
    CaseOutcome,
    CaseState,
    CaseView,
    ChecklistTick,
    Joining,
    Target,
    TargetState,
    Urgency,
    Withholding,
)
from .decision import Decision, Referral
from .notice import Delivery, LinkVisit, Notice, NoticeCopy, NoticeItem, Signature

__all__ = [
    "OPEN_TARGETS",
    "Answer",
    "Case",
    "CaseNote",
    "CaseOutcome",
    "CaseState",
    "CaseView",
    "ChecklistTick",
    "Decision",
    "Delivery",
    "Joining",
    "LinkVisit",
    "Notice",
    "NoticeCopy",
    "NoticeItem",
    "Observation",
    "Referral",
    "Signature",
    "Target",
    "TargetState",
    "Urgency",
    "Withholding",
]
