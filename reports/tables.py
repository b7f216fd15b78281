"""Tables that somebody filled in and hands back: CSV as spreadsheets save it, or a workbook.

Small ones, read whole; files of many reports are read in pieces (`import_files`).
"""

import csv
import io
from pathlib import Path

from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid

from . import workbooks
from .import_files import delimiter_of, encoding_of
from .spreadsheets import bare_cell
from .texts import plain

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis"
SEPARATOR = "sep="
# A cell with more line breaks is a quotation mark that was never closed.
MOST_LINES = 40

Line = tuple[int, list[str]]


def read(path: Path, most: int) -> list[Line]:
    """The lines of a table that are not blank, each with its number as the spreadsheet counts; the
    cells without blanks around them and as they were before they were made safe.

    Raises Invalid for a file that is no table, is damaged, or has more than `most` lines.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if not head.strip():
        raise Invalid(_("The file is empty."))
    if head.startswith(OLD_OR_LOCKED):
        raise Invalid(
            _("This is an old workbook (.xls), or one with a password. Save it as .xlsx or CSV.")
        )
    if head.startswith(workbooks.PACKED):
        if OPEN_DOCUMENT in head:
            raise Invalid(_("This is an OpenDocument file. Save it as .xlsx or CSV."))
        rows = list(enumerate(workbooks.read(path.read_bytes(), most), start=1))
    else:
        rows = _csv(path, most)
    if len(rows) > most:
        raise Invalid(_("The file has more than %(most)s lines. Hand in parts.") % {"most": most})
    bare = ((number, [plain(bare_cell(cell)) for cell in cells]) for number, cells in rows)
    return [(number, cells) for number, cells in bare if any(cells)]


def _csv(path: Path, most: int) -> list[Line]:
    """At most `most` + 1 lines, and of each as many cells as a workbook may have: what lies beyond
    is not even looked at."""
    encoding = encoding_of(path)
    text = path.read_bytes().decode(encoding, "replace").removeprefix("\ufeff")
    if "\x00" in text or text.startswith("%PDF"):
        raise Invalid(_("This is no table. Hand in the list as .xlsx or CSV."))
    first = next((line for line in text.splitlines() if line.strip(" \t\"'#,;")), "")
    delimiter = delimiter_of(_heading(text) or first)
    if first.casefold().startswith(SEPARATOR) and len(first.strip()) == len(SEPARATOR) + 1:
        delimiter = first.strip()[-1]
        text = text.partition(first)[2].lstrip("\r\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[Line] = []
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.count("\n") > MOST_LINES for cell in cells):
                raise csv.Error
            found.append((row, cells[: workbooks.MOST_COLUMNS]))
            if len(found) > most:
                break
    except csv.Error as error:
        said = _("A quotation mark before line %(line)s is never closed. Remove it or double it.")
        raise Invalid(said % {"line": reader.line_num}) from error
    return found


def _heading(text: str) -> str:
    """The first line that is no remark: spreadsheets separate its cells as all others."""
    lines = (line for line in text.splitlines()[:200] if line.strip())
    return next((one for one in lines if not one.lstrip("\"'").startswith(("#", SEPARATOR))), "")
