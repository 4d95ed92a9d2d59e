"""What turns daily figures into yearly ones. A year is 365.25 calendar days."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel

DAYS_PER_YEAR = 365.25
"""Mean length of a year; also what ffn and bt count with (31,557,600 seconds)."""


@kernel
def years_between(first: int, last: int) -> float:
    """Count the years from the ordinal day `first` to `last`: `(last - first) / 365.25`. 0 for one day."""
    return (last - first) / DAYS_PER_YEAR


@kernel
def observed_periods(closes: int, years: float) -> float:
    """Compute the periods a year: intervals between closes over the years they span, `(closes - 1) / years`.

    About 252 for shares, 365.25 where crypto trades every day. NaN where no time passed.
    """
    return (closes - 1) / years if years > 0.0 else np.nan


@kernel
def annual_growth(total_return: float, years: float) -> float:
    """Compute the compound annual growth rate, a fraction a year: `(1 + total_return) ** (1 / years) - 1`.

    -1 after a total loss; NaN where no time passed or the return is NaN.
    """
    if not years > 0.0:
        return np.nan
    return (1.0 + total_return) ** (1.0 / years) - 1.0


@kernel
def period_rate(annual_rate: float, periods: float) -> float:
    """Compute the rate of one period that compounds to `annual_rate`: `(1 + rate) ** (1 / periods) - 1`."""
    return (1.0 + annual_rate) ** (1.0 / periods) - 1.0 if periods > 0.0 else np.nan
