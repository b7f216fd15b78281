"""A notice that is handed to a platform's program, and what its people do about that."""

import json

import pytest
from django.test import Client

from cases import ladder, notices
from cases.models import Delivery, Notice
from cases.notices import replaying
from moderation_portal import outbox, tokens
from moderation_portal.models import Event
from platforms import signing_keys
from platforms.channels import webhook
from platforms.models import Contact
from tests import world
from tests.cases.pages.browsing import other_representative, text
from tests.webhooks import is_ours, told
from tests.world import AT, HOUR

from .doing import drain

pytestmark = pytest.mark.django_db

A, B = "michat: bunga_77", "michat: melati_12"
PAGE = "/cases/platform/webhooks/"


@pytest.fixture(autouse=True)
def at_noon(still_clock):
    """The pages read the clock; here it stands still."""


@pytest.fixture
def program(hook):
    """MiChat is told by its program alone, which has a secret."""
    platform = world.michat()
    platform.contacts.update(is_active=False)
    contact = Contact.objects.create(
        platform=platform, channel="webhook", name="Program", address=hook.url, is_cleared=True
    )
    hook.secret = signing_keys.make(contact, actor=world.steward(), at=AT)
    hook.contact = contact
    return hook


def again(browser, delivery, **changed):
    named = {
        "notice": delivery.notice_id,
        "contact": delivery.contact_id,
        "step": delivery.step,
        "attempt": delivery.attempt,
    }
    return browser.post(f"{PAGE}again/", {**named, **changed}, follow=True)


# What leaves.


def test_a_sealed_notice_is_told_to_no_program(program):
    notices_made = world.notice("michat: mawar_contoh", category=world.CHILD)
    drain()
    assert program.calls == []
    notices_made.refresh_from_db()
    assert notices_made.served_at is None
    assert notices.addresses.everybody(notices_made) == []
    assert notices.addresses.everybody_of([notices_made]) == {notices_made.pk: []}


def test_what_a_sealed_case_speaks_for_is_told_to_no_program(program):
    world.child_case(A)
    world.approved_case(A, B)
    notices.gather(AT, is_asked=True)
    drain()
    (call,) = program.calls
    assert b"bunga_77" not in call["body"]
    assert b"melati_12" in call["body"]
    assert [line["position"] for line in told(call)["notice"]["items"]] == [1]


def test_a_notice_that_is_held_back_whole_calls_nobody_and_is_not_listed(program, client):
    world.child_case(A)
    world.approved_case(A)
    notices.gather(AT, is_asked=True)
    drain()
    assert program.calls == []
    held = Delivery.objects.get(contact=program.contact)
    assert (held.state, held.is_quiet) == ("accepted", True)
    world.sign_in(client, world.rina())
    assert held.notice.number not in text(client.get(PAGE))
    assert again(client, held).status_code == 404


def test_a_program_without_a_secret_is_told_nothing(program):
    signing_keys.WebhookSecret.objects.all().delete()
    made = world.notice(A)
    drain()
    assert program.calls == []
    assert not made.deliveries.exists()


def test_2xx_is_service(program):
    made = world.notice(A)
    drain()
    (call,) = program.calls
    assert is_ours(call, program.secret)
    made.refresh_from_db()
    assert (made.state, made.served_at) == ("served", AT)
    assert made.acknowledged_at is None, "a program has taken it in; nobody has read it yet"
    delivery = made.deliveries.get()
    assert (delivery.state, delivery.proof["status"]) == ("accepted", 200)


def test_a_program_is_told_what_the_api_says(program):
    made = world.notice(A, B)
    drain()
    pushed = told(program.calls[0])["notice"]
    key = tokens.issue(world.joko(), "x", tokens.ANSWERING, at=AT).key
    headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
    pulled = Client().get(f"/api/v1/notices/{made.pk}/", headers=headers).json()
    assert pulled.pop("items_next") is None
    by_then = {"state", "served_at", "due_at", "acknowledged_at", "due_reckoned", "items"}
    assert pushed.keys() == pulled.keys()
    assert {name for name in pushed if pushed[name] != pulled[name]} <= by_then
    same = ["key", "position", "locator", "kind", "category", "state", "answer"]
    for one, other in zip(pushed["items"], pulled["items"], strict=True):
        assert [one[name] for name in same] == [other[name] for name in same]


def test_a_reminder_is_another_event_and_says_what_it_is_about(program):
    made = world.notice(A, B)
    drain()
    made.refresh_from_db()
    answered = made.items.order_by("position").first()
    notices_given = world.answers.Given(answered.pk, "removed")
    world.answers.take(made, [notices_given], actor=world.rina(), channel="portal", at=AT + HOUR)
    for hour in range(24):
        ladder.climb(AT + hour * HOUR)
    drain(made.due_at)
    first, *later = [told(call) for call in program.calls]
    reminder = next(one for one in later if one["event"] == "reminder")
    assert reminder["id"] != first["id"]
    (about,) = reminder["about"]
    states = {line["key"]: line["state"] for line in reminder["notice"]["items"]}
    assert states[about] == "asked"
    made.refresh_from_db()
    assert made.served_at == AT


def test_a_program_that_is_gone_is_marked_and_the_next_is_asked(program, mail):
    Contact.objects.filter(address="legal@michat.example").update(is_active=True)
    program.answers = [410]
    world.notice(A)
    drain()
    program.contact.refresh_from_db()
    assert program.contact.liveness == "bouncing"
    drain()
    assert mail.to("legal@michat.example")


def test_what_was_cut_off_is_sent_again_as_the_same_event(program):
    program.answers = [None]
    made = world.notice(A)
    drain()
    assert made.deliveries.get().state == "uncertain"
    drain(AT + HOUR)
    first, second = program.calls
    assert told(first)["id"] == told(second)["id"]
    made.refresh_from_db()
    assert made.served_at == AT + HOUR


def test_a_program_that_keeps_us_waiting_rests_and_no_other_notice_waits_for_it(
    program, monkeypatch
):
    monkeypatch.setattr(webhook, "SLOW_SECONDS", -1)
    program.answers = [None]
    world.notice(A), world.notice(B)
    drain()
    assert len(program.calls) == 1, "the other notice holds no worker up"
    drain(AT + HOUR)
    drain(AT + HOUR)
    assert {told(call)["notice"]["state"] for call in program.calls} == {"issued"}
    assert Notice.objects.filter(state="served").count() == 2


# Sent again as asked.


def test_a_replay_is_the_same_event_under_a_new_time_and_resets_no_clock(program, client):
    made = world.notice(A)
    drain()
    original = made.deliveries.get()
    world.sign_in(client, world.joko())
    assert again(client, original).status_code == 200
    drain(AT + HOUR)
    first, second = program.calls
    assert told(first)["id"] == told(second)["id"]
    assert first["headers"]["Portal-Timestamp"] != second["headers"]["Portal-Timestamp"]
    assert is_ours(second, program.secret)
    replayed = made.deliveries.get(purpose="replay")
    assert (replayed.state, replayed.proof["message_id"]) == ("accepted", made.message_id)
    made.refresh_from_db()
    assert (made.served_at, made.due_at) == (AT, made.items.get().due_at)
    thread = Event.objects.filter(thread=f"notice:{made.pk}")
    asked = thread.get(kind="notice.replay_asked")
    assert (asked.actor_id, thread.filter(kind="notice.replayed").count()) == (world.joko().pk, 1)


def test_a_replay_of_what_never_arrived_serves_it(program, client):
    program.answers = [410]
    made = world.notice(A)
    drain()
    world.sign_in(client, world.rina())
    again(client, made.deliveries.get())
    drain(AT + HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + HOUR


def test_a_replay_that_was_taken_serves_it_where_the_letter_came_back(program, client, mail):
    Contact.objects.filter(address="legal@michat.example").update(is_active=True)
    program.answers = [410]
    made = world.notice(A)
    drain()
    drain()
    world.sign_in(client, world.rina())
    again(client, made.deliveries.get(contact=program.contact))
    drain(AT + HOUR)
    letter = made.deliveries.get(state="accepted", purpose="notice")
    notices.annul(letter.pk, reason="x", actor=world.bima(), at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert (made.state, made.served_at) == ("served", AT + HOUR)


def test_a_replay_that_fails_is_one_attempt_and_stands_in_the_record(program, client):
    made = world.notice(A)
    drain()
    program.answers = [503]
    world.sign_in(client, world.rina())
    again(client, made.deliveries.get())
    drain(AT + HOUR)
    drain(AT + 9 * HOUR)
    assert len(program.calls) == 2
    replayed = made.deliveries.get(purpose="replay")
    assert (replayed.state, replayed.proof["status"]) == ("refused", 503)
    assert "503" in text(client.get(PAGE))
    made.refresh_from_db()
    assert made.served_at == AT


@pytest.mark.parametrize("who", [other_representative, world.ayu, world.citra, world.steward])
def test_nobody_else_has_a_copy_sent_again(program, client, who):
    made = world.notice(A)
    drain()
    world.sign_in(client, who())
    assert again(client, made.deliveries.get()).status_code == 404
    assert client.post(f"{PAGE}{program.contact.pk}/test/").status_code == 404
    drain(AT + HOUR)
    assert len(program.calls) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"notice": "x"}, {"notice": "9" * 30}, {"contact": ""}, {"attempt": "-1"},
        {"attempt": "99999"}, {"step": "\x00"}, {"step": "x" * 3000}, {"attempt": "²"},
    ],
    ids=str,
)  # fmt: skip
def test_a_copy_that_is_not_there_is_not_found(program, client, changed):
    made = world.notice(A)
    drain()
    world.sign_in(client, world.rina())
    assert again(client, made.deliveries.get(), **changed).status_code == 404


def test_asking_too_often_is_refused_in_words(program, client, monkeypatch):
    monkeypatch.setattr(replaying, "REPLAYS_A_DAY", 1)
    made = world.notice(A)
    drain()
    world.sign_in(client, world.rina())
    original = made.deliveries.get()
    again(client, original)
    assert 'data-tone="warn" role="status"' in text(again(client, original))
    drain(AT + HOUR)
    assert len(program.calls) == 2


# Trying it out, and the page.


def test_a_test_says_nothing_of_any_notice_and_its_outcome_is_shown(program, client):
    world.notice(A)
    world.sign_in(client, world.rina())
    client.post(f"{PAGE}{program.contact.pk}/test/")
    outbox.drain("notice", at=AT)
    (call,) = [one for one in program.calls if told(one)["event"] == "test"]
    assert is_ours(call, program.secret)
    assert told(call).keys() == {"id", "event", "sent_at", "platform"}
    assert "200 OK" in text(client.get(PAGE))
    program.answers = [500]
    client.post(f"{PAGE}{program.contact.pk}/test/")
    outbox.drain("notice", at=AT)
    assert "500" in text(client.get(PAGE))
    program.contact.refresh_from_db()
    assert program.contact.liveness == "unknown"


def test_the_page_names_no_id_that_would_count(program, client):
    made = world.notice(A)
    drain()
    Delivery.objects.filter(notice=made).update(id=987_654_321)
    world.sign_in(client, world.rina())
    assert "987654321" not in text(client.get(PAGE))


def test_a_platform_without_a_webhook_is_told_what_one_is(client):
    world.sign_in(client, world.rina())
    page = text(client.get(PAGE))
    assert 'class="empty"' in page
    assert "/test/" not in page


def test_a_secret_is_shown_once_and_kept_encrypted(program, client):
    world.sign_in(client, world.steward())
    chosen = {"action": "make_secret", "_selected_action": [program.contact.pk]}
    shown = text(client.post("/admin/platforms/contact/", chosen, follow=True))
    (secret,) = {word for word in shown.replace("<", " ").split() if word.startswith("mw_")}
    assert secret == signing_keys.of(program.contact.pk, AT)[0]
    assert secret not in text(client.get("/admin/platforms/contact/"))
    row = signing_keys.WebhookSecret.objects.order_by("-pk").first()
    assert secret.encode() not in bytes(row.sealed)
    assert Event.objects.filter(kind="contact.secret_made").count() == 2
    assert secret not in str(list(Event.objects.values_list("data", flat=True)))


def test_only_a_webhook_has_a_secret(client):
    mailbox = world.michat().contacts.first()
    world.sign_in(client, world.steward())
    chosen = {"action": "make_secret", "_selected_action": [mailbox.pk]}
    assert "mw_" not in text(client.post("/admin/platforms/contact/", chosen, follow=True))
    assert not signing_keys.WebhookSecret.objects.exists()


# The data beside a letter.


def test_a_letter_brings_its_data_where_the_contact_wants_it(mail):
    world.michat().contacts.update(attaches_data=True)
    made = world.notice(A)
    drain()
    (letter,) = mail.to("abuse@michat.example")
    kinds = [one.get_content_type() for one in letter.iter_attachments()]
    assert kinds == ["application/pdf", "application/json"]
    *_pdf, attached = letter.iter_attachments()
    data = json.loads(attached.get_content())
    assert data["notice"]["number"] == made.number


def test_a_sealed_letter_brings_nothing(mail):
    world.michat().contacts.update(attaches_data=True)
    world.notice("michat: mawar_contoh", category=world.CHILD)
    drain()
    letters = mail.to("abuse@michat.example")
    assert letters
    assert [list(letter.iter_attachments()) for letter in letters] == [[]] * len(letters)
