"""How often a choice held up: the probability of backtest overfitting (PBO), by combinations of blocks of the past."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]

BLOCKS = 16
NOTHING = 1e-28
"""A variance of daily returns at or below this is rounding: there is no ratio, and 0 stands for it."""


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


@kernel
def _ratio(total: float, square: float, count: int) -> float:
    """Compute a Sharpe ratio of sums; 0 without dispersion."""
    variance = (square - total * total / count) / (count - 1)
    return total / count / np.sqrt(variance) if variance > NOTHING else 0.0


@kernel
def _lower_halves(sums: Floats, squares: Floats, halves: NDArray[np.int64], count: int) -> float:
    """Count the splits in which the chosen column ranks in the lower half; all sums in the order of the blocks."""
    blocks, width = sums.shape
    all_sums, all_squares = np.zeros(width), np.zeros(width)
    for k in range(blocks):
        for m in range(width):
            all_sums[m] += sums[k, m]
            all_squares[m] += squares[k, m]
    inner, inner_squares, outer = np.empty(width), np.empty(width), np.empty(width)
    found = 0.0
    for c in range(len(halves)):
        for m in range(width):
            inner[m] = 0.0
            inner_squares[m] = 0.0
        for k in halves[c]:
            for m in range(width):
                inner[m] += sums[k, m]
                inner_squares[m] += squares[k, m]
        best, chosen = -np.inf, 0
        for m in range(width):
            ratio = _ratio(inner[m], inner_squares[m], count)
            if ratio > best:
                best, chosen = ratio, m
            outer[m] = _ratio(all_sums[m] - inner[m], all_squares[m] - inner_squares[m], count)
        below, equal = 0, 0
        for m in range(width):
            below += outer[m] < outer[chosen]
            equal += outer[m] == outer[chosen]
        rank = below + (equal + 1) / 2.0
        if 2.0 * rank < width + 1:
            found += 1.0
        elif 2.0 * rank == width + 1:
            found += 0.5 if equal > 1 else 1.0
    return found
