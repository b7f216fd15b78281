"""E-mails as they come in, and the answer of our own mail server about who sent them."""

from email.message import EmailMessage

OURS = "mx.komdigi.example"
PASS = f"{OURS}; dmarc=pass header.from=michat.example; dkim=pass header.d=michat.example"


def mail(
    to: str = "takedown@komdigi.example",
    text: str = "Terima kasih.",
    *,
    sender: str = "MiChat Indonesia <abuse@michat.example>",
    vouched: str | None = PASS,
    message_id: str = "<balasan-1@michat.example>",
    subject: str = "Re: Perintah",
    files: tuple[tuple[str, bytes], ...] = (),
    html: str = "",
    **headers: str,
) -> bytes:
    """One message. `vouched` is what our server says of the sender; None: it says nothing."""
    made = EmailMessage()
    if vouched is not None:
        made["Authentication-Results"] = vouched
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = "Tue, 17 Mar 2026 03:30:00 +0000"
    made["Message-ID"] = message_id
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.michat.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Tue, 17 Mar 2026 03:30:00 +0000
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

This is the mail system.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.michat.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--B
Content-Type: text/rfc822-headers

Message-ID: {original}
Subject: Perintah

--B--
"""


def report(
    to: str,
    address: str = "abuse@michat.example",
    *,
    action: str = "failed",
    original: str = "",
    message_id: str = "<report-1@mx.michat.example>",
) -> bytes:
    """A delivery report (RFC 3464) about one address; `original` is the id of what came back."""
    status = {"failed": "5.1.1", "delayed": "4.4.7"}.get(action, "2.0.0")
    return REPORT.format(
        to=to,
        address=address,
        action=action,
        status=status,
        original=original,
        message_id=message_id,
    ).encode()
