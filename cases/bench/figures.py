"""What was measured, what it is held against, and the table that says whether that was reached."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line: a figure, its ratio to `of`, and the most (or the least) that the ratio may be."""

    what: str
    told: str
    ratio: float
    of: str
    target: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.target if self.is_least else self.ratio <= self.target


def table(figures: Iterable[Figure]) -> str:
    """The lines under each other, aligned."""
    rows = [("work", "measured", "ratio", "target", "")]
    for figure in figures:
        sign = "≥" if figure.is_least else "≤"
        ratio, target = f"{figure.ratio:.2f}{figure.of}", f"{sign} {figure.target:g}{figure.of}"
        rows.append((figure.what, figure.told, ratio, target, "met" if figure.is_met else "MISSED"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
