"""What kind of mail it is, who wrote it, and whether our own server vouches for them."""

import pytest

from platforms import replies
from platforms.replies import Kind
from tests import incoming
from tests.incoming import OURS

SENDER = "abuse@michat.example"


@pytest.fixture(autouse=True)
def our_server(settings):
    settings.MAIL_AUTHSERV_ID = OURS


def vouched(said, sender=SENDER):
    return replies.read(incoming.mail(sender=sender, vouched=said)).is_vouched


@pytest.mark.parametrize(
    "said",
    [
        f"{OURS}; dmarc=pass header.from=michat.example",
        f"{OURS} 1; spf=fail smtp.mailfrom=x.y; dmarc=pass (p=none) header.from=MiChat.example",
        f"{OURS.upper()}; dmarc = pass header.from = michat.example",
        f"{OURS}; dmarc=none; dkim=fail header.d=x.example; dkim=pass header.d=michat.example",
        f"{OURS}; dkim=pass header.d=michat.example",
    ],
)
def test_our_server_vouches(said):
    assert vouched(said)


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        f"{OURS}; none",
        f"{OURS}; dmarc=fail header.from=michat.example",
        f"{OURS}; dmarc=fail header.from=michat.example; dkim=pass header.d=michat.example",
        f"{OURS}; dmarc=pass header.from=evil.example",
        f"{OURS}; dmarc=pass",
        f"{OURS}; spf=pass smtp.mailfrom=michat.example",
        f"{OURS}; dkim=pass header.d=evil.example",
        f"{OURS}; dkim=pass header.d=michat.example.evil.example",
        f"{OURS}; dmarc=passed header.from=michat.example",
        f"{OURS}; x=y (dmarc=pass header.from=michat.example)",
        f'{OURS}; spf=fail smtp.mailfrom="x; dmarc=pass header.from=michat.example"@evil.example',
        f'{OURS}; spf=fail smtp.mailfrom="x\\"; dmarc=pass header.from=michat.example',
        "mx.evil.example; dmarc=pass header.from=michat.example",
        f"{OURS}.evil.example; dmarc=pass header.from=michat.example",
        f"(c) evil.example {OURS}; dmarc=pass header.from=michat.example",
    ],
)
def test_nobody_else_vouches(said):
    assert not vouched(said)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("", "x=3B_dmarc=3Dpass_header.from=3Dmichat.example_"),
        ("dmarc=none; dkim=none; ", "x=3B_dkim=3Dpass_header.d=3Dmichat.example_"),
    ],
)
def test_what_a_sender_hides_in_an_encoded_word_vouches_for_nobody(before, said):
    """Our server writes down the address that a sender gave, as it was given."""
    header = (
        f"Authentication-Results: {OURS}; {before}spf=fail smtp.mailfrom==?utf-8?q?{said}?=@evil"
    )
    assert not replies.read(f"{header}\r\n".encode() + incoming.mail(vouched=None)).is_vouched


def test_where_two_headers_tell_of_the_same_method_neither_counts():
    genuine = f"Authentication-Results: {OURS}; dmarc=fail header.from=michat.example\r\n"
    forged = incoming.mail(vouched=incoming.PASS)
    assert replies.read(forged).is_vouched
    assert not replies.read(genuine.encode() + forged).is_vouched


def test_without_a_name_of_our_server_nobody_vouches(settings):
    settings.MAIL_AUTHSERV_ID = ""
    assert not vouched(incoming.PASS)
    assert not vouched("; dmarc=pass header.from=michat.example")


@pytest.mark.parametrize(
    "sender",
    [
        "abuse@michat.example, evil@evil.example",
        '"abuse@michat.example" <evil@evil.example>',
        "abuse@michat.example <evil@evil.example>",
        "tidak ada",
        "abuse@michat.example\x00@evil.example",
    ],
)
def test_whoever_is_not_one_clear_author_is_nobody(sender):
    raw = incoming.mail(sender="SENDER@x.example").replace(b"SENDER@x.example", sender.encode())
    found = replies.read(raw)
    assert found.sender != SENDER
    assert not found.is_vouched


def test_two_senders_in_two_headers_are_nobody():
    raw = b"From: evil@evil.example\r\n" + incoming.mail()
    assert replies.read(raw).sender == ""


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<a.b.example>"},
        {"subject": "Automatic reply: Perintah"},
        {"subject": "Out of office: Perintah"},
        {"subject": "Balasan otomatis: Perintah"},
        {"subject": "=?utf-8?q?Di_luar_kantor?="},
    ],
    ids=str,
)
def test_what_a_machine_wrote_is_known(header):
    assert replies.read(incoming.mail(**header)).kind == Kind.AUTOMATIC


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Auto_Submitted": "no"},
        {"subject": "Re: kami tidak setuju"},
        {"Return_Path": "<a@b.c>"},
    ],
    ids=str,
)
def test_what_a_person_wrote_is_known(header):
    assert replies.read(incoming.mail(**header)).kind == Kind.REPLY


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", Kind.BOUNCE), ("delayed", Kind.DELAY), ("delivered", Kind.AUTOMATIC)],
)
def test_reports_of_delivery_are_told_apart(action, kind):
    found = replies.read(incoming.report("x@y.example", action=action, original="<a@b>"))
    assert found.kind == kind
    assert found.failed == (() if kind == Kind.AUTOMATIC else (SENDER,))
    assert "<a@b>" in found.refers_to


def test_a_bounce_of_a_server_that_keeps_to_nothing_is_known():
    raw = b"""From: MAILER-DAEMON@old.example
To: takedown@komdigi.example
Subject: failure notice

Hi. This is the qmail-send program at old.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<abuse@michat.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <a@b>
"""
    found = replies.read(raw)
    assert (found.kind, found.failed) == (Kind.BOUNCE, (SENDER,))


def test_the_messages_that_one_answers_are_found():
    raw = incoming.mail(In_Reply_To="<a@b>", References="<c@d> <e@f>")
    assert replies.read(raw).refers_to == ("<a@b>", "<c@d>", "<e@f>")


def test_all_to_whom_a_message_went_are_found():
    raw = incoming.mail(
        "A <A@x.example>, b@x.example", Cc="c@x.example", Delivered_To="d@x.example"
    )
    assert replies.read(raw).recipients == tuple(f"{name}@x.example" for name in "abcd")


HOSTILE = [
    b"\x00\xff\xfe",
    b'From: a@b\nContent-Type: multipart/mixed; boundary=""\n\n--\n',
    b"From: =?utf-8?b?/////?= <a@b.c>\nSubject: =?x-nothing?q?a?=\n\n",
    b"From: a@b.c\nContent-Type: text/plain; charset=\xff\n\n\xff",
    b"From: " + b"(" * 5_000 + b"\n\n",
    b"From: " + b'"' * 5_001 + b" <a@b.c>\n\n",
    b"References: " + b"<a@b> " * 20_000 + b"\n\n",
    b"To: " + b"a@b.c," * 20_000 + b"\n\n",
    b"\n".join(b"Authentication-Results: x; dmarc=pass" for _ in range(5_000)) + b"\n\n",
    b"Content-Type: multipart/report; boundary=B\n\n"
    + b"--B\nContent-Type: message/rfc822\n\n" * 300,
    b"From: a@b.c\nContent-Type: multipart/mixed; boundary*0*=utf-8''%FF; boundary*1=\n\n--",
    b"From: a@b.c\r\nSubject: a\r\n Bcc: evil@evil.example\r\n\r\n",
    b"From: a@b.c\nContent-Transfer-Encoding: base64\n\n%%%%",
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_mail_is_looked_at_and_is_nobody_s_word(raw):
    found = replies.read(raw)
    assert not found.is_vouched
    assert len(found.recipients) <= 50
    assert len(found.refers_to) <= 60
