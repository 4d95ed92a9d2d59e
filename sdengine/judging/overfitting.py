"""How often a choice held up: the probability of backtest overfitting (PBO), by combinations of blocks of the past."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCKS = 16
NOTHING = 1e-28
"""A variance of daily returns at or below this is rounding: there is no ratio, and 0 stands for it."""
CELLS = 250_000
"""Splits times columns that are looked at together: few enough to stay in the processor's cache."""


class Overfitting(NamedTuple):
    """The share of splits whose best of one half came out in the lower half of the other, and how many splits."""

    share: float
    splits: int


def overfitting(returns: Floats, blocks: int = BLOCKS) -> Overfitting:
    """Compute PBO of the columns of `returns` `[T, M]`, M at least 2, T at least twice `blocks` (an even number).

    The rows are cut into `blocks` equal stretches of time, the oldest that are left over dropped. For every choice of
    half of them: which column has the best Sharpe ratio there (the first among equals), and where it ranks in the other
    half. The share of choices in which its rank is in the lower half, `rank / (M + 1) <= 1/2`; equals share their
    middle rank, and a middle rank of exactly a half that is shared counts half, so that equal columns give 0.5. No
    test: on noise it scatters widely. Source: Bailey, Borwein, Lopez de Prado, Zhu, "The probability of backtest
    overfitting", Journal of Computational Finance 2017.
    """
    rows = len(returns) // blocks
    kept = returns[len(returns) - rows * blocks :].reshape(blocks, rows, -1)
    halves = np.array(list(combinations(range(blocks), blocks // 2)), np.int64)
    lower = _lower_halves(kept.sum(axis=1), (kept**2).sum(axis=1), halves, rows * (blocks // 2))
    return Overfitting(lower / len(halves), len(halves))


def _ratios(totals: Floats, squares: Floats, count: int) -> Floats:
    """Compute Sharpe ratios of sums; 0 without dispersion."""
    variances = (squares - totals * totals / count) / (count - 1)
    varies = variances > NOTHING
    return np.where(varies, totals / count / np.sqrt(np.where(varies, variances, 1.0)), 0.0)


def _lower_halves(sums: Floats, squares: Floats, halves: NDArray[np.int64], count: int) -> float:
    """Count the splits in which the chosen column ranks in the lower half; all sums in the order of the blocks."""
    width, found = sums.shape[1], 0.0
    all_sums, all_squares = _added(sums, range(len(sums))), _added(squares, range(len(sums)))
    for first in range(0, len(halves), max(CELLS // width, 1)):
        some = halves[first : first + max(CELLS // width, 1)]
        inner, inner_squares = _added(sums, some.T), _added(squares, some.T)
        chosen = _ratios(inner, inner_squares, count).argmax(axis=1)  # the first among equals
        outer = _ratios(all_sums - inner, all_squares - inner_squares, count)
        reached = np.take_along_axis(outer, chosen[:, None], axis=1)
        below, equal = (outer < reached).sum(axis=1), (outer == reached).sum(axis=1)
        rank = below + (equal + 1) / 2.0
        shared = np.where(equal > 1, 0.5, 1.0)
        found += float((2.0 * rank < width + 1).sum() + shared[2.0 * rank == width + 1].sum())
    return found


def _added(blocks: Floats, chosen: Iterable[Any]) -> Floats:
    """Add up blocks in the order in which they are chosen: one after the other, or of many splits at once."""
    return reduce(np.add, (blocks[each] for each in chosen))
