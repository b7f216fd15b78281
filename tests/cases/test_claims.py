"""The platforms' word, tested at random: how many are drawn, who looks, what both sides read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from cases import claims, removal
from cases.models import ClaimLook, ClaimSample, Target
from cases.notices import seeing
from cases.shares import sample_size
from moderation_portal.models import Event
from moderation_portal.news import of as news_of
from reports.models import ReportedAccount
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
# AT is in March; this is on the second of April.
NEXT = AT + timedelta(days=16)
MICHAT = ["michat: satu_1", "michat: dua_2", "michat: tiga_3"]


def claimed(*accounts, at=AT, **facts):
    """An order that the platform says it has followed."""
    made = world.served_notice(*accounts or MICHAT, at=at, **facts)
    world.answer(made, "removed", at=at + HOUR)
    return made


def draw(at=NEXT):
    return claims.draw_month(at)


def see(result, at=NEXT + HOUR, target=None):
    pk = target or Target.objects.earliest("pk").pk
    removal.observe([pk], result, actor=world.ayu(), method="person", at=at)


# What is never drawn


def test_the_sealed_is_not_drawn():
    claimed("michat: satu_1")
    sealed = world.served_notice("michat: kuncup_1", category=world.CHILD)
    world.answer(sealed, "removed", at=AT + HOUR, actor=world.cleared_joko())
    (sample,) = draw()
    assert sample.pool == 1
    assert ClaimLook.objects.get().item.notice.handling == "ordinary"


@pytest.mark.parametrize("code", ["refused", "needs_info", "needs_time"])
def test_what_nobody_claimed_is_not_drawn(code):
    world.answer(world.served_notice(), code, reason="x", at=AT)
    assert draw() == []


def test_what_is_known_to_stand_is_not_drawn():
    claimed("michat: satu_1")
    see("present", AT + 3 * HOUR)
    assert draw() == []


def test_claims_of_another_month_are_not_drawn():
    claimed()
    assert draw(AT) == []
    assert draw(NEXT + timedelta(days=40)) == []


# Drawing


def test_a_month_is_drawn_once():
    claimed()
    (sample,) = draw()
    assert draw(NEXT + HOUR) == []
    assert (sample.pool, sample.looks.count()) == (3, sample_size(3, 5, 95)) == (3, 3)
    assert (sample.bound, sample.confidence) == (5, 95)
    (event,) = Event.objects.filter(kind=claims.DRAWN)
    assert event.data["seed"] == sample.seed


def test_what_is_drawn_follows_from_the_seed():
    claimed(*[f"michat: akun_{n}" for n in range(40)])
    (sample,) = draw()
    pool = claims.claims(sample.begins_on, sample.ends_on)
    size = sample_size(40, 5, 95)
    again = [item.pk for item in claims.in_order(pool, sample.seed)[:size]]
    assert size < 40
    assert set(again) == set(sample.looks.values_list("item", flat=True))


def test_where_a_machine_may_look_it_does_and_persons_share_the_others():
    claimed()
    world.bima()
    citizen = world.person("eka@komdigi.example", "Eka", "caseworker")
    (first, *others) = ReportedAccount.objects.order_by("pk")
    ReportedAccount.objects.filter(pk=first.pk).update(url="https://x.com/a", visibility="public")
    Target.objects.filter(account=first).update(visibility="public", next_check_at=None)
    draw()
    lookers = dict(ClaimLook.objects.values_list("item__target__account", "looker__name"))
    assert lookers.pop(first.pk) is None
    assert Target.objects.get(account=first).next_check_at == NEXT
    assert set(lookers.values()) == {"Bima Saputra", "Eka"}, "Ayu decided the case"
    assert news_of(citizen).get().kind == claims.DRAWN
    assert len(others) == 2


def test_a_recheck_that_is_due_anyway_keeps_its_day():
    claimed("michat: satu_1")
    ReportedAccount.objects.update(url="https://x.com/a", visibility="public")
    Target.objects.update(visibility="public", next_check_at=NEXT + HOUR)
    draw()
    assert Target.objects.get().next_check_at == NEXT + HOUR


# What came of it


def test_both_sides_read_what_came_of_it(client):
    claimed()
    draw()
    see("present")
    platform = world.michat()
    told = claims.newest(platform)
    assert (told.size, told.looked_at, told.false) == (3, 1, 1)
    assert told == claims.newest(platform, seeing.told)
    with translation.override("id"):
        sentence = told.sentence()
    for reader, page in (
        (world.ayu(), reverse("cases:platform", args=[platform.pk])),
        (world.rina(), reverse("cases:platform_home")),
    ):
        assert sentence in world.sign_in(client, reader).get(page).content.decode()


def test_what_was_seen_before_the_draw_or_told_nothing_does_not_count():
    claimed("michat: satu_1")
    see("gone", AT + 3 * HOUR)
    draw()
    see("login_walled")
    assert claims.newest(world.michat()).looked_at == 0
    see("gone", NEXT + 2 * HOUR)
    assert claims.newest(world.michat()).looked_at == 1
    assert claims.newest(world.whatsapp()) is None


# The page


def page(client, who):
    return world.sign_in(client, who).get(reverse("cases:claims"))


def test_everybody_sees_what_is_theirs_to_look_at(client):
    claimed()
    world.bima()
    draw()
    assert "satu_1" in page(client, world.bima()).content.decode()
    assert "satu_1" not in page(client, world.ayu()).content.decode()
    assert "Bima Saputra" in page(client, world.sri()).content.decode()
    assert page(client, world.auditor()).status_code == 404


def test_what_was_looked_at_leaves_the_page(client):
    claimed("michat: satu_1")
    world.bima()
    draw()
    see("gone")
    assert "satu_1" not in page(client, world.bima()).content.decode()


def test_what_nobody_was_free_to_look_at_is_seen_by_who_oversees(client):
    claimed("michat: satu_1")
    draw()
    assert ClaimLook.objects.get().looker is None
    assert "satu_1" in page(client, world.sri()).content.decode()
    assert ClaimSample.objects.get().drawn_at == NEXT
