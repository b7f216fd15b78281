"""How sure one may be of a share, and how many to look at."""

from math import comb

import pytest

from cases.shares import sample_size, wilson


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # R's prop.test without continuity correction gives these.
    [(0, 10, 0.0, 27.8), (1, 10, 1.8, 40.4), (5, 10, 23.7, 76.3), (10, 10, 72.2, 100.0)],
)
def test_the_interval_is_wilsons(count, of, low, high):
    assert wilson(count, of) == pytest.approx((low, high), abs=0.05)


def test_of_nothing_nothing_is_known():
    assert wilson(0, 0) == (0.0, 100.0)


@pytest.mark.parametrize(("bound", "confidence", "size"), [(5, 95, 59), (1, 95, 299), (5, 99, 90)])
def test_from_a_large_pool_the_rule_of_powers_is_drawn(bound, confidence, size):
    assert sample_size(10**9, bound, confidence) == size
    assert (1 - bound / 100) ** size <= 1 - confidence / 100 < (1 - bound / 100) ** (size - 1)


@pytest.mark.parametrize("pool", [1, 2, 5, 19, 20, 21, 40, 77, 100, 250, 999])
def test_a_small_pool_is_drawn_from_without_putting_back(pool):
    """The chance to miss every false one, counted by whole numbers; one fewer would be too few."""
    false = pool * 5 // 100 + 1

    def missed(size):
        return comb(pool - false, size) / comb(pool, size)

    size = sample_size(pool, 5, 95)
    assert missed(size) <= 0.05
    assert size == 1 or missed(size - 1) > 0.05


def test_of_an_empty_pool_nothing_is_drawn():
    assert sample_size(0, 5, 95) == 0
