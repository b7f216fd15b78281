"""What leaves, to whom, once, and what follows when a mailbox refuses it."""

import pytest

from cases import ladder, notices
from cases.models import Case, Delivery, Notice
from moderation_portal.models import OutboxMessage
from platforms import channels
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR

from .doing import MINUTE, drain, kinds

pytestmark = pytest.mark.django_db


def test_a_refused_mailbox_is_buried_recorded_and_the_next_contact_is_addressed(mail):
    mail.answers["abuse@michat.example"] = "550 5.1.1 no such user"
    made = world.notice()
    drain()
    first = Delivery.objects.get(contact__address="abuse@michat.example")
    assert first.state == Delivery.State.REFUSED
    assert "no such user" in first.proof["reply"]
    assert OutboxMessage.objects.filter(state="dead").count() == 1
    assert {"delivery.refused"} <= set(kinds(thread=f"notice:{made.pk}"))
    assert Contact.objects.get(address="abuse@michat.example").liveness == "bouncing"
    drain()
    (copy,) = mail.to("legal@michat.example")
    assert copy["Message-ID"] == made.message_id
    made.refresh_from_db()
    assert made.served_at == AT


def test_what_a_sealed_notice_shows_of_an_address_is_not_shown_to_everybody(mail):
    mail.answers["abuse@michat.example"] = "550 5.1.1 no such user"
    world.notice(category=world.CHILD)
    for hour in range(12):
        drain(AT + hour * HOUR)
        ladder.climb(AT + hour * HOUR)
    assert "delivery.refused" in kinds(is_sealed=True)
    assert not Contact.objects.exclude(liveness="unknown").exists()


def test_where_nobody_is_left_the_record_says_so(mail):
    mail.answers = {f"{name}@michat.example": "550 gone" for name in ("abuse", "legal")}
    made = world.notice()
    drain()
    drain()
    assert "notice.unreachable" in kinds(thread=f"notice:{made.pk}")
    made.refresh_from_db()
    assert made.served_at is None


def test_that_nobody_is_left_is_said_once_and_again_when_the_contacts_have_changed(mail):
    Contact.objects.filter(platform=world.michat()).delete()
    world.approved_case()
    (pk,) = notices.gather(AT, is_asked=True).issued
    thread = f"notice:{pk}"
    for day in range(1, 5):
        ladder.climb(AT + day * 24 * HOUR)
    assert kinds(kind="notice.unreachable", thread=thread) == ["notice.unreachable"]
    Contact.objects.create(platform=world.platform("michat"), channel="webhook", name="Hook")
    ladder.climb(AT + 5 * 24 * HOUR)
    ladder.climb(AT + 6 * 24 * HOUR)
    assert len(kinds(kind="notice.unreachable", thread=thread)) == 2


def test_a_busy_mailbox_is_tried_again_and_the_clock_starts_with_success_only(mail):
    made = world.notice()
    mail.answers["abuse@michat.example"] = "451 come back"
    drain()
    made.refresh_from_db()
    assert made.served_at is None
    mail.answers.clear()
    later = AT + HOUR
    drain(later)
    made.refresh_from_db()
    assert made.served_at == later
    states = Delivery.objects.order_by("attempt").values_list("attempt", "state")
    assert list(states) == [(1, "failed"), (2, "accepted")]


def test_a_mail_cut_off_late_is_sent_again_under_the_same_id_and_serves_once(mail):
    made = world.notice()
    mail.is_dropping = True
    drain()
    mail.is_dropping = False
    drain(AT + HOUR)
    copies = mail.to("abuse@michat.example")
    assert [copy["Message-ID"] for copy in copies] == [made.message_id] * 2
    assert list(Delivery.objects.order_by("attempt").values_list("state", flat=True)) == [
        "uncertain",
        "accepted",
    ]
    assert kinds(kind="notice.served", thread=f"notice:{made.pk}") == ["notice.served"]


def test_a_worker_that_died_while_sending_leaves_an_uncertain_attempt(mail):
    made = world.notice()
    abuse = Contact.objects.get(address="abuse@michat.example")
    Delivery.objects.create(
        notice=made, contact=abuse, purpose="notice", step="order", attempt=1, state="trying",
        started_at=AT,
    )  # fmt: skip
    drain(AT + MINUTE)
    assert list(Delivery.objects.order_by("attempt").values_list("state", flat=True)) == [
        "uncertain",
        "accepted",
    ]


def test_a_worker_that_stood_still_and_goes_on_late_doubles_nothing_but_the_copy(mail, monkeypatch):
    made = world.notice()
    payload = OutboxMessage.objects.get(topic="notice.send").payload
    plain = channels.Email.hand_over

    def stands_still(*words, at):
        monkeypatch.setattr(channels.Email, "hand_over", plain)
        notices.hand_over(payload, at=AT + MINUTE)
        return plain(*words, at=at)

    monkeypatch.setattr(channels.Email, "hand_over", stands_still)
    notices.hand_over(payload, at=AT)
    assert len(mail.to("abuse@michat.example")) == 2
    states = Delivery.objects.order_by("attempt").values_list("state", "proof__reply")
    assert [state for state, reply in states if reply] == ["uncertain", "accepted"]
    sent = kinds(thread=f"notice:{made.pk}", kind__in=["notice.sent", "notice.served"])
    assert sorted(sent) == ["notice.sent", "notice.served"]
    made.refresh_from_db()
    assert made.served_at == AT + MINUTE


def test_the_same_message_run_twice_sends_one_mail(mail):
    world.notice()
    payload = OutboxMessage.objects.get(topic="notice.send").payload
    notices.hand_over(payload, at=AT)
    notices.hand_over(payload, at=AT + MINUTE)
    assert len(mail.to("abuse@michat.example")) == 1


def test_a_withdrawn_notice_is_not_sent_any_more(mail):
    made = world.notice()
    notices.withdraw(Case.objects.all(), reason="Wrong account.", actor=world.sri(), at=AT).insist()
    drain()
    assert [m["Message-ID"] for m in mail.to("abuse@michat.example")] != [made.message_id]
    assert not Delivery.objects.filter(notice=made).exists()


def test_the_mail_is_the_frozen_letter_with_the_contacts_own_link(mail):
    made = world.notice()
    drain()
    (copy,) = mail.to("abuse@michat.example")
    text = copy.get_body(("plain",)).get_content()
    assert copy["Subject"] == made.subject
    assert copy["Auto-Submitted"] == "auto-generated"
    assert f"+n{made.reply_key}c" in copy["Reply-To"]
    assert "/en/a/" in text
    assert notices.portal_address(made) not in text
    assert notices.portal_address(made) in made.text
    attached = next(copy.iter_attachments())
    assert attached.get_content() == notices.pdf_of(made)
    assert attached.get_filename() == "B-000001-KOMDIGI-III-2026.pdf"


def test_a_contact_in_the_portal_finds_it_there_and_it_is_not_served_by_lying_there(mail):
    Contact.objects.filter(platform=world.michat()).delete()
    Contact.objects.create(platform=world.michat(), channel="portal", name="Desk", rung=0)
    Contact.objects.filter(channel="email").delete()
    made = world.notice()
    Contact.objects.filter(channel="email").delete()
    drain()
    made.refresh_from_db()
    assert made.served_at is None
    notices.open_in_portal(made, actor=world.rina(), at=AT + HOUR)
    made.refresh_from_db()
    assert (made.served_at, made.acknowledged_at) == (AT + HOUR, AT + HOUR)


def test_a_mail_that_says_that_something_lies_in_the_portal_is_no_service(mail):
    Contact.objects.filter(platform=world.michat()).update(channel="portal")
    world.approved_case()
    (pk,) = notices.gather(AT, is_asked=True).issued
    drain()
    (copy,) = mail.to("abuse@michat.example")
    assert "bunga_77" not in copy.as_string()
    made = Notice.objects.get(pk=pk)
    assert made.served_at is None
    notices.open_in_portal(made, actor=world.rina(), at=AT + HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + HOUR
