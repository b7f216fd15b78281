"""What persons do to cases by the verbs of the table: the call each makes, and what it is told.

The one list of them: the buttons' pages, the API and the actions on many cases all read it. What
the table knows and this does not is the system's own business.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation_portal.models import User

from . import checklists, decisions, merging, moving, notes, notices, panels, turns, withholding
from .results import Result


@dataclass(frozen=True)
class Verb:
    """The call of a verb, and the names of what it is told beside the cases."""

    do: Callable[..., Result]
    told: tuple[str, ...] = ()

    def on(self, ids: list[int], said: Mapping[str, Any], *, actor: User, at: datetime) -> Result:
        """Does it to these cases with what was said of `told`; the rest of `said` is left out."""
        told = {name: said[name] for name in self.told if name in said}
        return self.do(ids, actor=actor, at=at, **told)


VERBS: Mapping[str, Verb] = {
    "claim": Verb(decisions.claim),
    "assign": Verb(decisions.assign, ("owner",)),
    "give_back": Verb(turns.give_back, ("reason",)),
    "note": Verb(notes.note, ("text",)),
    "tick": Verb(checklists.tick, ("lines", "is_ticked", "skipped_because")),
    "ask_info": Verb(decisions.ask_info, ("reason",)),
    "resume": Verb(decisions.resume),
    "ask_panel": Verb(panels.ask, ("panel", "reason")),
    "record_advice": Verb(panels.advise, ("held_on", "voices")),
    "recall_panel": Verb(panels.recall, ("reason",)),
    "refer": Verb(decisions.refer, ("unit", "reason", "is_preservation_wanted")),
    "preserve": Verb(decisions.preserve),
    "withhold": Verb(withholding.hold, ("reason",)),
    "let_go": Verb(withholding.let_go, ("reason",)),
    "hand_over": Verb(decisions.hand_over, ("unit", "reason")),
    "dismiss": Verb(decisions.dismiss, ("reason", "departure")),
    "merge": Verb(merging.merge, ("into",)),
    "unmerge": Verb(merging.unmerge, ("reason",)),
    "move": Verb(moving.move, ("targets", "to", "reason")),
    "uphold": Verb(
        decisions.uphold, ("bases", "test", "reasons", "departure", "ticked", "skipped")
    ),
    "approve": Verb(decisions.approve),
    "send_back": Verb(decisions.send_back, ("reason",)),
    "release": Verb(notices.release, ("reason",)),
    "withdraw": Verb(notices.withdraw, ("reason",)),
}
