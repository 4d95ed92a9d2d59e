"""Growth of one unit of capital, time-weighted: what is taken out is not a loss.

Values are cash at the close, withdrawals cash taken out that day, before the close is recorded: the day's result is
`V[t] + W[t]` against `V[t-1]`, and the portfolio starts with its initial capital the moment before the first close.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import kernel

Floats = NDArray[np.float64]


@kernel
def wealth_index(values: Floats, withdrawn: Floats, initial: float) -> Floats:
    """Compute the growth of one unit of initial capital up to each close, `[T] -> [T]`.

    `I[t] = I[t-1] * (V[t] + W[t]) / V[t-1]` with `V[-1] = initial` and `I[-1] = 1`; 1.1 is a gain of 10 %.
    It is kept as a multiple of the last day with a withdrawal, so that equal values give equal indices to the bit and
    no drawdown is made of rounding.

    A portfolio that is worth nothing is over. Brought to zero or below by the market: 0 from that day on, all is lost
    (a debt beyond that shows in the value, not here). Emptied by a withdrawal: the index of that day from then on,
    since nothing is left that could gain or lose. NaN throughout where `initial` is not positive.

    Source: the true time-weighted rate of return of the GIPS standards, valued daily, flows at the end of the day.
    """
    index = np.empty(values.size)
    base_value, base_level = initial, 1.0
    level, over = 1.0, False
    if not initial > 0.0:
        level, over = np.nan, True
    for t in range(values.size):
        if not over:
            before = values[t] + withdrawn[t]
            level = base_level * (before / base_value) if before > 0.0 else 0.0
            over = not (values[t] > 0.0 and before > 0.0)
            if withdrawn[t] != 0.0:
                base_value, base_level = values[t], level
        index[t] = level
    return index


@kernel
def daily_returns(index: Floats) -> Floats:
    """Compute the returns between successive closes, `[T] -> [T-1]`, fractions of the close before.

    `r[t] = I[t] / I[t-1] - 1`; 0 after the index has reached 0. One close or none: empty. The step from the initial
    capital to the first close is not among them: it takes no time (assets enter at that close) and holds nothing but
    the costs of entering.
    """
    returns = np.empty(max(index.size - 1, 0))
    for t in range(1, index.size):
        returns[t - 1] = index[t] / index[t - 1] - 1.0 if index[t - 1] != 0.0 else 0.0
    return returns


@kernel
def total_return(index: Floats) -> float:
    """Compute the gain over the whole history as a fraction of the initial capital: `I[-1] - 1`; at least -1.

    NaN without any close.
    """
    return index[-1] - 1.0 if index.size > 0 else np.nan
