"""What a platform did with its orders, in counts that both sides read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases import removal
from cases.figures import figures
from cases.models import NoticeItem, Observation
from cases.notices import seeing
from tests import world
from tests.world import AT, HOUR

from .twins.doing import mixed

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR


def counted(at=AT + 3 * DAY, **facts):
    return figures(world.michat(), at=at, **facts)


def test_each_account_is_in_time_late_running_or_overdue():
    world.answer(world.served_notice("michat: satu_1"), "removed", at=AT + HOUR)
    world.answer(world.served_notice("michat: dua_2"), "removed", at=AT + 2 * DAY)
    world.served_notice("michat: tiga_3")
    world.served_notice("michat: empat_4", at=AT + 3 * DAY - HOUR)
    found = counted()
    assert (found.in_time, found.late, found.overdue, found.running) == (1, 1, 1, 1)
    assert (found.notices, found.asked) == (4, 4)


def test_asking_for_time_is_no_answer():
    world.answer(world.served_notice(), "needs_time", reason="Soon.", at=AT + HOUR)
    found = counted()
    assert (found.overdue, found.in_time) == (1, 0)


def test_silence_counts_and_what_still_has_time_does_not():
    world.answer(world.served_notice("michat: satu_1"), "removed", at=AT + HOUR)
    world.served_notice("michat: tiga_3")
    world.served_notice("michat: empat_4", at=AT + 3 * DAY - HOUR)
    in_time = next(line for line in counted().lines() if line.count == 1 and line.hint)
    assert (in_time.of, in_time.share) == (2, 50)


def test_refusals_questions_and_false_confirmations_are_counted():
    world.answer(world.served_notice("michat: satu_1"), "refused", reason="No.", at=AT)
    world.answer(world.served_notice("michat: dua_2"), "needs_info", reason="Which?", at=AT)
    made = world.served_notice("michat: tiga_3")
    world.answer(made, "removed", at=AT + HOUR)
    target = made.items.get().target_id
    told = {"actor": world.ayu(), "method": "person"}
    removal.observe([target], "present", at=AT + 2 * HOUR, **told)
    found = counted()
    assert (found.refused, found.needs_info, found.still_up, found.claimed) == (1, 1, 1, 1)


def test_what_was_up_before_it_was_said_to_be_gone_is_no_false_confirmation():
    made = world.served_notice()
    target = made.items.get().target_id
    told = {"actor": world.ayu(), "method": "person"}
    removal.observe([target], "present", at=AT + HOUR, **told)
    world.answer(made, "removed", at=AT + 2 * HOUR)
    assert counted().still_up == 0


def test_what_lies_before_the_period_after_it_or_elsewhere_counts_for_nothing():
    world.served_notice()
    assert counted(days=2).asked == 0
    assert counted(at=AT - HOUR).asked == 0
    assert figures(world.whatsapp(), at=AT + DAY).asked == 0
    assert counted().lines()[0].share is None


def test_sealed_orders_are_counted_for_nobody():
    world.served_notice("michat: mawar_contoh", category=world.CHILD)
    assert counted().asked == 0


def test_both_sides_read_the_same_while_nothing_is_withheld():
    world.answer(world.served_notice("michat: satu_1", "michat: dua_2"), "removed", at=AT + HOUR)
    assert counted() == counted(known=seeing.told)


def test_the_platform_is_not_told_of_what_a_sealed_case_withholds(mail):
    mixed()
    assert counted().asked == 2, "the regulator's page tells nothing by leaving it out"
    assert counted(known=seeing.told).asked == 1


def test_it_takes_one_statement_however_many_accounts():
    world.served_notice(*(f"michat: akun_{n}" for n in range(5)))
    platform = world.michat()
    with CaptureQueriesContext(connection) as asked:
        assert figures(platform, at=AT + DAY).asked == 5 == NoticeItem.objects.count()
    assert len(asked) == 2, "and the one of the test's own count"


# What the platform's word was worth


def claimed(account, at=AT + HOUR):
    """An account of which the platform says that it is gone."""
    made = world.served_notice(account)
    world.answer(made, "removed", at=at)
    return made.items.get().target_id


def see(target, result, at):
    removal.observe([target], result, actor=world.ayu(), method="person", at=at)


def probed(target, result, at):
    Observation.objects.create(target_id=target, result=result, method="probe", seen_at=at)


def word(at=AT + 3 * DAY):
    found = counted(at)
    return found.claimed, found.checked, found.still_up, found.came_back


def test_only_what_could_be_checked_is_the_whole_of_false_confirmations():
    see(claimed("michat: satu_1"), "present", AT + 4 * HOUR)
    see(claimed("michat: dua_2"), "gone", AT + 4 * HOUR)
    see(claimed("michat: tiga_3"), "unclear", AT + 4 * HOUR)
    see(claimed("michat: empat_4"), "login_walled", AT + 4 * HOUR)
    claimed("michat: lima_5")
    assert word() == (5, 2, 1, 0)
    with translation.override("en"):
        up, back, unchecked = counted().claims()
    assert (up.count, up.of, up.share) == (1, 2, 50)
    assert "between 9 and 91" in up.hint
    assert (back.of, unchecked.count, unchecked.of) == (2, 3, 5)


def test_what_came_back_after_it_was_found_gone_was_no_false_word():
    target = claimed("michat: satu_1")
    see(target, "gone", AT + 2 * HOUR)
    see(target, "gone", AT + 4 * HOUR)
    see(target, "present", AT + DAY)
    assert word() == (1, 1, 0, 1)


def test_what_the_probe_sees_while_a_claim_still_spreads_is_not_held_against_anybody():
    target = claimed("michat: satu_1")
    probed(target, "present", AT + HOUR + HOUR / 2)
    assert word() == (1, 0, 0, 0)
    probed(target, "present", AT + 2 * HOUR)
    assert word() == (1, 1, 1, 0)


def test_without_a_look_no_interval_is_told():
    claimed("michat: satu_1")
    assert "95" not in counted().claims()[0].hint
