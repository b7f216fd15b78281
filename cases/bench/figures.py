"""What was measured, what it is held against, and the table that says whether that was reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line: a figure, its ratio to `of`, and the most (or the least) that the ratio may be.

    Without a target it is what others are held against.
    """

    what: str
    told: str
    ratio: float
    of: str
    target: float | None
    is_least: bool = False

    @property
    def verdict(self) -> str:
        """Met or missed, as it is."""
        if self.target is None:
            return ""
        is_met = self.ratio >= self.target if self.is_least else self.ratio <= self.target
        return "met" if is_met else "MISSED"


def table(figures: Iterable[Figure]) -> str:
    """The lines under each other, aligned."""
    rows = [("work", "measured", "ratio", "target", "")]
    for figure in figures:
        sign = "≥" if figure.is_least else "≤"
        wanted = "" if figure.target is None else f"{sign} {figure.target:.2g}{figure.of}"
        ratio = f"{figure.ratio:.2f}{figure.of}" if figure.of else ""
        rows.append((figure.what, figure.told, ratio, wanted, figure.verdict))
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of words in columns; the first is the heading."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
