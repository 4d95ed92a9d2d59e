"""Returns by calendar month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def month_ends(months: NDArray[np.int32]) -> Ints:
    """Find each month's last close, `[T] -> [M]`; `months` numbers the calendar month, or year, of each close."""
    ends = np.empty(months.size, np.int64)
    count = 0
    for t in range(months.size):
        if t == months.size - 1 or months[t + 1] != months[t]:
            ends[count] = t
            count += 1
    return ends[:count]


@kernel
def returns_between(index: Floats, ends: Ints) -> Floats:
    """Compute the return from each end to the next, `[T], [M] -> [M]`, fractions: `I[end] / I[end before] - 1`.

    The first is taken against the initial capital (1), so that together they compound to the total return. 0 after
    the index has reached 0.
    """
    returns = np.empty(ends.size)
    before = 1.0
    for m in range(ends.size):
        after = index[ends[m]]
        returns[m] = after / before - 1.0 if before != 0.0 else 0.0
        before = after
    return returns
