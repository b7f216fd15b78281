"""Files as people save them."""

import codecs
import csv

import pytest

from moderation_portal.errors import Invalid
from reports import import_files
from reports.import_files import look_at, read

HEAD = "akun;platform;kategori;alasan\n"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "file"


def cells(place, content: bytes, form="auto", most=1000) -> list[dict[str, str]]:
    return [row.cells for row in rows(place, content, form, most)]


def rows(place, content: bytes, form="auto", most=1000) -> list[import_files.Row]:
    place.write_bytes(content)
    return list(read(place, look_at(place, form), 0, most))


ROW = {"account": "bunga_77", "platform": "michat", "category": "gambling", "reason": "Judi – café"}
TABLE = HEAD + "bunga_77;michat;gambling;Judi – café\n"


@pytest.mark.parametrize(
    "encoded",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        TABLE.encode("cp1252"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "crlf", "cr"],
)
def test_a_table_is_read_in_whatever_way_it_was_saved(place, encoded):
    assert cells(place, encoded) == [ROW]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_found_out(place, mark):
    table = TABLE.replace(";", mark)
    assert cells(place, table.encode()) == [ROW]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("URL", "account"),
        ("Nama Akun", "account"),
        (" Tautan ", "account"),
        ("No HP", "account"),
        ('"Akun"', "account"),
    ],
)
def test_a_column_is_known_by_the_names_that_people_give_it(place, heading, column):
    assert cells(place, f"{heading},alasan\nbunga_77,x\n".encode())[0][column] == "bunga_77"


def test_a_table_in_which_no_column_holds_accounts_is_refused_with_what_was_found(place):
    with pytest.raises(Invalid, match="nomor surat"):
        rows(place, b"nomor surat,tanggal,kategori\n1,2,3\n")


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(place, content):
    with pytest.raises(Invalid):
        rows(place, content)


def test_a_list_of_addresses_needs_no_heading(place):
    assert cells(place, b"a.example\nb.example\n") == [
        {"account": "a.example"},
        {"account": "b.example"},
    ]


def test_json_lines_are_read_and_what_is_none_says_so(place):
    content = b'{"text": "cek bit.example", "label": "x"}\nnot json\n[1]\n{"akun": "bunga_77"}\n'
    found = rows(place, content)
    assert [row.problem for row in found] == ["", "not_json", "not_json", ""]
    assert [row.cells for row in found if not row.problem] == [
        {"text": "cek bit.example"},
        {"account": "bunga_77"},
    ]


def test_a_cell_may_hold_line_breaks_and_quotation_marks(place):
    content = b'akun,alasan\nbunga_77,"baris satu\nbaris ""dua"""\nbunga_78,5" lebar\n'
    assert cells(place, content) == [
        {"account": "bunga_77", "reason": 'baris satu\nbaris "dua"'},
        {"account": "bunga_78", "reason": '5" lebar'},
    ]


def test_a_quotation_mark_that_is_never_closed_spoils_its_own_row_only(place):
    good = b"".join(b"bunga_%d,judi\n" % n for n in range(200))
    found = rows(place, b'akun,alasan\nbunga_x,"tak ditutup\n' + good)
    assert [row.problem for row in found][:2] == ["open_quote", ""]
    assert [row.cells["account"] for row in found[1:]] == [f"bunga_{n}" for n in range(200)]


def test_rows_that_are_never_closed_are_not_joined_again_and_again(place, monkeypatch):
    parsed = []
    reader = csv.reader

    def counting(lines, **how):
        return reader((parsed.append(len(line)) or line for line in lines), **how)

    monkeypatch.setattr(import_files.csv, "reader", counting)
    line = b'x","' + b"y" * 12_000 + b"\n"
    found = rows(place, b"akun,alasan\n" + line * 60, most=10)
    assert {row.problem for row in found} == {"open_quote"}
    assert sum(parsed) < len(found) * (import_files.MOST_LINES_A_ROW + 3) * len(line)


def test_one_reading_ends_when_it_has_done_much_and_the_next_goes_on(place):
    line = b'x","' + b"y" * 12_000 + b"\n"
    place.write_bytes(b"akun,alasan\n" + line * 61)
    layout = look_at(place)
    cursor, sizes = 0, []
    while batch := list(read(place, layout, cursor, 1000)):
        sizes.append(len(batch))
        cursor = batch[-1].end
    assert len(sizes) > 2
    assert cursor == place.stat().st_size


def test_a_field_of_ten_megabytes_spoils_its_own_row_only(place):
    content = b"akun,alasan\nbunga_1,a\nbunga_2," + b"x" * 10_000_000 + b"\nbunga_3,c\n"
    found = rows(place, content)
    assert [row.problem for row in found] == ["", "too_long", ""]
    assert found[2].cells["account"] == "bunga_3"
    assert len(found[1].raw) < 300


def test_a_cell_of_many_long_lines_spoils_its_own_row_only(place):
    long = b"\n".join([b"x" * 100_000] * 5)
    found = rows(place, b'akun,alasan\nbunga_1,"' + long + b'"\nbunga_2,b\n')
    assert [row.problem for row in found] == ["too_long", ""]


def test_blank_rows_are_counted_so_that_numbers_stay_right(place):
    found = rows(place, b"akun,alasan\n\nbunga_1,a\n,,\nbunga_2,b\n")
    assert [row.problem for row in found] == ["blank", "", "blank", ""]


def test_bytes_that_are_no_text_at_all_are_read_without_an_error(place):
    found = rows(place, bytes(range(1, 256)) * 40)
    assert found


def test_reading_goes_on_at_any_row(place):
    lines = [b"bunga_%d,alasan %d\n" % (n, n) for n in range(50)]
    lines[10] = b'"bunga_10","dua\nbaris"\n'
    place.write_bytes(b"akun,alasan\n" + b"".join(lines))
    layout = look_at(place)
    whole = [row.cells for row in read(place, layout, 0, 1000)]
    pieces, cursor = [], 0
    while batch := list(read(place, layout, cursor, 7)):
        pieces += [row.cells for row in batch]
        cursor = batch[-1].end
    assert pieces == whole
    assert len(whole) == 50
