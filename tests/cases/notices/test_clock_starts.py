"""What starts a clock is the law's to say: that a letter arrived, or that a person opened it."""

from dataclasses import replace

import pytest

from cases import links, notices
from cases.models import Delivery, Notice
from cases.notices import issuing, service
from moderation_portal import outbox, policy
from tests import world
from tests.cases.replies.doing import answered
from tests.incoming import OURS
from tests.world import AT, HOUR

from .doing import MINUTE, gather, make_urgent

pytestmark = pytest.mark.django_db

LATER = AT + 2 * HOUR


@pytest.fixture
def opening(monkeypatch):
    """The pack in use where every clock runs from the opening."""
    pack = policy.pack()
    ladders = tuple(replace(one, clock_starts="opening") for one in pack.sections["ladders"])
    other = replace(pack, sections=pack.sections | {"ladders": ladders})
    monkeypatch.setattr(policy, "pack", lambda name=None: other)


def urgent_notice() -> Notice:
    world.michat()
    world.approved_case()
    make_urgent()
    (pk,) = gather().issued
    return Notice.objects.get(pk=pk)


def accepted(made: Notice, at=AT) -> Notice:
    """The contact's mail server takes the notice."""
    delivery = Delivery.objects.create(
        notice=made, contact=made.platform.contacts.order_by("rung").first(), purpose="notice",
        step="order", attempt=1, state=Delivery.State.ACCEPTED, started_at=at, ended_at=at,
        proof={"channel": "email"},
    )  # fmt: skip
    if service.counts_as_service(made, delivery):
        service.serve(delivery)
    made.refresh_from_db()
    return made


@pytest.mark.law("PM5-15-8")
def test_what_starts_the_urgent_clock_is_said_by_the_pack(opening):
    made = accepted(urgent_notice())
    assert (made.state, made.due_at) == (Notice.State.ISSUED, None)
    notices.open_in_portal(made, actor=world.rina(), at=LATER)
    made.refresh_from_db()
    assert (made.served_at, made.due_at) == (LATER, LATER + 4 * HOUR)


@pytest.mark.law("PM5-15-8")
def test_the_urgent_clock_runs_from_receipt_as_the_law_has_it():
    assert policy.pack().ladder("urgent", AT).clock_starts == "service"
    made = accepted(urgent_notice())
    assert (made.served_at, made.due_at) == (AT, AT + 4 * HOUR)


def test_where_only_opening_counts_others_are_addressed_when_nobody_opens(opening):
    made = accepted(world.notice())
    assert made.items.get().next_step_at == AT + issuing.patience(made)


def test_a_link_confirmed_by_its_code_is_an_opening(opening, mail):
    made = accepted(world.notice())
    contact = made.platform.contacts.order_by("rung").first()
    token = links.address(made, contact).rstrip("/").rsplit("/", 1)[-1]
    visit = links.open(token, "browser", at=LATER)
    links.send_code(visit, at=LATER)
    outbox.drain("urgent", at=LATER)
    text = mail.to(contact.address)[-1].get_body(("plain",)).get_content()
    code = next(word for word in text.split() if word.isdigit() and len(word) == links.DIGITS)
    links.confirm(visit, code, at=LATER)
    made.refresh_from_db()
    assert made.served_at == LATER


def test_a_proved_reply_shows_that_somebody_opened_the_letter(opening, mail, settings):
    settings.MAIL_AUTHSERV_ID = OURS
    made = accepted(world.notice())
    answered(made, "1: removed", at=LATER)
    made.refresh_from_db()
    assert made.served_at == LATER
    assert not made.items.get().is_late


def test_where_the_opening_falls_away_an_earlier_opening_counts_and_no_mail(opening):
    made = accepted(world.notice())
    notices.open_in_portal(made, actor=world.rina(), at=AT + MINUTE)
    service.unserve(made, [])
    made.refresh_from_db()
    assert made.served_at == AT + MINUTE
