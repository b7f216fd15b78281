"""Whose word a message is: nothing is confirmed but by the secret address and an aligned pass."""

import pytest

from cases.models import Answer, Reply
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import incoming, world
from tests.incoming import OURS
from tests.world import AT, HOUR

from .doing import answered, arrive, codes, contact, nothing_confirmed, returns, secret

pytestmark = pytest.mark.django_db


def test_the_secret_address_and_an_aligned_pass_are_the_platforms_own_word():
    made = world.served_notice()
    reply = answered(made, "1: removed")
    assert reply.is_proved
    assert (reply.notice, reply.contact, reply.state) == (made, contact(), "taken")
    assert codes(made) == ["removed"]
    answer = Answer.objects.get()
    assert (answer.channel, answer.contact, answer.user) == ("reply", contact(), None)
    assert answer.answered_at == AT + HOUR
    assert answer.receipt == reply.receipt
    assert contact().liveness == Contact.Liveness.ALIVE


@pytest.mark.parametrize(
    "facts",
    [
        {"vouched": None},
        {"vouched": f"{OURS}; dmarc=fail header.from=michat.example"},
        {"vouched": "mx.evil.example; dmarc=pass header.from=michat.example"},
        {"sender": "evil@evil.example", "vouched": f"{OURS}; dmarc=pass header.from=evil.example"},
        {"sender": "someone@michat.example"},
        {"sender": "abuse@michat.example, evil@evil.example"},
        {"Auto_Submitted": "auto-replied"},
        {"subject": "Automatic reply: Perintah"},
    ],
    ids=str,
)
def test_without_either_nothing_is_confirmed(facts):
    made = world.served_notice()
    reply = answered(made, "1: removed", **facts)
    assert not reply.is_proved
    assert reply.notice == made
    assert nothing_confirmed(made)


def test_without_the_secret_address_nothing_is_confirmed():
    made = world.served_notice()
    good = secret(made)
    tampered = [
        "takedown@komdigi.example",
        good.replace(f"n{made.reply_key}", "n" + "a" * 16),
        good.replace("@", "0@"),
        good.partition("-")[0] + "-" + "0" * 20 + "@komdigi.example",
        good.replace(f"c{contact().pk}-", f"c{contact('legal@michat.example').pk}-"),
        returns(made),
        returns(made).replace("+b", "+n"),
        good.replace("+n", "+b"),
    ]
    for place, address in enumerate(tampered):
        reply = arrive(
            incoming.mail(address, "1: removed", message_id=f"<{place}@x>",
                          In_Reply_To=made.message_id)
        )  # fmt: skip
        assert not reply.is_proved
        assert reply.state == Reply.State.WAITING
    assert nothing_confirmed(made)


def test_the_secret_of_one_platform_is_of_no_use_to_another():
    made = world.served_notice()
    Contact.objects.create(
        platform=world.whatsapp(), channel="email", address="x@whatsapp.example", name="X"
    )
    vouched = f"{OURS}; dmarc=pass header.from=whatsapp.example"
    assert not answered(made, "1: removed", sender="x@whatsapp.example", vouched=vouched).is_proved
    assert nothing_confirmed(made)


def test_a_contact_that_is_switched_off_confirms_nothing():
    made = world.served_notice()
    Contact.objects.filter(pk=contact().pk).update(is_active=False)
    assert not answered(made, "1: removed").is_proved
    assert nothing_confirmed(made)


def test_a_representative_of_the_platform_answers_from_their_own_mailbox():
    made = world.served_notice()
    assert world.rina()
    assert answered(made, "1: removed", sender="Rina <rina@michat.example>").is_proved


def test_the_secret_address_is_known_in_capitals_and_behind_a_name():
    made = world.served_notice()
    assert answered(made, "1: removed").is_proved
    loud = incoming.mail(f'"KOMDIGI" <{secret(made).upper()}>', "1: removed", message_id="<2@x>")
    assert arrive(loud).is_proved


def test_a_message_sent_anew_answers_nothing_anew():
    made = world.served_notice()
    answered(made, "1: removed")
    world.answer(made, "refused", reason="Tidak setuju.", at=AT + 2 * HOUR)
    again = answered(made, "1: removed", message_id="<lain@michat.example>", at=AT + 3 * HOUR)
    assert again.is_proved
    assert again.state == Reply.State.WAITING
    assert codes(made) == ["refused"]


def test_however_many_automatic_replies_and_forgeries_come_nothing_is_confirmed_or_sent(mailoutbox):
    made = world.served_notice()
    sent = OutboxMessage.objects.exclude(topic="platform.replied").count()
    forged = [
        {"Auto_Submitted": "auto-replied"},
        {"vouched": f"{OURS}; dmarc=fail header.from=michat.example"},
        {"vouched": "evil.example; dmarc=pass header.from=michat.example"},
        {"Precedence": "bulk"},
    ]
    for turn in range(40):
        answered(made, "1: removed", message_id=f"<{turn}@x>", **forged[turn % 4])
    assert nothing_confirmed(made)
    assert not mailoutbox
    assert OutboxMessage.objects.exclude(topic="platform.replied").count() == sent


def test_a_reply_shows_that_the_platform_knows_of_the_notice():
    made = world.served_notice()
    reply = answered(made, "Kami sedang memeriksa.")
    made.refresh_from_db()
    assert made.acknowledged_at == AT + HOUR
    assert reply.state == Reply.State.WAITING
    assert codes(made) == [""]
    kinds = Event.objects.filter(thread=f"notice:{made.pk}", kind="mail.arrived")
    assert [one.is_sealed for one in kinds] == [False]
