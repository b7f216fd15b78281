"""Workbooks (.xlsx): read with suspicion, and written so that no cell of them is ever a formula.

A workbook is a packed folder of XML. What a small one may unfold to, or make its reader do, is
bounded before anything of it is parsed: a part's size as the archive states it is the most that
Python unpacks of it.
"""

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from moderation_portal.errors import Invalid

log = logging.getLogger(__name__)

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PACKED = b"PK\x03\x04"
MOST_PARTS = 200
MOST_EXPANDED = 40_000_000  # bytes of all parts together
MOST_MARKS = 1_000_000  # tags of all parts together: some 25,000 rows of eight cells
MOST_COLUMNS = 40
LONGEST_TITLE = 31
XML = (".xml", ".rels", ".vml")
# What may stand before the first tag: blanks, marks of the byte order, the other halves of UTF-16.
BEFORE_XML = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"
# What XML 1.0 cannot hold (section 2.2): a workbook with one of these opens nowhere.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a broken or hostile archive makes its readers raise.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, IndexError,
    ValueError, TypeError, AttributeError, OverflowError, OSError, EOFError, RuntimeError,
    NotImplementedError, AssertionError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet to write: `widths` in characters by column; `choices` are the cells from which the
    column at `chosen` (counted from 0) is filled."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = ()
    chosen: int = 0
    choices: str = ""


def read(content: bytes, most: int) -> list[list[str]]:
    """The rows of the first sheet as text, formulas as they are written; at most `most` + 1 rows.

    Raises Invalid for what is no workbook, is locked by a password, or unfolds beyond all bounds.
    """
    try:
        _refuse_bombs(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        rows = sheet.iter_rows(max_row=most + 1, max_col=MOST_COLUMNS, values_only=True)
        found = list(rows)
        book.close()
    except UNREADABLE as error:
        log.warning("a workbook of %d bytes is refused: %s", len(content), type(error).__name__)
        raise Invalid(
            _("This workbook cannot be read. Save it anew as .xlsx or CSV, without a password.")
        ) from error
    return [_without_end([_text(value) for value in row]) for row in found]


def write(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of these sheets; a whole number is a number, every other cell is text."""
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        made = book.create_sheet(sheet.title[:LONGEST_TITLE])
        made.freeze_panes = "A2"
        for place, width in enumerate(sheet.widths, start=1):
            column = made.column_dimensions[get_column_letter(place)]
            column.width, column.number_format = width, "@"
        if sheet.choices:
            letter = get_column_letter(sheet.chosen + 1)
            rule = DataValidation(type="list", formula1=sheet.choices, allow_blank=True)
            rule.showErrorMessage = False  # a code is an answer as well
            rule.add(f"{letter}2:{letter}1048576")
            made.data_validations.append(rule)
        for row in (sheet.headings, *sheet.rows):
            made.append([_cell(made, value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: Any, value: object) -> object:
    """A cell that says itself what it is: text is text whatever it begins with, and stays text
    when somebody edits it, so that no apostrophe need guard it."""
    if isinstance(value, int):
        return value
    cell = WriteOnlyCell(sheet)
    cell.value = UNWRITABLE.sub("\ufffd", str(value))
    cell.data_type, cell.number_format = "s", "@"
    return cell


def _refuse_bombs(content: bytes) -> None:
    """Raises Invalid for an archive that unfolds too far, ValueError for XML that calls for more:
    a document type, its entities, or an encoding in which they would be overlooked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_EXPANDED:
            raise Invalid(_too_large())
        marks = 0
        for part in parts:
            text = archive.read(part)
            if not _may_be_xml(part.filename, text):
                continue
            if b"\x00" in text or b"<!" in text.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
                raise ValueError(part.filename)
            marks += text.count(b"<")
        if marks > MOST_MARKS:
            raise Invalid(_too_large())


def _may_be_xml(name: str, content: bytes) -> bool:
    """Whether a part can be parsed: its name says so, or it begins with a tag. The workbook itself
    says which part is a sheet, so that one of any name may be."""
    return name.casefold().endswith(XML) or content[:64].lstrip(BEFORE_XML).startswith(b"<")


def _too_large() -> str:
    return _("This workbook unfolds to more than we take. Keep only the list in it.")


def _without_end(cells: list[str]) -> list[str]:
    """A row without the empty cells behind its last."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: object) -> str:
    """A cell as it would be written by hand: no “.0” behind a number, a day without a time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
