"""How many worlds without anything to gain did as well: for the best of all, and for each run after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def step_down(observed: Floats, worlds: Floats) -> Floats:
    """Compute adjusted p-values, `[M], [B, M] -> [M]`: of the best, how often the best of any world was as good.

    In order of `observed`, the highest first: the share of worlds, the past itself counted as one, whose best among
    this run and those behind it is as high, and never less than the share of the run before. All M together err once
    in that share of pasts at most. Source: Westfall and Young, "Resampling-based multiple testing", 1993 (step-down
    max-T).
    """
    order = np.argsort(-observed, kind="stable")
    behind = np.maximum.accumulate(worlds[:, order][:, ::-1], axis=1)[:, ::-1]
    shares = (1 + (behind >= observed[order]).sum(axis=0)) / (1 + len(worlds))
    adjusted = np.empty(len(observed))
    adjusted[order] = np.maximum.accumulate(shares)
    return adjusted
