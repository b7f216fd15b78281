"""The readable part of a message: what its author wrote, what they quote, the files that came.

The reading itself is that of letters (`reports.letters.mail`), which takes hostile mail. It is done
once, by a worker; pages show what is kept of it, encrypted like the message.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from moderation_portal import vault
from moderation_portal.storable import storable
from platforms import replies
from platforms.models import InboundMail
from reports.letters import Attachment
from reports.letters.layout import Zone, lines_of
from reports.letters.mail import Mail, take_apart

from ..models import Reply

NAME = "message.eml"
LONGEST = 100_000
MOST_FILES = 50
QUOTED = frozenset({Zone.QUOTED, Zone.ATTRIBUTION})
SIGNATURE = ("--", "-- ")


@dataclass(frozen=True)
class File:
    """A file in a message: its name there, what its bytes are, how many, and their hash."""

    name: str
    mime: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """What a page shows of a message. `problems` are sentences about answers that could not be
    taken, by the language in which they are written; `taken` of how many accounts an answer was;
    `said` stands for all that it says."""

    own: str = ""
    quoted: str = ""
    files: tuple[File, ...] = ()
    said: str = ""
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    taken: int = 0

    def problems_in(self, language: str) -> Sequence[str]:
        """The sentences in the language of whoever reads them."""
        return self.problems.get(language, ())

    def sealed(self) -> bytes:
        """As it is kept."""
        return vault.encrypt(json.dumps(asdict(self)))


@dataclass(frozen=True)
class Opened:
    """A message taken apart: what is kept of it, its files with their bytes, and all text in it."""

    content: Content
    files: tuple[Attachment, ...]
    text: str


def open_up(raw: bytes) -> Opened:
    """Takes a message apart. Never raises for bad content."""
    mail = take_apart(raw, NAME)
    written = [_parted(text) for text in _first(text for name, text in mail.texts if not name)]
    own = [line for lines, _rest in written for line in lines]
    quoted = [line for _lines, rest in written for line in rest]
    inner = [text for one in mail.inner for text in _texts(one)]
    files = tuple(mail.attachments[:MOST_FILES])
    said = hashlib.sha256("\n".join(line for line in own if line.strip()).encode())
    for one in files:
        said.update(one.sha256.encode())
    content = Content(
        own=_text(own),
        quoted=_text([*quoted, *inner]),
        files=tuple(File(storable(f.name), f.mime, f.size, f.sha256) for f in files),
        said=said.hexdigest(),
    )
    return Opened(content, files, "\n".join([mail.subject, *_texts(mail)]))


def content_of(reply: Reply) -> Content:
    """What was kept of the reading; nothing where a message could not be read."""
    kept = vault.decrypt(bytes(reply.content))
    if not kept:
        return Content()
    told = json.loads(kept)
    files = tuple(File(**one) for one in told.pop("files"))
    return replace(Content(**told), files=files)


def file_of(mail: InboundMail, place: int) -> Attachment | None:
    """One of the files of a message, with its bytes; None where there is no such."""
    files = open_up(replies.source(mail)).files
    return files[place] if 0 <= place < len(files) else None


def before_signature(own: str) -> list[str]:
    """The lines that somebody wrote, without blank ones and without the signature."""
    found = []
    for line in own.splitlines():
        if line.rstrip() in SIGNATURE:
            break
        if line.strip():
            found.append(line.strip())
    return found


def _first(texts: Iterable[str]) -> Iterator[str]:
    """These texts, as far as `LONGEST` characters of all of them go."""
    left = LONGEST
    for text in texts:
        yield text[:left]
        left -= min(left, len(text))


def _parted(text: str) -> tuple[list[str], list[str]]:
    """What somebody wrote, and what they quote. Where a quotation is announced and its lines bear
    no mark, everything that follows is taken to be of it."""
    own: list[str] = []
    quoted: list[str] = []
    is_announced = is_rest = False
    for line in lines_of(text):
        is_quoted = line.zone in QUOTED
        if is_announced and line.text.strip():
            is_rest, is_announced = is_rest or not is_quoted, False
        is_announced = is_announced or line.zone is Zone.ATTRIBUTION
        (quoted if is_quoted or is_rest else own).append(line.text)
    return own, quoted


def _texts(mail: Mail) -> Iterator[str]:
    for _name, text in mail.texts:
        yield text
    for one in mail.inner:
        yield one.subject
        yield from _texts(one)


def _text(lines: Sequence[str]) -> str:
    return storable("\n".join(lines).strip()[:LONGEST])
