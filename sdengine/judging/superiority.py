"""Whether the best of many beats its twin by more than chance in this past: Reality Check, SPA and StepM.

They cannot see the trend that did not come, so they are second to luck (see README.md).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.judging.bootstrap import Places, resampled_means
from sdengine.judging.sharpe import spreads

Floats = NDArray[np.float64]

LEVEL = 0.05


class Superiority(NamedTuple):
    """Two p-values that none is better, Hansen's and White's, and which columns are, at 5 % over all together."""

    p: float
    reality_check: float
    better: NDArray[np.bool_]


def superiority(differences: Floats, indices: Places) -> Superiority:
    """Test the columns of `differences` `[T, M]` (a run's daily return less its twin's) over redrawn pasts `[B, T]`.

    `t = sqrt(T) mean / w`, w the deviation of `sqrt(T)` times the redrawn means. SPA: those not hopeless
    (`t >= -sqrt(2 ln ln T)`) are recentred, p is the share of redrawn pasts whose best t is as high, counted with the
    past itself among them. Reality Check: the same with means in the place of t, and all recentred, so that hopeless
    ones make it larger. StepM: all are recentred, those above the 95 % quantile of the best t are better, again among
    those left until none is. Columns without dispersion are no candidates; without any, p is NaN.
    Sources: White, "A reality check for data snooping", Econometrica 2000; Hansen, "A test for superior predictive
    ability", JBES 2005; Romano and Wolf, Econometrica 2005.
    """
    better = np.zeros(differences.shape[1], np.bool_)
    candidates = np.flatnonzero(spreads(differences) > 0.0)
    if not len(candidates):
        return Superiority(math.nan, math.nan, better)
    given = np.ascontiguousarray(differences[:, candidates])
    days, root = len(given), math.sqrt(len(given))
    redrawn = resampled_means(given, indices)
    mean, spread = given.mean(axis=0), root * redrawn.std(axis=0, ddof=1)
    t = root * mean / spread
    hopeful = t >= -math.sqrt(2.0 * math.log(math.log(days)))
    recentred = root * (redrawn - np.where(hopeful, mean, 0.0)) / spread
    p = (1 + int((recentred.max(axis=1) >= t.max()).sum())) / (1 + len(indices))
    as_good = (redrawn - mean).max(axis=1) >= mean.max()
    reality_check = (1 + int(as_good.sum())) / (1 + len(indices))
    around_none = root * (redrawn - mean) / spread
    left = np.ones(len(candidates), np.bool_)
    while left.any():
        limit = np.quantile(around_none[:, left].max(axis=1), 1.0 - LEVEL)
        rejected = left & (t > limit)
        if not rejected.any():
            break
        left &= ~rejected
    better[candidates[~left]] = True
    return Superiority(p, reality_check, better)
