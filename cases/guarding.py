"""What of this room takes two persons: the lines that stewards add to the checklists."""

from moderation_portal.guarded import Versioned, register

from .models import ChecklistAddition


class ChecklistLines(Versioned):
    """A steward's line: every word of it, for it decides what must be done before a decision."""

    kind = "checklist_line"
    model = ChecklistAddition
    fields = (
        "category",
        "text",
        "text_en",
        "may_be_skipped",
        "because",
        "valid_from",
        "valid_to",
        "is_active",
    )


register(ChecklistLines())
