"""What a platform holds against a clock, and who answers it."""

import pytest
from django.utils.translation import override as speaking

from cases import disputes
from cases.models import Dispute, Notice
from moderation_portal import outbox
from moderation_portal.errors import Conflict, Invalid, PortalError, Refused
from moderation_portal.models import Event
from platforms.models import Representative
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
START, PAUSE, DUPLICATE = Dispute.Kind


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture
def served():
    return world.served_notice()


def opened(notice, kind=START, *, actor=None, at=AT + HOUR, instant=AT + HOUR, **facts):
    said = {"reason": "The mail came an hour later.", **facts}
    return disputes.open_dispute(
        notice,
        kind,
        said.pop("reason"),
        actor=actor or world.rina(),
        at=at,
        instant=instant,
        **said,
    )


def other_supervisor():
    return world.person("tono@komdigi.example", "Tono Wijaya", "supervisor")


def nina():
    user = world.person("nina@whatsapp.example", "Nina Utami", "responder")
    return world.representative(user, world.whatsapp(), "responder")


@pytest.mark.parametrize("who", [nina, world.ayu, world.sri])
def test_only_the_platforms_own_people_dispute(served, who):
    with pytest.raises(Refused):
        opened(served, actor=who())


def test_a_sealed_clock_is_disputed_by_the_cleared_alone():
    made = world.served_notice("michat: mawar_contoh", category=world.CHILD)
    with pytest.raises(Refused):
        opened(made)
    joko = world.cleared_joko()
    opened(made, actor=joko)
    assert not disputes.visible_to(world.sri()).exists()
    assert disputes.visible_to(world.citra()).count() == 1
    assert Event.objects.get(kind="clock.disputed", thread=f"notice:{made.pk}").is_sealed


def test_what_has_no_clock_is_not_disputed():
    with pytest.raises(Refused):
        opened(world.notice())


BAD = {
    "no reason": {"reason": " \x00"},
    "too long": {"reason": "x" * 5_001},
    "no kind": {"kind": "other"},
    "a wrong year": {"instant": AT.replace(year=2020)},
    "an end before the start": {"kind": PAUSE, "instant": AT - HOUR},
    "no earlier notice": {"kind": DUPLICATE},
}


@pytest.mark.parametrize("facts", BAD.values(), ids=BAD)
def test_what_cannot_be_meant_is_refused(served, facts):
    with pytest.raises(Invalid):
        opened(served, **facts)


def test_both_versions_are_kept(served):
    made = opened(served)
    assert (made.ours_from, made.ours_due) == (AT, AT + 24 * HOUR)
    assert (made.theirs_from, made.theirs_due) == (AT + HOUR, AT + 25 * HOUR)
    paused = opened(served, PAUSE, instant=AT + 30 * HOUR)
    assert (paused.theirs_from, paused.theirs_due) == (AT, AT + 30 * HOUR)


def test_a_duplicate_names_an_earlier_notice_of_the_same_platform_and_class(served):
    later = world.served_notice("michat: dua_2", at=AT + HOUR)
    found = opened(later, DUPLICATE, duplicate_of=served)
    assert (found.duplicate_of, found.theirs_due) == (served, served.due_at)
    for wrong in (later, world.served_notice("michat: mawar_1", category=world.CHILD)):
        with pytest.raises(Invalid):
            opened(served, DUPLICATE, duplicate_of=wrong)


def test_one_of_a_kind_waits_at_a_time(served):
    opened(served)
    with pytest.raises(Conflict):
        opened(served)
    opened(served, PAUSE, instant=None)
    disputes.reject(Dispute.objects.get(kind=START), "No.", actor=other_supervisor(), at=AT + HOUR)
    opened(served)


@pytest.mark.parametrize("who", [world.ayu, world.bima, world.auditor, world.rina])
def test_a_supervisor_or_director_answers(served, who):
    made = opened(served)
    with pytest.raises(Refused):
        disputes.reject(made, "No.", actor=who(), at=AT + HOUR)


def test_whoever_decided_the_case_does_not_judge(served):
    made = opened(served)
    with pytest.raises(Refused, match="took part"):
        disputes.accept(made, "Yes.", actor=world.sri(), at=AT + HOUR)
    assert disputes.may_decide(other_supervisor(), made)


def test_reasons_are_wanted(served):
    made = opened(served)
    for verb in (disputes.accept, disputes.reject):
        with pytest.raises(Invalid):
            verb(made, " ", actor=world.dewi(), at=AT + HOUR)


def test_accepting_moves_the_clock_by_a_letter_and_the_platform_is_told(served, mail):
    made = opened(served)
    due = made.theirs_due
    told = {"actor": world.dewi(), "at": AT + 2 * HOUR}
    found = disputes.accept(made, "The server says so.", due_at=due, **told)
    served.refresh_from_db()
    assert {item.due_at for item in served.items.all()} == {due}
    assert Notice.objects.filter(rung="due_change", follows=served).count() == 1
    assert (found.state, found.set_due, found.ours_due) == ("accepted", due, AT + 24 * HOUR)
    outbox.drain("internal", at=AT + 2 * HOUR)
    assert served.number in mail.to(world.rina().email)[-1].get_body(("plain",)).get_content()
    kinds = Event.objects.filter(thread=f"notice:{served.pk}").values_list("kind", flat=True)
    assert {"clock.disputed", "clock.dispute_accepted", "deadline.overridden"} <= set(kinds)


def test_what_is_late_stays_late_though_it_was_rightly_disputed(served):
    made = opened(served)
    at = AT + 48 * HOUR
    with pytest.raises(PortalError):
        disputes.accept(made, "Yes.", actor=world.dewi(), at=at, due_at=at + HOUR)
    made.refresh_from_db()
    assert made.state == "open"
    disputes.accept(made, "Yes.", actor=world.dewi(), at=at)
    assert {item.due_at for item in served.items.all()} == {AT + 24 * HOUR}


def test_rejecting_changes_no_clock(served):
    disputes.reject(opened(served), "Our log says so.", actor=world.dewi(), at=AT + HOUR)
    assert {item.due_at for item in served.items.all()} == {AT + 24 * HOUR}


def test_what_was_decided_is_not_decided_again(served):
    made = opened(served)
    disputes.reject(made, "No.", actor=world.dewi(), at=AT + HOUR)
    with pytest.raises(Conflict):
        disputes.accept(made, "Yes.", actor=world.dewi(), at=AT + HOUR)


def test_the_administrators_hear_where_who_disputed_answers_no_more(served, mail):
    made = opened(served, actor=world.joko())
    world.rina()
    Representative.objects.filter(user=world.joko()).update(is_active=False)
    disputes.reject(made, "No.", actor=world.dewi(), at=AT + HOUR)
    outbox.drain("internal", at=AT + HOUR)
    assert [len(mail.to(one.email)) for one in (world.joko(), world.rina())] == [0, 1]
