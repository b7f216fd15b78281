"""“Still you?”: who is asked when, what silence and bounces come to, and who hears instead."""

from datetime import timedelta

import pytest
from django.utils.translation import override as speaking

from cases import answers, notices
from cases import replies as case_replies
from cases.liveness import answering, asking, marking
from cases.models import Notice
from moderation_portal import outbox, policy
from moderation_portal.models import Event, News, OutboxMessage
from moderation_portal.roles import Actor, Role
from platforms import replies, signing_keys
from platforms.models import Contact, Ping
from tests import incoming, webhooks, world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ABUSE, LEGAL = "abuse@michat.example", "legal@michat.example"


@pytest.fixture(autouse=True)
def english(settings):
    settings.MAIL_AUTHSERV_ID = incoming.OURS
    with speaking("en"):
        yield


def contact(address=ABUSE):
    return Contact.objects.get(address=address)


def ask(at=AT):
    """Every contact is asked, and the questions leave."""
    world.michat()
    asked = asking.ask(at=at)
    outbox.drain("bulk", at=at)
    return asked


def ping(address=ABUSE):
    return Ping.objects.filter(contact__address=address).order_by("-asked_at").first()


def patience():
    return policy.pack().limits_at(AT).contact_patience


def silent(*addresses):
    """These do not answer; the others do."""
    ask()
    for one in Ping.objects.select_related("contact").exclude(contact__address__in=addresses):
        answering.answer(one, is_still=True, at=AT + HOUR)
    asking.lapse(at=AT + patience())


def addressed(rung=0):
    """Whom a notice goes to at this rung of its platform's contacts."""
    made = Notice.objects.first() or world.notice()
    return [one.address for one in notices.addresses.contacts(made, rung)]


def test_each_contact_is_asked_by_mail_and_not_again_within_the_month(mail):
    assert ask() == Contact.objects.exclude(address="").count() == 2
    (letter,) = mail.to(ABUSE)
    assert letter["Subject"] == "Do you still receive letters for MiChat?"
    assert letter["Reply-To"] == answering.return_address(ping())
    assert ask(AT + 29 * DAY) == 0
    Ping.objects.update(ended_at=AT + DAY, outcome="confirmed")
    assert ask(AT + 29 * DAY) == 0
    assert ask(AT + 30 * DAY) == 2


def test_who_is_not_in_use_has_no_address_or_closed_down_is_not_asked(mail):
    world.michat()
    Contact.objects.filter(address=LEGAL).update(is_active=False)
    Contact.objects.create(platform=world.michat(), channel="portal", name="Portal")
    Contact.objects.create(
        platform=world.michat(), channel="webhook", name="No key", address="https://x.example/"
    )
    closed = world.whatsapp()
    closed.discontinued_on = policy.pack().day(AT)
    closed.save()
    Contact.objects.create(platform=closed, channel="email", name="A", address="a@wa.example")
    assert ask() == 1
    assert [one.contact.address for one in Ping.objects.all()] == [ABUSE]


def test_one_reminder_and_then_silence_which_marks_the_contact_and_deletes_nothing(mail):
    ask()
    asking.chase(at=AT + 6 * DAY)
    assert ping().reminded_at is None
    for day in (7, 8):
        asking.chase(at=AT + day * DAY)
    outbox.drain("bulk", at=AT + 8 * DAY)
    assert len(mail.to(ABUSE)) == 2
    asking.lapse(at=AT + patience() - HOUR)
    assert contact().liveness == Contact.Liveness.UNKNOWN
    asking.lapse(at=AT + patience())
    assert (ping().outcome, contact().liveness) == ("silent", Contact.Liveness.SILENT)
    assert contact().is_active
    assert Event.objects.filter(kind="contact.fell", subject=f"contact:{contact().pk}").exists()


def test_whoever_is_there_again_stands_in_the_record_once(mail):
    ask()
    asking.lapse(at=AT + patience())
    for hours in (1, 2):
        marking.heard(contact().pk, at=AT + patience() + hours * HOUR)
    (event,) = Event.objects.filter(kind="contact.heard")
    assert (event.subject, event.at) == (f"contact:{contact().pk}", AT + patience() + HOUR)
    assert contact().liveness == Contact.Liveness.ALIVE


def test_what_never_left_makes_nobody_silent_and_is_asked_anew_after_a_month(mail):
    mail.answers[ABUSE] = "451 come back"
    ask()
    asking.lapse(at=AT + 29 * DAY)
    assert contact().liveness == Contact.Liveness.UNKNOWN
    asking.lapse(at=AT + 30 * DAY)
    mail.answers.clear()
    ask(AT + 30 * DAY)
    assert contact().liveness == Contact.Liveness.UNKNOWN
    assert ping().sent_at == AT + 30 * DAY


def test_an_answer_to_a_notice_answers_the_question_too(mail):
    made = world.served_notice()
    ask(AT + HOUR)
    given = [answers.Given(item.pk, "removed") for item in made.items.all()]
    by_link = {"actor": Actor(Role.RESPONDER, "MiChat"), "channel": "link", "contact": contact()}
    answers.take(made, given, at=AT + 2 * HOUR, **by_link)
    asking.lapse(at=AT + 30 * DAY)
    assert (ping().outcome, contact().liveness) == ("confirmed", Contact.Liveness.ALIVE)


def test_an_address_that_refuses_the_question_bounces_without_a_dead_letter(mail):
    mail.answers[ABUSE] = "550 5.1.1 no such user"
    ask()
    assert (ping().outcome, contact().liveness) == ("bounced", Contact.Liveness.BOUNCING)
    assert not OutboxMessage.objects.filter(state="dead").exists()


def come_in(raw, at=AT + HOUR):
    (kept,) = replies.receive([raw], by="pipe", at=at)
    case_replies.handle({"mail": kept.mail_id}, at=at)


def test_a_question_that_comes_back_later_bounces_and_only_by_its_secret_address(mail):
    ask()
    back = answering.return_address(ping())
    come_in(incoming.report(back.replace("-", "-0", 1)))
    assert contact().liveness == Contact.Liveness.UNKNOWN
    come_in(incoming.report(back, message_id="<other@mx.michat.example>"))
    assert (ping().outcome, contact().liveness) == ("bounced", Contact.Liveness.BOUNCING)


def test_a_bounce_after_the_answer_changes_nothing(mail):
    ask()
    answering.answer(ping(), is_still=True, at=AT + HOUR)
    come_in(incoming.report(answering.return_address(ping())), at=AT + 2 * HOUR)
    assert contact().liveness == Contact.Liveness.ALIVE


def test_a_persons_reply_answers_and_a_machines_or_a_strangers_does_not(mail):
    ask()
    back = answering.return_address(ping())
    come_in(incoming.mail(back, Auto_Submitted="auto-replied", message_id="<1@michat.example>"))
    come_in(incoming.mail(back, vouched=None, message_id="<2@michat.example>"))
    come_in(incoming.mail(back, sender="x@evil.example", message_id="<3@michat.example>"))
    assert ping().ended_at is None
    come_in(incoming.mail(back, message_id="<4@michat.example>"))
    assert (ping().outcome, contact().liveness) == ("confirmed", Contact.Liveness.ALIVE)


def test_a_program_that_takes_the_question_has_answered(hook, mail):
    world.michat()
    program = Contact.objects.create(
        platform=world.michat(), channel="webhook", name="Program", address=hook.url
    )
    signing_keys.make(program, actor=world.steward(), at=AT)
    ask()
    program.refresh_from_db()
    assert program.liveness == Contact.Liveness.ALIVE
    (call,) = hook.calls
    assert webhooks.told(call)["event"] == "still_you"
    assert webhooks.told(call)["platform"] == "michat"
    assert Ping.objects.get(contact=program).outcome == "confirmed"


def test_another_address_of_the_contact_is_not_marked_for_the_silence_of_the_first(mail):
    ask()
    Contact.objects.filter(address=ABUSE).update(address="new@michat.example")
    asking.lapse(at=AT + patience())
    assert contact("new@michat.example").liveness == Contact.Liveness.UNKNOWN


def test_the_silent_keeps_its_letters_and_the_next_contact_hears_as_well(mail):
    assert addressed() == [ABUSE]
    silent(ABUSE)
    assert addressed() == [ABUSE, LEGAL]


def test_to_what_bounces_nothing_goes_while_somebody_else_is_there(mail):
    mail.answers[ABUSE] = "550 5.1.1 no such user"
    ask()
    assert addressed() == [LEGAL]
    marking.fell([contact(LEGAL).pk], Contact.Liveness.BOUNCING, at=AT + HOUR)
    assert addressed() == [ABUSE], "where nobody is left the first is written to all the same"


def test_who_hears_beside_the_last_in_the_chain_is_the_first_who_is_there(mail):
    silent(LEGAL)
    assert addressed() == [ABUSE]
    assert addressed(rung=1) == [LEGAL, ABUSE]


def test_who_answers_again_is_alone_again(mail):
    silent(ABUSE)
    answering.answer(ping(), is_still=True, at=AT + 16 * DAY)
    assert addressed() == [ABUSE]


def told(user):
    return [(one.kind, one.facts["has_somebody"]) for one in News.objects.filter(person=user)]


def test_stewards_and_supervisors_are_told_once_and_when_nobody_is_left(mail):
    world.steward(), world.sri(), world.ayu(), world.rina()
    silent(ABUSE)
    assert told(world.steward()) == told(world.sri()) == [("contact.fell", True)]
    assert told(world.ayu()) == told(world.rina()) == []
    assert not marking.out_of_reach().exists()
    marking.fell([contact().pk], Contact.Liveness.SILENT, at=AT + 16 * DAY)
    assert len(told(world.sri())) == 1, "that it is still silent is no news"
    marking.fell([contact(LEGAL).pk], Contact.Liveness.BOUNCING, at=AT + 17 * DAY)
    assert sorted(told(world.sri())) == [("contact.fell", False), ("contact.fell", True)]
    assert list(marking.out_of_reach()) == [world.michat()]


def test_while_the_clock_cannot_be_trusted_nobody_falls_silent(mail, monkeypatch):
    ask()
    monkeypatch.setattr("cases.tasks.standstills.may_escalate", lambda at: False)
    outbox.enqueue("contacts.look", {}, lane="internal", at=AT + 20 * DAY)
    outbox.drain("internal", at=AT + 20 * DAY)
    assert contact().liveness == Contact.Liveness.UNKNOWN
