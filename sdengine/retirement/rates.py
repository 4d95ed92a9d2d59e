"""Safe and perpetual rates: the highest share of the initial cash a year that holds, with all lower ones.

Rates are scanned on a grid, since a higher one may hold where a lower one does not (a ladder that sells for income
holds other shares afterwards); such a case is not `monotone`. The cell behind the last rate of the row that holds is
then halved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sdengine.history.simulate import Batch
    from sdengine.retirement.door import Prices
    from sdengine.retirement.stage import Stage

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

PAID, KEPT = 0, 1
"""What a rate is to hold: all is paid in full; besides, as much is left as there was."""

POINTS = 33
HALVINGS = 8
TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
"""How far a grid may go, as multiples of what uses the cash up over the years without any gain."""
PILOT = 32
"""Cases on which a grid's end is sought: where none of them holds."""
SHARES = (0.0, 0.05, 0.1, 0.5)
"""Shares of cases that may fail."""


def tops(years: int) -> Floats:
    """Return ends that a grid may have."""
    return np.minimum(1.0, np.array(TOPS) / years)


def grid(ends: Floats, held: Flags) -> Floats:
    """Make the grid from what pilots held at `ends`, [P, E]: up to the first that none held, else to the last."""
    none = np.flatnonzero(~held.any(axis=0))
    return np.linspace(0.0, float(ends[none[0] if len(none) else -1]), POINTS)


def cells(held: Flags) -> Ints:
    """Return the last grid point of the row from 0 on that holds, [C]; -1 where 0 does not. `held` [C, R]."""
    return np.where(held.all(axis=1), held.shape[1], held.argmin(axis=1)) - 1


def monotone(held: Flags) -> bool:
    """Return whether no higher rate holds where a lower one does not."""
    return not (held[:, 1:] & ~held[:, :-1]).any()


def halve(
    stage: Stage, batch: Batch, s: int, prices: Prices, field: int, cell: Floats, which: int, times: int = HALVINGS
) -> float:
    """Return the highest rate found to hold in a cell whose lower end holds."""
    low, high = float(cell[0]), float(cell[1])
    for _ in range(times):
        middle = 0.5 * (low + high)
        if stage.hold(batch, s, prices, field, np.array([middle]))[0, which]:
            low = middle
        else:
            high = middle
    return low


@dataclass(frozen=True)
class Sought:
    """Rates of all cases, as far as they were narrowed down: NaN where not even 0 holds."""

    values: Floats  # [C]
    monotone: bool
    top: float

    def safe(self, share: float) -> float:
        """Return the highest rate that holds in all but that share of cases; NaN where there is none."""
        ordered = np.sort(np.where(np.isnan(self.values), -math.inf, self.values))
        found = float(ordered[place(share, len(ordered))])
        return found if found >= 0.0 else math.nan


def place(share: float, cases: int) -> int:
    """Return whose rate it is, in order, that all but a share of the cases hold."""
    return math.floor(share * cases + 1e-9)


def deciding(found: Ints) -> Flags:
    """Return which cases have to be narrowed down for the rates of SHARES: those in their cells."""
    ordered = np.sort(found)
    return np.isin(found, [ordered[place(share, len(found))] for share in SHARES])
