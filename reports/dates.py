"""Days and instants as people write them into a table."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid
from moderation_portal.policy import pack

from .tellings import beginning_of

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d")


def instant_of(given: str) -> datetime | None:
    """The instant that a cell names, in the pack's zone, and of a day its first one; None for an
    empty cell. Raises Invalid for what is no date."""
    if not given:
        return None
    zone = ZoneInfo(pack().tz)
    try:
        found = datetime.fromisoformat(given)
        return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    for pattern in DAYS:
        try:
            day = datetime.strptime(given, pattern).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
        return beginning_of(day)
    raise Invalid(_("“%(date)s” is no date. Write it as 2026-03-17.") % {"date": given[:30]})
