"""News: who is told, who sees it, and what is counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation_portal import news, places
from moderation_portal.models import News, User
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words(monkeypatch):
    """One kind of news, known for as long as the test."""
    monkeypatch.setattr(news, "_WORDS", {"tea": lambda facts: facts["what"]})


def tell(*people, what="Kettle", **facts):
    told = {"address": "/cases/7/", "facts": {"what": what}, "at": AT, **facts}
    return news.tell(people, "tea", **told)


def unread(user) -> int:
    return User.objects.get(pk=user.pk).unread_news


def test_telling_costs_the_same_however_many_are_told(django_assert_num_queries):
    everybody = [world.ayu(), world.sri(), world.dewi(), world.steward()]
    with CaptureQueriesContext(connection) as one:
        tell(everybody[0])
    with django_assert_num_queries(len(one)):
        tell(*everybody)
    assert [unread(who) for who in everybody] == [2, 1, 1, 1]


def page(client, user, query=""):
    return world.sign_in(client, user).get(reverse("news") + query).content.decode()


def test_a_kind_without_words_is_no_news():
    with pytest.raises(KeyError):
        news.tell([world.ayu()], "coffee", address="/", at=AT)


def test_the_uncleared_are_not_told_of_what_is_sealed():
    ayu, citra = world.ayu(), world.citra()
    assert tell(ayu, citra, is_sealed=True) == [citra.pk]
    assert (unread(ayu), unread(citra)) == (0, 1)


def test_whoever_has_lost_the_clearance_no_longer_sees_what_was_told_before(client):
    ratna = world.cleared_sri()
    tell(ratna, is_sealed=True, what="Secret")
    User.objects.filter(pk=ratna.pk).update(is_cleared=False)
    ratna.refresh_from_db()
    assert "Secret" not in page(client, ratna)
    assert unread(ratna) == 0


def test_closed_accounts_are_not_told():
    bima = world.bima()
    bima.is_active = False
    assert tell(bima) == []


def test_nobody_reads_the_news_of_another(client):
    tell(world.ayu())
    assert "Kettle" not in page(client, world.bima())


def test_the_number_of_new_lines_stands_in_the_header_until_they_are_read(client):
    ayu = world.ayu()
    tell(ayu)
    tell(ayu, what="Biscuit")
    before = world.sign_in(client, ayu).get(reverse("cases:queue")).content.decode()
    assert 'id="news">2 kabar</a>' in before
    shown = page(client, ayu)
    assert "Kettle" in shown
    assert "Biscuit" in shown
    assert 'href="/cases/7/"' in shown
    assert unread(ayu) == 0
    assert 'id="news"' not in page(client, ayu)


def test_what_stands_on_the_next_page_is_not_read_yet(client):
    ayu = world.ayu()
    for minute in range(51):
        tell(ayu, what=f"line-{minute}-", at=AT + minute * HOUR)
    first = page(client, ayu)
    assert "line-0-" not in first
    assert unread(ayu) == 1
    last = News.objects.get(read_at=None)
    assert last.facts == {"what": "line-0-"}
    before_last = News.objects.get(facts={"what": "line-1-"})
    assert "line-0-" in page(
        client, ayu, f"?after={places.write(before_last.told_at, before_last.pk)}"
    )


def test_news_that_was_read_is_thrown_away_in_the_end():
    ayu = world.ayu()
    tell(ayu)
    tell(ayu, what="Biscuit", at=AT + HOUR / 2)
    first = news.of(ayu).last()
    news.read([first], ayu, at=AT)
    news.forget(AT + HOUR)
    assert list(News.objects.values_list("facts__what", flat=True)) == ["Biscuit"]
