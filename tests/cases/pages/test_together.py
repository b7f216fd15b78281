"""One answer for several notices."""

import pytest

from cases.models import Answer, Notice
from tests import world

from .browsing import other_representative, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return world.served_notice("michat: satu_1"), world.served_notice("michat: dua_2")


def post(browser, found, **said):
    return browser.post(url("answer_together"), {"notice": [one.pk for one in found], **said})


def test_several_notices_are_ticked_reviewed_and_answered_each_with_its_receipt(desk, two):
    browser = desk(world.rina)
    assert text(browser.get(url("platform_home"))).count('name="notice"') == 2
    address = url("answer_together") + "?" + "&".join(f"notice={one.pk}" for one in two)
    page = text(browser.get(address))
    assert " checked" not in page
    review = text(post(browser, two, code="removed", step="review"))
    assert all(one.number in review for one in two)
    assert not Answer.objects.exists()
    sent = text(post(browser, two, code="removed", step="send"))
    receipts = set(Answer.objects.values_list("receipt", flat=True))
    assert len(receipts) == 2
    assert all(receipt in sent for receipt in receipts)


@pytest.mark.parametrize("said", [{}, {"code": "x"}, {"code": "refused"}])
def test_without_a_choice_or_its_reason_nothing_is_sent(desk, two, said):
    page = post(desk(world.rina), two, step="send", **said)
    assert page.status_code == 422
    assert not Answer.objects.exists()


def test_what_is_answered_already_keeps_its_answer(desk, two):
    first, _second = two
    world.answer(first, "not_found")
    post(desk(world.rina), two, code="removed", step="send")
    assert list(first.items.values_list("answer_code", flat=True)) == ["not_found"]
    assert Answer.objects.count() == 2


def test_notices_of_others_and_hidden_ones_are_left_out(desk, two):
    sealed = world.served_notice("michat: mawar_contoh", category=world.CHILD)
    post(desk(world.rina), [sealed, two[0]], code="removed", step="send")
    assert Answer.objects.get().item.notice == two[0]
    assert post(desk(other_representative), two, code="removed", step="send").status_code == 302
    assert desk(world.ayu).get(url("answer_together")).status_code == 404
    assert Answer.objects.count() == 1


def test_a_notice_that_was_withdrawn_meanwhile_hinders_no_other(desk, two):
    Notice.objects.filter(pk=two[0].pk).update(state=Notice.State.WITHDRAWN)
    post(desk(world.rina), two, code="removed", step="send")
    assert Answer.objects.get().item.notice == two[1]


def test_a_single_open_notice_needs_no_ticks(desk):
    world.served_notice()
    assert 'name="notice"' not in text(desk(world.rina).get(url("platform_home")))


def test_the_home_page_shows_the_figures(desk, two):
    page = text(desk(world.rina).get(url("platform_home")))
    assert 'id="figures"' in page
    assert "The platform and the regulator read the same figures." in page


def test_of_a_feature_and_of_accounts_only_what_means_the_same_is_declared_at_once(desk, two):
    Notice.objects.filter(pk=two[0].pk).update(rung="feature_order")
    browser = desk(world.rina)
    address = url("answer_together") + "?" + "&".join(f"notice={one.pk}" for one in two)
    page = text(browser.get(address))
    assert 'value="removed"' not in page
    assert 'value="refused"' in page
    assert "only what fits all of them is offered" in page
    assert post(browser, two, code="removed", step="send").status_code == 422
    assert not Answer.objects.exists()
