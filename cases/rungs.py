"""What follows silence after one notice, and when: a ladder as that notice climbs it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation_portal.policy import Ladder, Pack, Rung

WITHDRAWAL, RESTORATION, PRESERVATION = "withdrawal", "restoration", "preservation"
DUE_CHANGE = "due_change"
# What follows an appeal that was upheld; any other request to restore has the letter of its rung.
RESTORATION_LETTER = "restoration_order"
FINE, FINE_DECISION = "fine", "fine_decision"
# What orders nothing and has no clock of accounts: it takes back, asks to restore or to keep the
# data, sets another due time, or is about money.
UNASKED = (WITHDRAWAL, RESTORATION, PRESERVATION, DUE_CHANGE, FINE, FINE_DECISION)
# What speaks to a platform of what it knows already: a sealed case does not hold that back.
TAKES_BACK = (WITHDRAWAL, RESTORATION, FINE, FINE_DECISION)
# Of these what asks for no answer about accounts either.
UNANSWERED = (WITHDRAWAL, PRESERVATION, DUE_CHANGE, FINE, FINE_DECISION)
# What makes a case ordered: an order about accounts, or about a feature.
ORDER, FEATURE_ORDER = "order", "feature_order"
ORDERS = (ORDER, FEATURE_ORDER)
CHASING = frozenset({"reminder", "contact"})
FORMAL = frozenset({"warning", "proposal"})


@dataclass(frozen=True)
class Planned:
    """The next step: its rung, its place among the notice's steps, and its instant."""

    rung: Rung
    index: int
    at: datetime


def find(ladder: Ladder, code: str) -> Rung | None:
    """The rung called `code`; None for what stands on no rung, such as a withdrawal."""
    try:
        return ladder.rung(code)
    except KeyError:
        return None


def proposals(pack: Pack) -> frozenset[str]:
    """The codes of the rungs that propose something to whoever decides on it, such as a block: no
    platform reads these."""
    every = (rung for ladder in pack.sections["ladders"] for rung in ladder.rungs)
    return frozenset(rung.code for rung in every if rung.kind == "proposal")


def steps(ladder: Ladder, code: str, *, hosts_users: bool = True) -> tuple[Rung, ...]:
    """The rungs that follow the notice of rung `code`, in order of time.

    Reminders and the platform's next contact come first (after a warning only those that repeat),
    then the next formal rung: one warning for each further interval, at most three (Permenkominfo
    5/2020 art. 15(11), 16(12)), then the proposal. A platform without users' content (not
    `hosts_users`) owes no fine: its order is followed by the proposal at once (art. 15(12)). No law
    lets a warning about accounts follow an order about a feature: a person decides what does. A
    rung without a time of its own has no steps.
    """
    here = find(ladder, code)
    if here is None or here.due is None:
        return ()
    is_order = here.kind in ("order", "feature")
    found = [rung for rung in ladder.rungs if rung.kind in CHASING and (is_order or rung.repeats)]
    higher = [
        rung
        for rung in ladder.rungs
        if rung.kind in FORMAL
        and here.kind != "feature"
        and not rung.follows_unpaid_fine
        and rung.step > here.step
        and (hosts_users or not rung.is_for_user_content)
    ]
    if higher:
        found.append(min(higher, key=lambda rung: rung.step))
    return tuple(sorted(found, key=lambda rung: rung.offset))


def plan(item: Any, ladder: Ladder, *, after: datetime | None = None) -> Planned | None:
    """The next step of a notice item, or None when there is none (left).

    `item` needs `notice` with its `rung` and `platform`, `due_at` and `step` (how many steps were
    taken). With `after`, reminders whose time was at or before that instant are passed over.
    """
    if item.due_at is None:
        return None
    hosts_users = item.notice.platform.is_user_generated
    for index, rung in enumerate(steps(ladder, item.notice.rung, hosts_users=hosts_users)):
        at = item.due_at + rung.offset
        is_stale = after is not None and rung.kind == "reminder" and at <= after
        if index >= item.step and not is_stale:
            return Planned(rung, index, at)
    return None
