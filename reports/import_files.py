"""Reads files of many reports as people save them: spreadsheets' CSV, bare lists, JSON lines.

A file is read in pieces from a byte offset, so an import can stop anywhere and go on there, in
constant memory. A row that cannot be read says so and hinders no other.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid

from .spreadsheets import bare_cell
from .texts import plain, readable

LONGEST_LINE = 120_000  # bytes; below the csv module's own limit for a field
MOST_LINES_A_ROW = 40  # a cell with more line breaks is a quotation mark that was never closed
MOST_WORK = 4_000_000  # characters looked at for the rows of one reading, some of them again
SAMPLE = 64 * 1024
PIECE = 1024 * 1024
DELIMITERS = ",;\t|"
TOO_LONG, OPEN_QUOTE, NOT_JSON, BLANK = "too_long", "open_quote", "not_json", "blank"

# How people head a column, by what it holds.
HEADINGS = {
    "account": "account akun url urls alamat address link tautan locator username handle nama_akun"
    " akun_url profil profile id_akun user_id nomor_telepon no_hp",
    "platform": "platform aplikasi app layanan service media_sosial",
    "category": "category kategori jenis jenis_pelanggaran violation",
    "reason": "reason alasan keterangan uraian note notes catatan remarks",
    "seen_at": "seen_at seen dilihat tanggal date tanggal_dilihat waktu date_seen terlihat",
    "description": "description deskripsi ciri ciri_ciri profil_sekitar",
    "visibility": "visibility visibilitas",
    "area": "area kode_wilayah wilayah region",
    "place": "place lokasi tempat location",
    "reporter_name": "reporter_name reporter pelapor nama_pelapor",
    "reporter_email": "reporter_email email_pelapor surel_pelapor",
    "reporter_phone": "reporter_phone telepon_pelapor hp_pelapor",
    "text": "text teks komentar comment isi",
}
COLUMNS = {word: column for column, words in HEADINGS.items() for word in words.split()}


@dataclass(frozen=True)
class Layout:
    """How a file is to be read. `form` is csv, lines or jsonl; `columns` name its cells ("" for
    one not used); `start` is the offset of the first row; `rows` a count that may be high;
    `headings` are those of a table as they stand in it."""

    form: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    start: int
    rows: int
    headings: tuple[str, ...] = ()

    @property
    def may_name_categories(self) -> bool:
        """Whether a row of this file can say itself what is reported."""
        return self.form == "jsonl" or "category" in self.columns

    def as_json(self) -> dict[str, object]:
        """For a Job's parameters; `layout_of` reads it back."""
        return asdict(self)


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, or the code of what is wrong with it. `raw` as it stood there;
    `end` the offset behind it."""

    cells: dict[str, str]
    raw: str
    end: int
    problem: str = ""


def layout_of(given: dict[str, Any]) -> Layout:
    """The layout that `as_json` gave."""
    lists = {name: tuple(given.get(name, ())) for name in ("columns", "headings")}
    return Layout(**given | lists)


def headings_of(layout: Layout) -> list[str]:
    """How to head the columns of `cells_of`, so that they can be handed in again."""
    if layout.form == "jsonl":
        return list(HEADINGS)
    return list(layout.headings) or ["account"]


def cells_of(raw: str, layout: Layout) -> list[str]:
    """A raw row of the file in cells again, none left out; of a JSON line what is known of it."""
    if layout.form == "csv":
        try:
            return [bare_cell(cell) for cell in _split(raw, layout.delimiter)]
        except csv.Error:
            return [raw]
    if layout.form == "jsonl" and (cells := _json_row(raw, 0).cells):
        return [cells.get(column, "") for column in HEADINGS]
    return [raw]


def look_at(path: Path, form: str = "auto") -> Layout:
    """Finds out how a file is to be read. A file in UTF-16 is rewritten as UTF-8 in place, and
    so is one whose lines end as they did on an old Macintosh.

    Raises Invalid when it is empty, no text, or a table in which no column names accounts.
    """
    encoding = encoding_of(path)
    if encoding.startswith("utf-16") or _ends_lines_by_return_alone(path):
        _rewrite(path, encoding)
        encoding = "utf-8-sig"
    with path.open("rb") as file:
        first = _first_line(file, encoding)
        start = file.tell()
    if not first.strip():
        raise Invalid(_("The file is empty."))
    delimiter = delimiter_of(first)
    columns = tuple(COLUMNS.get(_word(cell), "") for cell in _split(first, delimiter))
    form = form if form != "auto" else _form_of(first, columns)
    rows = _count_lines(path)
    if form == "csv":
        headings = tuple(_split(first, delimiter))
        if "account" not in columns and "text" not in columns:
            raise Invalid(_no_account_column(headings))
        return Layout(form, encoding, delimiter, columns, start, rows - 1, headings)
    column = "account" if form == "lines" else ""
    return Layout(form, encoding, delimiter, (column,), 0, rows)


def read(path: Path, layout: Layout, cursor: int, most: int) -> Iterator[Row]:
    """At most `most` rows from the offset `cursor` on (0: from the first), and at least one if
    there is one; fewer when they take more than `MOST_WORK`. The last row ends with the file."""
    with path.open("rb") as file:
        file.seek(max(cursor, layout.start))
        lines = _Lines(_lines(file, layout.encoding))
        parse = {"csv": _csv_rows, "lines": _list_rows, "jsonl": _json_rows}[layout.form]
        for count, row in enumerate(parse(lines, layout), start=1):
            yield row
            if count == most or lines.work > MOST_WORK:
                return


def encoding_of(path: Path) -> str:
    """utf-8-sig, utf-16 (by mark or by its zero bytes), utf-8, else cp1252 as Windows saves it."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8" if _is_utf8(path) else "cp1252"


def delimiter_of(line: str) -> str:
    """The sign that separates the cells of a heading: the one that stands in it most often."""
    outside = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=outside.count)


def _form_of(first: str, columns: tuple[str, ...]) -> str:
    if first.lstrip().startswith("{"):
        return "jsonl"
    return "csv" if any(columns) or len(columns) > 2 else "lines"


def _no_account_column(headings: Sequence[str]) -> str:
    return _(
        "No column holds the accounts. Call one of them “account” or “akun”. Found: %(headings)s."
    ) % {"headings": ", ".join(cell[:30] for cell in headings[:12])}


def _word(heading: str) -> str:
    return re.sub(r"\W+", "_", heading.strip().strip("\ufeff").casefold()).strip("_")


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _first_line(file: BinaryIO, encoding: str) -> str:
    """The first line that is not blank; the file stands behind it."""
    return next((line for line, _end in _lines(file, encoding) if line.strip()), "")


def _lines(file: BinaryIO, encoding: str) -> Iterator[tuple[str, int]]:
    """Every line with the offset behind it; one that is too long comes as its head and a mark."""
    end = file.tell()
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    while raw := file.readline(LONGEST_LINE):
        end += len(raw)
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            while rest := file.readline(LONGEST_LINE):
                end += len(rest)
                if rest.endswith(b"\n"):
                    break
            head = readable(raw[:200].decode(codec, "replace"))
            yield f"\0{TOO_LONG}\0{head}", end
            continue
        text = readable(raw.decode(codec, "replace").rstrip("\r\n"))
        yield text.removeprefix("\ufeff").replace("\r", " "), end


class _Lines:
    """Lines with the offsets behind them, of which some can be given back. `work` counts the
    characters handed out, those handed out again too."""

    def __init__(self, lines: Iterator[tuple[str, int]]):
        self.lines = lines
        self.waiting: list[tuple[str, int]] = []  # the next one last
        self.work = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> tuple[str, int]:
        taken = self.waiting.pop() if self.waiting else next(self.lines)
        self.work += len(taken[0])
        return taken

    def give_back(self, taken: Sequence[tuple[str, int]]) -> None:
        self.waiting.extend(reversed(taken))


def _csv_rows(lines: _Lines, layout: Layout) -> Iterator[Row]:
    """Rows of a table. A quotation mark that is never closed spoils its own line only."""
    for text, end in lines:
        if (broken := _broken(text, end)) is not None:
            yield broken
            continue
        more, is_open = _rest(text, lines, layout.delimiter) if '"' in text else ([], False)
        if is_open:
            lines.give_back(more)
            yield Row({}, text, end, OPEN_QUOTE)
            continue
        whole = [(text, end), *more]
        yield _table_row("\n".join(line for line, _end in whole), whole[-1][1], layout)


def _rest(first: str, lines: _Lines, delimiter: str) -> tuple[list[tuple[str, int]], bool]:
    """The lines in which a row goes on because it stands inside quotation marks, and whether it
    still does behind them. Every line is parsed once, and of it the marks that count only: a cell
    may be longer than the csv module takes."""
    more: list[tuple[str, int]] = []
    between = re.compile(f'[^"{re.escape(delimiter)}]+')

    def given() -> Iterator[str]:
        yield between.sub("x", first) + "\n"
        while len(more) < MOST_LINES_A_ROW and (following := next(lines, None)) is not None:
            more.append(following)
            yield between.sub("x", following[0]) + "\n"

    try:
        next(csv.reader(given(), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return more, any(words in str(error) for words in ("end of data", "field larger"))
    return more, False


def _table_row(text: str, end: int, layout: Layout) -> Row:
    if len(text) > LONGEST_LINE:
        return Row({}, text[:200], end, TOO_LONG)
    try:
        cells = zip(layout.columns, _split(text, layout.delimiter), strict=False)
    except csv.Error:
        return Row({}, text[:200], end, TOO_LONG)
    return Row({column: bare_cell(cell.strip()) for column, cell in cells if column}, text, end)


def _list_rows(lines: _Lines, layout: Layout) -> Iterator[Row]:
    for text, end in lines:
        yield _broken(text, end) or Row({"account": text.strip()}, text, end)


def _json_rows(lines: _Lines, layout: Layout) -> Iterator[Row]:
    for text, end in lines:
        yield _broken(text, end) or _json_row(text, end)


def _json_row(text: str, end: int) -> Row:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return Row({}, text, end, NOT_JSON)
    if not isinstance(given, dict):
        return Row({}, text, end, NOT_JSON)
    named = ((COLUMNS.get(_word(str(key)), ""), value) for key, value in given.items())
    return Row(
        {key: plain(str(value)) for key, value in named if key and value is not None}, text, end
    )


def _broken(text: str, end: int) -> Row | None:
    if text.startswith(f"\0{TOO_LONG}\0"):
        return Row({}, text.rpartition("\0")[2], end, TOO_LONG)
    return Row({}, "", end, BLANK) if not text.strip(" \t,;|\0") else None


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(PIECE):
            piece = rest + piece
            try:
                piece.decode("utf-8")
                rest = b""
            except UnicodeDecodeError as error:
                if error.reason != "unexpected end of data" or error.start < len(piece) - 3:
                    return False
                rest = piece[error.start :]
    return not rest


def _ends_lines_by_return_alone(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    return b"\r" in head and b"\n" not in head


def _count_lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            count += piece.count(b"\n")
            last = piece[-1:]
    return count + (last != b"\n")


def _rewrite(path: Path, encoding: str) -> None:
    plain = path.with_suffix(".utf8")
    with (
        path.open(encoding=encoding, errors="replace") as given,
        plain.open("w", encoding="utf-8", newline="") as written,
    ):
        while piece := given.read(PIECE):
            written.write(piece)
    plain.replace(path)
