"""Handing a parcel over by e-mail: what counts as accepted, what is tried again, what is not."""

import smtplib
import threading
from dataclasses import replace

import pytest

from platforms import channels
from platforms.channels.email import compose, one_line, transmitted
from platforms.models import Contact
from tests.world import AT

ABUSE = Contact(channel="email", name="Abuse desk", address="abuse@michat.example")
PARCEL = channels.Parcel(
    subject="Takedown order B-000001",
    text="hxxps://michat[.]example/u/1",
    html="<p>hxxps://michat[.]example/u/1</p>",
    attachments=(channels.Attachment("B-000001.pdf", b"%PDF-1.7 not really"),),
    message_id="<one@portal.example>",
    headers={"Reply-To": "takedown+n1@portal.example"},
)


def hand_over(parcel=PARCEL, contact=ABUSE):
    return channels.of("email").hand_over(parcel, contact, at=AT)


def test_an_address_refused_for_good_is_never_tried_again(mail):
    mail.answers["abuse@michat.example"] = "550 5.1.1 no such user"
    with pytest.raises(channels.Never, match="no such user") as refusal:
        hand_over()
    assert refusal.value.proof["reply"] == "550 5.1.1 no such user"
    assert refusal.value.proof["to"] == "abuse@michat.example"


def test_a_busy_server_is_tried_again(mail):
    mail.answers["abuse@michat.example"] = "451 4.7.1 greylisted, come back"
    with pytest.raises(channels.Later, match="greylisted") as delay:
        hand_over()
    assert not delay.value.is_uncertain


def test_a_refused_sender_is_ours_to_mend_and_no_fault_of_the_contact(mail):
    mail.mail_answer = "550 5.7.1 sender not welcome"
    with pytest.raises(channels.Later, match="sender not welcome"):
        hand_over()


@pytest.mark.parametrize("steps", [["connect"], ["ehlo", "helo"]])
def test_a_mail_server_that_refuses_us_before_any_address_is_no_fault_of_the_contact(
    mail, monkeypatch, steps
):
    for step in steps:
        monkeypatch.setattr(smtplib.SMTP, step, lambda *args: (554, b"no service here"))
    with pytest.raises(channels.Later, match="554 no service here") as delay:
        hand_over()
    assert not delay.value.is_uncertain


def test_a_text_refused_for_good_is_never_tried_again(mail):
    mail.data_answer = "554 5.6.0 we do not want this"
    with pytest.raises(channels.Never, match="do not want this"):
        hand_over()


def test_a_connection_cut_after_the_text_is_uncertain_and_tried_again(mail):
    mail.is_dropping = True
    with pytest.raises(channels.Later) as cut:
        hand_over()
    assert cut.value.is_uncertain
    mail.is_dropping = False
    hand_over()
    assert [m["Message-ID"] for m in mail.to("abuse@michat.example")] == [
        "<one@portal.example>"
    ] * 2


def test_a_server_that_is_away_is_tried_again(mail, settings):
    settings.EMAIL_PORT = 1
    with pytest.raises(channels.Later) as trouble:
        hand_over()
    assert not trouble.value.is_uncertain


def test_a_clumsy_goodbye_after_acceptance_changes_nothing(mail, monkeypatch):
    def rude(self):
        raise smtplib.SMTPException("no goodbye")

    monkeypatch.setattr(smtplib.SMTP, "quit", rude)
    assert hand_over().accepted


def test_a_channel_that_the_portal_cannot_use_says_so():
    with pytest.raises(channels.Never, match="carrier-pigeon"):
        channels.of("carrier-pigeon")


@pytest.mark.parametrize(
    "trick",
    ["Order\r\nBcc: thief@evil.example", "Order\nX: y", "a\x00b", "safe\u202egnp.exe", "a\u2028b"],
)
def test_no_header_can_be_smuggled_into_a_mail(mail, trick):
    parcel = channels.Parcel(subject=trick, text="t", headers={"Reply-To": "a@b.example"})
    assert hand_over(parcel).accepted
    message = mail.to("abuse@michat.example")[0]
    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["Subject"] == one_line(trick)
    assert not set("\r\n\x00\u202e\u2028") & set(message["Subject"])


def test_an_accepted_mail_carries_text_html_and_pdf_under_one_message_id(mail):
    receipt = hand_over()
    assert receipt.accepted
    assert receipt.proof["reply"].startswith("250 OK queued as")
    message = mail.to("abuse@michat.example")[0]
    assert message["Message-ID"] == "<one@portal.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "takedown+n1@portal.example"
    assert not [name for name in message.keys() if name.lower().startswith("list-")]  # noqa: SIM118
    assert message.get_body(("plain",)).get_content().strip() == PARCEL.text
    assert "hxxps://michat[.]example/u/1" in message.get_body(("html",)).get_content()
    attachment = next(message.iter_attachments())
    assert attachment.get_content() == b"%PDF-1.7 not really"
    assert attachment.get_filename() == "B-000001.pdf"


def test_a_mail_is_transmitted_byte_for_byte_as_the_library_writes_it():
    odd = channels.Attachment("odd.txt", "satu\rdua\r\ntiga\n\nempat é".encode(), "text/plain")
    pdf = channels.Attachment("order.pdf", bytes(range(256)) * 300)
    parcel = replace(PARCEL, text="é\nFrom here\n.\n", attachments=(pdf, odd, *PARCEL.attachments))
    message = compose(parcel, ABUSE.address).message()
    assert transmitted(message) == message.as_bytes(linesep="\r\n")


def test_the_portal_holds_a_parcel_until_somebody_opens_it():
    receipt = channels.of("portal").hand_over(PARCEL, Contact(channel="portal"), at=AT)
    assert not receipt.accepted


def test_a_mail_without_html_is_plain():
    message = compose(channels.Parcel(subject="s", text="t"), "abuse@michat.example").message()
    assert message.get_content_type() == "text/plain"
    assert message["Message-ID"]


def test_two_threads_do_not_mix_up_their_receipts(mail):
    contacts = [Contact(channel="email", address=f"c{n}@michat.example") for n in range(4)]
    proofs = {}
    threads = [
        threading.Thread(target=lambda c=c: proofs.update({c.address: hand_over(contact=c).proof}))
        for c in contacts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {address: proof["to"] for address, proof in proofs.items()} == {
        c.address: c.address for c in contacts
    }
