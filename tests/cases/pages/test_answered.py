"""What a platform reads on its own pages once it has answered."""

import pytest

from cases.models import Answer
from cases.views.answering import key_of
from tests import world
from tests.world import HOUR

from .browsing import answer, text, url

pytestmark = pytest.mark.django_db


def test_the_page_of_an_answered_notice_shows_the_answer_before_the_form(desk):
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    browser = desk(world.rina)
    assert "You answered" not in text(browser.get(url("answer", served.pk)))
    answer(browser, served, code="removed", step="send")
    page = text(browser.get(url("answer", served.pk)))
    assert Answer.objects.first().receipt in page
    assert "on time" in page
    assert (
        page.index("You answered on") < page.index("Change your answer") < page.index("<fieldset")
    )
    assert "Tell us what you did" not in page


def test_the_page_says_how_many_accounts_are_still_without_an_answer(desk):
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    browser = desk(world.rina)
    key = key_of(served.items.get(position=1))
    answer(browser, served, **{f"code-{key}": "removed"}, step="send")
    page = text(browser.get(url("answer", served.pk)))
    assert "Not answered" in page
    assert "Answer the rest, or change your answer" in page


def test_after_the_deadline_no_page_says_that_it_is_still_to_come(desk, hands):
    served = world.served_notice()
    browser = desk(world.rina)
    assert "until the deadline" in text(browser.get(url("answer", served.pk)))
    assert "until the deadline" in text(answer(browser, served, code="removed", step="send"))
    hands.now = served.due_at + HOUR
    said = {"code": "refused", "reason": "Satire.", "step": "send"}
    for page in (answer(browser, served, **said), browser.get(url("answer", served.pk))):
        assert "until the deadline" not in text(page)
        assert "count as late" in text(page)


def test_a_check_is_promised_only_of_what_was_said_to_be_gone(desk):
    served = world.served_notice()
    browser, promise = desk(world.rina), "We check every account"
    refused = answer(browser, served, code="refused", reason="Satire.", step="send")
    assert promise not in text(refused)
    assert promise in text(answer(browser, served, code="removed", step="send"))
