"""Redrawing a past in blocks: the stationary bootstrap, and how long its blocks should be."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.judging.draws import uniforms
from sdengine.kernel.compiled import kernel
from sdengine.statistics.risk import ROUNDING

Floats = NDArray[np.float64]
Places = NDArray[np.int32]
Counts = NDArray[np.int64]

SHORTEST = 5.0
"""Mean block length in days below which none is taken: daily returns of a ladder depend on those of the week."""


def stationary_indices(seed: int, draws: int, days: int, mean_length: float) -> Places:
    """Draw the days of `draws` redrawn pasts, `[draws, days]`: blocks of geometric length that wrap around the end.

    Each day follows the one before with probability `1 - 1 / mean_length`, else it is any day. Row k depends on `seed`
    and k alone. Source: Politis and Romano, "The stationary bootstrap", JASA 1994.
    """
    indices = np.empty((draws, days), np.int32)
    for k in range(draws):
        drawn = uniforms(seed, k, 2 * days)
        _follow(drawn[:days], drawn[days:], 1.0 / mean_length, indices[k])
    return indices


@kernel
def _follow(turns: Floats, starts: Floats, chance: float, places: Places) -> None:
    """Fill in the places of one draw: a fresh start where its turn says so, the next one elsewhere."""
    count = len(places)
    for t in range(count):
        if t == 0 or turns[t] < chance:
            places[t] = int(starts[t] * count)
        else:
            places[t] = (places[t - 1] + 1) % count


def block_length(series: Floats) -> float:
    """Choose the mean block length for the stationary bootstrap of `series` `[T]`, at least 1, at most about 3 sqrt(T).

    From autocovariances R up to lag M = 2m, m being the lag behind which `max(5, log10 T)` autocorrelations in a row
    are insignificant (below `2 sqrt(log10 T / T)`), with the flat-top window lam:
    `(2 G**2 / D)**(1/3) T**(1/3)`, `G = sum lam(k/M) |k| R(k)`, `D = 2 (sum lam(k/M) R(k))**2`. 1 for a flat series.
    Source: Politis and White, Econometric Reviews 2004, with the correction of Patton, Politis and White 2009.
    """
    count = len(series)
    centred = series - series.mean()
    if not series.std() > ROUNDING:
        return 1.0
    in_a_row = max(5, int(math.log10(count)))
    furthest = math.ceil(math.sqrt(count)) + in_a_row
    covariance, correlation = _lags(centred, min(furthest, count - 2))
    limit = 2.0 * math.sqrt(math.log10(count) / count)
    small = correlation < limit
    quiet = [k for k in range(len(small) - in_a_row) if small[k : k + in_a_row].all()]
    lags = min(2 * max(quiet[0], 1) if quiet else furthest, len(covariance) - 1)
    k = np.arange(1, lags + 1)
    window = np.where(k / lags <= 0.5, 1.0, 2.0 * (1.0 - k / lags))
    slope = 2.0 * float((window * k * covariance[1 : lags + 1]).sum())
    level = float(covariance[0] + 2.0 * (window * covariance[1 : lags + 1]).sum())
    length = (slope**2 / level**2) ** (1.0 / 3.0) * count ** (1.0 / 3.0) if level != 0.0 else math.inf
    return max(1.0, min(length, math.ceil(min(3.0 * math.sqrt(count), count / 3.0))))


def _lags(centred: Floats, furthest: int) -> tuple[Floats, Floats]:
    """Compute autocovariances (over T) of lags 0 to `furthest`, and the size of the autocorrelations."""
    covariance, correlation = np.zeros(furthest + 1), np.zeros(furthest + 1)
    _correlate(centred, covariance, correlation)
    return covariance, correlation


@kernel
def _correlate(centred: Floats, covariance: Floats, correlation: Floats) -> None:
    """Fill in what `_lags` gives."""
    count = len(centred)
    for lag in range(len(covariance)):
        product, early, late = 0.0, 0.0, 0.0
        for t in range(count - lag):
            product += centred[t] * centred[t + lag]
        for t in range(count - lag - 1):
            early += centred[t] * centred[t]
            late += centred[t + lag + 1] * centred[t + lag + 1]
        covariance[lag] = product / count
        correlation[lag] = abs(product) / math.sqrt(early * late) if early * late > 0.0 else 0.0


def sweep_block_length(returns: Floats) -> float:
    """Choose one block length for all columns of `returns` `[T, M]`: the median over returns and their sizes, >= 5."""
    lengths = [block_length(series) for column in returns.T for series in (column, np.abs(column))]
    return max(SHORTEST, float(np.median(lengths)))


def resampled_means(returns: Floats, indices: Places) -> Floats:
    """Compute the mean of each column over each redrawn past, `[T, M], [B, T] -> [B, M]`, added in order of time."""
    means = np.zeros((len(indices), returns.shape[1]))
    _add(returns, indices, np.zeros(len(returns), np.int64), means)
    return means / len(returns)


@kernel
def _add(returns: Floats, indices: Places, times: Counts, sums: Floats) -> None:
    """Add up each column over each redrawn past; `times` is 0 for each day, and is again afterwards."""
    for b in range(indices.shape[0]):
        for t in range(indices.shape[1]):
            times[indices[b, t]] += 1
        for t in range(returns.shape[0]):
            if times[t] > 0:
                for m in range(returns.shape[1]):
                    sums[b, m] += times[t] * returns[t, m]
                times[t] = 0
