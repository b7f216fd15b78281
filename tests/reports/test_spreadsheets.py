"""Nothing that leaves the portal is a formula."""

import csv
import io
import re

import pytest

from reports.spreadsheets import FORMULA, bare_cell, csv_lines, safe_cell

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


@pytest.mark.parametrize("divider", [";", "\t", "\n", "\r\n"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_no_formula_begins_where_another_country_divides_a_line(divider, sign):
    told = f"https://x.example/?a=1{divider}{sign}cmd|'/c calc'!A1"
    text = "".join(csv_lines([["1", told, "x"]]))[1:]
    cells = [cell for line in text.splitlines() for cell in re.split("[;\t]", line)]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    assert [bare_cell(cell) for cell in next(csv.reader(io.StringIO(text, newline="")))][1] == told


def test_a_file_is_read_back_cell_by_cell():
    rows = [["nomor", "teks"], [1, 'a "b"\nc;d'], [2, "=1"]]
    text = "".join(csv_lines(rows))
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["nomor", "teks"],
        ["1", 'a "b"\nc;d'],
        ["2", "'=1"],
    ]
