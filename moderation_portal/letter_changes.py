"""A new text of a letter takes two persons: whoever wrote it, and whoever has read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from . import locks
from .errors import Invalid
from .guarded import Guarded, register
from .letter_texts import LetterText, problems

LOCK = 7_261_104


class LetterTexts(Guarded):
    """A text is approved whole, and ends at once when a steward takes it back."""

    kind = "letter_text"
    model = LetterText
    fields = ("code", "language", "source", "because", "valid_from", "is_active")

    def address(self, row: LetterText) -> str:
        return reverse("letter_text", args=[row.code, row.language]) + f"?text={row.pk}"

    def lower(self, row: LetterText, facts: Mapping[str, Any], *, actor: Any, at: datetime) -> None:
        row.is_active, row.ended_at = False, at
        row.save(update_fields=["is_active", "ended_at"])

    def make_so(self, row: LetterText, facts: Mapping[str, Any], *, at: datetime) -> None:
        """Gives it the next number of its letter. Raises Invalid for what cannot be sent."""
        self.set(row, facts)
        if wrong := problems(row.code, row.language, row.source):
            raise Invalid(" ".join(wrong))
        locks.hold(LOCK)  # two texts of a letter approved beside each other, and one number
        same = LetterText.objects.filter(code=row.code, language=row.language)
        newest = same.order_by("-version").values_list("version", flat=True).first() or 0
        row.version, row.approved_at = newest + 1, at
        row.save()


register(LetterTexts())
