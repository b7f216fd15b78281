"""Nothing that leaves the portal is a formula."""

import csv
import io

import pytest

from reports.spreadsheets import csv_lines, safe_cell

FORMULAS = [
    "=1+1",
    "+62811",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "=cmd|'/c calc'!A1",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_never_begins_like_a_formula(formula):
    assert safe_cell(formula)[0] == "'"


@pytest.mark.parametrize("formula", ["\x00=1", "\x00\x00+1"])
def test_a_nul_hides_no_formula(formula):
    assert safe_cell(formula)[0] == "'"


def test_other_cells_stay_as_they_are():
    assert [safe_cell(one) for one in ("bunga_77", 12, "a=b", "")] == ["bunga_77", "12", "a=b", ""]


def test_a_file_is_read_back_cell_by_cell():
    rows = [["nomor", "teks"], [1, 'a "b"\nc;d'], [2, "=1"]]
    text = "".join(csv_lines(rows))
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["nomor", "teks"],
        ["1", 'a "b"\nc;d'],
        ["2", "'=1"],
    ]
