"""What we decided and did. State is written only by `cases.lifecycle`."""

from .answer import Answer, Observation
from .appeal import OPEN_APPEALS, UPHELD_APPEALS, Appeal
from .beside import AuthorityCopy, ProviderInformation
from .block import AccessLetter, Block, RestoreRequest
from .case import (
    BEFORE_DECISION,
    OPEN_STATES,
    OPEN_TARGETS,
    SETTLED_STATES,
    Case,
    CaseNote,
    CaseOutcome,
    CaseState,
    CaseView,
    Joining,
    Target,
    TargetState,
    Urgency,
    Withholding,
)
from .checklist import ChecklistAddition, ChecklistTick
from .claim import ClaimLook, ClaimSample
from .coordination import CoordinationNote
from .decision import Decision, Referral
from .desk import SavedSearch, Skip
from .dispute import Dispute
from .fine import Fine, FinePayment
from .hold import Hold
from .look import LookPicture
from .merging import Merging
from .notice import (
    ANSWERABLE,
    LETTER,
    OPEN_NOTICES,
    Delivery,
    LinkVisit,
    Notice,
    NoticeCopy,
    NoticeItem,
    Signature,
    letters_by,
)
from .panel import Advice, PanelReferral, PanelVoice
from .reply import Reply
from .systemic import Systemic
from .team import Absence, Sample, SecondLook

__all__ = [
    "ANSWERABLE",
    "BEFORE_DECISION",
    "LETTER",
    "OPEN_APPEALS",
    "OPEN_NOTICES",
    "OPEN_STATES",
    "OPEN_TARGETS",
    "SETTLED_STATES",
    "UPHELD_APPEALS",
    "Absence",
    "AccessLetter",
    "Advice",
    "Answer",
    "Appeal",
    "AuthorityCopy",
    "Block",
    "Case",
    "CaseNote",
    "CaseOutcome",
    "CaseState",
    "CaseView",
    "ChecklistAddition",
    "ChecklistTick",
    "ClaimLook",
    "ClaimSample",
    "CoordinationNote",
    "Decision",
    "Delivery",
    "Dispute",
    "Fine",
    "FinePayment",
    "Hold",
    "Joining",
    "LinkVisit",
    "LookPicture",
    "Merging",
    "Notice",
    "NoticeCopy",
    "NoticeItem",
    "Observation",
    "PanelReferral",
    "PanelVoice",
    "ProviderInformation",
    "Referral",
    "Reply",
    "RestoreRequest",
    "Sample",
    "SavedSearch",
    "SecondLook",
    "Signature",
    "Skip",
    "Systemic",
    "Target",
    "TargetState",
    "Urgency",
    "Withholding",
    "letters_by",
]
