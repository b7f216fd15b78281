"""A changed ladder or calendar played over past months; the unchanged one repeats what happened."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases import ladder, rehearsal
from cases.models import Notice, NoticeItem
from moderation_portal import policy
from moderation_portal.errors import Invalid
from platforms.models import Clause, Commitment
from tests import world
from tests.world import AT, HOUR

from .doing import DAY, asked, climb_until, serve, signed

pytestmark = pytest.mark.django_db
SINCE, UNTIL = AT - DAY, AT + 10 * DAY


def changed(**facts) -> policy.Pack:
    """The pack in use with another ladder for ordinary orders."""
    pack = policy.pack()
    ladders = tuple(
        replace(one, **facts) if one.urgency == "ordinary" else one
        for one in pack.sections["ladders"]
    )
    return replace(pack, sections=pack.sections | {"ladders": ladders})


def granting(hours: int) -> policy.Pack:
    """Orders grant so many hours; what follows keeps its distance from the due time."""
    due = timedelta(hours=hours)
    rungs = tuple(
        replace(rung, due=due, offset=-due) if rung.kind == "order" else rung
        for rung in policy.pack().ladder("ordinary", AT).rungs
    )
    return changed(due=due, rungs=rungs)


def played(pack=None, user=None, until=UNTIL, **facts) -> rehearsal.Rehearsal:
    return rehearsal.rehearse(
        pack or policy.pack(), user=user or world.sri(), since=SINCE, until=until, **facts
    )


def test_a_period_that_ends_before_it_begins_is_none():
    with pytest.raises(Invalid):
        played(until=SINCE)


def test_a_ladder_that_lacks_the_rung_of_an_order_cannot_be_played():
    world.served_notice()
    rungs = tuple(one for one in policy.pack().ladder("ordinary", AT).rungs if one.code != "order")
    with pytest.raises(Invalid, match="order"):
        played(changed(rungs=rungs))


def test_too_much_for_a_page_is_refused_before_it_is_played(monkeypatch):
    world.served_notice("michat: satu_1", "michat: dua_2")
    monkeypatch.setattr(rehearsal, "MOST", 1)
    with pytest.raises(Invalid, match="2"):
        played()


def test_nothing_is_played_for_whoever_may_not_see_it():
    world.served_notice()
    world.served_notice("michat: kuncup_1", category=world.CHILD)
    assert played(user=world.rina(), until=AT).notices == 0
    assert played(user=world.sri()).notices == 1
    assert played(user=world.cleared_sri()).notices == 2


def test_the_pack_in_use_repeats_what_the_ladder_did():
    """Silence for three days, the warning signed two hours after it was drafted."""
    world.served_notice("michat: kembang_1", "michat: kembang_2")
    climb_until(AT + DAY)
    draft = signed(Notice.objects.get(rung="warning_1"), world.sri(), at=AT + DAY + 2 * HOUR)
    serve(draft, AT + DAY + 2 * HOUR)
    climb_until(AT + 2 * DAY + 3 * HOUR, start=AT + DAY + 2 * HOUR)
    went = [*asked("reminder"), *(["next_contact"] * asked("notice").count("next_contact"))]
    drafted = Notice.objects.filter(rung__startswith="warning").values_list("rung", flat=True)
    found = played(until=AT + 2 * DAY + 3 * HOUR, signing=2 * HOUR)
    assert sorted(one.rung.code for one in found.letters) == sorted([*went, *drafted])
    assert {one.accounts for one in found.letters} == {2}
    assert found.sent_before == found.sent_after
    assert (found.flips, [one for one in found.letters if one.is_new]) == ([], [])


@pytest.mark.law("SAMAN-3")
def test_a_shorter_time_makes_an_answer_late_and_moves_what_follows_silence():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    first = made.items.first()
    given = [world.answers.Given(first.pk, "removed")]
    world.answers.take(made, given, actor=world.rina(), channel="portal", at=AT + 13 * HOUR)
    found = played(granting(12), until=AT + 12 * HOUR + timedelta(minutes=1))
    assert found.verdicts_before == {"running": 2}
    assert found.verdicts_after == {"overdue": 2}
    found = played(granting(12), until=AT + 23 * HOUR)
    (late, overdue) = found.flips
    assert (late.item, late.before, late.after) == (first, "in_time", "late")
    assert (overdue.before, overdue.after) == ("running", "overdue")
    warning = next(one for one in found.letters if one.rung.code == "warning_1")
    assert (warning.at, warning.accounts, warning.is_new) == (AT + 12 * HOUR, 2, True)
    assert warning.waits_for == ("supervisor",)
    assert found.sent_before["warning_1"] == 0


def test_whom_a_rung_addresses_is_told_by_name():
    world.served_notice()
    found = [(one.rung.code, one.contacts) for one in played().letters]
    assert found[0] == ("reminder_1", ("MiChat Indonesia",))
    assert ("next_contact", ("MiChat Pte Ltd",)) in found
    assert found[-1] == ("block_proposal", ()), "it goes to the Minister"


def test_a_due_time_that_a_person_set_anew_stays_as_it_was_set():
    made = world.served_notice()
    ladder.override_due(
        made.items.values_list("pk", flat=True),
        due_at=AT + 40 * HOUR,
        reason="Listrik padam.",
        actor=world.sri(),
        at=AT + HOUR,
    )
    found = played(granting(12), until=AT + 30 * HOUR)
    assert found.verdicts_before == found.verdicts_after == {"running": 1}


def test_what_was_taken_back_is_left_out():
    made = world.served_notice()
    made.items.get().target.__class__.objects.update(state="released")
    assert played().accounts == 0


def test_a_day_that_a_decree_makes_a_holiday_turns_a_broken_promise_into_a_kept_one():
    """Eight business hours from Tuesday noon end on Wednesday; the account was gone on Thursday."""
    promise = Commitment.objects.create(
        platform=world.michat(), made_by="MiChat", made_to="Kominfo", made_on=date(2021, 3, 19),
        text="…", source="letter",
    )  # fmt: skip
    clause = Clause.objects.create(
        commitment=promise, leg="claimed", target_hours=8, calendar="business",
        valid_from=date(2021, 3, 19),
    )  # fmt: skip
    world.served_notice()
    NoticeItem.objects.update(claimed_at=AT + 26 * HOUR)
    pack = policy.pack()
    wednesday = policy.RestDay(day=date(2026, 3, 18), name=policy.Words((("id", "Libur"),)))
    calendars = tuple(replace(one, rests_on=(wednesday,)) for one in pack.sections["calendars"])
    decreed = replace(pack, sections=pack.sections | {"calendars": calendars})
    (flip,) = played(decreed).flips
    assert (flip.clause, flip.before, flip.after) == (clause.pk, "late", "in_time")
