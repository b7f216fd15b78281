"""How well letters are read: precision and recall of targets, numbers and dates.

`python -m reports.letters.score` measures the sets of letters that the tests know; `measure` any
other. A target counts as found when it is the same account on the same platform, however written.
"""

import importlib
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from platforms.locators import identify

from .draft import DraftLetter
from .reader import read

AIM = 0.95
_MATTERS = ("targets", "dates", "references")


@dataclass(frozen=True)
class Known:
    """A letter and what is true of it. Each target is given by every (platform, text) naming it."""

    name: str
    raw: bytes
    set_name: str
    template: str
    country: str
    languages: tuple[str, ...]
    is_held_out: bool
    targets: tuple[frozenset[tuple[str, str]], ...]
    dates: frozenset[str]
    references: frozenset[str]


@dataclass
class Tally:
    """Counts of one matter over some letters; `misses` say what went wrong where."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


Groups = dict[tuple[str, str], dict[str, Tally]]


def measure(letters: Iterable[Known]) -> Groups:
    """Tallies of each matter by group: ("set", name), ("half", …), ("template", …) and so on."""
    groups: Groups = defaultdict(lambda: {matter: Tally() for matter in _MATTERS})
    for known in letters:
        drafts = read(known.raw, known.name)
        half = "held out at first" if known.is_held_out else "developed on"
        keys = [
            ("set", known.set_name),
            ("half", f"{known.set_name}, {half}"),
            ("template", f"{known.set_name} {known.template}"),
            ("country", known.country),
            ("language", "+".join(known.languages)),
        ]
        for matter, (found, true) in _compared(known, drafts).items():
            for key in keys:
                _count(groups[key][matter], known.name, found, true)
    return groups


def _compared(known: Known, drafts: list[DraftLetter]) -> dict[str, tuple[set[str], set[str]]]:
    """For each matter what was found and what is true, in one spelling."""
    names: dict[tuple[str, str], str] = {}
    for forms in known.targets:
        label = sorted(text for _, text in forms)[-1]
        for slug, text in forms:
            names[_account(text, slug)] = label
    found = set()
    for draft in drafts:
        for target in draft.targets:
            key = _account(target.canonical, target.platform)
            found.add(names.get(key, f"{target.platform}:{target.canonical}"))
    numbers = {_plain(one.canonical): one.canonical for draft in drafts for one in draft.references}
    true_numbers = {_plain(number): number for number in known.references}
    return {
        "targets": (found, set(names.values())),
        "dates": ({one.canonical for draft in drafts for one in draft.dates}, set(known.dates)),
        "references": (
            {true_numbers.get(key, number) for key, number in numbers.items()},
            set(known.references),
        ),
    }


def _account(text: str, slug: str) -> tuple[str, str]:
    locator = identify(text, platform=slug)
    return locator.platform or slug, f"{locator.kind}:{locator.canonical}"


def _plain(number: str) -> str:
    return "".join(number.split()).casefold()


def _count(tally: Tally, name: str, found: set[str], true: set[str]) -> None:
    tally.right += len(found & true)
    tally.wrong += len(found - true)
    tally.missed += len(true - found)
    tally.misses += [f"{name}: not there: {one}" for one in sorted(found - true)]
    tally.misses += [f"{name}: missed: {one}" for one in sorted(true - found)]


def shown(groups: Groups, *, with_misses: bool = False) -> str:
    """The tallies as a table for people; figures under the aim are marked."""
    lines = [f"{'':44}" + "".join(f"{matter:>24}" for matter in _MATTERS)]
    for title in ("set", "half", "template", "country", "language"):
        rows = {key: tallies for key, tallies in groups.items() if key[0] == title}
        lines += ["", f"by {title:<41}" + "   precision   recall   " * len(_MATTERS)]
        for key in sorted(rows):
            cells = [_cell(rows[key][matter]) for matter in _MATTERS]
            lines.append(f"  {key[1]:<42}" + "".join(cells))
    if with_misses:
        for key, tallies in sorted(groups.items()):
            if key[0] == "set":
                lines += [
                    f"\n{key[1]}, {m}:\n  " + "\n  ".join(t.misses)
                    for m, t in tallies.items()
                    if t.misses
                ]
    return "\n".join(lines)


def _cell(tally: Tally) -> str:
    total = tally.right + tally.missed
    mark = " " if min(tally.precision, tally.recall) >= AIM else "!"
    return f"{tally.precision:>9.1%} {tally.recall:>8.1%} {mark}{total:<4}"


def below_aim(groups: Groups) -> list[str]:
    """The sets and matters whose precision or recall is under the aim."""
    return [
        f"{key[1]}: {matter}"
        for key, tallies in sorted(groups.items())
        if key[0] == "set"
        for matter, tally in tallies.items()
        if min(tally.precision, tally.recall) < AIM
    ]


def main(arguments: list[str]) -> int:
    """Print the score of every known set; 1 when one is under the aim. `--misses` shows each."""
    try:
        sets = importlib.import_module("tests.letter_sets")
    except ModuleNotFoundError:
        print("The letters to measure on come with the tests, which are not here.", file=sys.stderr)
        return 2
    letters = sets.known_letters()
    for note in sets.absent():
        print(note, file=sys.stderr)
    groups = measure(letters)
    print(shown(groups, with_misses="--misses" in arguments))
    failing = below_aim(groups)
    print(f"\nUnder {AIM:.0%}: " + ("; ".join(failing) if failing else "nothing"))
    return 1 if failing else 0


def iso(days: Iterable[date]) -> frozenset[str]:
    """Dates as the drafts give them."""
    return frozenset(day.isoformat() for day in days)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
