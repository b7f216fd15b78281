"""A file or e-mail taken apart: headers, readable text, attachments, letters inside letters."""

import email
import email.header
import email.utils
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message

from moderation_portal import mail_source

from . import html_text, pdf_text
from .cleaning import clean, decode
from .draft import Attachment

MAX_DEPTH = 5
MAX_PARTS = 200
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t\r\n]", re.MULTILINE)
_MAIL_HEADERS = frozenset(
    b"from to cc subject date received mime-version message-id return-path delivered-to reply-to "
    b"content-type x-mailer dkim-signature sender".split()
)
_MACHINE_HEADERS = frozenset(
    b"mime-version message-id received return-path dkim-signature content-type".split()
)
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/vnd.ms-office"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"MZ", "application/x-msdownload"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
)
_BY_NAME = {
    "pdf": "application/pdf",
    "eml": "message/rfc822",
    "htm": "text/html",
    "html": "text/html",
}


@dataclass
class Mail:
    """One message. `texts` are (name of the part, its cleaned text); the first is the message."""

    sender: str = ""
    address: str = ""
    subject: str = ""
    received_at: datetime | None = None
    texts: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    inner: list["Mail"] = field(default_factory=list)
    patience: pdf_text.Patience = field(default_factory=pdf_text.Patience)

    def flag(self, code: str) -> None:
        if code not in self.flags:
            self.flags.append(code)


def take_apart(raw: bytes, filename: str = "") -> Mail:
    """Open any file as a letter. What it is, its bytes decide; a name that lies is flagged."""
    mail = Mail()
    if not raw.strip():
        mail.flag("empty")
        return mail
    mime = sniff(raw)
    expected = _BY_NAME.get(filename.rpartition(".")[2].lower())
    if expected and expected != mime and not (expected == "text/html" and mime == "text/plain"):
        mail.flag("not_what_it_says")
    if mime == "message/rfc822":
        _message(_parse(raw, mail), mail, 0)
    else:
        _file(raw, filename, mime, mail, 0)
    return mail


def sniff(raw: bytes) -> str:
    """The kind of file by its first bytes."""
    for magic, mime in _MAGIC:
        if raw.lstrip()[:1100].startswith(magic) or (magic == b"%PDF-" and magic in raw[:1024]):
            return mime
    head = raw[:8000].lstrip(b"\xef\xbb\xbf\r\n ")
    block = re.split(rb"\r?\n\r?\n|\r\r", head, maxsplit=1)[0]
    names = {name.lower() for name in _HEADER.findall(block + b"\n")}
    if _HEADER.match(block) and len(names & _MAIL_HEADERS) >= 2 and _is_mail(names, block):
        return "message/rfc822"
    sample = raw[:4000]
    if html_text.looks_html(sample.decode("latin-1")):
        return "text/html"
    odd = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    if odd * 10 > len(sample) and sample.count(0) * 4 < len(sample):
        return "application/octet-stream"
    return "text/plain"


def _is_mail(names: set[bytes], block: bytes) -> bool:
    """Headers, and not a letter that opens with "To:", "Date:" and "Subject:"."""
    if names & _MACHINE_HEADERS:
        return True
    return b"from" in names and bool(
        re.search(rb"^from:[^\n]*@", block, re.IGNORECASE | re.MULTILINE)
    )


def _parse(raw: bytes, mail: Mail) -> Message:
    try:
        return mail_source.parse(raw.lstrip(b"\xef\xbb\xbf\r\n "))
    except (RecursionError, ValueError, LookupError, AssertionError, AttributeError, IndexError):
        mail.flag("malformed")
        plain = Message()
        plain.set_payload(raw.decode("latin-1"))
        return plain


def _message(message: Message, mail: Mail, depth: int) -> None:
    mail.sender, mail.address = _from(message)
    mail.subject = _header(message, "Subject")
    mail.received_at = _date(message, mail)
    for part in _leaves(message, mail, depth):
        raw = _payload(part)
        name, mime = clean(_filename(part)).strip(), part.get_content_type()
        is_file = bool(name) or part.get_content_disposition() == "attachment"
        if is_file or not mime.startswith("text/"):
            _file(raw, name, _true_mime(raw, mime, mail), mail, depth)
        else:
            _add_text(raw, part.get_content_charset(), mime, "", mail)


def _leaves(message: Message, mail: Mail, depth: int) -> list[Message]:
    """The parts to read; of several renderings of one text, one. Messages inside go to `inner`."""
    pending: list[Message] = [message]
    leaves: list[Message] = []
    while pending and len(leaves) < MAX_PARTS:
        part = pending.pop(0)
        children = _children(part)
        if part.get_content_type() in ("message/rfc822", "message/global") and children:
            if depth >= MAX_DEPTH:
                mail.flag("too_deep")
                continue
            inner = Mail(patience=mail.patience)
            _message(children[0], inner, depth + 1)
            mail.inner.append(inner)
        elif part.get_content_type() == "multipart/alternative" and children:
            pending[:0] = [_best_rendering(children)]
        elif children:
            pending[:0] = children
        elif not part.is_multipart():
            leaves.append(part)
    if pending:
        mail.flag("too_many_parts")
    return leaves


def _children(part: Message) -> list[Message]:
    held = part.get_payload() if part.is_multipart() else []
    return [one for one in held if isinstance(one, Message)]


def _best_rendering(children: list[Message]) -> Message:
    """The plain text, unless it is a stub beside the HTML."""
    plain = next((c for c in children if c.get_content_type() == "text/plain"), None)
    others = [c for c in children if c is not plain]
    if plain is None:
        return others[-1]
    if not others:
        return plain
    page = next((c for c in others if c.get_content_type() == "text/html"), None)
    if page is None:
        return plain if _payload(plain).strip() else others[-1]
    shown = html_text.to_text(_payload(page).decode("latin-1"))
    return page if len(_payload(plain).strip()) * 4 < len(shown) else plain


def _file(raw: bytes, name: str, mime: str, mail: Mail, depth: int) -> None:
    if name or mime not in ("text/plain", "text/html"):
        digest = hashlib.sha256(raw).hexdigest()
        mail.attachments.append(Attachment(name, mime, digest, len(raw), raw))
    if mime == "message/rfc822" and depth >= MAX_DEPTH:
        mail.flag("too_deep")
    elif mime == "message/rfc822":
        inner = Mail(patience=mail.patience)
        _message(_parse(raw, inner), inner, depth + 1)
        mail.inner.append(inner)
    elif mime.startswith("text/"):
        _add_text(raw, None, mime, name, mail)
    elif mime == "application/pdf" and (text := pdf_text.to_text(raw, mail.patience)):
        mail.texts.append((name or "pdf", clean(text)))
    else:
        mail.flag("attachment_unread")


def _true_mime(raw: bytes, declared: str, mail: Mail) -> str:
    """What an attachment is; plain text keeps what it was declared to be."""
    found = sniff(raw)
    if found in ("text/plain", "application/octet-stream"):
        is_binary_claim = declared.split("/")[0] in ("image", "audio", "video")
        if is_binary_claim or declared in ("application/pdf", "application/pkcs7-signature"):
            mail.flag("not_what_it_says") if declared == "application/pdf" else None
            return "application/octet-stream"
        return found
    is_office = found == "application/zip" and declared.startswith("application/")
    return declared if is_office else found


def _add_text(raw: bytes, charset: str | None, mime: str, name: str, mail: Mail) -> None:
    text, was_guessed = decode(raw, charset)
    if was_guessed:
        mail.flag("encoding_guessed")
    if mime == "text/html" or (mime != "text/plain" and html_text.looks_html(text)):
        text = html_text.to_text(text)
    text = clean(text).strip("\n")
    if text.strip():
        mail.texts.append((name, text))


def _payload(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return str(part.get_payload()).encode("utf-8", "surrogateescape")
    return found if isinstance(found, bytes) else b""


def _header(message: Message, name: str) -> str:
    """A header's words on one line, RFC 2047 decoded; raw 8-bit headers are guessed."""
    value = next(
        (str(v)[:10_000] for k, v in message.raw_items() if k.lower() == name.lower()), None
    )
    if value is None:
        return ""
    value = decode(value.encode("utf-8", "surrogateescape"), None)[0]
    try:
        chunks = email.header.decode_header(value)
    except (email.errors.HeaderParseError, ValueError):
        chunks = [(value, None)]
    words = [_header_words(chunk, charset) for chunk, charset in chunks]
    return " ".join(clean("".join(words)).split())


def _header_words(chunk: str | bytes, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    if charset is None:  # what stood plain between encoded words
        return chunk.decode("raw-unicode-escape")
    return decode(chunk, None if charset == "unknown-8bit" else charset)[0]


def _from(message: Message) -> tuple[str, str]:
    """Name and address of the sender, also where the name is not quoted as it should be."""
    value = _header(message, "From") or _header(message, "Sender")
    found = _ADDRESS.findall(value)
    if not found:
        return value.strip(' "'), ""
    address = found[-1].lower()
    name = value[: value.rfind(found[-1])].rstrip(" <(").replace('"', "").strip(" ,'")
    return name, address


def _date(message: Message, mail: Mail) -> datetime | None:
    value = _header(message, "Date")
    if not value:
        return None
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        mail.flag("date_header_unreadable")
        return None


def _filename(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if "=?" in name:
        with suppress(email.errors.HeaderParseError, ValueError, LookupError):
            name = str(email.header.make_header(email.header.decode_header(name)))
    return (
        name.encode("utf-8", "replace").decode("utf-8").replace("\\", "/").rpartition("/")[2][:255]
    )
