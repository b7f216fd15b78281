"""Working hours: when so many of them have passed, and how many lie between two instants. Pure.

Calendars are the policy pack's (`calendars`). The wall of the calendar's own zone decides what is
worked, and the time worked is the time that really passed: a shift across a change of the clock is
an hour shorter or longer.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from .values import Calendar

DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# No promise runs longer; a calendar on which nobody ever works ends here.
LONGEST = timedelta(days=3660)


def after(calendar: Calendar, at: datetime, length: timedelta) -> datetime:
    """The instant (UTC) at which `length` of working time has passed since `at`.

    What ends with a shift ends at its close, not at the next opening. Raises OverflowError where
    that much is not worked within ten years.
    """
    if length <= timedelta(0):
        return at.astimezone(UTC)
    left, day = length, _day(calendar, at) - DAY
    while day < _day(calendar, at) + LONGEST:
        for opens, closes in _shifts(calendar, day):
            begins = max(opens, at)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta(0))
        day += DAY
    raise OverflowError(f"{calendar.code}: {length} are not worked within {LONGEST}")


def days_after(calendar: Calendar, at: datetime, days: int) -> datetime:
    """The close (UTC) of the so-manieth day of work after the day of `at`, which itself does not
    count. Raises OverflowError where so many are not worked within ten years."""
    day, last, left = _day(calendar, at), at.astimezone(UTC), days
    end = day + LONGEST
    while left > 0:
        day += DAY
        if day > end:
            raise OverflowError(f"{calendar.code}: {days} days are not worked within {LONGEST}")
        closes = [closes for _opens, closes in _shifts(calendar, day)]
        if closes:
            last, left = max(closes), left - 1
    return last


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two instants; none where the second is not later."""
    worked, day = timedelta(0), _day(calendar, start) - DAY
    while day <= _day(calendar, end):
        for opens, closes in _shifts(calendar, day):
            worked += max(min(closes, end) - max(opens, start), timedelta(0))
        day += DAY
    return worked


def rests(
    calendar: Calendar, start: datetime, end: datetime, languages: Iterable[str]
) -> dict[date, dict[str, str]]:
    """The holidays from the day of one instant to that of another on which work would have been:
    day -> language -> what it is called, as far as the table of holidays speaks that language."""
    first, last = _day(calendar, start), _day(calendar, end)
    days = (first + number * DAY for number in range((last - first).days + 1))
    resting = [day for day in days if _week(calendar, day) and _is_holiday(calendar, day)]
    return {day: _names(calendar, day, languages) for day in resting}


def faults(calendar: Calendar) -> Iterator[str]:
    """What keeps a calendar from being counted by, as sentences."""
    try:
        ZoneInfo(calendar.tz)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"the time zone “{calendar.tz}” is not known."
    if not any(shift.days for shift in calendar.shifts):
        yield "nobody ever works by it."
    if calendar.country:
        try:
            holidays.country_holidays(calendar.country, categories=calendar.holidays)
        except (NotImplementedError, ValueError):
            kinds = ", ".join(calendar.holidays)
            yield f"there is no table of holidays ({kinds}) for “{calendar.country}”."


def _day(calendar: Calendar, at: datetime) -> date:
    return at.astimezone(ZoneInfo(calendar.tz)).date()


def _shifts(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The shifts of a day as instants, earliest first."""
    if _is_holiday(calendar, day):
        return
    for opens, closes in _week(calendar, day):
        ends_on = day if closes > opens else day + DAY
        yield _instant(day, opens, calendar.tz), _instant(ends_on, closes, calendar.tz)


def _week(calendar: Calendar, day: date) -> list[tuple[time, time]]:
    name = WEEKDAYS[day.weekday()]
    return sorted((one.opens, one.closes) for one in calendar.shifts if name in one.days)


def _instant(day: date, wall: time, tz: str) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(tz)).astimezone(UTC)


def _is_holiday(calendar: Calendar, day: date) -> bool:
    """The pack's own days come before those of the table."""
    if day in calendar.works_on:
        return False
    return any(one.day == day for one in calendar.rests_on) or day in _table(calendar, day.year)


def _names(calendar: Calendar, day: date, languages: Iterable[str]) -> dict[str, str]:
    for one in calendar.rests_on:
        if one.day == day:
            return dict(one.name)
    known = {spoken.split("_")[0]: spoken for spoken in _supported(calendar.country)}
    return {
        language: _table(calendar, day.year, known[language])[day]
        for language in languages
        if language in known
    }


def _supported(country: str) -> tuple[str, ...]:
    return tuple(holidays.country_holidays(country).supported_languages)


@lru_cache(maxsize=256)
def _table(calendar: Calendar, year: int, language: str | None = None) -> Mapping[date, str]:
    """The holidays that a country keeps in a year."""
    if not calendar.country:
        return {}
    return dict(
        holidays.country_holidays(
            calendar.country, years=year, categories=calendar.holidays, language=language
        )
    )
