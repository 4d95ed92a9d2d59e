"""How returns are spread, and how they follow each other. Returns are fractions `[N]`; NaN where there are too few."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel
from sdengine.statistics.correlation import correlation
from sdengine.statistics.risk import deviation, mean

Floats = NDArray[np.float64]


@kernel
def skewness(returns: Floats) -> float:
    """Compute the adjusted skewness: `sqrt(N (N - 1)) / (N - 2) * m3 / m2**1.5`, m the central moments over N.

    Below 0 the long tail is that of losses. NaN of fewer than three returns or without dispersion. Source: Joanes and
    Gill 1998, G1; pandas `skew`.
    """
    n = returns.size
    if n < 3 or not deviation(returns) > 0.0:
        return np.nan
    centre, second, third = mean(returns), 0.0, 0.0
    for r in returns:
        square = (r - centre) * (r - centre)
        second += square
        third += square * (r - centre)
    return math.sqrt(n * (n - 1.0)) / (n - 2.0) * (third / n) / (second / n) ** 1.5


@kernel
def kurtosis(returns: Floats) -> float:
    """Compute the adjusted excess kurtosis: `(N - 1) / ((N - 2) (N - 3)) * ((N + 1) (m4 / m2**2 - 3) + 6)`.

    Above 0 extremes are more frequent than in the normal law. NaN of fewer than four returns or without dispersion.
    Source: Joanes and Gill 1998, G2; pandas `kurt`.
    """
    n = returns.size
    if n < 4 or not deviation(returns) > 0.0:
        return np.nan
    centre, second, fourth = mean(returns), 0.0, 0.0
    for r in returns:
        square = (r - centre) * (r - centre)
        second += square
        fourth += square * square
    excess = n * fourth / (second * second) - 3.0
    return (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * excess + 6.0)


@kernel
def autocorrelation(returns: Floats) -> float:
    """Compute the correlation of each return with the next one, -1 to 1.

    NaN of fewer than three returns, or where either side does not vary. Source: pandas `autocorr(1)`.
    """
    if returns.size < 3 or not deviation(returns) > 0.0:
        return np.nan
    return correlation(returns[:-1], returns[1:])


@kernel
def stability(index: Floats) -> float:
    """Compute how straight growth was, 0 to 1: R squared of a line through `log(I)` from the second close on.

    NaN of fewer than three closes, where the index stays level, or once it has reached 0. Source: empyrical
    `stability_of_timeseries`.
    """
    if index.size < 3 or not index[-1] > 0.0:
        return np.nan
    logs, time = np.empty(index.size - 1), np.empty(index.size - 1)
    for t in range(1, index.size):
        logs[t - 1] = math.log(index[t])
        time[t - 1] = t
    together = correlation(logs, time)
    return together * together


@kernel
def longest_streak(returns: Floats, sign: float) -> int:
    """Count the most returns in a row that are above 0 (`sign` 1) or below it (-1); a return of 0 ends a row."""
    longest, row = 0, 0
    for r in returns:
        row = row + 1 if r * sign > 0.0 else 0
        longest = max(longest, row)
    return longest
