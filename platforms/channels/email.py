"""E-mail through SMTP, one recipient at a time, with the server's own words kept as proof."""

import re
import smtplib
import socket
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from platforms.models import Contact

from .base import Later, Never, Parcel, Receipt

LONGEST_HEADER = 300
ENDS = re.compile(r"\r\n|\r|\n")
# A worker is free again within half a minute, whatever the other side does: to greet us, for the
# whole conversation, and how long one recipient may take before its other letters wait.
CONNECT_SECONDS, TALK_SECONDS, SLOW_SECONDS = 5, 28.0, 5.0


class Email:
    """Text, HTML and attachments; accepted when the server answered the message with 250."""

    name = Contact.Channel.EMAIL.value

    def hand_over(self, parcel: Parcel, contact: Contact, *, at: datetime) -> Receipt:
        message = compose(parcel, contact.address)
        reply = _send(message, contact.address, parcel.return_path or message.from_email)
        return Receipt(
            accepted=True,
            proof={
                "channel": self.name,
                "to": contact.address,
                "message_id": parcel.message_id,
                "purpose": parcel.purpose,
                "reply": reply,
                "at": at.isoformat(),
            },
        )


def compose(parcel: Parcel, address: str) -> EmailMultiAlternatives:
    """The parcel as a MIME message. No header can be smuggled in: they are single clean lines."""
    headers = {"Auto-Submitted": "auto-generated", **parcel.headers}
    if parcel.message_id:
        headers["Message-ID"] = parcel.message_id
    message = EmailMultiAlternatives(
        subject=one_line(parcel.subject),
        body=parcel.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={name: one_line(value) for name, value in headers.items()},
    )
    if parcel.html:
        message.attach_alternative(parcel.html, "text/html")
    for attachment in parcel.attachments:
        message.attach(attachment.name, attachment.content, attachment.mime)
    return message


def one_line(text: str) -> str:
    """`text` without line breaks, control characters and marks that turn the reading direction."""
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    shown = "".join(c for c in visible if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", shown).strip()[:LONGEST_HEADER]


class _Kept(threading.local):
    """The conversation that this thread keeps open, while it keeps any."""

    is_wanted = False
    conversation: EmailBackend | None = None


_kept = _Kept()


@contextmanager
def kept_open() -> Iterator[None]:
    """While this lasts, letters of this thread go through one conversation with our mail server,
    opened by the first of them; it ends with a letter that was not taken, and the next opens one.
    """
    _kept.is_wanted = True
    try:
        yield
    finally:
        _kept.is_wanted = False
        if _kept.conversation:
            _hang_up(_kept.conversation)
        _kept.conversation = None


def _send(message: EmailMultiAlternatives, address: str, return_path: str) -> str:
    connection = _kept.conversation or get_connection(timeout=CONNECT_SECONDS)
    if not isinstance(connection, EmailBackend):
        connection.send_messages([message])
        return "handed to the local mail backend"
    _kept.conversation = None
    try:
        with _failures(address), _cut_off(connection):
            smtp = _opened(connection, address)
            reply = _transmit(smtp, message, address, return_path)
        if _kept.is_wanted:
            _kept.conversation = connection
        return reply
    finally:
        if not _kept.conversation:
            _hang_up(connection)


def _hang_up(connection: EmailBackend) -> None:
    """The answer to the message counts; a clumsy goodbye after it does not undo it."""
    with suppress(smtplib.SMTPException, OSError):
        connection.close()


def _opened(connection: EmailBackend, address: str) -> smtplib.SMTP:
    """The conversation with our own mail server, which may refuse us before any address is named:
    that is ours to mend, whatever the code says. One that was kept is used if it still answers."""
    if connection.connection and not _answers(connection.connection):
        _hang_up(connection)
    try:
        connection.open()
        smtp: smtplib.SMTP = connection.connection  # type: ignore[assignment]  # open by now
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock:
            smtp.sock.settimeout(settings.EMAIL_TIMEOUT)
    except smtplib.SMTPAuthenticationError as trouble:
        raise Later("our own mail server refuses our sign-in", {"channel": Email.name}) from trouble
    except smtplib.SMTPResponseException as refusal:
        reply = _reply(refusal)
        raise Later(reply, _proof(address, reply)) from refusal
    return smtp


def _answers(smtp: smtplib.SMTP) -> bool:
    """Whether a conversation goes on where it was left; nothing has been said of the next letter
    yet, so one that has ended is begun anew without harm."""
    try:
        if smtp.sock:
            smtp.sock.settimeout(CONNECT_SECONDS)
        return smtp.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _transmit(
    smtp: smtplib.SMTP, message: EmailMultiAlternatives, address: str, return_path: str
) -> str:
    """MAIL, RCPT, DATA by hand, because `smtplib.sendmail` throws the server's last answer away."""
    code, words = smtp.mail(return_path)
    if code != 250:
        # The sender is refused: that is ours to mend, whatever the code says.
        raise Later(f"{code} {_plain(words)}", _proof(address, f"{code} {_plain(words)}"))
    began = time.monotonic()
    is_uncertain = False
    try:
        _expect(smtp.rcpt(address))
        # Cut off after the text began: it may have arrived, so it is sent again, under the same id.
        is_uncertain = True
        return _expect(smtp.data(transmitted(message.message())))
    except smtplib.SMTPResponseException:
        raise
    except OSError as cut:
        reason = f"{type(cut).__name__}: {cut}"
        raise Later(
            reason,
            _proof(address, reason),
            is_uncertain=is_uncertain,
            is_silent=time.monotonic() - began > SLOW_SECONDS,
        ) from cut


class _Lines(BytesGenerator):
    """Writes a text at once instead of line by line: a letter's PDF has a thousand of them."""

    _NL: str

    def _write_lines(self, lines: str | None) -> None:
        self.write(ENDS.sub(self._NL, lines or ""))


def transmitted(message: Message) -> bytes:
    """The message as it leaves, byte for byte as the library writes it."""
    written = BytesIO()
    _Lines(written, mangle_from_=False).flatten(message, linesep="\r\n")
    return written.getvalue()


@contextmanager
def _cut_off(connection: EmailBackend) -> Iterator[None]:
    """Ends the conversation after a while, also with a server that says a little now and then:
    every single answer may take `EMAIL_TIMEOUT`, all of them together may not."""

    def cut() -> None:
        smtp = connection.connection
        if smtp and smtp.sock:
            with suppress(OSError):
                smtp.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(TALK_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _expect(answer: tuple[int, bytes]) -> str:
    code, words = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, words)
    return f"{code} {_plain(words)}"


@contextmanager
def _failures(address: str) -> Iterator[None]:
    """Turns what SMTP and the network raise into `Later` and `Never`."""
    try:
        yield
    except smtplib.SMTPResponseException as refusal:
        reply = _reply(refusal)
        kind = Never if 500 <= refusal.smtp_code < 600 else Later
        raise kind(reply, _proof(address, reply)) from refusal
    except (smtplib.SMTPException, OSError) as trouble:
        reason = f"{type(trouble).__name__}: {trouble}"
        raise Later(reason, _proof(address, reason)) from trouble


def _reply(refusal: smtplib.SMTPResponseException) -> str:
    return f"{refusal.smtp_code} {_plain(refusal.smtp_error)}"


def _plain(words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return one_line(text)


def _proof(address: str, reply: str) -> dict[str, object]:
    return {"channel": Email.name, "to": address, "reply": reply}
