"""What follows silence after one notice, and when: a ladder as that notice climbs it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation_portal.policy import Ladder, Rung

CHASING = frozenset({"reminder", "contact"})
FORMAL = frozenset({"warning", "proposal"})


@dataclass(frozen=True)
class Planned:
    """The next step: its rung, its place among the notice's steps, and its instant."""

    rung: Rung
    index: int
    at: datetime


def steps(ladder: Ladder, code: str) -> tuple[Rung, ...]:
    """The rungs that follow the notice of rung `code`, in order of time.

    Reminders and the platform's next contact come first (after a warning only those that repeat),
    then the next formal rung: one warning for each further interval, at most three (Permenkominfo
    5/2020 art. 15(11), 16(12)), then the proposal. A rung without a time of its own has no steps.
    """
    here = {rung.code: rung for rung in ladder.rungs}.get(code)
    if here is None or here.due is None:
        return ()
    is_order = here.kind == "order"
    found = [rung for rung in ladder.rungs if rung.kind in CHASING and (is_order or rung.repeats)]
    higher = [rung for rung in ladder.rungs if rung.kind in FORMAL and rung.step > here.step]
    if higher:
        found.append(min(higher, key=lambda rung: rung.step))
    return tuple(sorted(found, key=lambda rung: rung.offset))


def plan(item: Any, ladder: Ladder, *, after: datetime | None = None) -> Planned | None:
    """The next step of a notice item, or None when there is none (left).

    `item` needs `notice.rung`, `due_at` and `step` (how many steps were taken). With `after`,
    reminders whose time was at or before that instant are passed over.
    """
    if item.due_at is None:
        return None
    for index, rung in enumerate(steps(ladder, item.notice.rung)):
        at = item.due_at + rung.offset
        is_stale = after is not None and rung.kind == "reminder" and at <= after
        if index >= item.step and not is_stale:
            return Planned(rung, index, at)
    return None
