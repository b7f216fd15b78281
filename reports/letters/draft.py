"""What a letter is read into. Nothing here is decided yet: a person turns it into a request."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Found:
    """Something recognised in a letter.

    `text` is how it was written, `canonical` how it is handed on: for a target what
    `platforms.locators.identify` takes, for a date ISO 8601, for a reference the number on one
    line. `start` counts characters of the body, `line` its lines from 1; line 0 is the subject.
    `kind` says what it is, `platform` is the platform's short name where the letter names one.
    """

    text: str
    canonical: str
    start: int
    line: int
    kind: str = ""
    platform: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a letter, unchanged; `mime` is what its bytes say, not its name."""

    name: str
    mime: str
    sha256: str
    size: int
    bytes: bytes


@dataclass(frozen=True)
class DraftLetter:
    """A letter as read: every field may be empty, and `flags` says in codes what is missing.

    `received_at` is the Date header (aware) or None; `letter_date` is the date that the letter
    itself bears. `body` is the cleaned text of all readable parts; `unparsed` the lines of it in
    which nothing was recognised. `set_aside` holds addresses that were found and judged not to be
    targets (`kind` is the reason), so that a person can overrule it.
    """

    sender: str
    sender_address: str
    subject: str
    language: str
    country: str
    received_at: datetime | None
    letter_number: str
    letter_date: date | None
    references: tuple[Found, ...]
    dates: tuple[Found, ...]
    targets: tuple[Found, ...]
    articles: tuple[str, ...]
    body: str
    unparsed: str
    flags: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    set_aside: tuple[Found, ...] = ()
