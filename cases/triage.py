"""How urgent a case is and when its turn comes. The order of the queue is the due time, alone.

By law a matter is urgent only if it is terrorism, child pornography, or content that a ministry
or agency has designated as unsettling the public (Permenkominfo 5/2020 art. 14(3), 9(5)). Which
categories those are is policy data; nobody makes another one urgent by asking.
"""

from dataclasses import dataclass
from datetime import datetime

from moderation_portal import policy
from moderation_portal.policy import OFFICIAL_SOURCES, Pack
from reports.models import ReporterKind

from . import deadlines
from .models import Urgency

# Their reports are not complete without the designation, so it is there once they are taken up.
DESIGNATORS = OFFICIAL_SOURCES | {ReporterKind.REGULATOR}


@dataclass(frozen=True)
class Weight:
    """What a report says about its case: the urgency in law, and by when we look and decide."""

    urgency: str
    first_look_at: datetime
    decide_at: datetime


def weigh(
    category: str,
    source: str,
    opened_at: datetime,
    *,
    is_hastened: bool = False,
    pack: Pack | None = None,
) -> Weight:
    """The weight of a case of this category that this kind of reporter opens, or joins, now.

    `is_hastened`: a formal request gave a reason for urgency. It is decided at the urgent pace in
    any category, while the urgency that its notice will bear stays what the law makes it.
    """
    book = pack or policy.pack()
    legal = urgency(category, source, book)
    pace = Urgency.URGENT if is_hastened else legal
    return Weight(
        urgency=legal,
        first_look_at=deadlines.first_look(category, pace, opened_at, book),
        decide_at=deadlines.ours(category, pace, opened_at, book),
    )


def urgency(category: str, source: str, pack: Pack | None = None) -> str:
    """The urgency in law of a category, told by this kind of reporter (`ReporterKind`)."""
    known = (pack or policy.pack()).category(category)
    if known.needs_designation and source not in DESIGNATORS:
        return Urgency.ORDINARY
    return Urgency(known.urgency)
