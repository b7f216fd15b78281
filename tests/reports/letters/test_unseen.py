"""Letters that the reader was measured on before it had ever been changed for them: forty of many
countries' police, courts and ministries, with their truth. What they reach now is not given up."""

import json
from pathlib import Path

import pytest

from reports.letters import score
from reports.letters.score import Known

UNSEEN = Path(__file__).resolve().parents[2] / "letters" / "unseen"
FLOORS = {"targets": (1.0, 1.0), "dates": (1.0, 1.0), "references": (1.0, 1.0)}


def _form(text: str) -> tuple[str, str]:
    """(platform, text) of a target as the truth writes it: "michat:abc", "+62…", an address."""
    if text.startswith("+"):
        return "whatsapp", text
    slug, _, rest = text.partition(":")
    return (slug, rest) if rest and not rest.startswith("//") else ("", text)


def _known() -> list[Known]:
    truth = json.loads((UNSEEN / "truth.json").read_text("utf-8"))
    return [
        Known(
            name=name,
            raw=(UNSEEN / name).read_bytes(),
            set_name="unseen letters",
            template=name,
            country=one["country"],
            languages=tuple(one["language"].split("+")),
            is_held_out=True,
            targets=tuple(frozenset([_form(text)]) for text in one["targets"]),
            dates=frozenset(one["dates"]),
            references=frozenset(one["references"]),
        )
        for name, one in truth.items()
    ]


@pytest.fixture(scope="module")
def tallies():
    letters = _known()
    assert len(letters) == 40
    return score.measure(letters)[("set", "unseen letters")]


@pytest.mark.parametrize("matter", FLOORS)
def test_letters_once_unseen_are_read_no_worse_than_they_were(tallies, matter):
    tally = tallies[matter]
    assert tally.right > 40
    assert (tally.precision, tally.recall) >= FLOORS[matter], tally.misses
    assert tally.recall >= FLOORS[matter][1], tally.misses
