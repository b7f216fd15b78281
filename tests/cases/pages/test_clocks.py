"""A clock that is met stands still: it says kept or late, and nobody is told that it is overdue."""

import re

import pytest

from cases import answers, clocks, ladder, queue, removal
from cases.models import Case, Target
from cases.notices import service
from moderation_portal.formats import instant_short
from tests import world
from tests.world import AT, HOUR

from .browsing import text, url

pytestmark = pytest.mark.django_db
BOTH = ("michat: satu_contoh", "michat: dua_contoh")
DAYS_LATER = AT + 72 * HOUR


def only() -> Case:
    return Case.objects.get()


def in_view(code: str, at=DAYS_LATER) -> int:
    return queue.counts(Case.objects.exclude(state="closed"), world.sri(), at=at)[code]


def states(page) -> list[str]:
    """The states of the clocks on a page, in their order."""
    return re.findall(r'class="clock[^"]*" data-state="(\w+)"', text(page))


def answer_one(served, item, at) -> None:
    given = [answers.Given(item.pk, "removed")]
    answers.take(served, given, actor=world.rina(), channel="portal", at=at)


def test_our_own_promise_is_kept_by_the_approval_and_is_not_overdue_while_the_order_waits(
    desk, hands
):
    case = world.approved_case()
    hands.now = DAYS_LATER
    assert (case.due_at, case.met_at) == (case.ours_due_at, AT)
    assert in_view("overdue") == 0
    assert states(desk(world.ayu).get(url("queue"))) == ["met"]
    assert states(desk(world.ayu).get(url("case", case.pk))) == ["met"]


def test_an_approval_that_came_late_says_so_and_is_calm(desk, hands):
    case = world.upheld_case()
    world.approve(case, world.sri(), at=AT + 27 * HOUR)
    hands.now = DAYS_LATER
    page = desk(world.ayu).get(url("case", case.pk))
    assert states(page) == ["late"]
    assert "done, 3 hr late" in text(page)
    assert in_view("overdue") == 0


def test_the_queue_says_since_when_an_answer_waits_instead_of_a_due_time_that_was_kept(desk):
    served = world.served_notice()
    world.answer(served, "removed", at=AT + 2 * HOUR)
    page = text(desk(world.ayu).get(url("queue"), {"view": "answered"}))
    assert "1 of 1 shown, longest waiting first" in page
    assert f"<small>answered {instant_short(AT + 2 * HOUR)}</small>" in page
    assert instant_short(served.due_at) not in page


def test_what_was_answered_in_time_is_not_overdue_on_any_page(desk, hands):
    served = world.served_notice()
    world.answer(served, "removed", at=AT + 9 * HOUR)
    hands.now = DAYS_LATER
    case = only()
    assert (case.due_at, case.met_at) == (AT + 24 * HOUR, AT + 9 * HOUR)
    assert in_view("overdue") == 0
    for page in (url("queue"), url("case", case.pk), url("notices"), url("notice", served.pk)):
        assert states(desk(world.ayu).get(page)) == ["met"], page
    for page in (url("platform_home"), url("answer", served.pk)):
        response = desk(world.rina).get(page)
        assert states(response) == ["met"], page
        assert "An answer is still taken" not in text(response)


def test_a_changed_deadline_is_told_also_where_the_first_account_was_settled_before(desk):
    served = world.served_notice(*BOTH)
    first, second = served.items.order_by("position")
    Target.objects.filter(pk=first.target_id).update(state="gone")
    told = {"reason": "Holiday.", "actor": world.sri(), "at": AT + HOUR}
    ladder.override_due([first.pk, second.pk], due_at=AT + 48 * HOUR, **told)
    page = text(desk(world.rina).get(url("answer", served.pk)))
    assert page.count("The deadline was changed") == 1


def test_what_was_answered_late_says_late_and_nothing_is_overdue(desk, hands):
    served = world.served_notice()
    world.answer(served, "removed", at=AT + 26 * HOUR)
    hands.now = DAYS_LATER
    for page in (url("queue"), url("case", only().pk), url("notices")):
        assert states(desk(world.ayu).get(page)) == ["late"], page
    assert "done, 2 hr late" in text(desk(world.rina).get(url("platform_home")))


def test_an_answer_mended_after_the_deadline_stays_in_time():
    served = world.served_notice()
    world.answer(served, "removed", at=AT + 9 * HOUR)
    world.answer(served, "already_gone", at=AT + 30 * HOUR)
    assert only().met_at <= only().due_at


def test_who_asks_for_time_still_owes_an_answer():
    served = world.served_notice()
    world.answer(served, "needs_time", reason="Holiday.", at=AT + HOUR)
    assert only().met_at is None
    assert in_view("overdue") == 1


def test_one_account_without_an_answer_keeps_the_clock_running():
    served = world.served_notice(*BOTH)
    first, second = served.items.order_by("position")
    answer_one(served, first, AT + HOUR)
    assert only().met_at is None
    answer_one(served, second, AT + 2 * HOUR)
    assert only().met_at is not None


def test_a_claim_that_we_find_untrue_sets_the_clock_going_again():
    served = world.served_notice()
    world.answer(served, "removed", at=AT + HOUR)
    ids = list(Target.objects.values_list("pk", flat=True))
    removal.observe(ids, "present", actor=world.ayu(), method="person", at=AT + 30 * HOUR)
    assert only().met_at is None
    assert in_view("overdue") == 1


def test_a_case_is_due_with_its_next_account_once_the_soonest_is_answered():
    served = world.served_notice(*BOTH)
    first, second = served.items.order_by("position")
    served.items.filter(pk=second.pk).update(due_at=AT + 40 * HOUR)
    answer_one(served, first, AT + HOUR)
    assert only().due_at == AT + 40 * HOUR


def test_a_later_due_time_makes_no_late_answer_good(desk, hands):
    served = world.served_notice()
    world.answer(served, "removed", at=AT + 26 * HOUR)
    served.items.update(due_at=AT + 48 * HOUR)
    type(served).objects.update(due_at=AT + 48 * HOUR)
    clocks.redue([only()])
    hands.now = DAYS_LATER
    for page in (url("queue"), url("case", only().pk), url("notice", served.pk)):
        assert states(desk(world.ayu).get(page)) == ["late"], page


def test_a_due_time_is_offered_to_be_moved_until_it_has_passed_or_was_answered(desk, hands):
    served = world.served_notice()
    offer = url("override", served.pk)
    pages = url("notice", served.pk), url("case", only().pk)
    hands.now = AT + HOUR
    assert all(offer in text(desk(world.sri).get(page)) for page in pages)
    hands.now = AT + 25 * HOUR
    assert not any(offer in text(desk(world.sri).get(page)) for page in pages)
    world.answer(served, "removed", at=AT + HOUR)
    hands.now = AT + 2 * HOUR
    assert not any(offer in text(desk(world.sri).get(page)) for page in pages)


def test_what_turns_after_the_deadline_is_late_above_as_in_its_row(desk, hands):
    served = world.served_notice()
    world.answer(served, "removed", at=AT + HOUR)
    world.answer(served, "refused", reason="Restored on appeal.", at=AT + 26 * HOUR)
    hands.now = DAYS_LATER
    for page in (url("case", only().pk), url("notice", served.pk)):
        response = desk(world.ayu).get(page)
        assert states(response) == ["late"], page
        assert "late</span>" in text(response)


def test_an_order_that_reached_nobody_is_not_calm():
    made = world.notice()
    assert (only().due_at, only().met_at) == (only().ours_due_at, None)
    assert in_view("overdue") == 1
    service.start_clock(made.pk, at=DAYS_LATER, proof={})
    assert in_view("overdue") == 0
