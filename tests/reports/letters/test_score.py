"""The letters whose truth is known, and how their reading is scored."""

import pytest

from reports.letters import read, score
from tests import letter_sets
from tests.generate_letters import DEVELOPED, generate
from tests.generate_letters_held_out import HELD_OUT


def test_a_wrong_and_a_missed_account_count_against_the_score():
    known = score.Known(
        name="x.txt",
        raw=b"Mohon blokir https://t.me/contoh_a",
        set_name="set",
        template="t",
        country="ID",
        languages=("id",),
        is_held_out=False,
        targets=(frozenset([("telegram", "contoh_b")]),),
        dates=frozenset(),
        references=frozenset(),
    )
    groups = score.measure([known])
    tally = groups[("set", "set")]["targets"]
    assert (tally.right, tally.wrong, tally.missed) == (0, 1, 1)
    assert score.below_aim(groups) == ["set: targets"]


@pytest.fixture(scope="module")
def notices():
    """The published notices, each with its first draft."""
    known = letter_sets.published()
    if not known:
        pytest.skip(letter_sets.MISSING)
    return known


def test_the_generated_letters_are_the_same_for_the_same_seed():
    shapes = (*DEVELOPED, *HELD_OUT)
    assert [one.raw for one in generate(5, shapes)] == [one.raw for one in generate(5, shapes)]
    assert len(list(generate(5, shapes))) == 100


@pytest.mark.parametrize("letters", [letter_sets.generated, letter_sets.mixed, letter_sets.by_hand])
def test_letters_of_known_truth_are_read_to_the_aim(letters):
    groups = score.measure(letters())
    assert score.below_aim(groups) == [], score.shown(groups, with_misses=True)


def test_the_published_notices_are_read_to_the_aim(notices):
    groups = score.measure(notices)
    assert score.below_aim(groups) == [], score.shown(groups, with_misses=True)


def test_language_and_country_of_the_published_notices_are_told(notices):
    drafts = [(known, read(known.raw, known.name)[0]) for known in notices[::4]]
    assert [k.name for k, d in drafts if d.language not in k.languages] == []
    assert [k.name for k, d in drafts if d.country != k.country] == []


def test_language_and_country_of_letters_written_by_hand_are_told():
    known = letter_sets.by_hand()[::3]
    drafts = [(one, read(one.raw, one.name)[-1]) for one in known]
    wrong = [k.name for k, d in drafts if k.languages and d.language not in k.languages]
    wrong += [k.name for k, d in drafts if k.country and d.country != k.country]
    assert len(wrong) * 20 <= len(known), wrong
