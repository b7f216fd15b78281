"""Who has a case on the desk, what is noted and ticked, and what was opened."""

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from cases import checklists, decisions, notes
from cases.models import CaseNote, CaseView, ChecklistTick
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from reports.models import ReportItem
from tests import world
from tests.world import AT, HOUR

from .doing import A, B, error_of, fresh, uphold

pytestmark = pytest.mark.django_db


def test_a_case_that_you_hold_is_not_taken_twice():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    again = decisions.claim([case], actor=world.ayu(), at=AT + HOUR)
    assert isinstance(again.skipped[0].error, Conflict)
    assert Event.objects.filter(kind="case.claimed").count() == 1


def test_a_lapsed_case_is_taken_over():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    assert decisions.claim([case], actor=world.bima(), at=AT + HOUR).done == [case.pk]
    assert fresh(case).owner == world.bima()


def test_taking_a_case_tells_the_reporter_that_somebody_looks():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    assert ReportItem.objects.get().progress == ReportItem.Progress.LOOKED_AT


def test_a_childs_case_is_due_for_a_decision_once_it_is_taken():
    case = world.child_case()
    assert case.due_at == AT + HOUR / 2
    decisions.claim([case], actor=world.citra(), at=AT)
    assert fresh(case).due_at == AT + 2 * HOUR


def test_a_sealed_case_is_not_assigned_to_somebody_without_clearance():
    sealed, ordinary = world.child_case(A), world.case(B)
    result = decisions.assign(
        [sealed, ordinary], owner=world.ayu(), actor=world.cleared_sri(), at=AT
    )
    assert result.done == [ordinary.pk]
    assert isinstance(error_of(result), Refused)


@pytest.mark.parametrize("who", [world.polisi, world.auditor, world.joko])
def test_a_case_is_assigned_to_staff_alone(who):
    case = world.case()
    with pytest.raises(Invalid):
        decisions.assign([case], owner=who(), actor=world.sri(), at=AT)


def test_one_of_many_that_is_refused_does_not_stop_the_others():
    held, free = world.case(A), world.case(B)
    decisions.claim([held], actor=world.bima(), at=AT)
    result = decisions.claim([held.pk, free.pk, 10**9], actor=world.ayu(), at=AT)
    assert result.done == [free.pk]
    assert [said.id for said in result.skipped] == [held.pk]
    assert [said.id for said in result.refused] == [10**9]


def test_an_empty_note_is_refused():
    with pytest.raises(Invalid):
        notes.note([world.case()], text=" \n", actor=world.ayu(), at=AT)


def test_a_note_stays_out_of_the_record():
    case = world.case()
    notes.note([case], text="Rahasia.", actor=world.ayu(), at=AT).insist()
    assert CaseNote.objects.get().text == "Rahasia."
    assert "Rahasia" not in str(Event.objects.get(kind="case.noted").data)


def test_a_line_is_ticked_once_and_may_be_unticked():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    for _time in range(2):
        checklists.tick([case], lines=["right_account", "nonsense"], actor=world.ayu(), at=AT)
    assert ChecklistTick.objects.get().line == "right_account"
    checklists.tick([case], lines=["right_account"], actor=world.ayu(), at=AT, is_ticked=False)
    assert not ChecklistTick.objects.exists()


def test_each_look_at_a_sealed_case_is_recorded_and_of_an_ordinary_one_the_last_is_kept():
    ordinary, sealed = world.case(A), world.child_case(B)
    for case in (ordinary, sealed):
        for hours in range(2):
            decisions.open_page(case, actor=world.citra(), at=AT + hours * HOUR)
    assert CaseView.objects.get(case=ordinary).opened_at == AT + HOUR
    opened = Event.objects.filter(kind="case.page_opened")
    assert [event.thread for event in opened] == [sealed.thread] * 2


def test_a_look_at_a_sealed_case_that_cannot_be_recorded_has_not_been():
    sealed, citra = world.child_case(B), world.citra()
    citra.name = "\x00"  # what the record cannot keep
    with pytest.raises((DataError, ValueError)):
        decisions.open_page(sealed, actor=citra, at=AT)
    assert not CaseView.objects.filter(case=sealed).exists()


def test_judging_many_costs_the_statements_of_one():
    names = [f"michat: akun_{n:02d}" for n in range(9)]
    cases = [world.prepare(world.case(name), world.ayu()) for name in names]
    counts = []
    for batch in (cases[:1], cases[1:]):
        with CaptureQueriesContext(connection) as seen:
            result = uphold(batch)
        assert len(result.done) == len(batch)
        counts.append(len(seen))
    assert counts[0] == counts[1]
