"""An unpaid fine leads to a proposal to block, which persons sign or not; nothing by itself."""

from datetime import timedelta

import pytest
from django.db.models import F

from cases import blocks, fines, ladder, notices
from cases.fines import unpaid
from cases.models import Fine, Notice, Target, TargetState
from cases.notices import signing
from moderation_portal import outbox, policy, standstills
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .doing import DATED, EACH, assessed, owed, reached, served_warning, warned, withhold

pytestmark = pytest.mark.django_db
# The letter arrives two hours after the warning; from there the time to pay counts.
LATE = AT + 2 * HOUR + timedelta(days=30)


def proposal() -> Notice:
    return Notice.objects.get(rung="unpaid_proposal")


def paid(fine: Fine, amount=EACH) -> Fine:
    return fines.pay(fine, amount, DATED, "NTPN-1", actor=world.ayu(), at=LATE + HOUR)


def signed() -> Notice:
    draft = proposal()
    for who in (world.sri(), world.dewi()):
        signing.sign(draft, actor=who, note="Tidak beralasan.", at=LATE + HOUR)
    return proposal()


@pytest.mark.law("PM5-15-12", "SAMAN-1")
def test_a_fine_that_was_not_paid_in_time_leads_to_a_draft_that_waits_for_two_persons():
    world.sri(), world.dewi()
    made = owed()
    assert unpaid.look(LATE - HOUR) == []
    assert unpaid.look(LATE) == [made.pk]
    draft = proposal()
    assert draft.state == Notice.State.DRAFTED
    assert draft.signatures_wanted == ["supervisor", "director"]
    assert Fine.objects.get().unpaid_proposal == draft
    for who in (world.sri(), world.dewi(), world.ayu()):
        assert who.news.filter(kind="fine.unpaid").count() == 1
    assert unpaid.look(LATE + HOUR) == [], "once"


def test_its_letter_says_how_much_was_to_be_paid_until_when_and_is_sent_to_nobody(mail):
    owed()
    unpaid.look(LATE)
    made = signed()
    assert made.state == Notice.State.ISSUED
    assert "Rp125,000,000" in made.text or "Rp125.000.000" in made.text
    assert not notices.visible_to(world.rina()).filter(pk=made.pk).exists()
    outbox.drain("notice", at=LATE + 2 * HOUR)
    letters = [*mail.to("abuse@michat.example"), *mail.to("legal@michat.example")]
    assert not any(made.number in one["Subject"] for one in letters)
    assert blocks.may_enter(world.sri(), made)


def test_whoever_reads_it_before_signing_reads_the_whole_of_it():
    owed()
    unpaid.look(LATE)
    assert "125" in notices.preview(proposal(), world.sri(), at=LATE).text


def test_removing_the_content_takes_nothing_from_it():
    made = owed()
    unpaid.look(LATE)
    world.answer(made.notice, "removed", at=LATE + HOUR)
    Target.objects.update(state=TargetState.GONE)
    assert signed().item_count == 1


def test_while_it_waits_the_ladder_climbs_on():
    made = owed()
    unpaid.look(LATE)
    (item,) = made.notice.items.all()
    Target.objects.update(state=TargetState.STANDING)
    assert ladder.resume([item.target_id], at=LATE) == [item.target_id]


@pytest.mark.parametrize("amount", [0, EACH - 1])
def test_what_is_paid_in_part_is_unpaid(amount):
    made = owed()
    if amount:
        fines.pay(made, amount, DATED, "NTPN-0", actor=world.ayu(), at=AT + 3 * HOUR)
    assert unpaid.look(LATE) == [made.pk]


def test_nothing_follows_from_a_fine_that_is_paid_or_objected_to_or_not_served():
    told = assessed(served_warning("michat: kembang_1"))
    assert unpaid.look(LATE) == [], "nobody has told the platform yet"
    made = reached(told)
    paid(made)
    assert unpaid.look(LATE) == []
    other = owed("michat: kembang_2")
    fines.object_to(other, "We had removed it.", actor=world.rina(), at=AT + 5 * HOUR)
    assert unpaid.look(LATE) == []


def test_paying_in_the_end_makes_the_draft_needless():
    made = owed()
    unpaid.look(LATE)
    draft = proposal()
    assert paid(made).unpaid_proposal is None
    draft.refresh_from_db()
    assert draft.state == Notice.State.DISCARDED


def test_an_objection_takes_the_draft_back_and_its_rejection_leads_to_another():
    made = owed()
    unpaid.look(LATE)
    made = fines.object_to(made, "We had removed it.", actor=world.rina(), at=LATE + HOUR)
    assert not Notice.objects.filter(rung="unpaid_proposal", state="drafted").exists()
    who = {"actor": world.dewi(), "at": LATE + 2 * HOUR}
    fines.decide(made, "The record says otherwise.", is_cancelled=False, **who)
    assert unpaid.look(LATE + 3 * HOUR) == [made.pk]
    assert Notice.objects.filter(rung="unpaid_proposal").count() == 2


def test_silence_alone_never_leads_there():
    pack = policy.pack()
    for urgency in ("ordinary", "urgent"):
        found = [one.code for one in pack.ladder(urgency, AT).rungs if one.follows_unpaid_fine]
        assert found == ["unpaid_proposal"]
    order = world.served_notice("michat: kembang_1")
    made = warned(order, rung="warning_3")
    Notice.objects.filter(pk=made.pk).update(due_at=AT + HOUR)
    made.items.update(due_at=AT + HOUR, next_step_at=F("delivered_at"))
    ladder.climb(LATE)
    rungs = set(Notice.objects.filter(state="drafted").values_list("rung", flat=True))
    assert "unpaid_proposal" not in rungs


def test_while_the_clock_is_not_trusted_no_fine_counts_as_unpaid():
    owed()
    standstills.begin(standstills.CLOCK, "jumped", LATE - AT, at=LATE)
    outbox.enqueue("fines.look", {}, lane="internal", at=LATE)
    outbox.drain("internal", at=LATE)
    assert not Notice.objects.filter(rung="unpaid_proposal").exists()
    standstills.release(standstills.CLOCK, actor=world.sri(), reason="It is right.", at=LATE)
    outbox.enqueue("fines.look", {}, lane="internal", at=LATE)
    outbox.drain("internal", at=LATE)
    assert proposal()


def test_what_a_sealed_case_speaks_for_is_named_in_it_and_the_cleared_are_told():
    """On ordinary pages its absence would tell; whoever may, stops it before it is signed."""
    made = owed("michat: kembang_1")
    world.child_case("michat: kembang_1")
    withhold(made.notice.items.get())
    unpaid.look(LATE)
    assert proposal().items.get().is_withheld
    told = Event.objects.filter(kind="notice.proposed_beside")
    assert told.get().is_sealed
