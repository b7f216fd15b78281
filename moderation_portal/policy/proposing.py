"""What a policy pack proposes to whoever decides; a person reads it and answers for every word."""

from dataclasses import dataclass
from typing import Literal

from .values import Dated, Selective, Words


@dataclass(frozen=True, kw_only=True)
class Proposal(Selective, Dated):
    """Usual words for one part of a decision, from which its author begins; never the legality or
    the reasons, which are of these accounts alone. `remedy`: they say why nothing milder will do,
    so they cannot stand beside a milder one."""

    part: Literal["aim", "necessity"]
    text: Words
    remedy: Literal["", "item", "account", "feature", "platform"] = ""
