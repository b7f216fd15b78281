"""What offices said about a case, beside its facts: never an order, and no clock."""

from typing import Any

from .. import coordination
from ..models import Case, CoordinationNote

SHOWN = 5


def of_case(case: Case) -> dict[str, Any]:
    """For the case's facts: what was said, newest first, and the office that was asked in vain
    for a formal request. A case that a formal request is behind was not asked about in vain."""
    notes = coordination.of_case(case)
    in_vain = (note for note in notes if note.kind == CoordinationNote.Kind.NO_REQUEST)
    return {
        "coordination": notes[:SHOWN],
        "asked_in_vain": None if case.is_formal else next(in_vain, None),
    }
