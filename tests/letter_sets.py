"""The letters whose truth is known: the published government notices, the generated ones, and those
in tests/reports/letters, written by hand in many countries' ways.

The notices are read from ../shared beside the checkout. Their truth is in the data set's own
fields, read at run time, with the amendments below where a careful reading found otherwise.

Half of the notices and half of the generated shapes were held out until the parser had been
measured on them once; what that showed has been mended since.
"""

import json
from collections import defaultdict
from pathlib import Path

from reports.letters.score import Known, iso
from tests.generate_letters import DEVELOPED, generate
from tests.generate_letters_held_out import HELD_OUT
from tests.generate_letters_mixed import generate_mixed
from tests.letter_desk import Letter

NOTICES = Path(__file__).resolve().parents[2] / "shared" / "data" / "gov_takedowns"
BY_HAND = Path(__file__).parent / "reports" / "letters"
MISSING = f"{NOTICES} is not there: the published notices cannot be measured"


def published() -> list[Known]:
    """The published notices; [] where the data is absent."""
    if not NOTICES.is_dir():
        return []
    lines = (NOTICES / "gov_takedowns.jsonl").read_text("utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    held_out = _every_other(rows)
    return [
        Known(
            name=f"{row['id']}.eml",
            raw=(NOTICES / "eml" / f"{row['id']}.eml").read_bytes(),
            set_name="published notices",
            template=row["template"],
            country=row["country_iso2"],
            languages=tuple(row["languages"]),
            is_held_out=row["id"] in held_out,
            targets=tuple(frozenset([("", url)]) for url in row["target_urls"]),
            dates=frozenset(_dates(row)),
            references=frozenset(r["number"] for r in row["references"] if r.get("number")),
        )
        for row in rows
    ]


def _every_other(rows: list[dict]) -> set[str]:
    """Half of the letters of every template."""
    by_template = defaultdict(list)
    for row in rows:
        by_template[row["template"]].append(row["id"])
    ordered = [name for template in sorted(by_template) for name in sorted(by_template[template])]
    return set(ordered[1::2])


def _dates(row: dict) -> list[str]:
    days = [r["date"] for r in row["references"] if r.get("date")]
    return [*days, *filter(None, [row["letter_date"]])]


def generated(seed: int = 2) -> list[Known]:
    """A hundred generated police letters, in ten shapes."""
    letters = generate(seed, (*DEVELOPED, *HELD_OUT))
    return [_generated(letter, "generated police letters") for letter in letters]


def mixed(seed: int = 2) -> list[Known]:
    """A hundred more in one shape with many words."""
    return [_generated(letter, "mixed police letters") for letter in generate_mixed(seed)]


def _generated(letter: Letter, set_name: str) -> Known:
    return Known(
        name=letter.name,
        raw=letter.raw,
        set_name=set_name,
        template=letter.shape,
        country="ID",
        languages=("id", "en") if letter.shape == "bilingual" else ("id",),
        is_held_out=letter.shape in {shape.__name__ for shape in HELD_OUT},
        targets=tuple(frozenset(forms) for forms in letter.truth.targets),
        dates=iso(letter.truth.dates),
        references=frozenset(letter.truth.references),
    )


def by_hand() -> list[Known]:
    """Letters of many countries' police, courts and ministries, written for these tests."""
    return [_by_hand(path) for path in sorted(BY_HAND.glob("*.txt"))]


def _by_hand(path: Path) -> Known:
    facts, _, text = path.read_text("utf-8").partition("----\n")
    truth = defaultdict(list)
    for line in facts.splitlines():
        name, _, value = line.partition(": ")
        truth[name].append(value)
    targets = [value.partition(" ") for value in truth["target"]]
    return Known(
        name=path.name,
        raw=text.encode(),
        set_name="letters written by hand",
        template="by hand",
        country=truth["country"][0] if truth["country"] else "",
        languages=tuple(truth["language"]),
        is_held_out=False,
        targets=tuple(frozenset([(slug.strip("-"), form)]) for slug, _, form in targets),
        dates=frozenset(truth["date"]),
        references=frozenset(truth["reference"]),
    )


def known_letters() -> list[Known]:
    return published() + generated() + mixed() + by_hand()


def absent() -> list[str]:
    """What could not be measured, as sentences."""
    return [] if NOTICES.is_dir() else [MISSING]
