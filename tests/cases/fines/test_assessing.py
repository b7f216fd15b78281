"""One person proposes a fine and another assesses it; no machine and no removal changes it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases import fines, ladder, notices, reckoning
from cases.models import Fine, Notice, Target, TargetState
from cases.notices import fining, service
from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, News
from tests import world
from tests.cases.at_once import at_once
from tests.cases.twins.doing import drain
from tests.world import AT, HOUR

from .doing import (
    CHOICES,
    EACH,
    assessed,
    owed,
    proposed,
    reached,
    served_warning,
    warned,
    withhold,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


@pytest.mark.parametrize("who", ["rina", "auditor", "steward", "polisi", "lurah", "ngo", "drone"])
def test_only_the_desk_proposes_a_fine(who):
    warning = served_warning()
    assert not fines.may_propose(getattr(world, who)(), warning)
    with pytest.raises(Refused):
        proposed(warning, actor=getattr(world, who)())
    assert not Fine.objects.exists()


def test_no_fine_follows_from_an_order_or_a_first_warning():
    order = world.served_notice()
    first = warned(order, rung="warning_1")
    for notice in (order, first):
        with pytest.raises(Refused, match="No fine follows"):
            proposed(notice)


def test_a_country_whose_law_knows_no_fine_has_none(settings):
    settings.POLICY_PACK = "eu-tco"
    assert policy.pack().fine_table(AT) is None


def test_a_warning_that_has_reached_nobody_is_not_fined():
    warning = served_warning()
    Notice.objects.filter(pk=warning.pk).update(served_at=None, state=Notice.State.ISSUED)
    with pytest.raises(Refused, match="reached the platform"):
        proposed(Notice.objects.get(pk=warning.pk))


@pytest.mark.parametrize("missing", list(CHOICES))
def test_every_index_that_an_officer_chooses_must_be_chosen_from_the_table(missing):
    warning = served_warning()
    for odd in ("", "enormous"):
        with pytest.raises(Invalid):
            proposed(warning, **{missing: odd})
    assert not Fine.objects.exists()


def test_a_fine_without_reasons_is_not_proposed():
    with pytest.raises(Invalid):
        fines.propose(served_warning(), CHOICES, "  ", actor=world.ayu(), at=AT)


def test_whoever_proposed_a_fine_does_not_assess_it():
    made = proposed(served_warning(), actor=world.sri())
    with pytest.raises(Refused, match="second person"):
        fines.approve(made, actor=world.sri(), at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fine.objects.filter(pk=made.pk).update(approved_by=world.sri(), state="owed")
    assert fines.approve(made, actor=world.dewi(), at=AT).state == Fine.State.OWED


@pytest.mark.parametrize("who", ["ayu", "bima", "citra", "rina", "auditor"])
def test_only_whoever_oversees_assesses_a_fine(who):
    made = proposed(served_warning())
    with pytest.raises(Refused):
        fines.approve(made, actor=getattr(world, who)(), at=AT)


@pytest.mark.law("SAMAN-1", "PM5-15-11")
def test_an_approved_fine_is_told_by_a_numbered_letter_with_its_reckoning(mail):
    made = assessed(served_warning("michat: kembang_1", "michat: kembang_2"))
    assert (made.amount, made.state) == (2 * EACH, Fine.State.OWED)
    letter = Notice.objects.get(rung="fine")
    assert made.letter == letter
    assert letter.number
    assert "Rp250,000,000" in letter.text
    assert "at Rp125,000,000 each" in letter.text
    assert world.ayu().name in letter.text
    assert world.sri().name in letter.text
    assert "does not cancel the fine" in letter.text
    outbox.drain("notice", at=AT + 2 * HOUR)
    assert letter.number in mail.to("abuse@michat.example")[-1]["Subject"]


def test_the_time_to_commit_and_to_pay_counts_from_the_service_of_the_letter():
    made = assessed(served_warning())
    assert Fine.objects.get().pay_due_at is None
    service.start_clock(made.letter_id, at=AT + 5 * HOUR, proof={})
    here = Fine.objects.get()
    assert here.commit_due_at == AT + 5 * HOUR + DAY
    assert here.pay_due_at == AT + 5 * HOUR + timedelta(days=30)
    letter = Notice.objects.get(rung="fine")
    service.unserve(letter, [])
    assert Fine.objects.get().pay_due_at is None


@pytest.mark.law("SAMAN-1")
def test_the_third_warnings_fine_is_added_to_the_seconds():
    second = owed().notice
    third = warned(second, rung="warning_3")
    made = assessed(third)
    assert made.amount == 2 * EACH
    assert "Rp375,000,000" in Notice.objects.get(pk=made.letter_id).text


def test_one_fine_stands_for_a_warning_and_another_after_the_first_was_dropped():
    warning = served_warning()
    made = proposed(warning)
    with pytest.raises(Refused, match="already"):
        proposed(warning)
    with pytest.raises(Invalid):
        fines.drop(made, " ", actor=world.sri(), at=AT)
    fines.drop(made, "The scale is wrong.", actor=world.sri(), at=AT)
    with pytest.raises(Conflict):
        fines.approve(made, actor=world.dewi(), at=AT)
    assert proposed(warning).state == Fine.State.PROPOSED


def test_a_colleague_without_office_drops_no_proposal_but_their_own():
    made = proposed(served_warning())
    with pytest.raises(Refused):
        fines.drop(made, "No.", actor=world.bima(), at=AT)
    assert fines.drop(made, "No.", actor=world.ayu(), at=AT).state == Fine.State.DROPPED


def test_nothing_follows_from_a_warning_that_was_withdrawn():
    made = proposed(served_warning())
    case = made.notice.items.get().target.case
    notices.withdraw([case.pk], reason="Wrong.", actor=world.sri(), at=AT + HOUR).insist()
    with pytest.raises(Conflict, match="withdrawn"):
        fines.approve(made, actor=world.sri(), at=AT + 2 * HOUR)


def test_removing_the_content_does_not_cancel_the_fine():
    made = owed()
    item = made.notice.items.get()
    world.answer(made.notice, "removed", at=AT + 3 * HOUR)
    Target.objects.filter(pk=item.target_id).update(state=TargetState.GONE)
    assert Fine.objects.get().state == Fine.State.OWED
    assert fines.sum_of(made, world.ayu()).left == EACH


def test_the_ladder_climbs_on_beside_a_fine_and_never_assesses_one():
    made = owed()
    ladder.climb(made.notice.due_at + HOUR)
    assert Notice.objects.filter(rung="warning_3", state="drafted").exists()
    assert Fine.objects.count() == 1


def test_every_step_is_in_the_record_of_the_case():
    made = assessed(served_warning())
    case = made.notice.items.get().target.case
    kinds = Event.objects.filter(thread=case.thread, kind__startswith="fine.")
    assert list(kinds.order_by("pk").values_list("kind", flat=True)) == [
        "fine.proposed",
        "fine.assessed",
    ]


def test_those_who_may_assess_it_hear_of_a_proposal_and_whoever_proposed_it_of_the_end():
    world.sri(), world.dewi()
    assessed(served_warning())
    told = {(one.person.email, one.kind) for one in News.objects.select_related("person")}
    assert (world.dewi().email, "fine.proposed") in told
    assert (world.ayu().email, "fine.assessed") in told


@pytest.mark.django_db(transaction=True)
def test_two_who_assess_at_once_issue_one_letter():
    made = proposed(served_warning())
    both = [world.sri(), world.dewi()]

    def approve(person):
        try:
            return fines.approve(made, actor=person, at=AT + HOUR).pk
        except Conflict:
            return None

    done = at_once(*[lambda p=p: approve(p) for p in both])
    assert sorted(map(bool, done)) == [False, True]
    assert Notice.objects.filter(rung="fine").count() == 1


def test_an_amount_is_never_more_than_the_law_allows_and_whole():
    table = policy.pack().fine_table(AT)
    items = list(served_warning().items.select_related("target__case"))
    for scale in ("micro", "large"):
        lines = reckoning.reckon(table, items, "warning_3", CHOICES | {"scale": scale})
        assert 0 < reckoning.total(lines) <= 500_000_000


def test_the_platform_is_fined_for_what_it_was_told_of_alone(mail):
    """The whole letter counts all; nothing on ordinary pages may tell that one was left out."""
    warning = served_warning("michat: kembang_1", "michat: kembang_2")
    second = warning.items.get(position=2)
    warning.items.filter(pk=second.pk).update(sent_at=None)
    withhold(second)
    made = assessed(warning)
    assert fines.sum_of(made, world.ayu()).amount == 2 * EACH
    letter = Notice.objects.get(rung="fine")
    copy = notices.for_platform(letter, at=AT + 2 * HOUR)
    assert "Rp125,000,000" in copy.letter.text
    assert "Rp250,000,000" not in copy.letter.text
    assert "kembang_2" not in copy.letter.text
    service.start_clock(letter.pk, at=AT + 2 * HOUR, proof={})
    assert fines.sum_of(Fine.objects.get(), world.rina()).amount == EACH
    assert fining.lines_of(made, is_for_platform=False)[0].count == 2


def test_a_sealed_fine_is_there_for_the_cleared_alone():
    order = world.served_notice("michat: kuncup_1", category=world.CHILD)
    warning = warned(order, world.cleared_sri())
    made = proposed(warning)
    for person in (world.sri(), world.ayu(), world.auditor(), world.rina(), world.dewi()):
        assert not fines.visible_to(person).exists()
        with pytest.raises(Refused):
            fines.approve(made, actor=person, at=AT)
    assert fines.approve(made, actor=world.cleared_sri(), at=AT + HOUR).state == Fine.State.OWED
    assert fines.visible_to(world.citra()).count() == 1
    assert not News.objects.exclude(is_sealed=True).filter(kind__startswith="fine.").exists()


def test_a_sealed_case_holds_no_letter_back_about_a_warning_that_the_platform_has(mail):
    """As if the fine had been assessed a minute later."""
    warning = served_warning("michat: kembang_1")
    assessed(warning)
    world.child_case("michat: kembang_1")
    drain(AT + 2 * HOUR)
    number = Notice.objects.get(rung="fine").number
    assert any(number in one["Subject"] for one in mail.to("abuse@michat.example"))
    assert Fine.objects.get().pay_due_at is not None
    assert not warning.items.filter(is_withheld=False).exists()


def test_what_a_platform_was_never_warned_of_it_never_owes(mail):
    """The account is ordered anew when the sealed case lets it go; a new warning may be fined."""
    warning = served_warning("michat: kembang_1")
    warning.items.update(sent_at=None)
    withhold(warning.items.get())
    made = reached(assessed(warning))
    drain(AT + 2 * HOUR)
    letters = mail.to("abuse@michat.example")
    assert not any(made.letter.number in one["Subject"] for one in letters)
    assert fines.sum_of(made, world.rina()).amount == 0
    assert not fines.visible_to(world.rina()).exists()
