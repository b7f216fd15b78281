"""Who stands in for whom, and who may say so."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from platforms import deputies
from platforms.models import Deputy, Representative
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 17)
WEEK = timedelta(days=7)


def own(user):
    return user.representative


def nadia():
    user = world.person("nadia@michat.example", "Nadia Putri", "responder")
    return world.representative(user, world.michat(), Representative.Kind.RESPONDER)


def named(absent=None, deputy=None, *, starts_on=TODAY, ends_on=TODAY + WEEK, actor=None, at=AT):
    return deputies.name(
        own(absent or world.joko()),
        own(deputy or nadia()),
        starts_on=starts_on,
        ends_on=ends_on,
        actor=actor or world.rina(),
        at=at,
    )


def stranger():
    user = world.person("nina@whatsapp.example", "Nina Utami", "platform_admin")
    return world.representative(user, world.whatsapp(), Representative.Kind.ADMINISTRATOR)


@pytest.mark.parametrize("who", [world.joko, world.ayu, world.steward, stranger])
def test_only_the_administrator_of_that_platform_names_and_ends_one(who):
    with pytest.raises(Refused):
        named(actor=who())
    made = named()
    with pytest.raises(Refused):
        deputies.end(made.pk, actor=who(), at=AT)
    assert Deputy.objects.get().ended_at is None


def test_a_person_of_another_platform_stands_in_for_nobody_here():
    with pytest.raises(Refused):
        named(deputy=stranger())


def test_an_administrator_who_was_switched_off_names_nobody():
    Representative.objects.filter(user=world.rina()).update(is_active=False)
    with pytest.raises(Refused):
        named()


@pytest.mark.parametrize(
    "days",
    [
        {"ends_on": TODAY - WEEK},
        {"starts_on": TODAY - 2 * WEEK, "ends_on": TODAY - WEEK},
        {"ends_on": TODAY + timedelta(days=93)},
    ],
)
def test_days_that_cannot_be_meant_are_refused(days):
    with pytest.raises(Invalid):
        named(**days)


def test_nobody_stands_in_for_themselves_or_while_they_are_away():
    with pytest.raises(Invalid):
        named(world.joko(), world.joko())
    named(world.joko(), nadia())
    with pytest.raises(Invalid):
        named(world.rina(), world.joko())
    with pytest.raises(Conflict):
        named(world.joko(), world.rina())


def test_whoever_stands_in_is_not_away_before_that_is_ended():
    made = named(world.joko(), nadia())
    with pytest.raises(Conflict):
        named(nadia(), world.rina(), starts_on=TODAY + WEEK, ends_on=TODAY + 2 * WEEK)
    deputies.end(made.pk, actor=world.rina(), at=AT)
    named(nadia(), world.rina(), starts_on=TODAY + WEEK, ends_on=TODAY + 2 * WEEK)


def test_somebody_who_answers_no_more_is_not_named():
    Representative.objects.filter(user=nadia()).update(is_active=False)
    with pytest.raises(Conflict):
        named()


def test_one_stands_in_from_the_first_day_to_the_last_in_the_platforms_zone():
    named(starts_on=TODAY + WEEK, ends_on=TODAY + WEEK)
    zone = ZoneInfo(world.michat().time_zone)
    begin = datetime.combine(TODAY + WEEK, time(), zone)
    for at, expected in (
        (begin - timedelta(seconds=1), 0),
        (begin, 1),
        (begin + timedelta(hours=24), 0),
    ):
        assert len(deputies.current(world.michat(), at)) == expected


def test_whoever_was_switched_off_or_ended_stands_in_no_more():
    made = named()
    assert list(deputies.current(world.michat(), AT)) == [made]
    Representative.objects.filter(user=nadia()).update(is_active=False)
    assert not deputies.current(world.michat(), AT)
    Representative.objects.filter(user=nadia()).update(is_active=True)
    deputies.end(made.pk, actor=world.rina(), at=AT)
    assert not deputies.current(world.michat(), AT)


def test_both_are_recorded():
    deputies.end(named().pk, actor=world.rina(), at=AT)
    found = Event.objects.filter(kind__startswith="deputy.").order_by("id")
    assert [event.kind for event in found] == ["deputy.named", "deputy.ended"]
    assert {event.actor_id for event in found} == {world.rina().pk}
    assert "@" not in str([event.data for event in found])
