"""Tables that leave the portal: no cell of them is ever a formula in somebody's spreadsheet."""

import csv
import re
from collections.abc import Iterable, Iterator

# What a spreadsheet takes for the beginning of a formula, or for the end of a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where commas stand in numbers, spreadsheets divide a line of CSV at semicolons, and then a new
# line ends a cell that a comma precedes: what follows would begin a cell of its own.
DIVIDED = re.compile(r"([;\t\r\n])(?=[=+\-@＝＋－＠])")
GUARDED = re.compile(r"([;\t\r\n])'(?=[=+\-@＝＋－＠])")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value: object) -> str:
    """The value as text that a spreadsheet shows and does not run."""
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def bare_cell(text: str) -> str:
    """The text of a cell that `safe_cell` or `csv_lines` has made safe; any other as it is."""
    text = GUARDED.sub(r"\1", text)
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Lines of a CSV file, one at a time, with the mark by which spreadsheets know it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([DIVIDED.sub(r"\1'", safe_cell(cell)) for cell in row])
