"""How often a choice held up, against the definition written out split by split, and ffn."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from sdengine.judging.overfitting import overfitting
from tests.sdengine.judging.oracle_library import library

Floats = NDArray[np.float64]


def returns(seed: int, days: int, count: int) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(rng.normal(0, 0.001, count), 0.01, (days, count))


def plain(given: Floats, blocks: int) -> tuple[float, int]:
    """Each split on its own: rows put together, ratios by numpy, ranks by comparing one with each other."""
    size = len(given) // blocks
    rows = np.arange(len(given) - size * blocks, len(given)).reshape(blocks, size)
    lower, splits = 0.0, 0
    for chosen in combinations(range(blocks), blocks // 2):
        inside = given[np.concatenate([rows[k] for k in chosen])]
        outside = given[np.concatenate([rows[k] for k in range(blocks) if k not in chosen])]
        best = int(np.argmax(inside.mean(axis=0) / inside.std(axis=0, ddof=1)))
        ratio = outside.mean(axis=0) / outside.std(axis=0, ddof=1)
        lower += 1 + (ratio < ratio[best]).sum() <= (given.shape[1] + 1) / 2
        splits += 1
    return lower / splits, splits


@pytest.mark.parametrize(("days", "count", "blocks"), [(240, 6, 6), (247, 5, 6), (301, 7, 8)])
def test_is_the_definition_and_drops_the_oldest_rows(days: int, count: int, blocks: int) -> None:
    given = returns(days, days, count)
    assert tuple(overfitting(given, blocks)) == plain(given, blocks)
    early = given.copy()
    early[: days % blocks] = 0.5  # left over: they do not count
    assert overfitting(early, blocks) == overfitting(given, blocks)


def test_sixteen_blocks_are_12870_splits() -> None:
    assert overfitting(returns(1, 64, 3)).splits == 12_870


@pytest.mark.parametrize("count", [2, 5])
def test_equal_columns_give_a_half(count: int) -> None:
    assert overfitting(np.repeat(returns(1, 160, 1), count, axis=1)).share == 0.5


def test_a_column_that_is_better_throughout_always_holds_up() -> None:
    given = returns(2, 320, 4)
    given[:, 2] += 0.05
    assert overfitting(given).share == 0.0


def test_a_column_that_never_differs_counts_as_nothing_gained() -> None:
    given = np.zeros((160, 3))
    given[:, 0], given[:, 2] = returns(3, 160, 1)[:, 0] - 0.02, returns(4, 160, 1)[:, 0] - 0.03
    assert overfitting(given).share == 0.0  # the flat one is always the best


def test_agrees_with_ffn_on_rows_that_divide() -> None:
    ffn, pandas = library("ffn.core"), library("pandas")
    given = returns(7, 250, 9)
    assert overfitting(given, 10).share == ffn.calc_prob_backtest_overfitting(pandas.DataFrame(given), n_blocks=10)
