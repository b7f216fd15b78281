"""The police ask for a Hold by a formal request; two cleared persons decide."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.holds import asking, deciding, seeing
from cases.models import Hold
from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, News, User
from tests import world
from tests.reports.test_formal import draft
from tests.world import AT, HOUR

from .doing import account, asked, fresh, proposed, request_for, running

pytestmark = pytest.mark.django_db
WHY = {"reason": "Penyidikan berjalan.", "days": 14, "at": AT}
MINUTE = timedelta(minutes=1)
DAYS = policy.pack().limits_at(AT).hold_days


@pytest.mark.parametrize(
    "who", ["ayu", "sri", "citra", "dewi", "auditor", "rina", "lurah", "stray_polisi"]
)
def test_only_the_police_of_the_unit_whose_request_it_is_ask(who):
    request = request_for()
    with pytest.raises(Refused):
        asking.ask(request, [account().pk], actor=getattr(world, who)(), **WHY)
    assert not Hold.objects.exists()


def test_a_draft_asks_for_nothing_yet():
    with pytest.raises(Refused):
        asking.ask(draft(), [1], actor=world.polisi(), **WHY)


def test_an_account_that_the_request_does_not_name_is_refused():
    request = request_for()
    other = world.case("michat: melati_9").targets.get().account_id
    result = asking.ask(request, [account().pk, other], actor=world.polisi(), **WHY)
    assert len(result.done) == 1
    assert [said.id for said in result.refused] == [other]


@pytest.mark.parametrize("bad", [{"days": 0}, {"days": DAYS + 1}, {"reason": " "}])
def test_days_and_reason_are_those_that_the_policy_wants(bad):
    request = request_for()
    with pytest.raises(Invalid):
        asking.ask(request, [account().pk], actor=world.polisi(), **WHY | bad)


def test_asking_twice_is_skipped_while_the_first_waits():
    (hold,) = asked()
    again = asking.ask(hold.request, [hold.account_id], actor=world.polisi(), **WHY)
    assert (again.done, len(again.skipped)) == ([], 1)


@pytest.mark.parametrize("who", ["ayu", "sri", "dewi", "auditor", "steward", "rina"])
def test_to_the_uncleared_a_hold_is_not_there(who):
    (hold,) = proposed()
    person = getattr(world, who)()
    assert not seeing.visible_to(person).exists()
    for verb, more in (
        ("propose", {}),
        ("approve", {}),
        ("decline", {"reason": "x"}),
        ("lift", {"reason": "x"}),
        ("give_up", {"reason": "x"}),
    ):
        result = deciding.DO[verb]([hold.pk, 1], actor=person, at=AT, **more)
        assert {said.reason for said in result.refused} == {deciding.not_found()}
    assert fresh(hold).state == "proposed"


def test_who_proposes_is_never_the_one_who_approves():
    (hold,) = proposed()
    with pytest.raises(Refused, match="second person"):
        deciding.approve([hold], actor=world.citra(), at=AT).insist()
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(approved_by=world.citra())
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(state="running", began_at=AT, until=AT + HOUR)


def test_what_nobody_proposed_is_not_approved():
    (hold,) = asked()
    with pytest.raises(Conflict):
        deciding.approve([hold], actor=world.cleared_sri(), at=AT).insist()


def test_the_cleared_auditor_reads_and_decides_nothing():
    (hold,) = proposed()
    vina = world.cleared_auditor()
    vina.is_cleared = True
    vina.save(update_fields=["is_cleared"])
    assert seeing.visible_to(vina).get() == hold
    with pytest.raises(Refused):
        deciding.approve([hold], actor=vina, at=AT).insist()


def test_it_runs_for_the_days_that_were_asked_for():
    (hold,) = running(days=3, at=AT)
    assert (hold.state, hold.began_at, hold.until) == ("running", AT, AT + timedelta(days=3))


def test_the_clock_ends_it():
    (hold,) = running(days=2)
    assert deciding.lapse(AT + timedelta(days=2) - HOUR) == []
    assert deciding.lapse(AT + timedelta(days=2)) == [hold.pk]
    assert (fresh(hold).state, fresh(hold).ended_by) == ("lapsed", None)


def test_a_renewal_takes_two_persons_again_and_runs_its_own_days():
    (first,) = running()
    later = AT + timedelta(days=10)
    (second,) = proposed(first.request, at=later, days=14)
    assert (second.renews, fresh(first).state) == (first, "running")
    deciding.approve([second], actor=world.cleared_sri(), at=later).insist()
    assert (fresh(first).state, fresh(first).ended_at) == ("renewed", later)
    assert fresh(second).until == later + timedelta(days=14)


@pytest.mark.parametrize("state", ["asked", "proposed", "running"])
def test_the_unit_that_asked_says_when_it_wants_it_no_longer(state):
    (hold,) = {"asked": asked, "proposed": proposed, "running": running}[state]()
    deciding.give_up([hold], reason="Selesai.", actor=world.polisi(), at=AT).insist()
    assert (fresh(hold).state, fresh(hold).end_reason) == ("given_up", "Selesai.")


@pytest.mark.parametrize(("state", "verb"), [("asked", "decline"), ("running", "lift")])
def test_a_no_and_an_early_end_carry_a_reason(state, verb):
    (hold,) = {"asked": asked, "running": running}[state]()
    with pytest.raises(Invalid):
        deciding.DO[verb]([hold], reason="", actor=world.citra(), at=AT)
    deciding.DO[verb]([hold], reason="Tidak perlu.", actor=world.citra(), at=AT).insist()
    assert fresh(hold).end_reason == "Tidak perlu."


def test_every_step_is_recorded_sealed_and_told_to_those_who_must_act():
    world.citra(), world.cleared_sri(), world.ayu(), world.sri(), world.bima()
    (hold,) = running()
    deciding.lift([hold], reason="Selesai.", actor=world.citra(), at=AT).insist()
    told = Event.objects.filter(thread=f"hold:{hold.pk}").order_by("id")
    kinds = ["hold.asked", "hold.proposed", "hold.began", "hold.lifted"]
    assert list(told.values_list("kind", "is_sealed")) == [(kind, True) for kind in kinds]
    assert "Penyidikan" not in str(list(Event.objects.values_list("data", flat=True)))
    heard = News.objects.filter(kind__startswith="hold.")
    who = set(heard.values_list("person__email", flat=True))
    assert who == {world.citra().email, world.cleared_sri().email, world.polisi().email}
    assert set(heard.filter(is_sealed=False).values_list("person", flat=True)) == {
        world.polisi().pk
    }


def test_two_units_may_want_the_same_account_and_neither_hears_of_the_other():
    (hold,) = running()
    mine = seeing.visible_to(world.polisi())
    assert list(mine) == [hold]
    assert not seeing.visible_to(world.stray_polisi()).exists()


def ends(person) -> int:
    return person.news.filter(kind="hold.ends").count()


def test_before_it_ends_its_people_hear_of_it_once():
    (hold,) = running()
    people = (world.polisi(), world.citra(), world.cleared_sri())
    soon = hold.until - timedelta(days=3)
    assert deciding.tell_ends(soon - MINUTE) == []
    assert deciding.tell_ends(soon) == [hold.pk]
    assert deciding.tell_ends(soon + MINUTE) == []
    assert [ends(one) for one in people] == [1, 1, 1]
    assert (
        not News.objects.filter(kind="hold.ends")
        .exclude(person__in=[one.pk for one in people])
        .exists()
    )


def test_whoever_may_not_know_of_it_any_more_hears_nothing_and_a_short_one_is_not_told_of():
    (hold,) = running()
    (short,) = running(request_for("michat: kembang_2", letter_number="B/9/III/2026"), days=3)
    User.objects.filter(pk=world.cleared_sri().pk).update(is_cleared=False)
    assert deciding.tell_ends(short.until - MINUTE) == []
    assert deciding.tell_ends(hold.until - MINUTE) == [hold.pk]
    assert [ends(world.polisi()), ends(world.cleared_sri())] == [1, 0]
