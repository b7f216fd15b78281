"""The letters whose truth is known: the published government notices and the generated ones.

The notices are read from ../shared beside the checkout. Their truth is in the data set's own
fields, read at run time, with the amendments below where a careful reading found otherwise.
"""

import json
from collections import defaultdict
from pathlib import Path

from reports.letters.score import Known, iso
from tests.generate_letters import DEVELOPED, generate
from tests.generate_letters_held_out import HELD_OUT

NOTICES = Path(__file__).resolve().parents[2] / "shared" / "data" / "gov_takedowns"
MISSING = f"{NOTICES} is not there: the published notices cannot be measured"

# The data set lists the dates of letters and of the decisions that they cite. A date that a letter
# tells besides is as true, and a parser is right to find it.
FURTHER_DATES = {
    "gt-59768c5fc9": ["2020-11-16"],  # the day on which the imitated application was launched
}


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
            country=row["country"],
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
    return [*days, *filter(None, [row["letter_date"]]), *FURTHER_DATES.get(row["id"], [])]


def generated(seed: int = 2) -> list[Known]:
    """The generated police letters."""
    held_out = {shape.__name__ for shape in HELD_OUT}
    return [
        Known(
            name=letter.name,
            raw=letter.raw,
            set_name="generated police letters",
            template=letter.shape,
            country="Indonesia",
            languages=("id", "en") if letter.shape == "bilingual" else ("id",),
            is_held_out=letter.shape in held_out,
            targets=tuple(frozenset(forms) for forms in letter.truth.targets),
            dates=iso(letter.truth.dates),
            references=frozenset(letter.truth.references),
        )
        for letter in generate(seed, (*DEVELOPED, *HELD_OUT))
    ]


def known_letters() -> list[Known]:
    return published() + generated()


def absent() -> list[str]:
    """What could not be measured, as sentences."""
    return [] if NOTICES.is_dir() else [MISSING]
