from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from cases import deadlines
from moderation_portal import policy
from tests.world import AT, HOUR

# A Saturday evening before a public holiday in Indonesia (Nyepi, 19 March 2026 is one of them).
SATURDAY = datetime(2026, 3, 14, 15, 30, tzinfo=UTC)


def item(rung="order", steps=()):
    return SimpleNamespace(notice=SimpleNamespace(rung=rung), due_steps=list(steps))


def ladder(urgency="ordinary"):
    return policy.pack().ladder(urgency, AT)


def clause(**facts):
    return {"leg": "claimed", "target_hours": "12.00", "calendar": "clock", **facts}


def test_a_rung_that_the_ladder_does_not_have_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        deadlines.due(item("no_such_rung"), ladder(), AT)


@pytest.mark.law("PM5-15-6")
def test_an_ordinary_order_is_due_24_clock_hours_after_service():
    assert deadlines.due(item(), ladder(), AT).at == AT + 24 * HOUR


@pytest.mark.law("PM5-15-8")
def test_an_urgent_order_is_due_4_clock_hours_after_service():
    assert deadlines.due(item(), ladder("urgent"), AT).at == AT + 4 * HOUR


@pytest.mark.law("PM5-15-6")
def test_weekends_and_nights_count():
    assert deadlines.due(item(), ladder(), SATURDAY).at == SATURDAY + timedelta(days=1)


@pytest.mark.law("PM5-15-11")
@pytest.mark.parametrize(("urgency", "hours"), [("ordinary", 24), ("urgent", 4)])
@pytest.mark.parametrize("rung", ["warning_1", "warning_2", "warning_3"])
def test_each_warning_grants_the_same_time_again(urgency, hours, rung):
    assert deadlines.due(item(rung), ladder(urgency), AT).at == AT + hours * HOUR


def test_a_rung_that_grants_no_time_is_never_due():
    found = deadlines.due(item("reminder_1"), ladder(), AT)
    assert found.at is None
    assert [step["label"] for step in found.steps] == ["served"]


def test_a_promise_is_named_beside_the_law_and_changes_nothing():
    found = deadlines.due(item(), ladder(), AT, [clause()])
    assert found.at == AT + 24 * HOUR
    assert found.steps[-1]["value"]["at"] == (AT + 12 * HOUR).isoformat()


@pytest.mark.parametrize(
    "promise", [clause(target_hours=None), clause(calendar="working"), clause(calendar="gone")]
)
def test_a_promise_that_nobody_can_count_has_no_instant(promise):
    assert deadlines.promised(promise, AT) is None


def test_a_promise_in_working_hours_ends_by_their_calendar_and_names_the_holidays_in_between():
    """Five hours on Tuesday, seven and a half each on Wednesday and Thursday of the next week."""
    promise = clause(target_hours="20", calendar="government")
    found = deadlines.due(item(), ladder(), AT, [promise])
    assert found.at == AT + 24 * HOUR, "the law's own time knows no holiday"
    with override("id"):
        said = deadlines.explain(item(steps=found.steps))[-1]
    assert "jam kerja instansi pemerintah (WIB)" in said
    assert "26 Mar 2026, 16.00 WIB" in said
    assert "19 Mar 2026 (Hari Suci Nyepi" in said
    assert "Cuti Bersama" in said


def test_the_explanation_gives_every_step_in_indonesian_time():
    found = deadlines.due(item(), ladder(), AT, [clause(), clause(target_hours=None)])
    with override("en"):
        said = deadlines.explain(item(steps=found.steps))
    assert said[0] == "The notice was received on 17 Mar 2026, 10:00 WIB; the clock starts there."
    assert "15(6)" in said[1]
    assert said[2].startswith("It grants 24 clock hours")
    assert said[3] == "So it is due on 18 Mar 2026, 10:00 WIB."
    assert said[4].endswith("within 12 hours: by 17 Mar 2026, 22:00 WIB.")
    assert said[5].endswith("without naming a time.")


def test_an_overridden_due_time_keeps_what_stood_before():
    steps = deadlines.due(item(), ladder(), AT).steps
    after = deadlines.override(steps, AT + 72 * HOUR, "Listrik padam.", "Sri Wahyuni")
    with override("en"):
        said = deadlines.explain(item(steps=after))
    assert len(said) == len(steps) + 1
    assert said[-1] == (
        "Sri Wahyuni set the due time anew, to 20 Mar 2026, 10:00 WIB. The reason: Listrik padam."
    )


@pytest.mark.parametrize(
    ("category", "urgency", "hours"), [("prostitution", "ordinary", 24), ("terrorism", "urgent", 2)]
)
def test_our_own_promise_is_the_policys(category, urgency, hours):
    assert deadlines.ours(urgency, AT) == AT + hours * HOUR
    assert deadlines.first_look(category, urgency, AT) == AT + hours * HOUR


def test_a_child_is_looked_at_sooner_than_decided():
    assert deadlines.first_look("child_sexual", "urgent", AT) == AT + HOUR / 2


def test_our_own_promise_is_explained():
    case = SimpleNamespace(
        category="child_sexual",
        urgency="urgent",
        state="new",
        opened_at=AT,
        ours_due_at=AT + 2 * HOUR,
    )
    with override("en"):
        said = deadlines.explain_ours(case)
    assert said == [
        "The case was opened on 17 Mar 2026, 10:00 WIB.",
        "Our own promise is to decide within 2 hours: by 17 Mar 2026, 12:00 WIB.",
        "It may concern a child: somebody takes it up by 17 Mar 2026, 10:30 WIB.",
    ]
