"""Tables that are handed back, as people save them, and what is refused of them."""

import io
import zipfile

import openpyxl
import pytest

from moderation_portal.errors import Invalid
from reports import tables, workbooks
from reports.workbooks import Sheet

ROWS = [["Nomor", "Jawaban"], ["1", "dihapus"], ["2", "tidak setuju; lihat, “alasan”"]]


def kept(tmp_path, content):
    place = tmp_path / "list"
    place.write_bytes(content)
    return place


def cells(place, most=100):
    return [cells for _line, cells in tables.read(place, most)]


def workbook(*rows, **parts):
    """A workbook of these rows; `parts` are put into the archive besides, or instead."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    if not parts:
        return written.getvalue()
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, old.read(name)))
        for name, content in parts.items():
            new.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_however_a_spreadsheet_saves_it(tmp_path, encoding, sign, end):
    lines = [sign.join(f'"{cell}"' for cell in row) for row in ROWS]
    assert cells(kept(tmp_path, (end.join(lines) + end).encode(encoding))) == ROWS


def test_a_line_that_names_the_separator_is_obeyed(tmp_path):
    assert cells(kept(tmp_path, b"sep=;\r\na,b;c\r\n1,5;2\r\n")) == [["a,b", "c"], ["1,5", "2"]]


def test_blank_lines_count_and_are_left_out(tmp_path):
    place = kept(tmp_path, b"a,b\n\n,,\n1,2\n")
    assert tables.read(place, 100) == [(1, ["a", "b"]), (4, ["1", "2"])]


def test_a_row_whose_cells_have_several_lines_counts_once_as_the_spreadsheet_counts(tmp_path):
    place = kept(tmp_path, b'a,b\n"one\ntwo\nthree",x\n1,2\n')
    assert [line for line, _cells in tables.read(place, 100)] == [1, 2, 3]


def test_cells_that_were_made_safe_are_as_they_were(tmp_path):
    assert cells(kept(tmp_path, b"akun\n'+62811\n'kutip\n")) == [["akun"], ["+62811"], ["'kutip"]]


def test_a_workbook_is_read_back_as_it_was_written(tmp_path):
    rows = [["+62811", "=1+1"], ["0812", "1e5"]]
    made = workbooks.write([Sheet("Daftar", ["akun", "teks"], rows), Sheet("Jawaban", ["x"], [])])
    assert cells(kept(tmp_path, made)) == [["akun", "teks"], *rows]


@pytest.mark.parametrize("sign", ["\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_workbook_that_we_write_opens_whatever_its_cells_hold(tmp_path, sign):
    made = workbooks.write([Sheet("Daftar", ["akun"], [[f"bunga{sign}77"]])])
    assert cells(kept(tmp_path, made)) == [["akun"], ["bunga\ufffd77"]]


def test_no_cell_of_a_workbook_that_we_write_is_a_formula():
    made = workbooks.write([Sheet("A", ["b"], [["=1+1"], ["@SUM(A1)"], ["+1"]])])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert {cell.data_type for row in sheet for cell in row} == {"s"}


def test_text_of_a_workbook_needs_no_apostrophe_and_a_whole_number_is_one(tmp_path):
    made = workbooks.write([Sheet("Daftar", ["#", "akun"], [[7, "@bunga_77"], [8, "#N/A"]])])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet][1:] == [[7, "@bunga_77"], [8, "#N/A"]]
    assert [cell.data_type for cell in sheet[3]] == ["n", "s"]
    assert sheet["B2"].number_format == "@", "it stays text when somebody edits it"
    assert cells(kept(tmp_path, made))[1] == ["7", "@bunga_77"]


def test_numbers_and_days_of_a_workbook_are_as_one_writes_them(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = 12.0, 1.5
    book.active["C1"] = openpyxl.utils.datetime.from_excel(46098)
    book.active["D1"], book.active["E1"] = "=A1", None
    written = io.BytesIO()
    book.save(written)
    assert cells(kept(tmp_path, written.getvalue())) == [["12", "1.5", "2026-03-17", "=A1"]]


BROKEN = {
    "empty": b"  \r\n",
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "pdf": b"%PDF-1.7\nstream",
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "open document": b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument",
    "half an archive": workbook(["a", "b"])[:400],
    "no workbook": b"PK\x05\x06" + b"\0" * 18,
    "a quotation mark left open": b'a,b\n"1,2\n' + b"x,y\n" * 60,
    "a cell too large": b'a,b\n"' + b"x" * 200_000,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(Invalid) as said:
        tables.read(kept(tmp_path, content), 100)
    assert said.value.sentence.endswith(".")


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2
"&lol;&lol;&lol;">]><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><t>&lol2;</t></si></sst>"""
HOSTILE = {
    "entities": {"xl/sharedStrings.xml": LAUGHS},
    "entities in UTF-16": {"xl/sharedStrings.xml": LAUGHS.decode().encode("utf-16")},
    "entities in a part of any name": {"xl/worksheets/sheet1.bin": LAUGHS},
    "entities in UTF-16 in a part of any name": {"xl/a.png": LAUGHS.decode().encode("utf-16")},
    "a bomb": {"xl/media/image1.png": b"\0" * (workbooks.MOST_EXPANDED + 1)},
    "many parts": {f"xl/part{n}.bin": b"" for n in range(workbooks.MOST_PARTS + 1)},
    "many marks": {"xl/more.xml": b"<a>" * (workbooks.MOST_MARKS + 1)},
}


@pytest.mark.parametrize("parts", HOSTILE.values(), ids=HOSTILE)
def test_a_workbook_that_unfolds_to_more_is_refused_before_it_is_read(tmp_path, parts, monkeypatch):
    content = workbook(["a", "b"], **parts)
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *a, **k: pytest.fail("it was read"))
    with pytest.raises(Invalid):
        tables.read(kept(tmp_path, content), 100)


def test_why_a_workbook_cannot_be_read_stands_in_the_log(tmp_path, caplog):
    with pytest.raises(Invalid):
        tables.read(kept(tmp_path, workbook(["a", "b"])[:200]), 100)
    assert "BadZipFile" in caplog.text


def test_more_lines_than_fit_are_refused(tmp_path):
    with pytest.raises(Invalid, match="3"):
        tables.read(kept(tmp_path, b"a\n1\n2\n3\n"), 3)
    with pytest.raises(Invalid, match="3"):
        tables.read(kept(tmp_path, workbook(*(["x", "y"] for _n in range(5)))), 3)


def test_what_lies_beyond_the_lines_and_cells_that_count_is_not_looked_at(tmp_path):
    """A file of millions of either would keep its reader busy for long."""
    beyond = b"a,b\n" * 101 + b'"never closed,\n' + b"x,y\n" * 60
    with pytest.raises(Invalid, match="100"):
        tables.read(kept(tmp_path, beyond), 100)
    (wide,) = cells(kept(tmp_path, b",".join([b"x"] * 1_000)))
    assert len(wide) == workbooks.MOST_COLUMNS
