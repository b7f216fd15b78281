"""What is next once the platform has answered: to look for ourselves, twice and spaced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from moderation_portal import policy
from moderation_portal.templatetags.portal import span

from ..models import Case, CaseState
from .account_rows import TargetRow


@dataclass(frozen=True)
class Look:
    """How far apart two looks must be, and from when the second one counts, after the first."""

    spacing: str
    counts_from: datetime | None


def of(case: Case, rows: Iterable[TargetRow], at: datetime) -> Look | None:
    """What a look at the accounts does next, once the platform has answered or we saw one gone."""
    waiting = waiting_in(case, rows)
    pack = policy.pack()
    if not waiting or pack.category(case.category).may_show_child:
        return None
    spacing = pack.limits_at(at).gone_spacing
    seen = [row.gone_since + spacing for row in waiting if row.gone_since]
    return Look(span(spacing), max(seen) if len(seen) == len(waiting) else None)


def waiting_in(case: Case, rows: Iterable[TargetRow]) -> list[TargetRow]:
    """The accounts that are said to be gone or were seen so once, while the order stands."""
    is_ordered = case.state == CaseState.ORDERED
    return [row for row in rows if is_ordered and (row.is_claimed or row.gone_since)]
