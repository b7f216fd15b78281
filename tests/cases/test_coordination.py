"""What offices say to each other is kept word for word, and is never an order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction

from cases import coordination, queue
from cases.coordination import About, Said
from cases.models import Case, CoordinationNote
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
Kind = CoordinationNote.Kind
MEETING = Said(Kind.MEETING, AT.date(), "Komdigi; MiChat, head of trust", "They will close them.")
ASKED = Said(Kind.NO_REQUEST, date(2026, 3, 16), "Komdigi; Polda", "No letter was sent.")


def write(about=None, said=MEETING, actor=None, at=AT):
    about = about or About(world.michat())
    return coordination.write(about, said, actor=actor or world.ayu(), at=at)


@pytest.mark.parametrize(
    "who", [world.auditor, world.polisi, world.rina, world.steward, world.ngo, world.drone]
)
def test_only_staff_writes_into_the_log(who):
    with pytest.raises(Refused):
        write(actor=who())
    assert not CoordinationNote.objects.exists()


@pytest.mark.parametrize("who", [world.polisi, world.rina, world.steward, world.ngo])
def test_nobody_else_reads_the_log(who):
    write()
    assert not coordination.visible_to(who()).exists()
    assert coordination.visible_to(world.auditor()).exists()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("text", replace(MEETING, text="  ")),
        ("taking_part", replace(MEETING, taking_part="\x00 ")),
        ("happened_on", replace(MEETING, happened_on=AT.date() + timedelta(days=2))),
        ("follow_up_on", replace(MEETING, follow_up_on=date(2020, 1, 1))),
        ("agency", replace(MEETING, kind=Kind.NO_REQUEST)),
    ],
)
def test_what_cannot_be_right_is_named_by_its_field(field, said):
    with pytest.raises(Invalid) as caught:
        write(said=said)
    assert set(caught.value.detail["fields"]) == {field}


def test_an_entry_is_with_somebody_and_about_a_case_of_that_platform():
    with pytest.raises(Invalid) as caught:
        write(About())
    assert set(caught.value.detail["fields"]) == {"platform"}
    with pytest.raises(Invalid) as caught:
        write(About(world.whatsapp(), case=world.case()))
    assert set(caught.value.detail["fields"]) == {"case"}


def test_nobody_changes_or_deletes_an_entry():
    note = write()
    for change in (
        lambda: CoordinationNote.objects.filter(pk=note.pk).update(text="An order."),
        lambda: CoordinationNote.objects.filter(pk=note.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    note.refresh_from_db()
    assert note.text == "They will close them."


def test_what_was_wrong_is_said_anew_once_and_both_stay():
    note = write()
    better = replace(MEETING, text="They might close them.")
    newer = coordination.correct(note, better, actor=world.bima(), at=AT + HOUR)
    assert (newer.corrects, newer.platform, newer.written_by) == (note, note.platform, world.bima())
    with pytest.raises(Conflict):
        coordination.correct(note, MEETING, actor=world.ayu(), at=AT + HOUR)
    kinds = Event.objects.filter(subject__startswith="coordination:").values_list("kind", flat=True)
    assert sorted(kinds) == ["coordination.corrected", "coordination.noted"]


def test_what_is_said_orders_nothing_and_moves_no_clock():
    case = world.case()
    before = (case.state, case.due_at, case.is_formal, OutboxMessage.objects.count())
    counted = queue.counts(Case.objects.all(), world.ayu(), at=AT)
    for kind in Kind.values:
        write(About(world.michat(), world.polda(), case), replace(MEETING, kind=kind))
    case.refresh_from_db()
    assert before == (case.state, case.due_at, case.is_formal, OutboxMessage.objects.count())
    assert queue.counts(Case.objects.all(), world.ayu(), at=AT) == counted


def test_of_a_sealed_case_only_the_cleared_write_and_read():
    case = world.child_case()
    about = About(case.platform, world.polda(), case)
    with pytest.raises(Refused):
        write(about, ASKED)
    note = write(about, ASKED, actor=world.citra())
    assert not coordination.visible_to(world.sri()).exists()
    assert coordination.visible_to(world.citra()).get() == note
    assert Event.objects.get(kind="coordination.noted").is_sealed
    others = world.case("michat: lain_contoh")
    assert coordination.of_case(others) == [], "another case of the platform says nothing of it"


def test_a_case_reads_first_what_was_said_about_itself():
    case = world.case()
    write(said=replace(MEETING, happened_on=date(2026, 3, 17)))
    own = write(About(case.platform, world.polda(), case), ASKED)
    wrong = write(About(case.platform), replace(MEETING, text="Wrong."))
    coordination.correct(wrong, MEETING, actor=world.ayu(), at=AT)
    found = coordination.of_case(case)
    assert found[0] == own
    assert wrong not in found
    assert len(found) == 3
