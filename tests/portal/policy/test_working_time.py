"""Working hours: weekends, holidays, joint leave, decreed days, changes of the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from moderation_portal import policy
from moderation_portal.policy import check, working_time
from moderation_portal.policy.values import Calendar, RestDay, Shift, Words

HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 3, 13, 8, tzinfo=UTC)  # 15:00 in Jakarta
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar(name="business", **facts):
    return replace(policy.pack().calendar(name), **facts)


def round_the_clock(**facts):
    shifts = (Shift(days=WEEK, opens=time(0), closes=time(0)),)
    words = Words((("en", "always"),))
    given = {"code": "always", "name": words, "tz": "Europe/Brussels", "shifts": shifts}
    return Calendar(valid_from=date(2020, 1, 1), **given | facts)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"tz": "Asia/Atlantis"}, "the time zone “Asia/Atlantis” is not known."),
        ({"shifts": ()}, "nobody ever works by it."),
        ({"country": "XX"}, "there is no table of holidays (public) for “XX”."),
        ({"holidays": ("secret",)}, "there is no table of holidays (secret) for “ID”."),
        ({"code": "working"}, "this name is taken by promises without a calendar."),
    ],
)
def test_a_calendar_that_cannot_be_counted_by_is_told(facts, fault):
    pack = policy.pack()
    others = [one for one in pack.sections["calendars"] if one.code != "business"]
    faulty = replace(pack, sections=pack.sections | {"calendars": (calendar(**facts), *others)})
    code = facts.get("code", "business")
    assert check(faulty) == [f"calendars/{code}: {fault}"]


def test_what_is_never_worked_is_no_instant():
    idle = calendar(shifts=(Shift(days=(), opens=time(9), closes=time(17)),))
    with pytest.raises(OverflowError):
        working_time.after(idle, FRIDAY, HOUR)


def test_no_time_at_all_ends_where_it_began():
    assert working_time.after(calendar(), FRIDAY, timedelta(0)) == FRIDAY
    assert working_time.between(calendar(), FRIDAY, FRIDAY - HOUR) == timedelta(0)


def test_what_ends_with_a_shift_ends_at_its_close():
    assert working_time.after(calendar(), FRIDAY, 2 * HOUR) == FRIDAY + 2 * HOUR


def test_nights_and_weekends_do_not_count():
    """Two hours are left on Friday; the third ends on Monday at ten."""
    ends = working_time.after(calendar(), FRIDAY, 3 * HOUR)
    assert ends == datetime(2026, 3, 16, 3, tzinfo=UTC)
    assert working_time.between(calendar(), FRIDAY, ends) == 3 * HOUR


def test_joint_leave_rests_government_offices_and_not_businesses():
    """18 March 2026 is joint leave beside Nyepi."""
    start = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)  # 16:30 in Jakarta
    assert working_time.after(calendar(), start, HOUR) == datetime(2026, 3, 18, 2, 30, tzinfo=UTC)
    served = working_time.after(calendar("government"), start, HOUR)
    assert served == datetime(2026, 3, 25, 1, 30, tzinfo=UTC)


def test_a_decree_adds_a_day_of_rest_and_takes_one_away():
    monday = date(2026, 3, 16)
    decreed = RestDay(day=monday, name=Words((("id", "Libur daerah"),)))
    by_decree = calendar(rests_on=(decreed,))
    ends = working_time.after(by_decree, FRIDAY, 3 * HOUR)
    assert ends == datetime(2026, 3, 17, 3, tzinfo=UTC)
    resting = working_time.rests(by_decree, FRIDAY, ends, ["id", "en"])
    assert resting == {monday: {"id": "Libur daerah"}}
    nyepi = calendar(works_on=(date(2026, 3, 19),))
    assert (
        working_time.between(
            nyepi, datetime(2026, 3, 18, 17, tzinfo=UTC), datetime(2026, 3, 19, 17, tzinfo=UTC)
        )
        == 8 * HOUR
    )


def test_holidays_are_named_in_every_language_that_their_table_speaks():
    thursday = datetime(2026, 3, 19, tzinfo=UTC)
    resting = working_time.rests(calendar(), thursday, thursday, ["id", "en", "xx"])
    assert resting == {date(2026, 3, 19): {"id": "Hari Suci Nyepi", "en": "Day of Silence"}}


def test_a_holiday_on_a_weekend_is_no_loss_to_tell_of():
    saturday = datetime(2026, 3, 21, 3, tzinfo=UTC)  # Idul Fitri
    assert working_time.rests(calendar(), saturday, saturday, ["id"]) == {}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_shift_across_a_change_of_the_clock_lasts_as_long_as_it_lasts(day, hours):
    always = round_the_clock()
    midnight = datetime.combine(day, time(0), ZoneInfo(always.tz))
    next_midnight = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(always.tz))
    whole = working_time.between(always, midnight, next_midnight)
    assert whole == hours * HOUR
    assert working_time.after(always, midnight, whole) == next_midnight


def test_a_shift_may_end_on_the_next_day():
    nightly = round_the_clock(
        shifts=(Shift(days=WEEK, opens=time(22), closes=time(6)),), tz="Asia/Jakarta"
    )
    start = datetime(2026, 3, 17, 15, tzinfo=UTC)  # 22:00 in Jakarta
    assert working_time.after(nightly, start, 8 * HOUR) == start + 8 * HOUR
    assert working_time.after(nightly, start, 9 * HOUR) == start + 25 * HOUR
    late = start + 4 * HOUR
    assert working_time.after(nightly, late, HOUR) == late + HOUR
    assert working_time.between(nightly, late, start + 24 * HOUR) == 4 * HOUR


@pytest.mark.parametrize(("days", "ends"), [(1, 16), (2, 17), (3, 25)])
def test_days_of_work_end_with_the_last_shift_and_the_first_day_does_not_count(days, ends):
    """Of a Friday in March: Nyepi, the feast after Ramadan and its leave lie in between."""
    end = working_time.days_after(calendar("government"), FRIDAY, days)
    assert end == datetime(2026, 3, ends, 9, tzinfo=UTC)


def test_no_days_of_work_are_counted_where_nobody_works():
    with pytest.raises(OverflowError):
        working_time.days_after(calendar(shifts=()), FRIDAY, 1)


def test_the_days_to_decide_on_an_objection_are_counted_by_a_calendar_of_the_pack():
    pack = policy.pack()
    (limits,) = (replace(one, objection_calendar="moon") for one in pack.sections["limits"])
    faulty = replace(pack, sections=pack.sections | {"limits": (limits,)})
    assert check(faulty) == ["limits: there is no calendar “moon”."]
