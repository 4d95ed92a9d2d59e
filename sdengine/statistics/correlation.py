"""How series go together: correlations, a number from -1 to 1."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]

FLAT = 1e-12
"""A deviation this small beside the largest value is rounding: the series does not vary."""


@kernel
def standardised(values: Floats) -> Floats:
    """Shift and scale a series to mean 0 and length 1, `[T] -> [T]`; all 0 where it does not vary."""
    result = np.empty(values.size)
    mean, largest = 0.0, 0.0
    for x in values:
        mean += x / values.size
        largest = max(largest, abs(x))
    squares = 0.0
    for t in range(values.size):
        result[t] = values[t] - mean
        squares += result[t] * result[t]
    length = math.sqrt(squares)
    scale = 1.0 / length if length > FLAT * largest * values.size else 0.0
    for t in range(values.size):
        result[t] *= scale
    return result


@kernel
def correlation(x: Floats, y: Floats) -> float:
    """Compute Pearson's correlation of two series, `[T], [T]`; NaN where one of them does not vary."""
    a, b = standardised(x), standardised(y)
    product, varies_a, varies_b = 0.0, 0.0, 0.0
    for t in range(a.size):
        product += a[t] * b[t]
        varies_a = max(varies_a, abs(a[t]))
        varies_b = max(varies_b, abs(b[t]))
    return product if varies_a > 0.0 and varies_b > 0.0 else np.nan


@kernel
def mean_correlation(series: Floats) -> float:
    """Compute the mean correlation over all pairs of series that vary, `[N, T]`; NaN with fewer than two of them.

    With series of mean 0 and length 1 the pairs' correlations sum to `(|sum|**2 - N) / 2`.
    """
    together, varying = np.zeros(series.shape[1]), 0
    for n in range(series.shape[0]):
        unit = standardised(series[n])
        largest = 0.0
        for t in range(unit.size):
            together[t] += unit[t]
            largest = max(largest, abs(unit[t]))
        varying += largest > 0.0
    if varying < 2:
        return np.nan
    squares = 0.0
    for t in range(together.size):
        squares += together[t] * together[t]
    return (squares - varying) / (varying * (varying - 1))
