"""What a platform's administrator asks about its responders, and does alone."""

import pytest

from moderation_portal import news, outbox
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from platforms import responders
from platforms.models import Representative, ResponderRequest
from tests import world
from tests.world import AT

from .test_deputies import stranger

pytestmark = pytest.mark.django_db
ASKED = {"person_name": "Maya", "email": "maya@michat.example", "reason": "Cuti bersama."}


def ask(actor=None, **facts):
    return responders.ask(**(ASKED | facts), actor=actor or world.rina(), at=AT)


@pytest.mark.parametrize("who", [world.joko, world.ayu, world.steward])
def test_only_an_administrator_asks(who):
    with pytest.raises(Refused):
        ask(who())


def test_asking_opens_nothing_and_the_stewards_hear_of_it():
    keeper = world.steward()
    made = ask()
    assert made.platform == world.michat()
    assert not Representative.objects.filter(user__email=ASKED["email"]).exists()
    (told,) = news.of(keeper)
    assert str(made.pk) in told.address
    event = Event.objects.get(kind=responders.ASKED)
    assert "maya" not in str(event.data).lower()


@pytest.mark.parametrize(
    "facts",
    [
        {"person_name": " "},
        {"person_name": "M" * 121},
        {"reason": ""},
        {"reason": "r" * 2_001},
        {"email": ""},
        {"email": "Maya <maya@michat.example>"},
        {"email": f"{'m' * 250}@michat.example"},
    ],
)
def test_what_is_missing_too_long_or_no_address_is_refused_beside_its_field(facts):
    with pytest.raises(Invalid) as refused:
        ask(**facts)
    (field,) = facts
    assert list(refused.value.detail["fields"]) == [field.removeprefix("person_")]


def test_nobody_is_asked_for_twice_or_who_answers_already():
    ask()
    with pytest.raises(Conflict):
        ask(email="MAYA@michat.example")
    with pytest.raises(Conflict):
        ask(email=world.joko().email)


def test_requests_are_bounded(monkeypatch):
    monkeypatch.setattr(responders, "REQUESTS_A_DAY", 1)
    ask()
    with pytest.raises(Conflict):
        ask(email="other@michat.example")


@pytest.mark.parametrize("who", [world.joko, world.ayu, stranger])
def test_only_their_own_administrator_switches_a_responder_off(who):
    with pytest.raises(Refused):
        responders.switch_off(world.joko().representative.pk, actor=who(), at=AT)
    assert Representative.objects.get(user=world.joko()).is_active


def test_an_administrator_is_not_switched_off_so():
    with pytest.raises(Refused):
        responders.switch_off(world.rina().representative.pk, actor=world.rina(), at=AT)


def test_switching_off_takes_effect_at_once_and_they_are_told(mail):
    pk = world.joko().representative.pk
    responders.switch_off(pk, actor=world.rina(), at=AT)
    responders.switch_off(pk, actor=world.rina(), at=AT)
    assert not Representative.objects.get(pk=pk).is_active
    assert Event.objects.get(kind="representative.lowered").data["is_active"] is False
    outbox.drain("internal", at=AT)
    assert len(mail.to(world.joko().email)) == 1
    assert ResponderRequest.objects.count() == 0
