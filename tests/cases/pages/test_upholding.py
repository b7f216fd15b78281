"""The page on which a decision is written: provisions to choose, and what is weighed."""

import re

import pytest

from cases import decisions, grounds
from cases.permissions import visible_to
from moderation_portal import policy
from tests import world
from tests.world import AT

from .browsing import text, url

pytestmark = pytest.mark.django_db


def page_of(desk, case) -> str:
    decisions.open_page(case, actor=world.ayu(), at=AT)
    decisions.claim([case.pk], actor=world.ayu(), at=AT)
    return text(desk(world.ayu).get(url("verb", case.pk, "uphold")))


def test_provisions_stand_under_their_kind_with_their_text_and_validity(desk):
    page = page_of(desk, world.case())
    chosen = policy.pack().bases_for("prostitution", AT)
    assert "What is prohibited" in page
    assert page.count('name="bases"') == len(chosen) > 1
    for basis in chosen:
        assert str(basis.text["en"]) in page
    assert "in force since 26 Nov 2008" in page


def test_each_provision_says_how_many_orders_of_the_category_rest_on_it(desk):
    first = world.approved_case("michat: satu_contoh")
    (code,) = first.decisions.get().bases
    page = page_of(desk, world.case("michat: dua_contoh"))
    rows = re.findall(r'value="([^"]+)" id="id_bases_(\d)".*?in (\d) of the last (\d) orders', page)
    assert rows[0] == (code, "0", "1", "1"), "the usual one stands first"
    assert {row[2] for row in rows[1:]} == {"0"}


def test_orders_that_one_may_not_see_are_not_counted():
    world.approved_case("michat: kuncup_1", category=world.CHILD)
    assert grounds.usage(world.CHILD, visible_to(world.ayu()))[0] == 0
    assert grounds.usage(world.CHILD, visible_to(world.citra()))[0] == 1


def test_what_is_weighed_stands_beside_its_field(desk):
    page = page_of(desk, world.case())
    guidance = policy.pack().guidance("prostitution", AT)
    assert set(guidance) == set(grounds.TEST_PARTS)
    assert "The account holder may be a victim too." in page
    assert "Weigh the public interest" not in page, "that is for other categories"


def test_what_was_chosen_stays_chosen_and_an_error_leads_to_the_first_provision(desk):
    case = world.prepare(world.case(), world.ayu())
    browser = desk(world.ayu)
    code = world.first_basis(case)
    page = text(browser.post(url("verb", case.pk, "uphold"), {"bases": code}))
    assert re.search(rf'value="{code}" id="id_bases_\d" checked', page)
    page = text(browser.post(url("verb", case.pk, "uphold"), {"reasons": "Melanggar."}))
    assert 'href="#id_bases_0"' in page
    assert 'id="id_bases_0"' in page
