"""How the bars before a portfolio's own opened: what dynamic sd_n may know on its first days.

`sdengine/RULES.md`, "Dynamic sd_n".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.records import GAP_BARS, Records

Floats = NDArray[np.float64]


def gaps_of(opens: Floats, closes: Floats) -> Floats:
    """Return `abs(open / previous close - 1)` of the last GAP_BARS bars that have one before them, in order."""
    return np.abs(opens[1:] / closes[:-1] - 1.0)[-GAP_BARS:]


def gaps_until_entry(bars: Records, first: int) -> Floats:
    """Return the gaps ``[A, GAP_BARS]`` of the bars up to each asset's first bar from row `first` on, NaN in front.

    `bars` ``[T, A]``. Before row `first` lies the past; an asset that has none there has no gap to be known.
    """
    gaps = np.full((bars.shape[1], GAP_BARS), np.nan)
    if first == 0:
        return gaps
    for a in range(bars.shape[1]):
        quoted = np.flatnonzero(~np.isnan(bars["low"][:, a]))
        until = quoted[: np.searchsorted(quoted, first) + 1]
        found = gaps_of(bars["open"][until, a], bars["close"][until, a])
        gaps[a, GAP_BARS - len(found) :] = found
    return gaps
