"""What a fine is reckoned by, as a policy pack holds it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from .values import Category, Dated, Ladder, Words

# What a rung with one of these has a fine assessed by.
FINING = frozenset({"assess_fine", "cumulative_fine"})


@dataclass(frozen=True, kw_only=True)
class FineIndex:
    """How much one choice weighs, in thousandths of the whole. `codes` are the categories, or the
    rungs, for which it stands; what an officer chooses has none."""

    code: str
    name: Words
    thousandths: int
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FineFactor:
    """One factor of a fine; `by` says who chooses its index: the category of the account's case,
    the rung of the letter, or the officer who proposes the fine."""

    code: str
    name: Words
    by: Literal["category", "rung", "officer"]
    indices: tuple[FineIndex, ...]

    def index(self, code: str) -> FineIndex:
        """The index of a category, of a rung, or of an officer's choice; KeyError for none."""
        for one in self.indices:
            if code in (one.codes if self.by != "officer" else (one.code,)):
                return one
        raise KeyError(code)


@dataclass(frozen=True, kw_only=True)
class FineTable(Dated):
    """A fine for one account is `most_points` x `tariff` x every index. Whole units of `currency`.

    `is_assumed`: the indices were never published and stand in for those of the law. The time to
    file the letter of commitment, and to pay, counts from the receipt of the letter.
    """

    basis: str
    currency: str
    tariff: int
    most_points: int
    commit_within: timedelta
    commit_rule: Words
    pay_within: timedelta
    pay_rule: Words
    factors: tuple[FineFactor, ...]
    is_assumed: bool = False

    @property
    def chosen_by_officer(self) -> tuple[FineFactor, ...]:
        """The factors of which an officer chooses the index."""
        return tuple(one for one in self.factors if one.by == "officer")


def faults(
    table: FineTable, categories: tuple[Category, ...], ladders: tuple[Ladder, ...]
) -> Iterator[str]:
    """What is wrong with a table, as sentences: an index too many or too few."""
    fining = {
        rung.code for one in ladders for rung in one.rungs if not FINING.isdisjoint(rung.effects)
    }
    wanted = {"category": {one.code for one in categories}, "rung": fining}
    if table.tariff <= 0 or table.most_points <= 0:
        yield "its tariff and its points must be more than nothing."
    for factor in table.factors:
        codes = [code for one in factor.indices for code in one.codes]
        if len(codes) != len(set(codes)):
            yield f"“{factor.code}” gives something two indices."
        if missing := sorted(wanted.get(factor.by, set()) - set(codes)):
            yield f"“{factor.code}” has no index for: {', '.join(missing)}."
        if not factor.indices or any(not 0 < one.thousandths <= 1000 for one in factor.indices):
            yield f"“{factor.code}” needs indices of 1 to 1000 thousandths."
