"""How urgent a case is and when its turn comes. The order of the queue is the due time, alone.

By law a matter is urgent only if it is terrorism, child pornography, or content that a ministry
or agency has designated as unsettling the public (Permenkominfo 5/2020 art. 14(3), 9(5)). Which
categories those are is policy data; nobody makes another one urgent by asking.
"""

from dataclasses import dataclass
from datetime import datetime

from moderation_portal import policy
from moderation_portal.policy import Pack
from reports.models import ReporterKind

from . import deadlines
from .models import Urgency


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
    legal = urgency(category, source, book, at=opened_at)
    pace = Urgency.URGENT if is_hastened else legal
    return Weight(
        urgency=legal,
        first_look_at=deadlines.first_look(category, pace, opened_at, book),
        decide_at=deadlines.ours(pace, opened_at, book),
    )


def designators(pack: Pack, at: datetime) -> frozenset[str]:
    """The kinds of reporters whose telling brings a designation: their reports are not complete
    without it, so it is there once they are taken up."""
    return pack.official_sources(at) | {ReporterKind.REGULATOR}


def urgency(category: str, source: str, pack: Pack | None = None, *, at: datetime) -> str:
    """The urgency in law of a category, told by this kind of reporter (`ReporterKind`) at `at`."""
    book = pack or policy.pack()
    known = book.category(category)
    if known.needs_designation and source not in designators(book, at):
        return Urgency.ORDINARY
    return Urgency(known.urgency)
