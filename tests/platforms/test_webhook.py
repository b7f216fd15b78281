"""Handing a parcel to a program: signed, to that very address, and what counts as accepted."""

import socket

import pytest

from platforms import channels, signing_keys
from platforms.channels import webhook
from platforms.models import Contact
from tests import world
from tests.platforms.test_probe import INSIDE
from tests.webhooks import is_ours, told
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db

PARCEL = channels.Parcel("s", "t", message_id="<one@portal.example>", data={"notice": {"id": 7}})


def contact_at(url):
    return Contact.objects.create(
        platform=world.michat(), channel="webhook", name="Program", address=url
    )


@pytest.fixture
def contact(hook):
    return contact_at(hook.url)


@pytest.fixture
def secret(contact):
    return signing_keys.make(contact, actor=world.steward(), at=AT)


def hand_over(contact, parcel=PARCEL, *, at=AT):
    return channels.of("webhook").hand_over(parcel, contact, at=at)


# Never where it must not go.


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_never_called(url, monkeypatch, settings):
    settings.MODE = "production"

    def trap(*args, **kwargs):
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", trap)
    inside = contact_at(url)
    signing_keys.make(inside, actor=world.steward(), at=AT)
    with pytest.raises(channels.Failed):
        hand_over(inside)


def test_a_name_that_leads_inside_is_refused_for_good(monkeypatch, settings):
    settings.MODE = "production"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("10.0.0.5", 443))])
    inside = contact_at("https://hooks.michat.example/")
    signing_keys.make(inside, actor=world.steward(), at=AT)
    with pytest.raises(channels.Never, match="not a public address"):
        hand_over(inside)


def test_what_is_not_encrypted_is_not_called(monkeypatch, settings):
    settings.MODE = "production"
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("93.184.215.14", 80))]
    )
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: socket.socketpair()[0])
    plain = contact_at("http://hooks.michat.example/")
    signing_keys.make(plain, actor=world.steward(), at=AT)
    with pytest.raises(channels.Never, match="https"):
        hand_over(plain)


def test_nothing_leaves_unsigned(hook, contact):
    with pytest.raises(channels.Later, match="no secret"):
        hand_over(contact)
    assert hook.calls == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(hook, contact, secret, status):
    hook.answers = [status]
    with pytest.raises(channels.Later, match=str(status)):
        hand_over(contact)
    assert [call["path"] for call in hook.calls] == ["/notices?for=portal"]


# Signed.


def test_a_call_is_signed_over_its_time_and_its_body(hook, contact, secret):
    hand_over(contact)
    (call,) = hook.calls
    assert is_ours(call, secret)
    assert not is_ours(call, "mw_" + "x" * 43)
    assert call["headers"]["Portal-Timestamp"] == str(int(AT.timestamp()))
    assert call["headers"]["Content-Type"] == "application/json"
    for changed in ({"body": call["body"] + b" "}, {"headers": {**call["headers"]}}):
        altered = call | changed
        if "headers" in changed:
            altered["headers"]["Portal-Timestamp"] = "1"
        assert not is_ours(altered, secret)


def test_every_copy_is_the_same_event_and_another_contact_hears_of_another(hook, contact, secret):
    hand_over(contact)
    hand_over(contact, at=AT + HOUR)
    first, again = hook.calls
    assert told(first)["id"] == told(again)["id"] == first["headers"]["Portal-Event"]
    assert first["headers"]["Portal-Signature"] != again["headers"]["Portal-Signature"]
    other = contact_at(hook.url + "&other")
    signing_keys.make(other, actor=world.steward(), at=AT)
    hand_over(other)
    assert told(hook.calls[2])["id"] != told(first)["id"]
    assert told(first) == {
        "id": webhook.event_id(PARCEL.message_id, contact),
        "event": "notice",
        "sent_at": AT.isoformat(),
        "notice": {"id": 7},
    }


def test_a_new_secret_signs_beside_the_former_until_that_ends(hook, contact, secret):
    new = signing_keys.make(contact, actor=world.steward(), at=AT + HOUR)
    hand_over(contact, at=AT + HOUR)
    hand_over(contact, at=AT + HOUR + signing_keys.OVERLAP)
    beside, alone = hook.calls
    assert is_ours(beside, secret)
    assert is_ours(beside, new)
    assert is_ours(alone, new)
    assert not is_ours(alone, secret)


# What counts as accepted.


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_is_answered_with_2xx_is_accepted_with_its_proof(hook, contact, secret, status):
    hook.answers, hook.words = (
        [status],
        b"" if status == 204 else b"ok \x1b[1m\xe2\x80\xae " + b"x" * 9000,
    )
    receipt = hand_over(contact)
    assert receipt.accepted
    proof = receipt.proof
    assert (proof["status"], proof["to"], proof["message_id"]) == (
        status, hook.url, "<one@portal.example>"
    )  # fmt: skip
    assert len(proof["reply"]) <= webhook.KEPT
    assert not set(proof["reply"]) & {"\x1b", "\u202e"}


@pytest.mark.parametrize("status", [410, 413])
def test_what_is_gone_is_never_tried_again(hook, contact, secret, status):
    hook.answers = [status]
    with pytest.raises(channels.Never) as refusal:
        hand_over(contact)
    assert refusal.value.proof["status"] == status


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 408, 409, 422, 429, 500, 502, 503, 504]
)
def test_every_other_answer_is_tried_again(hook, contact, secret, status):
    hook.answers = [status]
    with pytest.raises(channels.Later) as delay:
        hand_over(contact)
    assert not delay.value.is_uncertain, "it has said that it did not take it"


def test_who_hangs_up_after_the_body_may_have_it(hook, contact, secret):
    hook.answers = [None]
    with pytest.raises(channels.Later) as delay:
        hand_over(contact)
    assert delay.value.is_uncertain
    assert delay.value.proof["to"] == hook.url


def test_nobody_there_is_tried_again_and_certain(settings):
    settings.PROBE_ALLOW_HOSTS = ["127.0.0.1"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        nobody = contact_at(f"http://127.0.0.1:{port}/")
        signing_keys.make(nobody, actor=world.steward(), at=AT)
        with pytest.raises(channels.Later) as delay:
            hand_over(nobody)
    assert not delay.value.is_uncertain


def test_a_program_that_keeps_us_waiting_is_cut_off(contact, secret, monkeypatch, hook):
    monkeypatch.setattr(webhook, "SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        contact.address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(channels.Later):
            hand_over(contact)
