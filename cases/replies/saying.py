"""The answers in a reply that a machine can read: the list sent back filled in, or plain lines.

A line names an account by its number in the letter: “3: removed”, “4-7: refused; our users own
these”, “all: removed @ 2026-03-17 14:05” (when it was done), “2: needs_info [locator]; which of
them?” (what is lacking). Whatever else somebody writes is for a person to read.
"""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid, PortalError
from moderation_portal.roles import Actor, Role
from platforms.models import Contact
from reports import tables
from reports.letters import Attachment

from .. import answer_sheets, answers
from ..answer_sheets import Filled
from ..models import Notice, NoticeItem
from ..notices import seeing
from . import reading

SHEETS = (".csv", ".xlsx")
LINE = re.compile(r"(?:(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?|(all|semua))\s*[:=]\s*(\S.*)", re.I)
LONGEST_LINE = 6_000
MOST_SHEETS = 3
PROBLEMS_SHOWN = 20


@dataclass
class Said:
    """What came of a reading: the receipt and how many accounts were answered, what could not be
    taken (in each language of the pages, for whoever reads it), and whether a person has to read it
    all the same."""

    receipt: str = ""
    taken: int = 0
    problems: dict[str, list[str]] = field(default_factory=dict)
    has_more: bool = False


@dataclass
class Read:
    """What a message says in one of the two forms; `problems` in the active language."""

    given: list[answers.Given] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    has_more: bool = False


def take(
    notice: Notice, contact: Contact, opened: reading.Opened, *, channel: str, at: datetime
) -> Said:
    """Takes the answers that a proved reply gives in one of the two forms."""
    read = _read(notice, opened, at)
    problems = _in_each_language(notice, opened, at) if read.problems else {}
    said = Said(problems=problems, has_more=read.has_more or bool(problems))
    if not read.given:
        return said
    actor = Actor(Role.RESPONDER, contact.name)
    try:
        receipt = answers.take(
            notice, read.given, actor=actor, channel=channel, contact=contact, at=at
        )
    except PortalError as error:
        return _beside(said, [error.sentence])
    said.receipt, said.taken = receipt.number, len(receipt.taken)
    return _beside(said, [one.sentence for one in receipt.refused])


def _beside(said: Said, late: Sequence[str]) -> Said:
    """With what was found out only as the answers were taken, in the language of that moment."""
    if late:
        said.has_more = True
        for code, _name in settings.LANGUAGES:
            said.problems[code] = [*said.problems.get(code, ()), *late][:PROBLEMS_SHOWN]
    return said


def _in_each_language(notice: Notice, opened: reading.Opened, at: datetime) -> dict[str, list[str]]:
    told = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told[code] = _read(notice, opened, at).problems[:PROBLEMS_SHOWN]
    return told


def _read(notice: Notice, opened: reading.Opened, at: datetime) -> Read:
    read = Read()
    items = seeing.items_for_platform(notice)
    filled = [
        *_sheets(opened.files, read),
        *_lines(reading.before_signature(opened.content.own), items, read),
    ]
    if not filled:
        read.has_more = True
        return read
    try:
        sheet = answer_sheets.understand(filled, notice, items, at)
    except PortalError as error:
        read.problems.append(error.sentence)
        return read
    read.given = sheet.given
    read.problems += [f"{row.filled.line}: {row.problem}" for row in sheet.wrong]
    return read


def _sheets(files: Sequence[Attachment], read: Read) -> list[Filled]:
    """The rows of the lists that came back; any other file is for a person."""
    found: list[Filled] = []
    sheets = [one for one in files if one.name.lower().endswith(SHEETS)]
    read.has_more = len(sheets) > MOST_SHEETS or len(sheets) < len(files)
    for one in sheets[:MOST_SHEETS]:
        try:
            found += answer_sheets.read(_table(one))
        except Invalid as error:
            read.problems.append(f"{one.name}: {error.sentence}")
    return found


def _table(file: Attachment) -> list[tables.Line]:
    with tempfile.NamedTemporaryFile(suffix=Path(file.name).suffix.lower()) as held:
        held.write(file.bytes)
        held.flush()
        return tables.read(Path(held.name), answer_sheets.MOST_LINES)


def _lines(written: Sequence[str], items: Sequence[NoticeItem], read: Read) -> list[Filled]:
    """The lines in the plain form, each as a row of the list; what else was written stays."""
    found: list[Filled] = []
    for number, line in enumerate(written, start=1):
        match = LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
        places = _places(match, len(items)) if match else ()
        if match is None or not places or len(found) > answer_sheets.MOST_LINES:
            read.has_more = True
            continue
        said_of_it, _mark, reason = match[4].partition(";")
        said_of_it, _mark, lacks = said_of_it.partition("[")
        answer, _mark, effect = said_of_it.partition("@")
        cells = {
            answer_sheets.ANSWER: answer.strip(),
            answer_sheets.REASON: reason.strip(),
            answer_sheets.LACKS: lacks.strip(" ]"),
            answer_sheets.EFFECT: effect.strip(),
        }
        for place in places:
            if place > len(items):
                read.problems.append(_("There is no account %(n)s in this notice.") % {"n": place})
                continue
            key = answer_sheets.key_of(items[place - 1])
            found.append(Filled(number, cells | {answer_sheets.KEY: key}))
    return found


def _places(match: re.Match[str], count: int) -> Sequence[int]:
    """The numbers of the accounts that a line is about, as the letter counts them; none where it
    begins at nought or behind its end."""
    if match[3]:
        return range(1, count + 1)
    first, last = int(match[1]), int(match[2] or match[1])
    if first == 0 or last < first:
        return ()
    # A number beyond the letter is told once, not for each of a million.
    return range(first, min(last, count + 1) + 1) if first <= count else [first]
