"""What becomes of a fine: the letter of commitment, payments, an objection that a third decides."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from cases import fines
from cases.fines import commitments
from cases.models import Fine, FinePayment, Notice
from cases.views import fine_rows
from moderation_portal import stored_files
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from tests import world
from tests.cases.pages.browsing import other_representative
from tests.world import AT, HOUR

from .doing import DATED, EACH, assessed, committed, letter, owed, proposed, reached, served_warning

pytestmark = pytest.mark.django_db
LATER = AT + 4 * HOUR


def pay(fine, amount, reference="NTPN-1", *, actor=None, on=DATED):
    return fines.pay(fine, amount, on, reference, actor=actor or world.ayu(), at=LATER)


def objected(fine=None):
    return fines.object_to(fine or owed(), "We had removed it.", actor=world.rina(), at=LATER)


def decided(fine, *, actor=None, is_cancelled, answer="The record says otherwise."):
    who = {"actor": actor or world.dewi(), "at": LATER + HOUR}
    return fines.decide(fine, answer, is_cancelled=is_cancelled, **who)


@pytest.mark.law("SAMAN-1")
def test_the_platforms_people_and_the_desk_file_the_letter_of_commitment_once():
    made = committed(owed())
    assert (made.commitment_number, made.commitment_date) == ("SK-1/MICHAT", DATED)
    assert made.committed_by == world.rina()
    with pytest.raises(Refused, match="already"):
        committed(made, world.ayu())


def test_a_platform_attaches_its_letter_which_staff_may_leave_on_paper():
    made = owed()
    told = ("SK-1", "Direktur", DATED)
    with pytest.raises(Invalid):
        fines.commit(made, *told, actor=world.rina(), at=LATER)
    assert fines.commit(made, *told, actor=world.ayu(), at=LATER).commitment_path == ""
    with pytest.raises(Conflict):
        commitments.hand_out(made, actor=world.ayu(), at=LATER)


def test_the_letter_lies_encrypted_and_is_handed_out_as_it_came_and_on_record(settings):
    made = committed(owed(), file=letter(b"%PDF-1.7 rahasia"))
    place = Path(settings.MEDIA_ROOT) / made.commitment_path
    assert b"rahasia" not in place.read_bytes()
    assert commitments.hand_out(made, actor=world.ayu(), at=LATER) == b"%PDF-1.7 rahasia"
    read = Event.objects.filter(kind="fine.commitment_read", thread=f"notice:{made.notice_id}")
    assert read.get().data["sha256"] == hashlib.sha256(b"%PDF-1.7 rahasia").hexdigest()
    place.write_bytes(b"something else, long enough to be taken for a file")
    with pytest.raises(Conflict):
        commitments.hand_out(made, actor=world.ayu(), at=LATER)


def test_a_letter_without_a_row_is_swept_up_and_no_other(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = committed(owed())
    stray = commitments.keep(letter(), at=LATER)["commitment_path"]
    assert commitments.sweep(at=LATER) == 0
    assert commitments.sweep(at=LATER + 25 * HOUR) == 1
    assert commitments.hand_out(made, actor=world.ayu(), at=LATER)
    with pytest.raises(FileNotFoundError):
        stored_files.read(stray)


@pytest.mark.parametrize("who", [other_representative, world.auditor, world.polisi])
def test_strangers_file_nothing(who):
    made = owed()
    for act in (lambda: committed(made, who()), lambda: pay(made, 1, actor=who())):
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
        committed(owed(), **odd)


def test_nothing_is_filed_for_a_fine_that_was_only_proposed():
    made = proposed(served_warning())
    with pytest.raises(Refused):
        committed(made, world.ayu())
    with pytest.raises(Refused):
        pay(made, EACH)


def test_a_fine_is_paid_with_its_last_rupiah():
    made = owed()
    assert pay(made, EACH - 1).state == Fine.State.OWED
    assert fines.sum_of(made, world.rina()).left == 1
    assert pay(made, 1, "NTPN-2").state == Fine.State.PAID
    with pytest.raises(Refused):
        pay(made, 1, "NTPN-3")


def test_a_platform_that_has_paid_what_its_letter_asks_reads_that_it_has_paid():
    """For the desk the rest is owed; a platform must not learn that there is any."""
    warning = served_warning("michat: kembang_1", "michat: kembang_2")
    warning.items.filter(position=2).update(sent_at=None, is_withheld=True)
    made = reached(assessed(warning))
    fines.pay(made, EACH, DATED, "NTPN-1", actor=world.ayu(), at=LATER)
    made.refresh_from_db()
    theirs, ours = (fine_rows.row(made, who, LATER) for who in (world.rina(), world.ayu()))
    assert (theirs["state"], theirs["is_open"]) == ("paid", False)
    assert (ours["state"], ours["is_open"]) == ("owed", True)
    assert not fines.may_object(world.rina(), made)
    assert not fines.may_commit(world.joko(), made)
    with pytest.raises(Refused, match="paid"):
        fines.object_to(made, "Keliru.", actor=world.rina(), at=LATER)


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
    assert committed(made).committed_at
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
