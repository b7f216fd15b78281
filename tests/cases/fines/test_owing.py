"""What becomes of a fine: the letter of commitment, payments, an objection that a third decides."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases import fines
from cases.models import Fine, FinePayment, Notice
from moderation_portal.errors import Conflict, Invalid, Refused
from tests import world
from tests.cases.pages.browsing import other_representative
from tests.world import AT, HOUR

from .doing import DATED, EACH, owed, proposed, served_warning

pytestmark = pytest.mark.django_db
LATER = AT + 4 * HOUR


def commit(fine, actor=None, *, number="SK-1/MICHAT", signer="Direktur", dated=DATED):
    return fines.commit(fine, number, signer, dated, actor=actor or world.rina(), at=LATER)


def pay(fine, amount, reference="NTPN-1", *, actor=None, on=DATED):
    return fines.pay(fine, amount, on, reference, actor=actor or world.ayu(), at=LATER)


def objected(fine=None):
    return fines.object_to(fine or owed(), "We had removed it.", actor=world.rina(), at=LATER)


def decided(fine, *, actor=None, is_cancelled, answer="The record says otherwise."):
    who = {"actor": actor or world.dewi(), "at": LATER + HOUR}
    return fines.decide(fine, answer, is_cancelled=is_cancelled, **who)


@pytest.mark.law("SAMAN-1")
def test_the_platforms_people_and_the_desk_file_the_letter_of_commitment_once():
    made = commit(owed())
    assert (made.commitment_number, made.commitment_date) == ("SK-1/MICHAT", DATED)
    assert made.committed_by == world.rina()
    with pytest.raises(Refused, match="already"):
        commit(made, world.ayu())


@pytest.mark.parametrize("who", [other_representative, world.auditor, world.polisi])
def test_strangers_file_nothing(who):
    made = owed()
    for act in (lambda: commit(made, who()), lambda: pay(made, 1, actor=who())):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Refused):
        fines.object_to(made, "No.", actor=who(), at=LATER)


def test_a_platform_writes_down_no_payment():
    with pytest.raises(Refused):
        pay(owed(), EACH, actor=world.rina())


@pytest.mark.parametrize(
    "odd", [{"number": " "}, {"signer": ""}, {"dated": DATED + timedelta(days=2)}]
)
def test_a_letter_of_commitment_has_a_number_a_signer_and_a_day_that_has_come(odd):
    with pytest.raises(Invalid):
        commit(owed(), **odd)


def test_nothing_is_filed_for_a_fine_that_was_only_proposed():
    made = proposed(served_warning())
    with pytest.raises(Refused):
        commit(made, world.ayu())
    with pytest.raises(Refused):
        pay(made, EACH)


def test_a_fine_is_paid_with_its_last_rupiah():
    made = owed()
    assert pay(made, EACH - 1).state == Fine.State.OWED
    assert fines.sum_of(made, world.rina()).left == 1
    assert pay(made, 1, "NTPN-2").state == Fine.State.PAID
    with pytest.raises(Refused):
        pay(made, 1, "NTPN-3")


def test_a_payment_is_written_down_once():
    made = owed()
    pay(made, 5)
    with pytest.raises(Conflict):
        pay(made, 5)
    assert FinePayment.objects.get().amount == 5


@pytest.mark.parametrize(
    ("amount", "reference", "on"),
    [(0, "N", DATED), (-5, "N", DATED), (10**15, "N", DATED), (5, " ", DATED),
     (5, "N", DATED + timedelta(days=2))],
)  # fmt: skip
def test_an_odd_payment_is_refused(amount, reference, on):
    with pytest.raises(Invalid):
        pay(owed(), amount, reference, on=on)


def test_an_objection_stops_nothing_but_waits_for_a_third_person():
    made = objected()
    assert made.state == Fine.State.OBJECTED
    with pytest.raises(Refused, match="already"):
        objected(made)
    assert commit(made).committed_at
    assert pay(made, EACH).state == Fine.State.OBJECTED


@pytest.mark.parametrize("who", ["ayu", "sri", "bima", "rina", "auditor"])
def test_whoever_proposed_or_assessed_a_fine_or_has_no_office_does_not_decide(who):
    """Ayu proposed it, Sri assessed it."""
    made = objected()
    with pytest.raises(Refused):
        decided(made, actor=getattr(world, who)(), is_cancelled=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fine.objects.filter(pk=made.pk).update(decided_by=world.sri())


@pytest.mark.parametrize(("is_cancelled", "state"), [(True, "cancelled"), (False, "owed")])
def test_the_decision_reaches_the_platform_by_letter_with_its_reasons(is_cancelled, state):
    made = decided(objected(), is_cancelled=is_cancelled)
    assert made.state == state
    letter = Notice.objects.get(rung="fine_decision")
    assert letter.follows == made.letter
    assert ("the fine is cancelled" in letter.text) is is_cancelled
    assert "The record says otherwise." in letter.text
    assert made.letter.number in letter.text
    with pytest.raises(Conflict):
        decided(made, is_cancelled=True)


def test_a_decision_without_reasons_is_none():
    with pytest.raises(Invalid):
        decided(objected(), is_cancelled=True, answer=" ")


def test_an_objection_that_is_rejected_after_all_was_paid_leaves_the_fine_paid():
    made = objected()
    pay(made, EACH)
    assert decided(made, is_cancelled=False).state == Fine.State.PAID


def test_after_a_cancelled_fine_another_may_be_proposed():
    made = decided(objected(), is_cancelled=True)
    assert fines.may_propose(world.ayu(), made.notice)
