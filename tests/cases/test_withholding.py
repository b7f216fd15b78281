"""A report on a child holds an ordinary order back, and not for ever: somebody cleared decides."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import decisions, notices, withholding
from cases.models import Case, Notice
from moderation_portal import outbox, policy, standstills
from moderation_portal.errors import Conflict, Refused
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ACCOUNT = "michat: bunga_77"
LIMIT = policy.pack().limits_at(AT).withhold


@pytest.fixture
def held(mail):
    """An ordinary order of an account that anybody has reported as a child."""
    world.michat()
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    notices.gather(AT, is_asked=True)
    pump(AT)
    assert mail.messages == []
    return Notice.objects.get(handling="ordinary")


def pump(at):
    """What the pump and the workers do at this moment."""
    outbox.enqueue("notices.gather", {}, lane="internal", at=at)
    while sum(outbox.drain(lane, at=at) for lane in ("internal", "urgent", "notice")):
        pass


def letters(mail):
    return [
        letter
        for letter in mail.to("abuse@michat.example")
        if "bunga_77" in letter.get_body(("plain",)).get_content()
    ]


def sealed():
    return Case.objects.get(handling="sealed")


def kinds():
    """What the sealed case's own record says of it, and no other does."""
    told = Event.objects.filter(kind__startswith="withholding.").order_by("id")
    assert all(event.is_sealed and event.thread == sealed().thread for event in told)
    return list(told.values_list("kind", flat=True))


def test_a_report_that_nobody_takes_up_holds_an_order_back_no_longer_than_the_policy_says(
    held, mail
):
    pump(AT + LIMIT - HOUR / 60)
    assert letters(mail) == []
    pump(AT + LIMIT)
    (letter,) = letters(mail)
    assert letter["Message-ID"] == held.message_id
    held.refresh_from_db()
    assert held.served_at == AT + LIMIT
    assert kinds() == ["withholding.lapsed"]


def test_no_time_runs_out_while_the_clock_cannot_be_trusted(held, mail):
    standstills.begin(standstills.CLOCK, "jumped", LIMIT, at=AT)
    pump(AT + LIMIT)
    assert (letters(mail), kinds()) == ([], [])
    standstills.release(standstills.CLOCK, actor=world.sri(), reason="It is right.", at=AT + LIMIT)
    pump(AT + LIMIT)
    assert len(letters(mail)) == 1


def test_every_further_report_of_the_same_account_prolongs_nothing(held, mail):
    pump(AT + LIMIT)
    world.report(ACCOUNT, category=world.CHILD, reporter=world.warga(email="b@warga.example"))
    pump(AT + LIMIT + HOUR)
    assert sealed().withholding == "lapsed"
    assert not held.items.filter(is_withheld=True).exists()


def test_an_order_approved_after_the_time_has_run_out_leaves_at_once(mail):
    world.michat()
    world.child_case(ACCOUNT)
    withholding.lapse(AT + LIMIT)
    world.approved_case(ACCOUNT, at=AT + LIMIT)
    notices.gather(AT + LIMIT, is_asked=True)
    pump(AT + LIMIT)
    assert len(letters(mail)) == 1
    assert kinds() == [], "there was nothing to tell of when it lapsed"


@pytest.mark.parametrize("how", ["claimed", "assigned"])
def test_once_somebody_cleared_has_taken_it_they_decide_and_no_clock_does(held, mail, how):
    if how == "claimed":
        decisions.claim([sealed().pk], actor=world.citra(), at=AT).insist()
    else:
        boss = world.cleared_sri()
        decisions.assign([sealed().pk], owner=world.citra(), actor=boss, at=AT).insist()
    pump(AT + 10 * LIMIT)
    assert letters(mail) == []
    withholding.let_go(
        [sealed().pk], reason="An adult, see the file.", actor=world.citra(), at=AT + 11 * LIMIT
    ).insist()
    pump(AT + 11 * LIMIT)
    assert len(letters(mail)) == 1
    assert kinds() == ["withholding.ended"]


def test_what_was_let_go_can_be_held_back_again(held, mail):
    decisions.claim([sealed().pk], actor=world.citra(), at=AT).insist()
    who = {"actor": world.citra(), "reason": "See the file."}
    withholding.let_go([sealed().pk], at=AT, **who).insist()
    pump(AT)
    withholding.hold([sealed().pk], at=AT + HOUR, **who).insist()
    assert held.items.get().is_withheld
    assert kinds() == ["withholding.ended", "withholding.held"]


def test_nobody_without_clearance_holds_back_or_lets_go(held):
    for person in (world.ayu(), world.sri(), world.dewi(), world.auditor()):
        for verb in (withholding.hold, withholding.let_go):
            with pytest.raises((Refused, Conflict)):
                verb([sealed().pk], reason="x", actor=person, at=AT).insist()
    assert sealed().withholding == "bounded"


def test_the_time_of_many_runs_out_in_the_statements_of_one(held):
    counts = []
    for many in (1, 4):
        for n in range(many):
            account = f"michat: kuncup_{many}_{n}"
            world.approved_case(account)
            world.child_case(account)
        with CaptureQueriesContext(connection) as seen:
            assert len(withholding.lapse(AT + LIMIT)) >= many
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert Event.objects.filter(kind="withholding.lapsed").count() == 6


def test_holding_back_locks_both_cases_at_once_and_in_their_order(held):
    decisions.claim([sealed().pk], actor=world.citra(), at=AT).insist()
    ordinary = Case.objects.get(handling="ordinary").pk
    with CaptureQueriesContext(connection) as asked:
        withholding.hold([sealed().pk], reason="A child.", actor=world.citra(), at=AT).insist()
    first = next(one["sql"] for one in asked if "FOR NO KEY UPDATE" in one["sql"])
    locked = {int(number) for number in re.findall(r"\d+", first)}
    assert {ordinary, sealed().pk} <= locked


def test_an_ordinary_case_holds_nothing_back(held):
    plain = Case.objects.get(handling="ordinary")
    with pytest.raises(Refused):
        withholding.hold([plain.pk], reason="x", actor=world.citra(), at=AT).insist()


def test_the_case_page_says_to_the_cleared_what_is_held_back_and_offers_to_let_it_go(held, client):
    decisions.claim([sealed().pk], actor=world.citra(), at=AT).insist()
    world.sign_in(client, world.citra())
    page = client.get(f"/cases/{sealed().pk}/").content.decode()
    assert f"/cases/{sealed().pk}/do/let_go/" in page
    assert f"/cases/{sealed().pk}/do/withhold/" not in page
    plain = Case.objects.get(handling="ordinary")
    there = client.get(f"/cases/{plain.pk}/").content.decode()
    assert "do/let_go" not in there


def dismissed(at):
    """Somebody cleared takes the sealed case that is open and finds nothing in it."""
    case = Case.objects.get(handling="sealed", closed_at=None)
    decisions.claim([case.pk], actor=world.citra(), at=at).insist()
    decisions.dismiss([case.pk], reason="An adult.", actor=world.citra(), at=at).insist()


def reported_again(at):
    who = world.warga(name="Dini", email="dini@warga.example")
    return world.child_case(ACCOUNT, at=at, reporter=who)


def test_what_was_found_idle_lately_is_not_held_back_again_by_a_report(held, mail):
    dismissed(AT + HOUR)
    again = reported_again(AT + HOUR)
    pump(AT + HOUR)
    assert again.withholding == "lapsed"
    assert len(letters(mail)) == 1
    decisions.claim([again.pk], actor=world.citra(), at=AT + HOUR).insist()
    again.refresh_from_db()
    assert again.withholding == "lapsed", "taking it holds nothing back"
    withholding.hold([again.pk], reason="A child.", actor=world.citra(), at=AT + HOUR).insist()
    assert held.items.get().is_withheld


def test_after_the_days_of_the_policy_a_report_holds_back_again(held):
    dismissed(AT + HOUR)
    days = policy.pack().limits_at(AT).withhold_again
    assert reported_again(AT + 2 * HOUR + days).withholding == "bounded"


def test_when_the_time_has_run_out_the_order_looks_handed_over_like_any_other(held):
    pump(AT + LIMIT)
    told = Event.objects.filter(thread=f"notice:{held.pk}", is_sealed=False)
    assert not told.filter(kind__startswith="delivery.").exists()
    states = held.deliveries.order_by("pk").values_list("state", "is_quiet")
    assert list(states) == [("uncertain", True), ("accepted", False)]
    held.refresh_from_db()
    assert (held.served_at, held.acknowledged_at) == (AT + LIMIT, None)


def test_a_letter_that_asks_to_preserve_leaves_before_the_order_that_was_held_back(mail):
    world.michat()
    world.child_case(ACCOUNT)
    case = world.prepare(world.case(ACCOUNT), world.ayu())
    decisions.preserve([case.pk], actor=world.ayu(), at=AT).insist()
    pump(AT)
    basis = [world.first_basis(case)]
    decisions.uphold(
        [case.pk], bases=basis, test=world.TEST, reasons="x", actor=world.ayu(), at=AT
    ).insist()
    world.approve(case, world.sri())
    notices.gather(AT, is_asked=True)
    pump(AT)
    assert mail.messages == []
    mail.answers["abuse@michat.example"] = "451 come back"
    dismissed(AT + HOUR)
    pump(AT + HOUR)
    order = Notice.objects.get(rung="order")
    assert not order.deliveries.filter(is_quiet=False).exists(), "the letter goes first"
    mail.answers.clear()
    for minutes in (5, 10, 20):
        pump(AT + HOUR + minutes * HOUR / 60)
    letter = Notice.objects.get(rung="preservation")
    ids = [sent["Message-ID"] for sent in mail.to("abuse@michat.example")]
    assert ids == [letter.message_id, order.message_id]
