"""The correction of an order is proposed by one person and approved by another."""

import pytest
from django.db import IntegrityError, transaction

from cases import answers, notices, removal
from cases.models import Case, Notice, Target, TargetState
from moderation_portal.errors import Conflict, Refused
from tests import world
from tests.world import AT, HOUR

from .doing import kinds

pytestmark = pytest.mark.django_db


def propose(old, **facts):
    return notices.correct(old, **{"change": "A typo.", "actor": world.sri(), "at": AT, **facts})


def test_until_a_second_person_approves_the_order_stands():
    old = world.served_notice()
    draft = propose(old)
    old.refresh_from_db()
    assert (draft.state, draft.number) == (Notice.State.DRAFTED, None)
    assert (old.state, old.items.get().next_step_at is not None) == (Notice.State.SERVED, True)
    with pytest.raises(Refused, match="second person"):
        notices.approve_correction(draft, actor=world.sri(), at=AT)
    with pytest.raises(Refused):
        notices.approve_correction(draft, actor=world.bima(), at=AT)
    made = notices.approve_correction(draft, actor=world.dewi(), at=AT + HOUR)
    assert (made.state, made.revision) == (Notice.State.ISSUED, 1)
    assert (made.proposed_by, made.approved_by) == (world.sri(), world.dewi())
    assert "Dewi Anggraini" in made.text
    assert kinds(thread=f"notice:{draft.pk}")[0] == "notice.correction_proposed"


def test_the_database_knows_no_correction_approved_by_its_proposer():
    draft = propose(world.served_notice())
    here = Notice.objects.filter(pk=draft.pk)
    for facts in ({"approved_by": world.sri()}, {"state": Notice.State.ISSUED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            here.update(**facts)


def test_one_correction_is_proposed_at_a_time_and_may_be_dropped():
    old = world.served_notice()
    draft = propose(old)
    with pytest.raises(Conflict, match="Sri Wahyuni"):
        propose(old, actor=world.dewi())
    with pytest.raises(Refused):
        notices.drop_correction(draft, actor=world.ayu(), at=AT)
    notices.drop_correction(draft, actor=world.sri(), at=AT)
    assert propose(old, actor=world.ayu()).state == Notice.State.DRAFTED


def test_what_is_in_force_already_is_not_said_to_be_dropped():
    draft = propose(world.served_notice())
    notices.approve_correction(draft, actor=world.dewi(), at=AT)
    for person in (world.sri(), world.dewi()):
        with pytest.raises(Conflict, match="already"):
            notices.drop_correction(draft, actor=person, at=AT)
    assert Notice.objects.get(pk=draft.pk).state == Notice.State.ISSUED


def test_until_a_correction_is_served_no_clock_of_the_platform_runs():
    draft = propose(world.served_notice())
    assert Case.objects.get().due_at == AT + 24 * HOUR
    notices.approve_correction(draft, actor=world.dewi(), at=AT + HOUR)
    case = Case.objects.get()
    assert (case.due_at, case.met_at) == (case.ours_due_at, None)


def test_an_objection_is_weighed_before_anything_is_corrected():
    old = world.served_notice()
    world.answer(old, "refused", reason="It is satire.")
    with pytest.raises(Conflict, match="Weigh its reasons first"):
        propose(old)
    assert Target.objects.get().state == TargetState.REFUSED
    told = {"reason": "It is an offer.", "actor": world.bima(), "at": AT}
    removal.weigh([Target.objects.get().pk], is_accepted=False, **told)
    assert propose(old).state == Notice.State.DRAFTED


def test_what_was_objected_since_the_proposal_is_not_cleared_by_its_approval():
    old = world.served_notice()
    draft = propose(old)
    world.answer(old, "refused", reason="It is satire.")
    with pytest.raises(Conflict, match="moved on"):
        notices.approve_correction(draft, actor=world.dewi(), at=AT + HOUR)
    assert Target.objects.get().state == TargetState.REFUSED
    assert Notice.objects.get(pk=draft.pk).state == Notice.State.DRAFTED


def test_a_question_of_the_platform_is_answered_by_a_correction():
    old = world.served_notice()
    item = old.items.get()
    asked = [answers.Given(item.pk, "needs_info", reason="Which account?")]
    answers.take(old, asked, actor=world.rina(), channel="portal", at=AT)
    draft = propose(old, locators={item.target_id: "michat: bunga_78"})
    assert draft.items.get().locator == "@bunga_78"
    notices.approve_correction(draft, actor=world.dewi(), at=AT + HOUR)
    assert Target.objects.get().state == TargetState.STANDING
