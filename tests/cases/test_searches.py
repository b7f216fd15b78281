"""Saved searches: kept, shared, and told of."""

from datetime import timedelta

import pytest

from cases import decisions, searches
from cases.models import SavedSearch
from moderation_portal import news, outbox
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def saved(owner, name="Baru", *, at=AT, view="open", given=None, **facts):
    return searches.save({"view": view, **(given or {})}, name, owner=owner, at=at, **facts)


def told(person):
    """What this person's page of news says of searches, the latest first."""
    return [(row.kind, row.facts["n"]) for row in news.of(person) if row.kind == "search.hits"]


@pytest.mark.parametrize(
    "who", [world.auditor, world.steward, world.rina, world.polisi, world.lurah]
)
def test_who_does_not_work_the_queue_saves_nothing(who):
    with pytest.raises(Refused):
        saved(who())


@pytest.mark.parametrize("name", ["", "   ", "Baru", " Baru "])
def test_a_search_has_a_name_of_its_own(name):
    saved(world.ayu(), "Baru")
    with pytest.raises(Invalid):
        saved(world.ayu(), name)
    saved(world.bima(), "Baru")


def test_nobody_keeps_more_than_a_margin_holds(monkeypatch):
    monkeypatch.setattr(searches, "MOST_OWN", 1)
    saved(world.ayu())
    with pytest.raises(Invalid):
        saved(world.ayu(), "Lain")


def test_a_search_that_is_longer_than_any_can_be_is_not_kept():
    with pytest.raises(Invalid):
        saved(world.ayu(), given={"category": "x" * 400})


def test_however_much_is_shared_ones_own_searches_stay_in_the_margin(monkeypatch):
    monkeypatch.setattr(searches, "MOST_READ", 2)
    for n in range(2):
        saved(world.sri(), f"A{n}", is_shared=True)
    own = saved(world.ayu(), "Z")
    assert searches.shown_to(world.ayu())[0] == own


def test_a_change_keeps_what_its_owner_was_told_meanwhile():
    search = saved(world.ayu(), cadence="hourly")
    world.case()
    assert searches.look(search.pk, at=AT + HOUR) == 1
    searches.change(search, "Lain", actor=world.ayu(), at=AT + HOUR, cadence="hourly")
    assert searches.look(search.pk, at=AT + 2 * HOUR) == 0, "it was told of already"


def test_what_was_removed_meanwhile_is_not_changed():
    search = saved(world.ayu())
    searches.remove(SavedSearch.objects.get(), actor=world.ayu(), at=AT)
    with pytest.raises(Conflict):
        searches.change(search, "Lain", actor=world.ayu(), at=AT)
    assert not SavedSearch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_searches_renamed_alike_at_once_one_is_refused():
    one, other = (saved(world.ayu(), name) for name in ("Satu", "Dua"))
    ayu = world.ayu()

    def rename(search):
        try:
            searches.change(search, "Sama", actor=ayu, at=AT)
        except Invalid:
            return False
        return True

    assert sorted(at_once(lambda: rename(one), lambda: rename(other))) == [False, True]


def test_supervisors_share_and_caseworkers_do_not():
    with pytest.raises(Refused):
        saved(world.ayu(), is_shared=True)
    shared = saved(world.sri(), is_shared=True)
    assert searches.shown_to(world.ayu()) == [shared]
    own = saved(world.ayu(), "Milik saya")
    assert searches.shown_to(world.ayu()) == [own, shared]
    assert searches.shown_to(world.bima()) == [shared]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "caseworker"}])
def test_what_somebody_shared_who_may_not_any_more_leaves_the_margins(change):
    saved(world.sri(), is_shared=True)
    User.objects.filter(pk=world.sri().pk).update(**change)
    assert searches.shown_to(world.ayu()) == []


def test_a_search_among_sealed_cases_is_not_shared_and_ends_with_the_clearance():
    ratna = world.cleared_sri()
    with pytest.raises(Invalid):
        saved(ratna, view="sealed", is_shared=True)
    own = saved(ratna, view="sealed")
    assert searches.shown_to(ratna) == [own]
    User.objects.filter(pk=ratna.pk).update(is_cleared=False)
    ratna.refresh_from_db()
    assert searches.shown_to(ratna) == []


def test_only_its_owner_changes_or_removes_a_search():
    search = saved(world.sri(), is_shared=True)
    for verb in (
        lambda: searches.change(search, "Lain", actor=world.ayu(), at=AT),
        lambda: searches.remove(search, actor=world.ayu(), at=AT),
    ):
        with pytest.raises(Refused):
            verb()
    searches.change(search, "Lain", actor=world.sri(), at=AT)
    assert SavedSearch.objects.get().name == "Lain"
    searches.remove(search, actor=world.sri(), at=AT)
    assert not SavedSearch.objects.exists()


def test_a_query_is_kept_in_one_form():
    one = searches.normalised({"urgency": "urgent", "category": "gambling", "view": "new", "x": 1})
    other = searches.normalised(
        {"view": "new", "category": "gambling", "state": "", "urgency": "urgent", "after": "1.2"}
    )
    assert one == other == "view=new&category=gambling&urgency=urgent"


@pytest.mark.parametrize(
    "query",
    [
        "view=open&platform=x",
        "view=open&platform=-1",
        "view=open&owner=%C2%B2",
        f"view=open&owner={'9' * 40}",
        "view=open&urgency=%00",
        f"view=open&category={'x' * 400}",
        "view=open&category=no-longer",
        "view=open&state=closed",
    ],
)
def test_what_a_filter_does_not_know_finds_nothing_instead_of_everything(query):
    world.case()
    _view, cases = searches.matching(query, world.ayu(), at=AT)
    assert not cases.exists()


def test_the_owner_is_told_once_an_hour_when_enough_is_new():
    ayu = world.ayu()
    world.case("michat: bunga_1")
    search = saved(ayu, cadence="hourly", threshold=2)
    world.case("michat: bunga_2")
    assert searches.look(search.pk, at=AT + HOUR) == 0
    world.case("michat: bunga_3")
    assert searches.look(search.pk, at=AT + HOUR + timedelta(minutes=5)) == 0, "once in a slot"
    assert searches.look(search.pk, at=AT + 2 * HOUR) == 2
    assert told(ayu) == [("search.hits", 2)]
    world.case("michat: bunga_4")
    assert searches.look(search.pk, at=AT + 3 * HOUR) == 0, "one is not two"
    assert told(ayu) == [("search.hits", 2)]


def test_what_colleagues_moved_into_a_search_is_new_in_it():
    ayu, case = world.ayu(), world.case()
    search = saved(ayu, view="mine", cadence="daily")
    decisions.assign([case], owner=ayu, actor=world.sri(), at=AT)
    assert searches.look(search.pk, at=AT + HOUR) == 0, "not before tomorrow"
    assert searches.look(search.pk, at=AT + DAY) == 1


def test_in_a_large_search_what_came_in_since_is_new(monkeypatch):
    monkeypatch.setattr(searches, "MOST_KNOWN", 2)
    for n in range(3):
        world.case(f"michat: bunga_{n}")
    search = saved(world.ayu(), cadence="hourly")
    assert searches.look(search.pk, at=AT + HOUR) == 0
    world.case("michat: bunga_4", at=AT + HOUR)
    assert searches.look(search.pk, at=AT + 2 * HOUR) == 1


def test_nobody_hears_of_sealed_cases_whose_clearance_has_ended():
    ratna = world.cleared_sri()
    search = saved(ratna, cadence="hourly")
    world.child_case("michat: melati_12")
    User.objects.filter(pk=ratna.pk).update(is_cleared=False)
    assert searches.look(search.pk, at=AT + HOUR) == 0
    assert told(ratna) == []


def test_news_of_sealed_hits_is_sealed():
    ratna = world.cleared_sri()
    search = saved(ratna, cadence="hourly")
    world.child_case("michat: melati_12")
    assert searches.look(search.pk, at=AT + HOUR) == 1
    assert news.of(ratna).get().is_sealed
    User.objects.filter(pk=ratna.pk).update(is_cleared=False)
    ratna.refresh_from_db()
    assert told(ratna) == []


def test_somebody_who_has_left_is_told_nothing():
    ayu = world.ayu()
    search = saved(ayu, cadence="hourly")
    world.case()
    User.objects.filter(pk=ayu.pk).update(is_active=False)
    assert searches.look(search.pk, at=AT + HOUR) == 0


def test_the_pump_has_every_search_looked_at_once_in_its_slot():
    hourly, daily = (
        saved(world.ayu(), cadence, cadence=cadence) for cadence in ("hourly", "daily")
    )
    saved(world.bima())
    world.case()
    for _twice in range(2):
        outbox.enqueue("searches.look_up", {}, lane="internal", at=AT + HOUR)
        while outbox.drain("internal", at=AT + HOUR):
            pass
    assert told(world.ayu()) == [("search.hits", 1)]
    hourly.refresh_from_db()
    daily.refresh_from_db()
    assert (hourly.looked_at, daily.looked_at) == (AT + HOUR, AT)


def test_whoever_is_given_cases_hears_of_it_once_and_whoever_takes_them_does_not():
    ayu = world.ayu()
    cases = [world.case(f"michat: bunga_{n}") for n in range(2)]
    decisions.assign(cases[:1], owner=ayu, actor=world.sri(), at=AT)
    decisions.assign(cases[1:], owner=world.sri(), actor=world.sri(), at=AT)
    decisions.assign(cases, owner=ayu, actor=world.dewi(), at=AT)
    rows = list(news.of(ayu))
    addresses = {row.facts["n"]: row.address for row in rows}
    assert addresses == {1: f"/cases/{cases[0].pk}/", 2: "/cases/?view=mine"}
    assert not news.of(world.sri()).exists()
    assert all("assigned" in one.words or "menugaskan" in one.words for one in news.worded(rows))
