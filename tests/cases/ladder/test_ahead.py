"""Each rung that is to come explains itself: when, whom it reaches, who signs, why, by what law."""

import pytest

from cases import ahead, answers
from moderation_portal import policy
from tests import world
from tests.cases.pages.browsing import text, url
from tests.cases.pages.conftest import desk  # noqa: F401 (a fixture)
from tests.world import AT, HOUR

from .doing import DAY, serve

pytestmark = pytest.mark.django_db


def ahead_of(notice, at, **more):
    return ahead.of_notice(notice, notice.due_at, **{"hosts_users": True, **more}, at=at)


def test_an_order_is_followed_by_reminders_the_next_contact_and_a_warning():
    made = world.served_notice()
    found = ahead_of(made, AT + HOUR)
    assert [one.rung.code for one in found] == [
        "reminder_1",
        "reminder_2",
        "reminder_3",
        "next_contact",
        "warning_1",
    ]
    assert found[-1].at == made.due_at
    assert "supervisor" in found[-1].whom
    assert found[-1].law == str(policy.pack().basis("PM5-15-11").citation)


def test_what_lies_behind_is_left_out():
    made = world.served_notice()
    codes = [one.rung.code for one in ahead_of(made, AT + DAY - 2 * HOUR)]
    assert codes == ["reminder_3", "next_contact", "warning_1"]
    assert ahead_of(made, AT + 2 * DAY) == []


def test_whoever_hosts_nothing_of_users_is_warned_of_no_fine():
    made = world.served_notice()
    last = ahead_of(made, AT, hosts_users=False)[-1]
    assert last.rung.code == "block_proposal"
    assert "never for the platform" in last.whom


def test_a_notice_that_reached_nobody_has_nothing_ahead():
    made = world.notice("michat: kembang_1")
    assert ahead.of_notice(made, AT + DAY, hosts_users=True, at=AT) == []


def test_a_letter_after_which_fines_are_assessed_says_so():
    ladder = policy.pack().ladder("ordinary", AT)
    assert "fine" not in ahead.told(ladder.rung("warning_1"))[0]
    for code in ("warning_2", "warning_3"):
        assert "a fine may be assessed" in ahead.told(ladder.rung(code))[0]


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    """The clock's hands, an hour after everything in `world` began."""
    monkeypatch.setattr("moderation_portal.clock.now", lambda: AT + HOUR)


@pytest.mark.parametrize("page", ["case", "notice"])
def test_the_pages_say_what_follows_until_everything_is_answered(desk, page):  # noqa: F811
    made = world.notice("michat: kembang_1")
    serve(made, AT)
    item = made.items.get()
    pk = made.pk if page == "notice" else item.target.case_id
    browser = desk(world.sri)
    shown = text(browser.get(url(page, pk)))
    assert "What follows if nothing is answered" in shown
    assert str(policy.pack().basis("PM5-15-11").citation) in shown
    told = {"actor": world.rina(), "channel": "portal", "at": AT + HOUR}
    answers.take(made, [answers.Given(item.pk, "removed")], **told)
    assert "What follows if nothing is answered" not in text(browser.get(url(page, pk)))
