"""Letters that follow each other go through one conversation with our mail server."""

import smtplib
from contextlib import contextmanager

import pytest

from moderation_portal import outbox
from platforms import channels
from platforms.channels.email import kept_open
from platforms.models import Contact
from tests.world import AT

ADDRESSES = [f"c{n}@michat.example" for n in range(3)]


def hand_over(address):
    contact = Contact(channel="email", address=address)
    parcel = channels.Parcel("S", "t", message_id=f"<{address}>")
    return channels.of("email").hand_over(parcel, contact, at=AT)


@pytest.fixture
def begun(monkeypatch):
    """The conversations that were begun: each a list of the commands said in it."""
    begun = []
    connect, put = smtplib.SMTP.connect, smtplib.SMTP.putcmd

    def connected(self, *given, **more):
        self.said = []
        begun.append(self.said)
        return connect(self, *given, **more)

    def said(self, command, *given):
        self.said.append(command)
        return put(self, command, *given)

    monkeypatch.setattr(smtplib.SMTP, "connect", connected)
    monkeypatch.setattr(smtplib.SMTP, "putcmd", said)
    return begun


def test_in_one_turn_all_letters_go_through_one_conversation_which_ends_with_it(mail, begun):
    with kept_open():
        proofs = [hand_over(address).proof for address in ADDRESSES]
        assert "quit" not in begun[0]
    assert [proof["to"] for proof in proofs] == ADDRESSES
    assert [len(mail.to(address)) for address in ADDRESSES] == [1, 1, 1]
    assert len(begun) == 1
    assert begun[0][-1] == "quit"


def test_outside_a_turn_each_letter_has_a_conversation_of_its_own(mail, begun):
    for address in ADDRESSES:
        hand_over(address)
    assert [conversation[-1] for conversation in begun] == ["quit"] * 3


def test_a_conversation_that_the_server_has_ended_meanwhile_is_begun_anew(mail, begun, monkeypatch):
    with kept_open():
        hand_over(ADDRESSES[0])
        monkeypatch.setattr(smtplib.SMTP, "rset", lambda self: (421, b"4.4.2 timeout exceeded"))
        assert hand_over(ADDRESSES[1]).accepted
    assert [len(mail.to(address)) for address in ADDRESSES[:2]] == [1, 1]
    assert len(begun) == 2


@pytest.mark.parametrize("failure", [smtplib.SMTPServerDisconnected(""), TimeoutError()])
def test_a_server_that_was_started_anew_meanwhile_costs_no_letter(
    mail, begun, monkeypatch, failure
):
    def is_away(self):
        raise failure

    with kept_open():
        hand_over(ADDRESSES[0])
        monkeypatch.setattr(smtplib.SMTP, "rset", is_away)
        assert hand_over(ADDRESSES[1]).accepted
    assert len(begun) == 2


def test_a_refused_letter_ends_the_conversation_and_the_next_begins_one(mail, begun):
    mail.answers[ADDRESSES[0]] = "550 5.1.1 no such user"
    with kept_open():
        with pytest.raises(channels.Never):
            hand_over(ADDRESSES[0])
        assert begun[0][-1] == "quit"
        assert hand_over(ADDRESSES[1]).accepted
    assert len(begun) == 2


def test_a_letter_that_was_cut_off_is_uncertain_and_the_next_leaves(mail, begun):
    with kept_open():
        hand_over(ADDRESSES[0])
        mail.is_dropping = True
        with pytest.raises(channels.Later) as cut:
            hand_over(ADDRESSES[1])
        mail.is_dropping = False
        assert hand_over(ADDRESSES[2]).accepted
    assert cut.value.is_uncertain
    assert len(begun) == 2


def test_a_worker_keeps_it_open_for_its_turn_alone(monkeypatch):
    told = []

    @contextmanager
    def held():
        told.append("begun")
        yield
        told.append("ended")

    monkeypatch.setattr(outbox.topics, "TURNS", [])
    outbox.during(held)
    with outbox.turn():
        assert told == ["begun"]
    assert told == ["begun", "ended"]


def test_letters_are_among_what_a_worker_holds_open():
    assert kept_open in outbox.topics.TURNS
