"""Fines: proposed by one person, assessed by another's approval, committed to, paid, objected to.

Removing the content cancels no fine, and no machine assesses one: the ladder only says from which
letter on a person may. Blocking for an unpaid fine is proposed by persons as well.
"""

from .assessing import approve, drop, may_approve, may_drop, may_propose, propose
from .owing import commit, decide, may_commit, may_decide, may_object, may_pay, object_to, pay
from .seeing import Sum, state_for, sum_of, visible_to

__all__ = [
    "Sum",
    "approve",
    "commit",
    "decide",
    "drop",
    "may_approve",
    "may_commit",
    "may_decide",
    "may_drop",
    "may_object",
    "may_pay",
    "may_propose",
    "object_to",
    "pay",
    "propose",
    "state_for",
    "sum_of",
    "visible_to",
]
