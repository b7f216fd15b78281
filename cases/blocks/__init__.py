"""Blocks: the decision on a proposal, the orders to access providers, the way back.

The portal never decides a block: whoever the policy names does (`goes_to` of the rung; in Indonesia
the Minister alone, Permenkominfo 5/2020 art. 18(2)). A person enters what was decided, and another
has the letters issued.
"""

from .deciding import drop, enter, issue, may_drop, may_enter, may_issue
from .restoring import ask, decide, may_ask, may_decide, may_refuse_as_often
from .seeing import visible_to
from .sending import confirm, mail, may_confirm, not_mailed

__all__ = [
    "ask",
    "confirm",
    "decide",
    "drop",
    "enter",
    "issue",
    "mail",
    "may_ask",
    "may_confirm",
    "may_decide",
    "may_drop",
    "may_enter",
    "may_issue",
    "may_refuse_as_often",
    "not_mailed",
    "visible_to",
]
