"""A warning is signed anew by whoever corrects it; another account takes a second person."""

import pytest

from cases import ladder, notices
from cases.models import CaseState, Notice
from moderation_portal.errors import Conflict, Refused
from tests import world
from tests.cases.ladder.doing import DAY, NOTE, serve, signed
from tests.world import AT, HOUR

from .doing import drain

pytestmark = pytest.mark.django_db


def served_warning(code="warning_1"):
    """Silence through the order, and through every warning before this one."""
    made = world.served_notice()
    for rung, person in (("warning_1", world.sri()), ("warning_2", world.dewi())):
        at = made.due_at
        ladder.climb(at)
        made = signed(Notice.objects.get(rung=rung), person, at=at)
        serve(made, at)
        if rung == code:
            return made
    raise AssertionError(code)


def test_a_served_warning_is_corrected_and_signed_by_who_corrects_it(mail):
    old = served_warning()
    at = AT + DAY + HOUR
    new = notices.correct(old, change="The handle was misspelt.", actor=world.sri(), at=at)
    old.refresh_from_db()
    assert (old.state, new.state) == (Notice.State.WITHDRAWN, Notice.State.ISSUED)
    assert (new.rung, new.revision) == ("warning_1", 1)
    assert "misspelt" in new.text
    assert world.sri().name in new.text
    assert [signature.signer for signature in new.signatures.all()] == [world.sri()]
    drain(at + HOUR)
    new.refresh_from_db()
    assert new.due_at == at + HOUR + DAY
    assert new.items.get().target.case.state == CaseState.ORDERED


def test_whoever_signs_a_warning_does_not_alone_turn_it_on_another_account():
    old = served_warning()
    at = AT + DAY + HOUR
    names = {old.items.get().target_id: "MiChat: innocent_person_1"}
    draft = notices.correct(
        old, change="The handle was misspelt.", locators=names, actor=world.sri(), at=at
    )
    assert (draft.state, draft.proposed_by) == (Notice.State.DRAFTED, world.sri())
    with pytest.raises(Refused, match="second person"):
        notices.approve_correction(draft, actor=world.sri(), at=at)
    old.refresh_from_db()
    assert old.state == Notice.State.SERVED
    made = notices.approve_correction(draft, actor=world.dewi(), at=at)
    assert "innocent_person_1" in made.text
    assert world.sri().name in made.text, "who signed the warning"


def test_a_correction_of_a_correction_is_signed_as_well():
    at = AT + DAY + HOUR
    first = notices.correct(served_warning(), change="One.", actor=world.sri(), at=at)
    again = notices.correct(first, change="Two.", actor=world.sri(), at=at)
    assert (again.revision, again.signatures.count()) == (2, 1)
    assert "Two." in again.text


def test_whose_signature_a_warning_does_not_bear_does_not_correct_it():
    old = served_warning("warning_2")
    assert old.signatures_wanted == ["director"]
    with pytest.raises(Refused, match="director"):
        notices.correct(old, change="A typo.", actor=world.sri(), at=old.served_at + HOUR)
    old.refresh_from_db()
    assert old.state == Notice.State.SERVED


def test_a_proposal_to_the_minister_is_not_corrected_by_one_person():
    old = served_warning()
    Notice.objects.filter(pk=old.pk).update(rung="block_proposal", state=Notice.State.ISSUED)
    old.refresh_from_db()
    assert notices.correctable(old) == []
    with pytest.raises(Conflict, match="order or a warning"):
        notices.correct(old, change=NOTE, actor=world.sri(), at=AT + 2 * DAY)
