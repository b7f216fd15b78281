"""Closed cases drawn at random for a second look."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases import decisions, notices, second_looks
from cases.models import Case, Decision, SecondLook
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, News
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 17)


def closed(name="satu", by=world.ayu, make=world.case) -> Case:
    found = make(f"michat: {name}_contoh")
    world.prepare(found, by())
    decisions.dismiss([found.pk], reason="Lawful.", actor=by(), at=AT).insist()
    found.refresh_from_db()
    return found


def draw(wanted=5, looker=world.bima, actor=world.sri, **facts):
    told = {"begins_on": DAY, "ends_on": DAY, "at": AT + HOUR, **facts}
    return second_looks.draw(wanted, looker=looker(), actor=actor(), **told)


def drawn(sample):
    return set(sample.looks.values_list("case_id", flat=True))


@pytest.mark.parametrize("who", [world.ayu, world.citra, world.auditor, world.steward])
def test_nobody_draws_but_who_oversees_the_desk(who):
    closed()
    with pytest.raises(Refused):
        draw(actor=who)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("wanted", {"wanted": 0}),
        ("wanted", {"wanted": 101}),
        ("ends_on", {"ends_on": date(2026, 3, 16)}),
        ("ends_on", {"begins_on": date(2024, 3, 16)}),
        ("looker", {"looker": world.auditor}),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_its_field(field, wrong):
    with pytest.raises(Invalid) as refused:
        draw(**wrong)
    assert set(refused.value.detail["fields"]) == {field}


def test_sealed_cases_are_drawn_by_and_for_the_cleared_alone():
    sealed, ordinary = closed("rahasia", world.citra, world.child_case), closed()
    assert drawn(draw()) == {ordinary.pk}
    with pytest.raises(Refused):
        draw(handling="sealed")
    with pytest.raises(Invalid):
        draw(handling="sealed", actor=world.cleared_sri)
    made = draw(handling="sealed", actor=world.cleared_sri, looker=world.cleared_sri)
    assert drawn(made) == {sealed.pk}
    assert Event.objects.get(kind="sample.drawn", subject=f"sample:{made.pk}").is_sealed
    for who in (world.sri, world.dewi, world.bima):
        assert made not in second_looks.visible_samples(who())


def test_the_pool_is_the_same_with_a_sealed_case_beside_it():
    closed()
    before = draw().pool
    closed("rahasia", world.citra, world.child_case)
    SecondLook.objects.all().delete()
    assert draw().pool == before == 1


def test_nobody_is_given_what_they_decided_approved_or_held():
    mine, approved, other = closed("satu", world.bima), closed("dua"), closed("tiga")
    Decision.objects.filter(case=approved).update(approver=world.bima())
    assert drawn(draw()) == {other.pk}
    assert drawn(draw(looker=world.dewi)) == {mine.pk, approved.pk}, "not what waits for a look"


def test_nobody_is_given_what_they_closed_by_taking_its_order_back():
    case = world.approved_case()
    notices.withdraw([case.pk], reason="Wrong.", actor=world.sri(), at=AT).insist()
    with pytest.raises(Conflict):
        draw(looker=world.sri, actor=world.dewi)
    assert drawn(draw(looker=world.bima)) == {case.pk}


def test_whoever_takes_a_drawn_case_up_again_does_not_judge_it():
    case = closed()
    look = draw().looks.get()
    Case.objects.filter(pk=case.pk).update(owner=world.bima())
    with pytest.raises(Refused):
        second_looks.judge(look, "agree", actor=world.bima(), at=AT)
    look.refresh_from_db()
    assert look.verdict == ""
    Case.objects.filter(pk=case.pk).update(closed_at=AT + 2 * HOUR)
    later = {"at": AT + 3 * HOUR, "looker": world.dewi}
    assert drawn(draw(**later)) == {case.pk}, "closed anew, it may be drawn for another"


def test_the_same_seed_draws_the_same_again():
    ids = {closed(name).pk for name in ("satu", "dua", "tiga", "empat", "lima")}
    first = draw(2, seed="abc")
    kept = drawn(first)
    SecondLook.objects.all().delete()
    assert drawn(draw(2, seed="abc")) == kept
    assert len(kept) == 2
    assert kept < ids
    told = Event.objects.filter(kind="sample.drawn").first().data
    assert (told["seed"], told["pool"], set(told["cases"])) == ("abc", 5, kept)
    assert "sha256" in told["method"]


def test_where_there_is_nothing_to_draw_it_is_said():
    world.case()
    with pytest.raises(Conflict):
        draw()


def test_the_second_looker_is_told_and_alone_says_what_they_found():
    closed()
    look = draw().looks.get()
    assert News.objects.get(kind="sample.drawn").person == world.bima()
    for who in (world.ayu, world.sri):
        with pytest.raises(Refused):
            second_looks.judge(look, "agree", actor=who(), at=AT)
    with pytest.raises(Invalid):
        second_looks.judge(look, "error", actor=world.bima(), at=AT, reason=" ")
    with pytest.raises(Invalid):
        second_looks.judge(look, "perhaps", actor=world.bima(), at=AT)
    second_looks.judge(look, "error", actor=world.bima(), at=AT, reason="Not lawful.")
    with pytest.raises(Conflict):
        second_looks.judge(look, "agree", actor=world.bima(), at=AT)


def test_a_second_look_overturns_nothing_and_stands_in_the_case_s_record():
    case = closed()
    look = draw().looks.get()
    second_looks.judge(look, "error", actor=world.bima(), at=AT, reason="Not lawful.")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "no_violation")
    event = Event.objects.get(kind="case.looked_at_again", thread=case.thread)
    assert event.data["verdict"] == "error"
    assert "lawful" not in str(event.data)


def test_the_database_wants_a_reason_for_whatever_is_not_agreed_to():
    closed()
    look = draw().looks.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(verdict="error", looked_at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_draw_no_case_twice():
    case = closed()
    sri, bima, dewi = world.sri(), world.bima(), world.dewi()

    def drawing(looker):
        told = {"begins_on": DAY, "ends_on": DAY, "actor": sri, "at": AT + HOUR}
        try:
            return second_looks.draw(5, looker=looker, **told).pool
        except Conflict:
            return 0

    assert sorted(at_once(lambda: drawing(bima), lambda: drawing(dewi))) == [0, 1]
    assert SecondLook.objects.get().case == case


def test_what_was_looked_at_is_not_drawn_again():
    closed()
    look = draw().looks.get()
    second_looks.judge(look, "agree", actor=world.bima(), at=AT + HOUR)
    with pytest.raises(Conflict):
        draw(looker=world.dewi)
