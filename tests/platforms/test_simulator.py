"""The simulated representative answers by the letter's link, as well or as badly as told."""

from email.message import EmailMessage
from threading import Event

import pytest
from django.db import connection

from cases import links
from cases.models import Answer, Target
from moderation_portal import clock, outbox
from moderation_portal.mailcatcher import Mailbox
from moderation_portal.models import Lane
from platforms.models import Contact
from platforms.simulator.__main__ import CAST, Reader, cast
from platforms.simulator.accounts import Accounts, Habit, Manner, Slip, State, Way, key_of
from platforms.simulator.browser import Unanswered
from platforms.simulator.letters import addresses_in, code_in, text_of
from platforms.simulator.representative import Representative
from platforms.simulator.site import shown, steer
from reports.models import ReportedAccount
from tests import world

TO = "abuse@michat.example"
ACCOUNT = "https://x.com/bunga_77"


@pytest.fixture
def desk(live_server, mail, settings):
    """A served notice, what its letter says, and the representative who reads it."""
    settings.BASE_URL = live_server.url
    at = clock.now()
    made = world.served_notice(at=at)
    ReportedAccount.objects.update(url=ACCOUNT)
    made.items.update(locator=ACCOUNT)
    contact = Contact.objects.get(address=TO)

    def await_code(recipient, ask):
        ask()
        outbox.drain(Lane.URGENT, at=clock.now())
        return code_in(text_of(mail.to(recipient)[-1]))

    who = Representative(Accounts(), live_server.url, await_code)
    return who, letter(f"Jawab: {live_server.url}{links.address(made, contact)} Terima kasih.")


def letter(text):
    made = EmailMessage()
    made.set_content(text)
    return made


def said():
    return list(Answer.objects.values_list("code", "channel"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("manner", "code", "state"),
    [
        ("prompt", "removed", State.REMOVED), ("false", "removed", State.PRESENT),
        ("hides", "removed", State.LOGIN_PAGE), ("restricts", "restricted", State.GEO_BLOCKED),
        ("refuses", "refused", State.PRESENT), ("needs_info", "needs_info", State.PRESENT),
    ],
)  # fmt: skip
def test_it_says_and_does_what_its_manner_is(desk, manner, code, state):
    who, order = desk
    who.accounts.behave("michat.example", manner=Manner(manner))
    assert who.deal_with(TO, order) == code
    assert said() == [(code, "link")]
    assert who.accounts.visit(ACCOUNT, agent="", country="ID") == state


@pytest.mark.django_db(transaction=True)
def test_who_is_silent_says_nothing_and_who_comes_back_bears_another_name(desk):
    who, order = desk
    who.accounts.behave(TO, manner=Manner.SILENT)
    assert who.deal_with(TO, order) == ""
    assert not said()
    who.accounts.behave(TO, manner=Manner.RETURNS)
    who.deal_with(TO, order)
    known = who.accounts.as_json()["accounts"]
    assert known["x.com/bunga_77_baru"]["follows"] == "x.com/bunga_77"
    assert Target.objects.get().state == "claimed"
    connection.close()


def test_a_letter_of_another_portal_is_left_alone():
    who = Representative(Accounts(), "http://localhost:8000", lambda to, ask: "")
    foreign = letter("http://evil.example/a/abcdefghijklmnopqrstuvwxyz/")
    assert who.deal_with(TO, foreign) == ""


def test_what_letters_break_is_made_whole():
    told = "1,hxxps://x[.]com/bunga_77,https://x[.]com/bunga_77\nhttps://portal.example/a/\n"
    assert addresses_in(told, only_broken=True) == ["https://x.com/bunga_77"]
    assert addresses_in(told) == ["https://x.com/bunga_77", "https://portal.example/a/"]


@pytest.mark.parametrize(
    "address", ["https://www.x.com/Bunga", "http://x.com:80/bunga/", "x.com/bunga/status/77"]
)
def test_one_account_has_one_key(address):
    assert key_of(address) == "x.com/bunga"


def test_what_is_shown_is_escaped_and_nonsense_is_refused():
    assert "<b>" not in shown(State.PRESENT, "http://x.com/<b>")
    with pytest.raises(ValueError, match="is not a valid State"):
        steer(Accounts(), {"account": "x.com/a", "state": "nowhere"})
    with pytest.raises(ValueError, match="is not a valid Way"):
        steer(Accounts(), {"recipient": TO, "way": "by pigeon"})
    with pytest.raises(KeyError):
        steer(Accounts(), {})


@pytest.mark.parametrize(("key", "has_pipe"), [("", False), ("", True), ("mp_a", False)])
def test_who_lacks_what_their_way_takes_answers_by_the_link(key, has_pipe):
    known = cast(key, has_pipe=has_pipe)
    assert (known["michat.example"].way == Way.API) == bool(key)
    assert (known["x.example"].way == Way.REPLY) == has_pipe
    keyed = [to for to, one in known.items() if one.means == "mp_a"]
    assert keyed == (["michat.example"] if key else [])
    assert {one.manner for one in known.values()} == {one.manner for one in CAST.values()}


def test_what_is_not_steered_stays_as_it_was():
    accounts = Accounts()
    steer(accounts, {"recipient": "michat.example", "manner": "refuses", "means": "mp_a"})
    steer(accounts, {"recipient": TO, "way": "api", "slip": "twice"})
    expected = Habit(Manner.REFUSES, Way.API, Slip.TWICE, "mp_a")
    assert accounts.habit_of(TO.upper()) == expected
    assert accounts.habit_of("legal@michat.example").way == Way.LINK


# The mail folder


class Told:
    """A representative who remembers what letters they were given, and needs a code for each."""

    def __init__(self):
        self.accounts, self.letters = Accounts(), []

    def link_in(self, text):
        return "https://portal.example/a/x/" if "portal.example" in text else ""

    def deal_with(self, recipient, letter):
        self.letters.append((recipient, text_of(letter).strip()))
        return "removed"


def reader(tmp_path, **facts):
    return Reader(Mailbox(tmp_path), Told(), Event(), facts.get("late", 0.0))


def posted(found, text, to=TO):
    body = f"X-Envelope-To: {to}\nSubject: x\nContent-Type: text/plain\n\n{text}\n"
    return found.mailbox.keep(body.encode())


def test_each_recipient_of_a_letter_with_a_link_deals_with_it(tmp_path):
    found = reader(tmp_path)
    found.deal_with(posted(found, "https://portal.example/a/1/", "a@x.example, b@x.example"))
    found.deal_with(posted(found, "no link"))
    text = "https://portal.example/a/1/"
    assert found.who.letters == [("a@x.example", text), ("b@x.example", text)]


def test_the_code_is_the_one_that_came_after_it_was_asked_for(tmp_path):
    found = reader(tmp_path)
    posted(found, "Code 11111111")
    posted(found, "Code 22222222", "other@x.example")

    def ask():
        posted(found, "Code 33333333", "other@x.example")
        posted(found, "On 2026-03-17: code 44444444.")

    assert found.await_code(TO, ask) == "44444444"


def test_without_a_code_nothing_is_answered(tmp_path):
    found = reader(tmp_path)
    found.leaving.set()
    with pytest.raises(Unanswered):
        found.await_code(TO, lambda: None)


def test_mail_that_lay_there_before_is_left_alone(tmp_path):
    posted(reader(tmp_path), "https://portal.example/a/1/")
    assert reader(tmp_path).seen == 1


def test_who_is_late_waits_before_answering(tmp_path):
    found = reader(tmp_path, late=60.0)
    found.leaving.set()  # which ends the waiting
    for to, manner in ((TO, Manner.LATE), ("legal@x.example", Manner.PROMPT)):
        found.who.accounts.behave(to, manner=manner)
        found.deal_with(posted(found, "https://portal.example/a/1/", to))
    assert [to for to, _text in found.who.letters] == ["legal@x.example"]
