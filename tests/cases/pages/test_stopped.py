"""Answers that need their time, and clocks that stand still by law, as pages show them."""

import pytest

from cases.models import Answer, Case, Notice
from tests import world
from tests.cases import first_orders
from tests.world import HOUR

from .browsing import answer, text, url

pytestmark = pytest.mark.django_db
UNDATED = "Say when it was done"
STILL = "The deadline stands still until you have heard from us."


@pytest.fixture
def order(settings) -> Notice:
    """A removal order of one hour."""
    settings.POLICY_PACK, settings.TIME_ZONE = "eu-tco", "Europe/Brussels"
    first_orders.told("michat")
    return world.served_notice("michat: seruan_1", category="terrorism")


def test_where_the_law_wants_no_time_none_is_asked(desk):
    served = world.served_notice()
    assert 'name="effect"' not in text(desk(world.rina).get(url("answer", served.pk)))


def test_what_was_done_is_declared_with_its_time_and_nothing_typed_is_lost(desk, order):
    browser = desk(world.rina)
    assert 'name="effect"' in text(browser.get(url("answer", order.pk)))
    lacking = answer(browser, order, code="removed", reference="T-77", step="review")
    assert lacking.status_code == 422
    for part in (UNDATED, 'href="#effect"', 'value="T-77"'):
        assert part in text(lacking)
    wrong = answer(browser, order, code="removed", effect="yesterday", step="review")
    assert wrong.status_code == 422
    assert "is no date" in text(wrong)
    assert UNDATED not in text(wrong)
    said = {"code": "removed", "effect": "2026-03-17T04:00"}
    review = answer(browser, order, step="review", **said)
    assert "2026-03-17T04:00 CET" in text(review)
    answer(browser, order, step="send", **said)
    assert Answer.objects.get().effect_at == world.AT


def test_what_lies_in_the_future_was_not_done(desk, order):
    sent = answer(desk(world.rina), order, code="removed", effect="2027-03-17T04:00", step="send")
    assert sent.status_code == 422
    assert not Answer.objects.exists()


def test_several_notices_are_not_declared_done_in_one_go(desk, order):
    page = text(desk(world.rina).get(url("answer_together"), {"notice": order.pk}))
    assert 'value="removed"' not in page
    assert 'value="refused"' in page


def test_both_sides_read_that_the_clock_stands_still_and_why(desk, order):
    world.answer(order, "needs_time", at=world.AT + HOUR / 2, reason="No power.")
    browser = desk(world.rina)
    assert STILL in text(browser.get(url("answer", order.pk)))
    assert "stands still" in text(browser.get(url("platform_home")))
    staff = desk(world.sri)
    page = text(staff.get(url("notice", order.pk)))
    assert "stands still until the platform has heard from us" in page
    assert url("override", order.pk) in page
    page = text(staff.get(url("case", Case.objects.get().pk)))
    assert "Article 3(7)" in page
    assert url("override", order.pk) in page
    assert "stands still" in text(staff.get(url("platform", order.platform_id)))


def test_a_clock_that_stands_still_is_set_going_from_its_page(desk, order, hands):
    world.answer(order, "needs_time", at=world.AT + HOUR / 2, reason="No power.")
    hands.now = world.AT + 3 * HOUR
    staff = desk(world.sri)
    assert staff.get(url("override", order.pk)).status_code == 200
    said = {"due_at": "2026-03-17T09:00", "reason": "Power is back."}
    assert staff.post(url("override", order.pk), said).status_code == 302
    order.refresh_from_db()
    assert order.due_at == world.AT + 5 * HOUR
    assert STILL not in text(desk(world.rina).get(url("answer", order.pk)))
