"""After the order to restore: its clock, the platform's answer, and that we look for ourselves."""

from datetime import date, timedelta

import pytest

from cases import answers, checking, clocks, removal
from cases.appeals import counts, restored, seeing
from cases.appeals.counts import Tally
from cases.models import Appeal, Case, Notice, Target, TargetState
from moderation_portal import policy
from moderation_portal.models import News
from tests import world
from tests.cases.removal.doing import DAY, SPACING, claim, ordered, see
from tests.world import AT, HOUR

from .doing import cleared_dewi, decided, filed, gone, told

pytestmark = pytest.mark.django_db
WITHIN = policy.pack().limits_at(AT).restore_within
SERVED = AT + 2 * HOUR


def upheld(made=None) -> Appeal:
    return decided(filed((made or world.served_notice()).number)[0])


def say(letter: Notice, code: str, at=SERVED + HOUR, **facts) -> None:
    (item,) = letter.items.all()
    given = [answers.Given(item.pk, code, **facts)]
    answers.take(letter, given, actor=world.rina(), channel="portal", at=at)


def clock_of(letter: Notice):
    return clocks.met_at(clocks.with_answers(Notice.objects.filter(pk=letter.pk)).get())


def test_its_clock_runs_the_policys_hours_from_service():
    letter = told(upheld())
    assert letter.due_at == SERVED + WITHIN
    item = letter.items.get()
    assert (item.due_at, item.next_step_at) == (letter.due_at, None)
    assert [step["label"] for step in item.due_steps] == ["served", "restores", "due"]
    assert Case.objects.get().due_at != letter.due_at


def test_what_was_answered_before_is_no_answer_to_the_order_to_restore():
    made = world.served_notice()
    claim(made)
    letter = told(upheld(made))
    assert clock_of(letter) is None
    say(letter, "restored")
    assert clock_of(letter) == SERVED + HOUR
    letter.refresh_from_db()
    assert letter.state == Notice.State.SETTLED


def test_a_late_answer_is_late():
    letter = told(upheld())
    say(letter, "restored", at=letter.due_at + HOUR)
    assert letter.items.get().is_late


def test_the_platforms_word_alone_restores_nothing():
    found = upheld()
    say(told(found), "restored")
    found.refresh_from_db()
    assert found.restored_at is None


def test_after_the_platforms_word_the_probe_looks_and_what_it_sees_counts():
    found = decided(filed(ordered(site="https://reddit.example").number, "kembang_1")[0])
    letter = told(found)
    (item,) = letter.items.all()
    answers.take(
        letter, [answers.Given(item.pk, "restored")], actor=world.ayu(), channel="portal",
        at=SERVED + HOUR,
    )  # fmt: skip
    target = Target.objects.get()
    assert target.next_check_at == SERVED + HOUR + SPACING
    assert checking.may_be_probed(Target.objects.all()).exists()
    see("present", SERVED + 3 * HOUR, method=removal.PROBE)
    found.refresh_from_db()
    target.refresh_from_db()
    assert (found.restored_at, target.state) == (SERVED + 3 * HOUR, TargetState.RELEASED)
    assert target.next_check_at is None
    assert Case.objects.get().state == "closed"


def test_what_is_still_gone_is_looked_at_again():
    found = decided(filed(ordered(site="https://reddit.example").number, "kembang_1")[0])
    told(found)
    Target.objects.update(next_check_at=SERVED + WITHIN)
    see("gone", SERVED + WITHIN, method=removal.PROBE)
    found.refresh_from_db()
    assert found.restored_at is None
    assert Target.objects.get().next_check_at > SERVED + WITHIN


def test_a_person_confirms_what_no_probe_can_see():
    found = upheld(gone())
    see("present", AT + 5 * HOUR, actor=world.ayu())
    found.refresh_from_db()
    assert found.restored_at == AT + 5 * HOUR
    see("present", AT + 9 * HOUR, actor=world.ayu())
    found.refresh_from_db()
    assert found.restored_at == AT + 5 * HOUR


def test_where_the_platform_cannot_restore_the_reviewer_hears():
    found = upheld()
    say(told(found), "not_restored", reason="Akun dihapus permanen.")
    news = News.objects.filter(kind="appeal.not_restored")
    assert list(news.values_list("person", flat=True)) == [world.dewi().pk]
    found.refresh_from_db()
    assert found.restored_at is None


def test_the_reviewer_hears_once_that_its_time_has_run_out():
    letter = told(upheld())
    assert restored.tell_late(letter.due_at - timedelta(seconds=1)) == []
    assert len(restored.tell_late(letter.due_at)) == 1
    assert restored.tell_late(letter.due_at + DAY) == []
    assert News.objects.filter(kind="appeal.late", person=world.dewi()).count() == 1


def test_of_what_was_seen_in_time_nobody_hears():
    letter = told(upheld())
    see("present", SERVED + HOUR)
    assert restored.tell_late(letter.due_at + DAY) == []


# What the holder reads by the receipt code.


def test_the_code_opens_what_became_of_the_appeal_and_no_other_does():
    found, code = filed(world.served_notice().number)
    waiting = seeing.by_code(code.lower().replace("-", " "))
    assert (waiting.is_open, waiting.due_at, waiting.answer) == (True, found.due_at, "")
    decided(found)
    see("present", AT + 5 * HOUR)
    done = seeing.by_code(code)
    assert "You are right" in done.sentence
    assert done.answer == "Satire yang dilindungi."
    assert (done.ordered_at, done.restored_at) == (AT + HOUR, AT + 5 * HOUR)
    for wrong in ("", "A" * 28, code[:-1] + ("0" if code[-1] != "0" else "1")):
        assert seeing.by_code(wrong) is None


def test_nothing_in_it_names_case_reporter_or_official():
    made = world.served_notice()
    found, code = filed(made.number)
    decided(found)
    said = str(seeing.by_code(code))
    for name in (Case.objects.get().number, "Tuti", world.dewi().name, world.ayu().name):
        assert name not in said


def test_of_what_the_platform_was_never_told_it_says_what_it_says_of_nothing():
    made = world.served_notice()
    held, held_code = filed(made.number, key="a")
    made.items.update(is_withheld=True, sent_at=None)
    unknown, unknown_code = filed("B-999999/KOMDIGI/III/2026", key="b")
    decided(held, "dismissed")
    decided(unknown, "inadmissible")
    one, other = seeing.by_code(held_code), seeing.by_code(unknown_code)
    assert one.sentence == other.sentence
    assert (one.answer, other.answer) == ("", "")


# What it adds up to.


def test_appeals_are_counted_by_what_became_of_them():
    upheld()
    decided(filed(ordered("reddit: u/kembang_1").number, "kembang_1")[0], "dismissed")
    filed("B-1/2026")
    whole = counts.tally(AT - DAY, AT + DAY, at=AT + 90 * DAY)
    assert whole == Tally(
        filed=3, by_holders=3, decided=2, upheld=1, partly=0, dismissed=1, inadmissible=0,
        restored=0, open=1, overdue=1, median_days=0,
    )  # fmt: skip


def test_the_public_reads_whole_fives_of_months_that_are_over():
    for place in range(6):
        filed("B-1/2026", key=str(place))
    (march,) = counts.by_month(date(2026, 3, 5), at=AT + 20 * DAY)
    assert (march.month, march.filed, march.upheld) == (date(2026, 3, 1), 5, 0)
    assert counts.by_month(date(2026, 3, 5), at=AT + DAY) == []


def test_a_sealed_appeal_counts_for_the_public_in_the_same_steps():
    made = world.served_notice("michat: kuncup_1", category=world.CHILD)
    decided(filed(made.number, "kuncup_1")[0], by=cleared_dewi())
    (march,) = counts.by_month(date(2026, 3, 5), at=AT + 20 * DAY)
    assert (march.filed, march.upheld) == (0, 0)
