"""Ten thousand due times against a count that knows no shifts, offsets or sums.

The other count walks through the years a quarter of an hour at a time, asks of each what the wall
clock of the zone shows, and ticks off what is worked. Instants and lengths lie on that grid.
"""

import random
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from time import tzset
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import holidays
import pytest

from cases import deadlines
from moderation_portal import policy
from moderation_portal.policy.values import Calendar, RestDay, Shift, Words

MANY = 10_000
QUARTER = timedelta(minutes=15)
FIRST = datetime(2023, 12, 1, tzinfo=UTC)
LAST = datetime(2028, 4, 1, tzinfo=UTC)  # leap days of 2024 and 2028, Lebaran of five years
QUARTERS = (LAST - FIRST) // QUARTER
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = {
    "Asia/Jakarta": "ID",
    "Asia/Singapore": "SG",
    "Europe/Brussels": "BE",
    "America/New_York": "US",
    "Asia/Kathmandu": "NP",
    "Pacific/Chatham": "NZ",
}


def made(zone: str, country: str, rng: random.Random) -> Calendar:
    """Office hours of a zone on some days of the week, with holidays and days decreed."""
    days = tuple(rng.sample(WEEK, rng.randint(2, 7)))
    opens = rng.randint(6 * 4, 12 * 4)
    closes = rng.randint(opens + 4, 23 * 4)
    decreed = [date(2024, 1, 1) + timedelta(days=rng.randrange(1500)) for _ in range(40)]
    return Calendar(
        code="made",
        name=Words((("en", zone),)),
        valid_from=date(2020, 1, 1),
        tz=zone,
        shifts=(Shift(days=days, opens=wall(opens), closes=wall(closes)),),
        country=country,
        holidays=("public", "government") if country == "ID" else ("public",),
        rests_on=tuple(RestDay(day=day, name=Words((("en", "decreed"),))) for day in decreed[:20]),
        works_on=tuple(decreed[20:]),
    )


def wall(quarters: int) -> time:
    return time(quarters // 4, quarters % 4 * 15)


def resting(calendar: Calendar) -> set[date]:
    years = range(FIRST.year, LAST.year + 1)
    kept = set(
        holidays.country_holidays(calendar.country, years=years, categories=calendar.holidays)
    )
    return (kept | {one.day for one in calendar.rests_on}) - set(calendar.works_on)


def ticks(calendar: Calendar) -> list[int]:
    """How many quarters have been worked before each quarter of the years."""
    (shift,), rest, zone = calendar.shifts, resting(calendar), ZoneInfo(calendar.tz)
    works = {WEEK.index(day) for day in shift.days}

    def is_worked(quarter: int) -> bool:
        shown = (FIRST + quarter * QUARTER).astimezone(zone)
        if shown.weekday() not in works or shown.date() in rest:
            return False
        return shift.opens <= shown.time() < shift.closes

    return list(accumulate((is_worked(one) for one in range(QUARTERS)), initial=0))


def counted(worked: list[int], start: int, length: int) -> datetime:
    """The end of the quarter in which the last wanted one is ticked off."""
    return FIRST + bisect_left(worked, worked[start] + length) * QUARTER


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Jakarta"])
def machine_zone(request, monkeypatch):
    """The zone that the machine believes itself to be in."""
    monkeypatch.setenv("TZ", request.param)
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.mark.slow
def test_ten_thousand_promises_in_working_hours_end_when_they_end():
    rng = random.Random(20260317)
    wrong = []
    for zone, country in ZONES.items():
        calendar = made(zone, country, rng)
        worked = ticks(calendar)
        pack = SimpleNamespace(calendars=lambda at, only=calendar: (only,))
        for _ in range(-(-MANY // len(ZONES))):
            start, length = rng.randrange(QUARTERS // 2), rng.randint(1, 160)
            served = FIRST + start * QUARTER
            promise = {"target_hours": length / 4, "calendar": "made"}
            due = deadlines.promised(promise, served, pack)
            if due != counted(worked, start, length):
                wrong.append((zone, served, length / 4, due))
    assert wrong == []


@pytest.mark.usefixtures("machine_zone")
def test_ten_thousand_orders_are_due_so_many_clock_hours_later_wherever_the_machine_stands():
    """Counted in seconds since the epoch, which know neither zones nor leap days."""
    rng, pack = random.Random(5), policy.pack()
    wrong = []
    for _ in range(MANY):
        seconds = rng.randrange(int(FIRST.timestamp()), int(LAST.timestamp()))
        served = datetime.fromtimestamp(seconds, ZoneInfo(rng.choice(list(ZONES))))
        urgency, hours = rng.choice([("ordinary", 24), ("urgent", 4)])
        order = SimpleNamespace(notice=SimpleNamespace(rung="order"))
        due = deadlines.due(order, pack.ladder(urgency, served), served).at
        if due.timestamp() != seconds + hours * 3600:
            wrong.append((served, urgency, due))
    assert wrong == []
