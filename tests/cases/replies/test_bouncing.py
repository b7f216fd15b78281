"""A notice that comes back: its service is annulled, unless anybody could have said so."""

from datetime import timedelta

import pytest

from cases import notices
from cases.models import Delivery, Reply
from moderation_portal import outbox
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import incoming, world
from tests.world import AT, HOUR

from .doing import answered, arrive, contact, handed_over, returns, sealed, secret

pytestmark = pytest.mark.django_db


def served():
    """A notice whose service is the one copy that was accepted."""
    made = world.served_notice()
    assert Delivery.objects.count() == 1
    return made


def come_back(made, to=None, at=AT + HOUR, **facts):
    return arrive(incoming.report(to or returns(made), original=made.message_id, **facts), at=at)


def kinds(made):
    return set(Event.objects.filter(thread=f"notice:{made.pk}").values_list("kind", flat=True))


def asked_since(made, at):
    sent = OutboxMessage.objects.filter(topic="notice.send", created_at=at)
    return {one.payload["contact"] for one in sent if one.payload["notice"] == made.pk}


def test_a_bounce_annuls_the_service_and_the_next_contact_is_addressed():
    made = served()
    reply = come_back(made)
    made.refresh_from_db()
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.ANNULLED
    assert delivery.proof["bounce"] == "came back: abuse@michat.example"
    assert (made.state, made.served_at, made.due_at) == ("issued", None, None)
    assert contact().liveness == Contact.Liveness.BOUNCING
    assert (reply.kind, reply.state, reply.delivery) == ("bounce", "noted", delivery)
    assert asked_since(made, AT + HOUR) == {contact("legal@michat.example").pk}
    assert "delivery.annulled" in kinds(made)


def test_the_next_service_starts_the_clock_anew(mail):
    made = served()
    come_back(made)
    for lane in ("urgent", "notice"):
        outbox.drain(lane, at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + 2 * HOUR
    assert [one["To"] for one in mail.to("legal@michat.example")] == ["legal@michat.example"]


def test_where_nobody_is_left_a_person_must_find_somebody():
    made = served()
    Contact.objects.filter(address="legal@michat.example").delete()
    come_back(made)
    assert "notice.unreachable" in kinds(made)


def test_the_same_report_again_changes_nothing():
    made = served()
    come_back(made)
    before = kinds(made), OutboxMessage.objects.filter(topic="notice.send").count()
    come_back(made, at=AT + 2 * HOUR, message_id="<lain@mx.michat.example>")
    after = kinds(made) - {"mail.report_kept"}
    assert (after, OutboxMessage.objects.filter(topic="notice.send").count()) == before


@pytest.mark.parametrize("known", ["nothing", "answers", "contact", "tampered"])
def test_a_report_to_any_other_address_annuls_nothing(known):
    made = served()
    to = {
        "nothing": "takedown@komdigi.example",
        "answers": secret(made),
        "contact": returns(made, "legal@michat.example"),
        "tampered": returns(made).replace("@", "0@"),
    }[known]
    reply = come_back(made, to)
    made.refresh_from_db()
    assert made.served_at == AT
    assert reply.state == Reply.State.NOTED
    assert contact().liveness != Contact.Liveness.BOUNCING


def test_a_platform_that_knows_of_the_notice_cannot_make_it_come_back():
    made = served()
    notices.open_in_portal(made, actor=world.rina(), at=AT + HOUR)
    come_back(made, at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT


def test_a_report_after_servers_have_given_up_annuls_nothing():
    made = served()
    come_back(made, at=AT + timedelta(days=5, seconds=1))
    made.refresh_from_db()
    assert made.served_at == AT


def test_a_delay_is_recorded_and_changes_nothing():
    made = served()
    reply = come_back(made, action="delayed")
    made.refresh_from_db()
    assert made.served_at == AT
    assert (reply.kind, reply.state) == ("delay", "noted")
    assert "delivery.delayed" in kinds(made)
    assert Delivery.objects.get().state == Delivery.State.ACCEPTED


def test_the_copy_whose_message_is_given_back_is_the_one_that_came_back():
    made = served()
    first = Delivery.objects.get()
    reminder = handed_over(made, ended_at=AT + HOUR, message_id="<pengingat@komdigi.example>")
    arrive(incoming.report(returns(made), original="<pengingat@komdigi.example>"), at=AT + 2 * HOUR)
    first.refresh_from_db()
    reminder.refresh_from_db()
    assert (first.state, reminder.state) == ("accepted", "annulled")
    made.refresh_from_db()
    assert made.served_at == AT


def test_a_copy_that_never_left_does_not_come_back():
    made = served()
    Delivery.objects.update(is_quiet=True)
    come_back(made)
    made.refresh_from_db()
    assert made.served_at == AT


def test_of_a_sealed_notice_only_the_cleared_hear_that_its_word_came_back():
    made = sealed()
    handed_over(made)
    reply = come_back(made)
    assert reply.handling == "sealed"
    assert contact().liveness != Contact.Liveness.BOUNCING
    told = Event.objects.filter(thread=f"notice:{made.pk}", kind="delivery.annulled")
    assert [one.is_sealed for one in told] == [True]


def test_letters_leave_with_the_secret_address_for_what_comes_back(mail, mail_server):
    made = world.notice()
    senders = []
    _controller, box = mail_server

    async def note(server, session, envelope, address, options):
        senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    box.handle_MAIL = note
    try:
        for lane in ("urgent", "notice"):
            outbox.drain(lane, at=AT)
    finally:
        del box.handle_MAIL
    assert senders == [returns(made)]
    (copy,) = mail.to("abuse@michat.example")
    assert copy["Reply-To"] == secret(made)
    assert copy["From"] == "takedown@komdigi.example"


def test_a_vacation_note_to_the_return_address_is_recorded_only():
    made = served()
    raw = incoming.mail(returns(made), "1: removed", Auto_Submitted="auto-replied")
    reply = arrive(raw)
    assert (reply.kind, reply.state, reply.is_proved) == ("automatic", "noted", False)
    assert answered(made, "1: removed", message_id="<balasan-2@michat.example>").is_proved
