"""What could not be delivered is a task on a page, for those who may know what it was about."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Delivery
from moderation_portal import outbox, series
from moderation_portal.models import Event, Lane, OutboxMessage
from moderation_portal.outbox import telling
from moderation_portal.outbox.telling import told
from tests import world
from tests.cases.test_undelivered import refused
from tests.portal.outbox.conftest import die
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
PAGE = "/dead-letters/"


def address(row):
    return f"{PAGE}{series.scatter(OutboxMessage._meta.db_table, [row.pk])[0]}/"


@pytest.fixture(autouse=True)
def now(still_clock):
    still_clock(AT + 2 * HOUR)


def reader(client, who):
    user = who()
    user.language = "en"
    user.save(update_fields=["language"])
    return world.sign_in(client, user)


def page(client, who):
    return reader(client, who).get(PAGE)


@pytest.mark.parametrize(
    "who", [world.ayu, world.rina, world.polisi, world.lurah, world.steward, world.drone]
)
def test_to_others_the_page_is_not_there(client, post, who):
    (row,) = die(post, 1)
    assert page(client, who).status_code == 404
    assert client.post(address(row), {"verb": "retry"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "dead"


def test_auditors_read_and_settle_nothing(client, post):
    (row,) = die(post, 1)
    shown = page(client, world.auditor).content.decode()
    assert ("Letter 1" in shown, "Try again" in shown) == (True, False)
    assert client.post(address(row), {"verb": "retry"}).status_code == 403


def test_of_something_sealed_the_uncleared_find_nothing(client, post):
    (row,) = die(post, 101)
    for who in (world.sri, world.dewi, world.auditor):
        assert "Everything was delivered" in page(client, who).content.decode()
        gone = client.post(address(row), {"verb": "retry"})
        absent = client.post(f"{PAGE}999999/", {"verb": "retry"})
        assert (gone.status_code, absent.status_code) == (404, 404)
    for who in (world.cleared_sri, world.citra, world.cleared_auditor):
        shown = page(client, who).content.decode()
        assert ("Letter 101" in shown, "sealed" in shown) == (True, True)


def test_it_says_what_did_not_happen_why_and_since_when(client, mail):
    made = refused(mail)
    shown = page(client, world.sri).content.decode()
    for words in (
        f"Notice {made.number} to MiChat Indonesia, MiChat",
        f'href="/cases/notices/{made.pk}/"',
        "550 no such user",
        "1 attempt<",
        "10:00 WIB",
    ):
        assert words in shown, words


def test_a_letter_tried_again_from_the_page_arrives(client, mail):
    made = refused(mail)
    mail.answers = {}
    rows = list(OutboxMessage.objects.filter(state="dead"))
    sri = reader(client, world.sri)
    for row in rows:
        assert sri.post(address(row), {"verb": "retry"}).url == PAGE
    for lane in (Lane.URGENT, Lane.NOTICE):
        outbox.drain(lane, at=AT + 2 * HOUR)
    assert len(mail.to("abuse@michat.example")) == 1
    assert Delivery.objects.filter(notice=made, state="accepted").count() == len(rows)
    assert "Everything was delivered" in sri.get(PAGE).content.decode()


def test_settled_with_a_reason_it_is_gone_from_the_page_and_stands_in_the_record(client, post):
    (row,) = die(post, 1)
    sri = reader(client, world.sri)
    assert sri.post(address(row), {"verb": "settle", "reason": " "}).status_code == 422
    sri.post(address(row), {"verb": "settle", "reason": "Told by phone."})
    event = Event.objects.get(kind="outbox.settled")
    assert (event.actor_name, event.data["reason"]) == (world.sri().name, "Told by phone.")
    assert "Everything was delivered" in sri.get(PAGE).content.decode()
    assert sri.post(address(row), {"verb": "retry"}).status_code == 404


def test_a_reason_that_cannot_be_stored_as_it_is_breaks_nothing(client, post):
    (row,) = die(post, 1)
    sri = reader(client, world.sri)
    told = {"verb": "settle", "reason": "Told\x00 by phone."}
    assert sri.post(address(row), told).status_code == 302
    assert Event.objects.get(kind="outbox.settled").data["reason"] == "Told\ufffd by phone."


def test_a_long_list_goes_on_and_loses_and_doubles_nothing(client, post):
    numbers = range(1, 61)
    die(post, *numbers)
    sri = reader(client, world.sri)
    first = sri.get(PAGE)
    second = sri.get(PAGE + first.context["next_url"])
    words = [row.told.words for answer in (first, second) for row in answer.context["rows"]]
    assert words == [f"Letter {n}" for n in numbers]
    assert "next_url" not in second.context


def test_the_page_costs_the_same_however_many_there_are(client, mail):
    sri, costs = reader(client, world.sri), []
    for n in range(3):
        refused(mail, accounts=[f"michat: kembang_{n}"])
        with CaptureQueriesContext(connection) as seen:
            sri.get(PAGE)
        costs.append(len(seen))
    assert costs[1] == costs[2]


def test_a_supervisor_reads_on_the_team_page_how_many_wait(client, post):
    assert "wait for a person" not in reader(client, world.sri).get("/cases/team/").content.decode()
    die(post, 1, 2, 101)
    shown = reader(client, world.sri).get("/cases/team/").content.decode()
    assert "wait for a person: 2." in shown
    shown = reader(client, world.cleared_sri).get("/cases/team/").content.decode()
    assert "wait for a person: 3." in shown


def test_what_leaves_the_building_is_told_in_words():
    leaving = {topic for topic, handler in outbox.HANDLERS.items() if handler.leaves}
    assert leaving >= {"account.mail", "contact.code", "notice.send", "reporter.tell"}
    assert leaving - telling.TELLERS.keys() == set()
    assert [told(topic, []) for topic in leaving] == [[] for _topic in leaving]


def test_a_reporter_is_not_named(client):
    received = world.report()
    (said,) = told("reporter.tell", [{"report": received.report_id}])
    assert "Tuti" not in said.words
    assert not said.is_sealed
    sealed = world.report("MiChat: melati_5", category=world.CHILD)
    assert told("reporter.tell", [{"report": sealed.report_id}])[0].is_sealed


@pytest.mark.parametrize("who", [world.sri, world.citra, world.dewi])
def test_a_letter_of_a_sealed_notice_is_told_to_the_cleared_alone(client, mail, who):
    refused(mail, category=world.CHILD)
    shown = page(client, who).content.decode()
    assert ("550 no such user" in shown) == (who is world.citra)


def test_no_address_tells_how_many_messages_there_were(client, post):
    die(post, 1, 2, 3)
    shown = page(client, world.sri).content.decode()
    places = [int(found) for found in re.findall(r'action="/dead-letters/(\d+)/"', shown)]
    assert min(places) > series.SCATTERED_FROM
    assert len(set(places)) == 3
    found = [series.unscatter(OutboxMessage._meta.db_table, place) for place in places]
    assert set(found) == set(OutboxMessage.objects.values_list("pk", flat=True))
