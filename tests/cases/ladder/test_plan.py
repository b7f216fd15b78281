"""What follows silence, and when: the ladder of the policy as a notice climbs it."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from cases import notices
from cases.models import Notice
from cases.rungs import plan, proposals, steps
from moderation_portal import policy
from platforms.models import Platform
from tests import world
from tests.world import AT, HOUR

from .doing import DAY, NOTE, climb_until, item_at, notice_to, signed

pytestmark = pytest.mark.django_db


@pytest.mark.law("PM5-15-11", "PM5-15-11b")
def test_an_order_is_followed_by_reminders_the_next_contact_and_one_warning():
    book = policy.pack().ladder("ordinary", AT)
    assert [rung.code for rung in steps(book, "order")] == [
        "reminder_1", "reminder_2", "reminder_3", "next_contact", "warning_1",
    ]  # fmt: skip
    chain = [
        steps(book, code)[-1].code for code in ("order", "warning_1", "warning_2", "warning_3")
    ]
    assert chain == ["warning_1", "warning_2", "warning_3", "block_proposal"]
    assert steps(book, "block_proposal") == ()
    assert steps(book, "withdrawal") == ()


def test_a_proposal_is_known_by_its_kind_whatever_it_is_called(monkeypatch):
    book = policy.pack().ladder("ordinary", AT)
    rungs = [replace(r, code="usul_blokir") if r.kind == "proposal" else r for r in book.rungs]
    pack = policy.pack()
    named = replace(book, rungs=tuple(rungs))
    monkeypatch.setitem(pack.sections, "ladders", (named,))
    assert proposals(pack) == {"usul_blokir"}
    made = world.served_notice()
    assert notices.visible_to(world.rina()).get() == made
    Notice.objects.update(rung="usul_blokir")
    assert not notices.visible_to(world.rina()).exists()


@pytest.mark.law("PM5-15-11")
@pytest.mark.parametrize(("urgency", "hours"), [("ordinary", 24), ("urgent", 4)])
def test_each_warning_grants_another_interval(urgency, hours):
    book = policy.pack().ladder(urgency, AT)
    for code in ("order", "warning_1", "warning_2", "warning_3"):
        assert book.rung(code).due == timedelta(hours=hours)


@pytest.mark.law("PM5-15-12")
@pytest.mark.parametrize("urgency", ["ordinary", "urgent"])
def test_what_hosts_no_users_content_is_not_warned_but_proposed_to_be_blocked(urgency):
    book = policy.pack().ladder(urgency, AT)
    codes = [rung.code for rung in steps(book, "order", hosts_users=False)]
    assert codes[-1] == "block_proposal"
    assert not [code for code in codes if code.startswith("warning")]
    assert plan(item_at(step=4, hosts_users=False), book).rung.code == "block_proposal"
    assert plan(item_at(step=4), book).rung.code == "warning_1"


@pytest.mark.law("PM5-15-12")
def test_silence_of_a_search_engine_leads_from_the_order_to_a_proposal_for_two_persons(mail):
    world.michat()
    Platform.objects.filter(slug="michat").update(is_user_generated=False)
    made = world.served_notice()
    climb_until(AT + DAY)
    draft = Notice.objects.exclude(pk=made.pk).get()
    assert (draft.rung, draft.follows) == ("block_proposal", made)
    assert draft.signatures_wanted == ["supervisor", "director"]
    at = AT + 25 * HOUR
    signed(draft, world.sri(), world.dewi(), at=at, note=NOTE)
    assert made.number in draft.text


def test_the_plan_gives_the_next_step_and_its_instant():
    book = policy.pack().ladder("ordinary", AT)
    first = plan(item_at(), book)
    assert (first.rung.code, first.at) == ("reminder_1", AT + 12 * HOUR)
    last = plan(item_at(step=4), book)
    assert (last.rung.code, last.at) == ("warning_1", AT + DAY)
    assert plan(item_at(step=5), book) is None


def test_a_reminder_whose_time_has_passed_is_left_out_of_the_plan():
    book = policy.pack().ladder("ordinary", AT)
    assert plan(item_at(), book, after=AT + 13 * HOUR).rung.code == "reminder_2"
    assert plan(item_at(), book, after=AT + 2 * DAY).rung.code == "next_contact"


def test_what_has_no_due_time_has_no_plan():
    book = policy.pack().ladder("ordinary", AT)
    silent = SimpleNamespace(notice=notice_to(), due_at=None, step=0)
    assert plan(silent, book) is None
