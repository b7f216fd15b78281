"""How instants, days, numbers and what people wrote look, on pages, in sentences and in letters.

Plain functions, which a verb calls for its sentences as a view does for its lines. Every one
answers in the active language and time zone.
"""

import re
from datetime import date, datetime
from functools import lru_cache

from django.utils.dates import MONTHS_3
from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext

from moderation_portal import defanging

# Characters that change how a line reads without being seen: direction marks, joiners, blanks.
UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


@lru_cache(maxsize=8)
def calendar_words(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How `language` writes an instant, one in a list, a day, and the twelve short months.

    Django's date filter takes 35 microseconds for what these take 5; a list has a hundred of them.
    """
    patterns = (
        pgettext("date and time", "{day} {month} {year}, {hour}:{minute}"),
        pgettext("date and time in a list", "{day} {month}, {hour}:{minute}"),
        pgettext("date", "{day} {month} {year}"),
    )
    return patterns, ("", *(str(MONTHS_3[month]).title() for month in range(1, 13)))


def stamp(value: datetime | date | None, form: int) -> str:
    """A date, or an aware datetime on the active zone's wall, in one of the `calendar_words`."""
    if value is None:
        return ""
    here = localtime(value) if isinstance(value, datetime) else value
    patterns, months = calendar_words(get_language() or "en")
    hour, minute = (here.hour, here.minute) if isinstance(here, datetime) else (0, 0)
    return patterns[form].format(
        day=here.day,
        month=months[here.month],
        year=here.year,
        hour=f"{hour:02}",
        minute=f"{minute:02}",
    )


def instant(value: datetime | None) -> str:
    """Date, time and zone: "18 Mar 2026, 12.36 WIB"; empty for None."""
    return f"{stamp(value, 0)} {localtime(value).tzname()}" if value else ""


def instant_short(value: datetime | None) -> str:
    """The same without the year, for lists: "18 Mar, 12.36 WIB"; empty for None."""
    return f"{stamp(value, 1)} {localtime(value).tzname()}" if value else ""


def day(value: datetime | date | None) -> str:
    """The day alone: "18 Mar 2026"; empty for None. Takes dates and aware datetimes."""
    return stamp(value, 2)


def told_time(value: datetime | None) -> str:
    """An instant that somebody told us: where they named the day alone, which is kept as the first
    instant of it, the day alone; else as `instant`."""
    if value is None:
        return ""
    here = localtime(value)
    return day(value) if (here.hour, here.minute, here.second) == (0, 0, 0) else instant(value)


def number(value: float | None, decimals: int | None = None) -> str:
    """A number with the language's separators: 1.240 or 85,5, rounded; empty for None."""
    if value is None:
        return ""
    if decimals is not None:
        value = round(value, decimals)  # the formatter itself cuts
    return number_format(value, decimals, use_l10n=True, force_grouping=True)


def bounded(count: int, most: int) -> str:
    """A count that stopped behind `most`, in words: “500”, or “500+” where there are more."""
    return f"{number(most)}+" if count > most else number(count)


def visible(text: str) -> str:
    """`text` with every unseen character written out as [U+202E], so that nothing hides in it.

    Browsers send a new line as two characters; the first of them is not worth a word.
    """
    lines = str(text).replace("\r\n", "\n")
    return UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)


def defang(text: str) -> str:
    """An address that nothing turns into a link: https://a.example/b -> hxxps://a[.]example/b."""
    return defanging.defang(visible(text))
