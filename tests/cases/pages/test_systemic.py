"""Opening a case about a feature on the platform's page, and what its own page shows."""

import pytest

from cases import systemic
from cases.models import Case, Notice, Systemic
from cases.systemic import Aim
from platforms.models import Feature
from tests import world
from tests.world import AT

from .browsing import text, url

pytestmark = pytest.mark.django_db
ASKED = "Turn the search off for users under 18."


def feature(**facts) -> Feature:
    named = {"code": "nearby", "name_id": "Pencarian sekitar", "name_en": "Search nearby"}
    return Feature.objects.create(platform=world.michat(), **named | facts)


def given(here: Feature, *shown_by: Case, **facts):
    numbers = "\n".join(case.number for case in shown_by)
    said = {"feature": here.pk, "category": "prostitution", "reason": "Why.", "asked": ASKED}
    return said | {"pattern": numbers} | facts


def test_a_case_is_opened_on_the_platform_s_page_and_shows_what_is_asked_and_why(desk):
    here, first, second = feature(), world.case(), world.case("michat: dua_contoh")
    browser = desk(world.ayu)
    address = url("systemic", here.platform_id)
    assert address in text(browser.get(url("platform", here.platform_id)))
    done = browser.post(address, given(here, first, second))
    case = Systemic.objects.get().case
    assert done.url == url("case", case.pk)
    page = text(browser.get(done.url))
    for shown in (ASKED, first.number, second.number, "Search nearby"):
        assert shown in page
    assert case.number in text(browser.get(url("platform", here.platform_id)))


def test_its_order_speaks_of_the_feature_and_never_of_an_account(desk):
    order = world.served_notice()
    for rung, words in (("order", "this account"), ("feature_order", "this feature")):
        Notice.objects.filter(pk=order.pk).update(rung=rung)
        page = text(desk(world.rina).get(url("answer", order.pk)))
        assert f"Tell us what you did about {words}" in page
        assert ("1 account" in text(desk(world.ayu).get(url("notice", order.pk)))) is (
            rung == "order"
        )


def test_its_decision_offers_the_feature_as_the_only_remedy(desk):
    here = feature()
    aim = Aim(here, "prostitution", ASKED, "Why.")
    case = systemic.open_case(aim, [world.case()], actor=world.ayu(), at=AT)
    world.prepare(case, world.ayu())
    page = text(desk(world.ayu).get(url("verb", case.pk, "uphold")))
    assert 'value="feature"' in page
    assert 'value="account"' not in page
    accounts = world.prepare(world.case("michat: lain_contoh"), world.ayu())
    page = text(desk(world.ayu).get(url("verb", accounts.pk, "uphold")))
    assert 'value="feature"' not in page


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk):
    here, hidden = feature(), world.child_case()
    for numbers in (hidden.number, "K26-0999999", "no number"):
        answer = desk(world.ayu).post(
            url("systemic", here.platform_id), given(here, pattern=numbers)
        )
        page = text(answer)
        assert answer.status_code == 422
        assert page.count('id="errors"') == 1
        assert "There is no such case." in page
        assert ASKED in page
    assert not Systemic.objects.exists()


def test_a_feature_of_another_platform_or_out_of_use_cannot_be_chosen(desk):
    here, case = feature(), world.case()
    old = feature(code="old", is_active=False)
    other = feature(code="groups")
    other.platform = world.whatsapp()
    other.save()
    for one in (old, other):
        answer = desk(world.ayu).post(url("systemic", here.platform_id), given(one, case))
        assert answer.status_code == 422
    assert not Systemic.objects.exists()


def test_sealed_categories_are_offered_to_the_cleared_alone(desk):
    here = feature()
    for who, is_offered in ((world.ayu, False), (world.citra, True)):
        page = text(desk(who).get(url("systemic", here.platform_id)))
        assert (f'value="{world.CHILD}"' in page) is is_offered


def test_a_sealed_one_is_nowhere_for_the_uncleared(desk):
    here, shown_by = feature(), world.child_case()
    aim = Aim(here, world.CHILD, ASKED, "Why.")
    case = systemic.open_case(aim, [shown_by], actor=world.citra(), at=AT)
    page = url("platform", here.platform_id)
    assert case.number not in text(desk(world.sri).get(page))
    assert case.number in text(desk(world.citra).get(page))
    assert desk(world.sri).get(url("case", case.pk)).status_code == 404


def test_where_none_can_be_opened_the_page_says_why(desk):
    platform = world.michat()
    page = text(desk(world.ayu).get(url("platform", platform.pk)))
    assert "No feature of this platform is on record." in page
    assert url("systemic", platform.pk) not in page
    assert "No feature of this platform" in text(desk(world.ayu).get(url("systemic", platform.pk)))
