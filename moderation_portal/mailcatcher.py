"""The demo's post office: takes every mail that the portal sends, delivers none, shows all.

`python -m moderation_portal.mailcatcher --folder FOLDER --smtp-port N --page-port N` listens on
the loopback address only. Each message is one numbered .eml file in the folder, as it was sent. It
needs no Django, so that it works while the portal does not.
"""

import argparse
import email
import email.policy
import itertools
import re
import signal
import socket
import sys
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
LARGEST_BYTES = 40 * 1024 * 1024
PAGE_SIZE = 100
SHOWN_HEADERS = {
    "From": "From",
    "To": "To",
    "X-Envelope-To": "Delivered to",
    "Reply-To": "Reply to",
    "Date": "Date",
    "Message-ID": "Message id",
}
STYLE = Path(__file__).with_suffix(".css")
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# A link in a message opens a page of its own: the portal's pages show in nobody's frame.
FRAME_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    f"sandbox {FRAME_SANDBOX}; frame-ancestors 'self'"
)
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


class Mailbox:
    """The folder of messages, numbered from 1 in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = Lock()
        self._numbers = itertools.count(max(self.numbers(), default=0) + 1)

    def numbers(self) -> list[int]:
        """Numbers of all messages, newest first."""
        names = (path.stem for path in self.folder.glob("*.eml"))
        return sorted((int(name) for name in names if name.isdecimal()), reverse=True)

    def path(self, number: int) -> Path:
        return self.folder / f"{number:06}.eml"

    def keep(self, content: bytes) -> int:
        """Stores one message whole or not at all; returns its number."""
        with self._lock:
            number = next(self._numbers)
        unfinished = self.path(number).with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.rename(self.path(number))
        return number

    def headers(self, number: int) -> EmailMessage:
        with self.path(number).open("rb") as file:
            return BytesHeaderParser(policy=email.policy.default).parse(file)

    def message(self, number: int) -> EmailMessage:
        content = self.path(number).read_bytes()
        return email.message_from_bytes(content, policy=email.policy.default)


class Catcher:
    """What the SMTP server does with a message: keep it, with the envelope's recipients on top."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogateescape")
        recipients = ", ".join(envelope.rcpt_tos)
        number = self.mailbox.keep(f"X-Envelope-To: {recipients}\r\n".encode() + content)
        return f"250 Kept as message {number}"


def header(message: EmailMessage, name: str) -> str:
    """A header as text, empty when absent; a malformed one is shown rather than refused."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, IndexError, AttributeError):
        return "(unreadable)"


def part_text(part: EmailMessage) -> str:
    """The text of a part, whatever its declared encoding."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return str(part.get_payload())
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def body(message: EmailMessage, kind: str) -> str | None:
    """The text or HTML body; None when there is none."""
    for part in message.walk():
        is_file = part.get_content_disposition() == "attachment"
        if part.get_content_type() == f"text/{kind}" and not is_file:
            return part_text(part)
    return None


def attachments(message: EmailMessage) -> list[EmailMessage]:
    """Every part that carries a file."""
    return [part for part in message.walk() if not part.is_multipart() and part.get_filename()]


def file_bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def with_links(text: str) -> str:
    """Escaped text in which web addresses can be clicked."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        address = escape(found[0])
        pieces += [escape(text[end : found.start()])]
        pieces += [f'<a href="{address}" target="_blank" rel="noreferrer noopener">{address}</a>']
        end = found.end()
    return "".join(pieces) + escape(text[end:])


def framed(html: str) -> str:
    """The HTML of a message for its frame, whose links open outside of it."""
    base = '<base target="_blank">'
    found = HEAD.search(html)
    return f"{html[: found.end()]}{base}{html[found.end() :]}" if found else base + html


def frame(title: str, content: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head>'
        f'<body><header><a href="/">Outgoing mail</a><span>Nothing leaves this machine</span>'
        f"</header><main>{content}</main></body></html>"
    )


def list_page(mailbox: Mailbox, before: int | None) -> str:
    """The messages, newest first, a hundred to a page."""
    numbers = [number for number in mailbox.numbers() if before is None or number < before]
    shown, rest = numbers[:PAGE_SIZE], numbers[PAGE_SIZE:]
    if not shown:
        return frame("Outgoing mail", "<h1>Outgoing mail</h1><p>No mail has been sent yet.</p>")
    rows = "".join(_row(number, mailbox.headers(number)) for number in shown)
    older = f'<p><a href="/?before={shown[-1]}">Older messages</a></p>' if rest else ""
    head = '<tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Sent</th></tr>'
    return frame(
        "Outgoing mail",
        '<h1>Outgoing mail</h1><p><a href="/">Look again</a></p>'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>{older}",
    )


def _row(number: int, message: EmailMessage) -> str:
    subject = header(message, "Subject") or "(no subject)"
    recipient = header(message, "X-Envelope-To") or header(message, "To")
    return (
        f'<tr><td><a href="/message/{number}"><bdi>{escape(subject)}</bdi></a></td>'
        f"<td><bdi>{escape(recipient)}</bdi></td><td>{escape(header(message, 'Date'))}</td></tr>"
    )


def message_page(number: int, message: EmailMessage) -> str:
    """One message: its headers, text, HTML in a closed frame, files and source."""
    subject = header(message, "Subject") or "(no subject)"
    facts = "".join(
        f"<dt>{label}</dt><dd><bdi>{escape(value)}</bdi></dd>"
        for name, label in SHOWN_HEADERS.items()
        if (value := header(message, name))
    )
    files = "".join(
        f'<li><a href="/message/{number}/file/{place}"><bdi>{escape(part.get_filename() or "")}'
        f"</bdi></a> ({part.get_content_type()}, {len(file_bytes(part)):,} bytes)</li>"
        for place, part in enumerate(attachments(message))
    )
    text, html = body(message, "plain"), body(message, "html")
    content = f"<h1><bdi>{escape(subject)}</bdi></h1><dl>{facts}</dl>"
    content += f"<h2>Files</h2><ul>{files}</ul>" if files else ""
    if html is not None:
        content += (
            f'<iframe sandbox="{FRAME_SANDBOX}" title="The message" '
            f'src="/message/{number}/html"></iframe>'
        )
    if text is not None:
        is_open = "" if html is not None else " open"
        content += (
            f"<details{is_open}><summary>As text</summary><pre>{with_links(text)}</pre></details>"
        )
    return frame(subject, f'{content}<p><a href="/message/{number}/raw">Source</a></p>')


class Page(BaseHTTPRequestHandler):
    """The pages over one mailbox; reads only."""

    mailbox: Mailbox
    server_version = "mail"
    sys_version = ""

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host not in LOCAL_NAMES:
            self.send_error(HTTPStatus.FORBIDDEN, "Open this page as localhost")
            return
        address = urllib.parse.urlsplit(self.path)
        try:
            self._answer(address.path.strip("/").split("/"), urllib.parse.parse_qs(address.query))
        except (FileNotFoundError, ValueError, IndexError):
            self.send_error(HTTPStatus.NOT_FOUND, "There is no such message")

    def _answer(self, words: list[str], query: dict[str, list[str]]) -> None:
        match words:
            case [""]:
                before = int(query["before"][0]) if "before" in query else None
                self._send(list_page(self.mailbox, before))
            case ["style.css"]:
                self._send(STYLE.read_text(encoding="utf-8"), "text/css; charset=utf-8")
            case ["message", number]:
                self._send(message_page(int(number), self.mailbox.message(int(number))))
            case ["message", number, "html"]:
                html = body(self.mailbox.message(int(number)), "html") or ""
                self._send(framed(html), policy=FRAME_POLICY)
            case ["message", number, "raw"]:
                source = self.mailbox.path(int(number)).read_bytes()
                self._send(source, "text/plain; charset=utf-8")
            case ["message", number, "file", place]:
                self._send_file(attachments(self.mailbox.message(int(number)))[int(place)])
            case _:
                raise FileNotFoundError(self.path)

    def _send_file(self, part: EmailMessage) -> None:
        name = urllib.parse.quote(part.get_filename() or "file", safe="")
        self._send(
            file_bytes(part),
            "application/octet-stream",
            disposition=f"attachment; filename*=UTF-8''{name}",
        )

    def _send(
        self,
        content: str | bytes,
        kind: str = "text/html; charset=utf-8",
        *,
        policy: str = PAGE_POLICY,
        disposition: str = "",
    ) -> None:
        sent = content.encode("utf-8", "replace") if isinstance(content, str) else content
        self.send_response(HTTPStatus.OK)
        fields = {
            "Content-Type": kind,
            "Content-Length": str(len(sent)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Content-Disposition": disposition,
        }
        for name, value in fields.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(sent)

    def log_message(self, format: str, *words: object) -> None:
        """Pages read are not worth a line."""


def _any_port() -> int:
    """A free port; aiosmtpd cannot be asked to choose one."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def catching(mailbox: Mailbox, smtp_port: int, page_port: int) -> Iterator[tuple[int, int]]:
    """Runs both servers while the block lasts; yields their ports (0 chooses a free one)."""
    smtp_port = smtp_port or _any_port()
    controller = Controller(
        Catcher(mailbox), hostname=LOOPBACK, port=smtp_port, data_size_limit=LARGEST_BYTES
    )
    page = type("MailboxPage", (Page,), {"mailbox": mailbox})
    with ThreadingHTTPServer((LOOPBACK, page_port), page) as pages:
        controller.start()
        thread = Thread(target=pages.serve_forever, args=(0.1,))
        thread.start()
        try:
            yield smtp_port, int(pages.server_address[1])
        finally:
            pages.shutdown()
            thread.join()
            controller.stop()


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="mailcatcher", description="Catch and show mail.")
    parser.add_argument("--folder", type=Path, required=True, help="where messages are kept")
    parser.add_argument("--smtp-port", type=int, default=8002)
    parser.add_argument("--page-port", type=int, default=8001)
    options = parser.parse_args(list(words))
    leave = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave.set())
    with catching(Mailbox(options.folder), options.smtp_port, options.page_port) as (smtp, shown):
        print(f"Mail to {LOOPBACK}:{smtp} shows on http://localhost:{shown}", flush=True)
        leave.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
