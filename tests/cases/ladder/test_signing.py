"""What is formal is signed by persons, and nothing is blocked by a machine."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cases import answers, ladder, notices
from cases.models import Case, Notice, Signature, Target, TargetState
from moderation_portal import outbox
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import OutboxMessage
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

from .doing import DAY, NOTE, climb_until, serve, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def warning():
    """A drafted first warning that waits for the supervisor."""
    world.served_notice()
    climb_until(AT + DAY, start=AT + DAY)
    return Notice.objects.get(rung="warning_1")


def test_the_wrong_hand_signs_nothing(warning):
    for person in (world.ayu(), world.dewi(), world.rina(), world.auditor(), world.steward()):
        verdict = notices.may_sign(person, warning)
        assert not verdict
        assert verdict.reason
        with pytest.raises(Refused):
            notices.sign(warning, actor=person, at=AT + DAY)
    assert not Signature.objects.exists()


def test_a_warning_waits_for_its_signature_however_long(warning):
    climb_until(AT + 5 * DAY, start=AT + DAY, every=12 * HOUR)
    warning.refresh_from_db()
    assert (warning.state, warning.number) == ("drafted", None)
    assert Notice.objects.filter(rung__startswith="warning").count() == 1


def test_a_signed_warning_is_issued_sent_and_has_a_clock_of_its_own(warning, mail):
    signed(warning, world.sri(), at=AT + 25 * HOUR)
    assert warning.state == Notice.State.ISSUED
    assert world.sri().name in warning.text
    outbox.drain("notice", at=AT + 26 * HOUR)
    warning.refresh_from_db()
    assert warning.due_at == AT + 26 * HOUR + DAY
    assert Case.objects.get().due_at == warning.due_at
    assert mail.to("legal@michat.example")[-1]["Subject"] == warning.subject


def test_a_warning_that_was_issued_is_signed_no_more(warning):
    signed(warning, world.sri(), at=AT + DAY)
    with pytest.raises(Conflict):
        notices.sign(warning, actor=world.sri(), at=AT + DAY)


def test_accounts_answered_since_the_draft_are_left_out_of_the_warning():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    climb_until(AT + DAY, start=AT + DAY)
    draft = Notice.objects.get(rung="warning_1")
    first, second = made.items.all()
    answers.take(
        made, [answers.Given(first.pk, "removed")], actor=world.rina(), channel="portal",
        at=AT + 25 * HOUR,
    )  # fmt: skip
    signed(draft, world.sri(), at=AT + 26 * HOUR)
    assert [(item.target_id, item.position) for item in draft.items.all()] == [
        (second.target_id, 1)
    ]
    assert draft.item_count == 1
    assert "kembang_1" not in draft.text


def test_a_warning_without_any_account_left_is_discarded_when_signed(warning):
    Target.objects.update(state=TargetState.GONE)
    signed(warning, world.sri(), at=AT + DAY)
    assert warning.state == Notice.State.DISCARDED
    assert warning.number is None


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_who_sign_at_once_issue_it_once():
    world.served_notice()
    ladder.climb(AT + DAY)
    warning = Notice.objects.get(rung="warning_1")
    others = [world.sri(), world.person("tono@komdigi.example", "Tono", "supervisor")]

    def sign(person):
        try:
            return notices.sign(warning, actor=person, at=AT + DAY).pk
        except (Conflict, Refused):
            return None

    done = at_once(*[lambda p=p: sign(p) for p in others])
    assert sorted(map(bool, done)) == [False, True]
    assert Signature.objects.count() == 1
    assert OutboxMessage.objects.filter(payload__notice=warning.pk).count() == 1


def third_warning():
    """Silence through order and three warnings; returns the served third one."""
    made = world.served_notice()
    at = AT
    for code, person in (
        ("warning_1", world.sri()), ("warning_2", world.dewi()), ("warning_3", world.dewi()),
    ):  # fmt: skip
        at = made.due_at
        ladder.climb(at)
        made = signed(Notice.objects.get(rung=code), person, at=at)
        serve(made, at)
    return made


@pytest.mark.law("PM5-15-11b", "PM5-15-12")
def test_after_three_warnings_there_is_no_fourth_but_a_proposal_for_two_persons(mail):
    third = third_warning()
    ladder.climb(third.due_at)
    draft = Notice.objects.get(rung="block_proposal")
    assert (draft.state, draft.signatures_wanted) == ("drafted", ["supervisor", "director"])
    at = third.due_at + HOUR
    with pytest.raises(Invalid, match="reasons"):
        notices.sign(draft, actor=world.sri(), at=at)
    signed(draft, world.sri(), at=at, note=NOTE)
    assert draft.state == Notice.State.DRAFTED
    with pytest.raises(Refused, match="already"):
        notices.sign(draft, actor=world.sri(), at=at, note=NOTE)
    signed(draft, world.dewi(), at=at, note=NOTE)
    assert draft.state == Notice.State.ISSUED
    numbers = Notice.objects.exclude(pk=draft.pk).values_list("number", flat=True)
    assert all(number in draft.text for number in numbers)
    assert NOTE in draft.text
    for _turn in range(5):
        at += 2 * DAY
        ladder.climb(at)
        outbox.drain("notice", at=at)
    assert Notice.objects.filter(rung__startswith="warning").count() == 3
    assert Notice.objects.filter(rung="block_proposal").count() == 1


@pytest.mark.law("SAMAN-1")
def test_the_letters_of_the_ladder_bear_the_names_of_saman(mail):
    """The order, two warnings, of which the second asks for the commitment to pay, the third."""
    third_warning()
    letters = {one.rung: " ".join(one.text.split()) for one in Notice.objects.all()}
    assert "Takedown order" in letters["order"]
    for place in (1, 2, 3):
        assert f"(ST{place})" in letters[f"warning_{place}"]
    commits = "letter committing to pay the fine"
    assert [rung for rung, text in letters.items() if commits in text] == ["warning_2"]


def test_the_minister_reads_the_days_of_the_policys_own_zone(mail):
    """Half past midnight in Jakarta is still the day before in Greenwich."""
    third = third_warning()
    early = datetime(2026, 3, 20, 0, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
    Notice.objects.filter(pk=third.pk).update(issued_at=early)
    ladder.climb(third.due_at)
    draft = Notice.objects.get(rung="block_proposal")
    signed(draft, world.sri(), world.dewi(), at=third.due_at, note=NOTE)
    assert f"{third.number}, 2026-03-20" in draft.text


@pytest.mark.law("PM5-15-12")
def test_a_proposal_to_block_is_never_sent_by_the_portal(mail):
    third = third_warning()
    ladder.climb(third.due_at)
    draft = Notice.objects.get(rung="block_proposal")
    signed(draft, world.sri(), world.dewi(), at=third.due_at, note=NOTE)
    assert not OutboxMessage.objects.filter(payload__notice=draft.pk).exists()
    assert draft.served_at is None
    assert not notices.visible_to(world.rina()).filter(pk=draft.pk).exists()


def test_a_sealed_warning_is_signed_by_the_cleared_only():
    serve(world.notice("michat: kuncup_1", category=world.CHILD), AT)
    ladder.climb(AT + DAY)
    warning = Notice.objects.get(rung="warning_1", handling="sealed")
    for person in (world.sri(), world.ayu()):
        assert not notices.may_sign(person, warning)
    assert notices.may_sign(world.citra(), warning)
    assert notices.may_sign(world.cleared_sri(), warning)
