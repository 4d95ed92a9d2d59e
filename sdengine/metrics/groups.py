"""Sums and counts of many groups of rows at once, each sum in the order of its rows.

A row that belongs to no group has a number beyond the last one's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sdengine.metrics.records import Floats, Int64s

Chosen = NDArray[np.bool_]


def sums(values: Floats, group: Int64s, groups: int, chosen: Chosen | None = None) -> Floats:
    """Add up the values of each group, of the `chosen` rows alone if given, as a loop over the rows would."""
    if chosen is not None:
        values, group = values[chosen], group[chosen]
    return np.bincount(group, values, groups)[:groups].astype(np.float64, copy=False)


def counts(group: Int64s, groups: int, chosen: Chosen | None = None) -> Int64s:
    """Count the rows of each group, of the `chosen` rows alone if given."""
    return np.bincount(group if chosen is None else group[chosen], minlength=groups)[:groups]


def changes(*labels: NDArray[np.integer]) -> Chosen:
    """Tell of each row whether its labels differ from those of the row before; the first row's do."""
    new = np.zeros(labels[0].size, np.bool_)
    new[:1] = True
    for label in labels:
        new[1:] |= label[1:] != label[:-1]
    return new


def firsts(*labels: NDArray[np.integer]) -> Int64s:
    """Find the first row of each stretch of rows with the same labels."""
    return np.flatnonzero(changes(*labels))


def lasts(*labels: NDArray[np.integer]) -> Int64s:
    """Find the last row of each stretch of rows with the same labels."""
    return np.flatnonzero(np.append(changes(*labels), True)[1:])


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide where the whole is above zero; NaN elsewhere."""
    there = whole > 0.0
    return np.where(there, part / np.where(there, whole, 1.0), np.nan)
