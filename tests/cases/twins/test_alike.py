"""An account in a sealed and an ordinary case: one order, and both sides end alike."""

import pytest

from cases import answers, ladder, notices, removal, withholding
from cases.models import Answer, Case, CaseState, Delivery, Notice, Target, TargetState
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .doing import drain, naming, ordinary

pytestmark = pytest.mark.django_db


def test_on_the_ordinary_side_it_is_ordered_served_answered_and_gone(both):
    sealed, plain = both
    drain()
    item = plain.items.get()
    assert item.is_withheld
    assert ordinary().state == CaseState.ORDERED
    notices.open_in_portal(sealed, actor=world.cleared_joko(), at=AT + HOUR)
    plain.refresh_from_db()
    item.refresh_from_db()
    assert plain.state == Notice.State.SERVED
    assert item.due_at is not None
    world.answer(sealed, "removed", at=AT + 2 * HOUR, actor=world.cleared_joko())
    item.refresh_from_db()
    assert item.target.state == TargetState.CLAIMED
    assert (item.answer_code, item.claimed_at) == ("removed", AT + 2 * HOUR)
    mine = Target.objects.get(handling="sealed")
    removal.observe([mine.pk], "gone", actor=world.citra(), method="person", at=AT + 3 * HOUR)
    item.refresh_from_db()
    assert item.target.state == TargetState.CLAIMED, "the ordinary side finds out for itself"
    assert withholding.give_back(AT + 4 * HOUR) == [], "what is gone needs no second order"
    for hours in (4, 30):
        at = AT + hours * HOUR
        removal.observe([item.target_id], "gone", actor=world.ayu(), method="person", at=at)
    item.refresh_from_db()
    plain.refresh_from_db()
    assert (item.target.state, ordinary().state) == (TargetState.GONE, CaseState.CLOSED)
    assert item.verified_at == AT + 30 * HOUR
    assert plain.state == Notice.State.SETTLED


def test_what_ordinary_staff_sees_again_stands_again_on_the_sealed_side(both):
    sealed, plain = both
    drain()
    notices.open_in_portal(sealed, actor=world.cleared_joko(), at=AT + HOUR)
    world.answer(sealed, "removed", at=AT + 2 * HOUR, actor=world.cleared_joko())
    mine = Target.objects.get(handling="sealed")
    removal.observe([mine.pk], "gone", actor=world.citra(), method="person", at=AT + 3 * HOUR)
    pk = plain.items.get().target_id
    removal.observe([pk], "present", actor=world.ayu(), method="person", at=AT + 5 * HOUR)
    mine.refresh_from_db()
    assert mine.state == TargetState.STANDING
    assert Case.objects.get(handling="sealed").state == CaseState.IN_REVIEW
    told = Event.objects.get(kind="target.reappeared")
    assert (told.is_sealed, told.actor_role) == (True, "system")


def test_nothing_on_the_ordinary_side_speaks_of_the_sealed_one(both):
    sealed, plain = both
    notices.open_in_portal(sealed, actor=world.cleared_joko(), at=AT + HOUR)
    given = [answers.Given(sealed.items.get().pk, "refused", reason="We told the hotline.")]
    answers.take(sealed, given, actor=world.cleared_joko(), channel="portal", at=AT + HOUR)
    mirrored = Answer.objects.get(item__notice=plain)
    assert (mirrored.code, mirrored.user_id) == ("refused", world.cleared_joko().pk)
    assert mirrored.reason, "as of any answer that needs one"
    seen = Event.objects.filter(is_sealed=False)
    told = str(list(seen.values("thread", "subject", "data")))
    assert f"notice:{sealed.pk}'" not in told
    assert sealed.number not in told
    assert "hotline" not in told
    assert Case.objects.get(handling="sealed").thread not in set(
        seen.values_list("thread", flat=True)
    )
    assert mirrored.receipt != Answer.objects.get(item__notice=sealed).receipt


def test_the_platform_gets_no_more_of_the_ordinary_notice(both, mail):
    _sealed, plain = both
    for hours in (0, 12, 20, 23, 24, 48):
        ladder.climb(AT + hours * HOUR)
        drain(AT + hours * HOUR)
    warning = Notice.objects.get(rung="warning_1", follows=plain)
    notices.sign(warning, actor=world.sri(), at=AT + 48 * HOUR)
    drain(AT + 48 * HOUR)
    assert naming(mail, "bunga_77") == []
    later = Delivery.objects.filter(notice__in=[plain, warning], started_at__gt=AT)
    assert later.count() > 4
    assert not later.filter(is_quiet=False).exists()
