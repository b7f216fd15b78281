"""The page behind “still you?”, and where people of ours read what is known of a contact."""

import pytest
from django.test import Client

from cases.liveness import answering, asking, marking
from moderation_portal import outbox
from platforms.models import Contact, Ping
from tests import world
from tests.cases.pages.browsing import text, url
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ABUSE = "abuse@michat.example"


@pytest.fixture(autouse=True)
def asked(still_clock, mail):
    world.michat()
    asking.ask(at=AT)
    outbox.drain("bulk", at=AT)


def ping():
    return Ping.objects.get(contact__address=ABUSE)


def page():
    return answering.address(ping(), "en")


def officer():
    """A supervisor's browser, in English."""
    user = world.sri()
    user.language = "en"
    user.save(update_fields=["language"])
    return world.sign_in(Client(), user)


def liveness():
    return Contact.objects.get(address=ABUSE).liveness


def test_opening_the_link_and_pressing_a_button_without_a_choice_change_nothing():
    browser = Client()
    for _ in range(3):
        assert "MiChat" in text(browser.get(page()))
    answer = browser.post(page())
    assert answer.status_code == 422
    assert "Choose an answer." in text(answer)
    assert (ping().ended_at, liveness()) == (None, "unknown")


def test_yes_shows_that_somebody_is_there_and_no_that_nobody_is_until_the_next_word():
    browser = Client()
    assert "need do nothing more" in text(browser.post(page(), {"said": "yes"}))
    assert (ping().outcome, liveness()) == ("confirmed", "alive")
    browser.post(page(), {"said": "no"})
    assert (ping().outcome, liveness()) == ("denied", "silent")
    assert Contact.objects.get(address=ABUSE).is_active, "two persons take an address out of use"


def test_a_link_of_an_earlier_question_another_address_or_nobody_opens_nothing():
    old = page()
    assert Client().get(old.replace("contact/", "contact/x")).status_code == 403
    Contact.objects.filter(address=ABUSE).update(address="new@michat.example")
    assert Client().post(old, {"said": "yes"}).status_code == 403
    Contact.objects.filter(address="new@michat.example").update(address=ABUSE)
    Ping.objects.create(
        contact=Contact.objects.get(address=ABUSE), mailbox=ping().mailbox, asked_at=AT + HOUR,
        remind_after=HOUR, patience=HOUR, ended_at=AT + HOUR, outcome="confirmed",
    )  # fmt: skip
    assert Client().post(old, {"said": "yes"}).status_code == 403
    assert liveness() == "unknown"


def test_the_page_of_a_platform_says_what_came_of_the_question():
    browser = officer()
    address = url("platform", world.michat().pk)
    assert "Was asked on 17 Mar 2026" in text(browser.get(address))
    answering.answer(ping(), is_still=False, at=AT)
    assert "not the contact any more" in text(browser.get(address))


def test_what_came_of_the_question_is_not_said_of_who_has_been_heard_since():
    browser = officer()
    answering.answer(ping(), is_still=False, at=AT)
    marking.heard(ping().contact_id, at=AT + HOUR)
    page = text(browser.get(url("platform", world.michat().pk)))
    assert "not the contact any more" not in page


def test_where_nobody_answers_for_a_platform_the_list_of_the_undelivered_says_so():
    browser = officer()
    assert "Find somebody" not in text(browser.get(url("undelivered")))
    marking.fell(Contact.objects.values_list("pk", flat=True), Contact.Liveness.SILENT, at=AT)
    said = text(browser.get(url("undelivered")))
    assert "Find somebody" in said
    assert "MiChat" in said
