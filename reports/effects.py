"""What an order came to, for the formal requester who asked for it: the platform's answer, and how
long it keeps the data.

This room reads no case: the room to the right that knows registers here how it is asked. Whether a
requester is told at all stands in the policy pack (`Source.hears_answers`). Of sealed matters
nobody is told more than the projection says, for no contact point is cleared.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation_portal.policy import pack

from .models import FormalRequest, Handling, ReportItem


@dataclass(frozen=True)
class Preservation:
    """A letter that asked a platform to keep data: when, when it was handed over, and until when
    the platform is asked to keep them. None of them says that it did."""

    asked_at: datetime
    received_at: datetime | None
    until: datetime


@dataclass(frozen=True)
class Effect:
    """What became of one account: each step with its instant, the answer in the pack's words."""

    ordered_at: datetime | None = None
    answer: str = ""
    reason: str = ""
    answered_at: datetime | None = None
    gone_at: datetime | None = None
    preservation: Preservation | None = None


Reader = Callable[[Collection[int]], Mapping[int, Effect]]
Ends = Callable[[Collection[int]], Mapping[int, datetime]]
_READERS: list[tuple[Reader, Ends]] = []


def register(reader: Reader, ends: Ends) -> None:
    """`reader` gives the effects of report items by their ids; `ends` by the ids of formal requests
    when the newest letter asked for them to keep data ends."""
    _READERS[:] = [(reader, ends)]


def of(request: FormalRequest, items: Collection[ReportItem]) -> Mapping[int, Effect]:
    """Item id -> what became of it, for those of a request whose source may know."""
    is_told = request.agency is not None and pack().source(request.agency.kind).hears_answers
    if not is_told or request.handling != Handling.ORDINARY:
        return {}
    found: dict[int, Effect] = {}
    for reader, _ends in _READERS:
        found |= reader([item.pk for item in items])
    return found


def ends_of(requests: Collection[FormalRequest]) -> Mapping[int, datetime]:
    """Request id -> when the platforms need no longer keep the data; of ordinary ones that wanted
    them kept."""
    ids = [
        one.pk
        for one in requests
        if one.is_preservation_wanted and one.handling == Handling.ORDINARY
    ]
    found: dict[int, datetime] = {}
    for _reader, ends in _READERS:
        found |= ends(ids) if ids else {}
    return found


def is_ending(until: datetime, at: datetime) -> bool:
    """Whether it is time to ask for longer."""
    return until - at <= timedelta(days=pack().limits_at(at).preserve_reminder_days)
