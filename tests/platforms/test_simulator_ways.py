"""The simulated representative answers by each way that a portal takes, well and badly."""

import shlex
import sys
from email.message import EmailMessage

import pytest
from django.db import connection
from django.urls import path

from cases import links
from cases.models import Answer, Reply
from cases.notices import return_addresses
from moderation_portal import clock, outbox, tokens, urls, views
from moderation_portal.models import Lane
from platforms import replies
from platforms.models import Contact
from platforms.simulator.accounts import Accounts, Manner, Slip, State, Way
from platforms.simulator.browser import Unanswered
from platforms.simulator.letters import code_in, text_of
from platforms.simulator.post import as_received, piped
from platforms.simulator.representative import Representative
from reports.models import ReportedAccount
from tests import world
from tests.incoming import OURS

TO = "abuse@michat.example"
ACCOUNT = "https://x.com/bunga_77"
WAYS = [
    ("link", "link"),
    ("api", "api"),
    ("reply", "reply"),
    ("sheet", "file"),
    ("portal", "portal"),
]

urlpatterns = [path("demo/sign-in", views.demo_sign_in, name="demo_sign_in"), *urls.urlpatterns]


@pytest.fixture
def desk(live_server, mail, settings):
    """Who reads the mail, and the letter of a served notice."""
    settings.BASE_URL, settings.MAIL_AUTHSERV_ID = live_server.url, OURS
    settings.IS_DEMO, settings.ROOT_URLCONF = True, __name__
    made = world.served_notice(at=clock.now())
    ReportedAccount.objects.update(url=ACCOUNT)
    made.items.update(locator=ACCOUNT)
    contact = Contact.objects.get(address=TO)

    def await_code(recipient, ask):
        ask()
        outbox.drain(Lane.URGENT, at=clock.now())
        return code_in(text_of(mail.to(recipient)[-1]))

    def deliver(message):
        replies.receive([as_received(message, OURS)], by="pipe", at=clock.now())
        outbox.drain(Lane.INTERNAL, at=clock.now())

    letter = EmailMessage()
    letter["Subject"], letter["Message-ID"] = f"Perintah {made.number}", made.message_id
    letter["Reply-To"] = return_addresses.write(made, contact)
    link = f"{live_server.url}{links.address(made, contact)}"
    letter.set_content(f"1. hxxps://x[.]com/bunga_77\n\nJawab di sini:\n{link}\n")
    yield Representative(Accounts(), live_server.url, await_code, deliver), letter
    connection.close()


def behave(who, way, **habit):
    """The habit, with the means that this way wants."""
    key = tokens.issue(world.joko(), "program", tokens.ANSWERING, at=clock.now()).key
    means = {"api": key, "portal": world.joko().email}.get(way, "")
    who.accounts.behave(TO, way=Way(way), means=means, **habit)


def said():
    return list(Answer.objects.order_by("pk").values_list("code", "channel"))


def shown(who):
    return who.accounts.visit(ACCOUNT, agent="", country="ID")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("way", "channel"), WAYS)
def test_each_way_says_it_and_the_account_goes(desk, way, channel):
    who, letter = desk
    behave(who, way)
    assert who.deal_with(TO, letter) == "removed"
    assert said() == [("removed", channel)]
    assert shown(who) == State.REMOVED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", [way for way, _channel in WAYS])
def test_each_way_says_what_is_lacking(desk, way):
    who, letter = desk
    behave(who, way, manner=Manner.NEEDS_INFO)
    who.deal_with(TO, letter)
    answer = Answer.objects.get()
    assert (answer.code, answer.lacks) == ("needs_info", "locator")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slip", [Slip.WRONG_CODE, Slip.DAMAGED])
@pytest.mark.parametrize("way", ["link", "api", "sheet", "portal"])
def test_what_cannot_be_understood_is_not_taken_and_whoever_says_it_is_told(desk, way, slip):
    who, letter = desk
    behave(who, way, slip=slip)
    with pytest.raises(Unanswered):
        who.deal_with(TO, letter)
    assert not said()
    assert shown(who) == State.PRESENT


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slip", [Slip.WRONG_CODE, Slip.DAMAGED])
def test_a_reply_that_cannot_be_understood_waits_for_a_person(desk, slip):
    who, letter = desk
    behave(who, "reply", slip=slip)
    who.deal_with(TO, letter)
    assert not said()
    assert Reply.objects.get().state == "waiting"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("way", "channel"), WAYS)
def test_an_account_that_nobody_asked_for_hinders_none_that_was(desk, way, channel):
    who, letter = desk
    behave(who, way, slip=Slip.UNKNOWN_ACCOUNT)
    who.deal_with(TO, letter)
    assert said() == [("removed", channel)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("way", "times"), [("api", 1), ("reply", 1), ("link", 2), ("sheet", 2)])
def test_who_says_it_twice_is_taken_once_where_it_is_the_same_call(desk, way, times):
    who, letter = desk
    behave(who, way, slip=Slip.TWICE)
    who.deal_with(TO, letter)
    assert [code for code, _channel in said()] == ["removed"] * times


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["api", "portal"])
def test_who_has_no_means_answers_nothing(desk, way):
    who, letter = desk
    who.accounts.behave(TO, way=Way(way))
    with pytest.raises(Unanswered):
        who.deal_with(TO, letter)
    assert not said()


@pytest.mark.django_db(transaction=True)
def test_the_list_is_handed_in_by_who_signs_in(desk):
    who, letter = desk
    who.accounts.behave(TO, way=Way.SHEET, means=world.joko().email)
    who.deal_with(TO, letter)
    assert said() == [("removed", "file")]
    assert Answer.objects.get().user == world.joko()


def test_the_means_are_shown_to_nobody():
    accounts = Accounts()
    accounts.behave(TO, way=Way.API, means="mp_secret")
    assert "mp_secret" not in f"{accounts.as_json()} {accounts}"


# The pipe


def program(text):
    return shlex.join([sys.executable, "-c", text])


def reply():
    made = EmailMessage()
    made["From"], made["To"] = TO, "takedown+1@komdigi.example"
    made.set_content("all: removed")
    return made


def test_the_pipe_is_handed_the_reply_with_whom_it_came_to_and_who_vouches(tmp_path):
    kept = tmp_path / "kept"
    text = f"import sys; open({str(kept)!r}, 'wb').write(sys.stdin.buffer.read())"
    piped(program(text), OURS)(reply())
    assert kept.read_bytes() == as_received(reply(), OURS)
    assert b"Delivered-To: takedown+1@komdigi.example\n" in kept.read_bytes()


def test_a_reply_that_is_given_back_is_not_answered():
    with pytest.raises(Unanswered, match="75"):
        piped(program("raise SystemExit(75)"), OURS)(reply())
