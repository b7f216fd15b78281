"""Who is away, who stands in, and who may say so."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases import absences
from cases.models import Absence
from moderation_portal import news
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, News
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 17)
DAY = timedelta(days=1)


def away(person=world.ayu, substitute=world.bima, begins=TODAY, ends=TODAY + 4 * DAY, **facts):
    told = {"kind": "leave", "actor": world.sri(), "at": AT, **facts}
    return absences.enter(person(), substitute=substitute(), begins_on=begins, ends_on=ends, **told)


@pytest.mark.parametrize("who", [world.bima, world.citra, world.auditor, world.steward])
def test_nobody_but_the_person_and_who_oversees_the_desk_enters_an_absence(who):
    with pytest.raises(Refused):
        away(actor=who())
    made = away(actor=world.ayu())
    with pytest.raises(Refused):
        absences.end(made, actor=who(), at=AT)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("ends_on", {"ends": TODAY - DAY}),
        ("ends_on", {"begins": TODAY - 3 * DAY, "ends": TODAY - DAY}),
        ("ends_on", {"ends": TODAY + 400 * DAY}),
        ("substitute", {"substitute": world.ayu}),
        ("substitute", {"substitute": world.auditor}),
        ("person", {"person": world.steward}),
        ("kind", {"kind": "ill"}),
    ],
)
def test_days_and_people_that_cannot_be_are_refused_at_their_field(field, wrong):
    with pytest.raises(Invalid) as refused:
        away(**wrong)
    assert set(refused.value.detail["fields"]) == {field}


def test_nobody_is_away_twice_on_one_day():
    away()
    with pytest.raises(Conflict):
        away(begins=TODAY + 4 * DAY, ends=TODAY + 9 * DAY)
    away(begins=TODAY + 5 * DAY, ends=TODAY + 9 * DAY)


def test_who_is_away_stands_in_for_nobody():
    away()
    with pytest.raises(Invalid):
        away(world.bima, world.ayu, begins=TODAY + DAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_name_each_other_at_once_one_is_refused():
    ayu, bima, sri = world.ayu(), world.bima(), world.sri()
    days = {"kind": "leave", "begins_on": TODAY, "ends_on": TODAY, "actor": sri, "at": AT}

    def enter(person, substitute):
        try:
            absences.enter(person, substitute=substitute, **days)
        except Invalid:
            return False
        return True

    assert sorted(at_once(lambda: enter(ayu, bima), lambda: enter(bima, ayu))) == [False, True]


def test_the_database_lets_nobody_stand_in_for_themselves():
    made = away()
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.filter(pk=made.pk).update(substitute=made.person)


def test_the_record_holds_the_days_and_not_the_reason():
    made = away(kind="course")
    event = Event.objects.get(kind="absence.entered")
    assert event.data["to"] == made.ends_on.isoformat()
    assert "course" not in str(event.data)


def test_an_absence_that_has_begun_ends_yesterday_and_another_is_gone():
    begun = away(begins=TODAY - DAY)
    later = away(begins=TODAY + 10 * DAY, ends=TODAY + 11 * DAY)
    for one in (begun, later):
        absences.end(one, actor=world.ayu(), at=AT)
    begun.refresh_from_db()
    assert begun.ends_on == TODAY - DAY
    assert not Absence.objects.filter(pk=later.pk).exists()
    assert absences.away(AT) == {}
    with pytest.raises(Conflict):
        absences.end(begun, actor=world.ayu(), at=AT)


def test_the_day_is_that_of_the_country_not_of_utc():
    away()
    assert world.ayu().pk in absences.away(AT)
    assert world.ayu().pk in absences.away(AT + 4 * DAY)
    assert absences.away(AT + 4 * DAY + timedelta(hours=14, minutes=1)) == {}


def test_what_the_absent_are_told_their_substitute_is_told_as_well(monkeypatch):
    monkeypatch.setitem(news._WORDS, "tea", lambda facts: "Tea is ready.")
    away()
    News.objects.all().delete()
    ayu, bima, citra = world.ayu(), world.bima(), world.citra()
    assert news.tell([ayu, citra], "tea", address="/", at=AT) == sorted([ayu.pk, bima.pk, citra.pk])
    (line,) = news.worded(news.of(bima))
    assert "Ayu Lestari" in line.words
    assert line.words.endswith("Tea is ready.")
    assert news.worded(news.of(ayu))[0].words == "Tea is ready."


def test_where_the_substitute_is_away_as_well_theirs_is_told(monkeypatch):
    monkeypatch.setitem(news._WORDS, "tea", lambda facts: "Tea is ready.")
    away()
    away(world.bima, world.citra)
    News.objects.all().delete()
    everybody = [world.ayu().pk, world.bima().pk, world.citra().pk]
    assert news.tell([world.ayu()], "tea", address="/", at=AT) == sorted(everybody)
    assert "Ayu Lestari" in news.worded(news.of(world.citra()))[0].words


def test_of_a_sealed_matter_an_uncleared_substitute_is_not_told(monkeypatch):
    monkeypatch.setitem(news._WORDS, "tea", lambda facts: "Tea is ready.")
    away(world.citra, world.bima)
    assert news.tell([world.citra()], "tea", address="/", at=AT, is_sealed=True) == [
        world.citra().pk
    ]


def test_the_substitute_is_told_of_the_absence():
    away()
    told = News.objects.filter(kind="absence.entered").values_list("person__name", flat=True)
    assert set(told) == {"Bima Saputra", "Ayu Lestari"}
