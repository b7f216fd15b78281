"""While a Hold runs nothing more of its account reaches a platform; then it goes on by itself."""

from datetime import timedelta

import pytest

from cases import decisions, ladder, notices, removal, withholding
from cases.holds import deciding
from cases.models import Case, Delivery, Notice, NoticeItem
from cases.notices import inbox
from moderation_portal import policy, series, standstills
from tests import world
from tests.world import AT, HOUR

from .doing import ACCOUNT, asked, fresh, letters, ordered, proposed, pump, request_for, running

pytestmark = pytest.mark.django_db
OTHER = "michat: kembang_2"
DAY = timedelta(days=1)
END = AT + 14 * DAY


def lift(hold, at):
    deciding.lift([hold], reason="Selesai.", actor=world.citra(), at=at).insist()


def approved(*accounts, at=AT, **facts):
    world.approved_case(*accounts or (ACCOUNT,), at=at, **facts)


def ask_for(*holds, at=AT):
    deciding.propose(holds, actor=world.citra(), at=at).insist()
    deciding.approve(holds, actor=world.cleared_sri(), at=at).insist()


@pytest.mark.parametrize("step", [asked, proposed])
def test_until_two_persons_have_agreed_nothing_stops(step, mail):
    step()
    approved()
    notices.gather(AT, is_asked=True)
    pump(AT)
    assert len(letters(mail)) == 1


def test_an_approved_account_waits_and_leaves_by_itself_when_the_time_is_over(mail):
    running()
    approved()
    assert notices.gather(AT, is_asked=True).issued == []
    pump(END - HOUR)
    assert (letters(mail), Notice.objects.count()) == ([], 0)
    pump(END)
    pump(END + HOUR / 60)
    assert len(letters(mail)) == 1
    order = Notice.objects.get()
    assert order.issued_at == order.served_at == END + HOUR / 60


def test_no_time_runs_out_while_the_clock_cannot_be_trusted(mail):
    (hold,) = running()
    standstills.begin(standstills.CLOCK, "jumped", 14 * DAY, at=AT)
    pump(END)
    assert fresh(hold).state == "running"


def test_the_other_accounts_of_a_case_leave_and_the_kept_one_follows(mail):
    hold, *_others = running(request_for(ACCOUNT))
    approved(ACCOUNT, OTHER)
    notices.gather(AT, is_asked=True)
    pump(AT)
    first = Notice.objects.get()
    assert first.item_count == 1
    assert (letters(mail), len(letters(mail, "kembang_2"))) == ([], 1)
    lift(hold, AT + DAY)
    notices.gather(AT + DAY, is_asked=True)
    pump(AT + DAY)
    assert len(letters(mail)) == 1


def test_a_case_of_which_only_what_waits_is_left_does_not_look_late():
    running(request_for(ACCOUNT))
    approved(ACCOUNT, OTHER)
    notices.gather(AT, is_asked=True)
    pump(AT)
    case = Case.objects.get(state="ordered")
    open_one = case.targets.get(account__display__contains="kembang_2")
    for hours in (1, 3):
        at = AT + hours * HOUR
        seen_gone(open_one, at)
    case.refresh_from_db()
    assert case.state == "ordered"
    assert case.met_at == AT <= case.due_at
    assert not case.is_answered, "waiting for us is no answer of the platform"


def seen_gone(target, at):
    removal.observe([target.pk], "gone", actor=world.ayu(), method="person", at=at).insist()


def test_of_an_order_that_is_out_no_reminder_or_warning_follows_until_it_ends(mail):
    order = ordered()
    (hold,) = running()
    for hours in (12, 20, 23, 24, 30, 48):
        pump(AT + hours * HOUR)
    assert len(letters(mail)) == 1
    assert not Notice.objects.filter(rung="warning_1").exists()
    order.refresh_from_db()
    assert order.due_at == AT + DAY, "what the platform owes it owes"
    lift(hold, AT + 49 * HOUR)
    pump(AT + 49 * HOUR)
    assert Notice.objects.filter(rung="warning_1", state="drafted").count() == 1
    assert not NoticeItem.objects.filter(is_withheld=True).exists()


def test_what_is_out_stays_in_the_platforms_inbox_and_can_be_answered():
    order = ordered()
    running()
    assert list(inbox.of_platform(world.rina(), inbox.OPEN)) == [order]
    world.answer(order, "removed", at=AT + HOUR)
    assert order.items.get().answer_code == "removed"


def test_an_issued_order_that_has_not_left_stays_and_leaves_when_it_ends(mail):
    world.michat()
    approved()
    (pk,) = notices.gather(AT, is_asked=True).issued
    (hold,) = running()
    pump(AT)
    for hours in (1, 25, 50):
        pump(AT + hours * HOUR)
    order = Notice.objects.get(pk=pk)
    assert (letters(mail), order.served_at) == ([], None)
    assert not order.deliveries.exists()
    assert not inbox.of_platform(world.rina(), inbox.OPEN).exists()
    lift(hold, AT + 60 * HOUR)
    pump(AT + 60 * HOUR)
    (letter,) = letters(mail)
    order.refresh_from_db()
    assert letter["Message-ID"] == order.message_id
    assert (order.served_at, order.due_at) == (AT + 60 * HOUR, AT + 84 * HOUR)


def test_of_an_issued_order_of_several_the_others_leave_and_the_kept_one_is_ordered_anew(mail):
    world.michat()
    approved(ACCOUNT, OTHER)
    (pk,) = notices.gather(AT, is_asked=True).issued
    hold, *_others = running(request_for(ACCOUNT))
    pump(AT)
    kept = NoticeItem.objects.get(notice=pk, target__account=hold.account)
    assert (letters(mail), len(letters(mail, "kembang_2"))) == ([], 1)
    assert (kept.due_at, kept.delivered_at) == (None, None)
    lift(hold, AT + DAY)
    pump(AT + DAY)
    pump(AT + DAY + 2 * HOUR)
    anew = Notice.objects.get(rung="order", items__is_withheld=False, item_count=1)
    assert {letter["Message-ID"] for letter in letters(mail)} == {anew.message_id}


def test_a_letter_that_asks_to_preserve_waits_and_leaves_first(mail):
    world.michat()
    case = world.prepare(world.case(ACCOUNT), world.ayu())
    (hold,) = running()
    decisions.preserve([case.pk], actor=world.ayu(), at=AT).insist()
    pump(AT)
    letter = Notice.objects.get(rung="preservation")
    assert (mail.messages, letter.served_at) == ([], None)
    lift(hold, AT + DAY)
    pump(AT + DAY)
    letter.refresh_from_db()
    assert letter.served_at == AT + DAY


def test_a_warning_that_was_signed_meanwhile_leaves_when_it_ends(mail):
    ordered()
    pump(AT + DAY)
    warning = Notice.objects.get(rung="warning_1")
    (hold,) = running(at=AT + DAY)
    notices.sign(warning, actor=world.sri(), at=AT + 25 * HOUR)
    before = len(letters(mail))
    pump(AT + 25 * HOUR)
    pump(AT + 100 * HOUR)
    warning.refresh_from_db()
    assert (len(letters(mail)), warning.state, warning.due_at) == (before, "issued", None)
    lift(hold, AT + 101 * HOUR)
    pump(AT + 101 * HOUR)
    warning.refresh_from_db()
    assert warning.served_at == AT + 101 * HOUR


@pytest.mark.parametrize("is_up", [True, False])
def test_a_sealed_warning_leaves_after_it_whatever_the_order_of_sealed_ids(is_up):
    world.michat()
    approved(category=world.CHILD)
    next_sealed_notices(is_up=is_up)
    notices.gather(AT, is_asked=True)
    order = Notice.objects.get(rung="order")
    notices.open_in_portal(order, actor=world.rina(), at=AT)
    pump(AT + DAY)
    warning = Notice.objects.get(rung="warning_1")
    assert (order.pk < warning.pk) is is_up
    (hold,) = running(at=AT + DAY)
    notices.sign(warning, actor=world.citra(), at=AT + DAY + HOUR)
    pump(AT + DAY + HOUR)
    assert not warning.deliveries.exists()
    lift(hold, AT + DAY + 2 * HOUR)
    pump(AT + DAY + 2 * HOUR)
    assert warning.deliveries.filter(is_quiet=False).exists()


def next_sealed_notices(*, is_up):
    """Takes ids of sealed notices until the next two go up, or down."""
    while True:
        (pk,) = series.take("cases_notice", 1, is_sealed=True)
        place = series.unscatter("cases_notice", pk - series.SEALED_FROM)
        first, second = series.scatter("cases_notice", [place + 1, place + 2])
        if (first < second) is is_up:
            return


def test_what_takes_an_order_back_leaves_all_the_same(mail):
    ordered()
    running()
    case = Case.objects.get(state="ordered")
    notices.withdraw([case.pk], reason="A mistake.", actor=world.sri(), at=AT + HOUR).insist()
    pump(AT + HOUR)
    assert Notice.objects.get(rung="withdrawal").deliveries.filter(is_quiet=False).exists()


def test_a_corrected_order_waits_as_well(mail):
    order = ordered()
    (hold,) = running()
    new = notices.correct(order, change="A typo.", actor=world.ayu(), at=AT + HOUR)
    notices.approve_correction(new, actor=world.sri(), at=AT + HOUR)
    pump(AT + HOUR)
    assert len(letters(mail)) == 1
    case = Case.objects.get(state="ordered")
    assert case.met_at is not None, "nothing looks late"
    assert not case.is_answered
    lift(hold, AT + DAY)
    pump(AT + DAY)
    assert len(letters(mail)) == 2


def test_a_sealed_order_waits_too_and_then_reaches_its_portal():
    world.michat()
    (hold,) = running()
    approved(category=world.CHILD)
    assert notices.gather(AT, is_asked=True).issued == []
    lift(hold, AT + HOUR)
    assert len(notices.gather(AT + HOUR, is_asked=True).issued) == 1


def test_behind_a_sealed_case_that_lapses_a_hold_still_stops_the_order(mail):
    world.michat()
    world.child_case(ACCOUNT)
    approved()
    notices.gather(AT, is_asked=True)
    (hold,) = running()
    limit = policy.pack().limits_at(AT).withhold
    pump(AT + limit)
    assert letters(mail) == []
    lift(hold, AT + limit + HOUR)
    pump(AT + limit + HOUR)
    assert len(letters(mail)) == 1


def test_nothing_of_it_seems_handed_over(mail):
    running()
    approved()
    notices.gather(AT, is_asked=True)
    for hours in (1, 30):
        pump(AT + hours * HOUR)
    assert not Delivery.objects.exists()
    assert withholding.give_back(AT + DAY) == []
    assert ladder.climb(AT + DAY) == 0


def test_the_time_of_many_runs_out_in_the_statements_of_one(django_assert_max_num_queries):
    names = [f"michat: kuncup_{n}" for n in range(5)]
    holds = running(request_for(*names))
    with django_assert_max_num_queries(30):
        assert sorted(deciding.lapse(END)) == sorted(one.pk for one in holds)
