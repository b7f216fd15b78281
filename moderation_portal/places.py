"""Where a page of a long list begins: an instant and an id, written into the address itself.

A row is never looked up by what an address says, so one that is hidden behaves like none at all.
"""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from .errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST_ID = 2**63 - 1


def write(place: datetime, pk: int) -> str:
    """`<instant in microseconds>.<id>`."""
    return f"{(place - EPOCH) // MICROSECOND}.{pk}"


def read(text: str) -> tuple[datetime, int] | None:
    """The place that `write` wrote; None for the empty text. Raises Invalid for anything else."""
    if not text:
        return None
    try:
        micros, pk = (int(part) for part in text.split("."))
        if abs(pk) > LARGEST_ID:
            raise OverflowError
        return EPOCH + micros * MICROSECOND, pk
    except (ValueError, OverflowError) as error:
        raise Invalid(_("This page address is broken. Open the list anew.")) from error


def beyond(order: str, place: date, pk: int, *, is_down: bool) -> Q:
    """What lies below or above a place in the order of an instant or a day and the id; its first
    half is there for the index."""
    way = "lt" if is_down else "gt"
    tie = Q(**{order: place, f"pk__{way}": pk})
    return Q(**{f"{order}__{way}e": place}) & (Q(**{f"{order}__{way}": place}) | tie)
