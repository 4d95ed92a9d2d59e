"""How figures are computed, beside their columns: what `metrics.definitions`, `describe` and `sdengine metrics` tell.

Formulas are made of other columns and of these letters: V the total value and W the cash taken out on a day, I the
wealth index and r its daily returns from the second close on, d the drawdowns, f `cash_rate` as a daily rate,
p `periods_per_year`; b are the daily returns of what a run is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = (
    "V value, W taken out, I wealth index, r its daily returns, b those compared with, d drawdowns,"
    " f daily cash rate, p closes a year"
)
"""The letters in formulas, in a line."""

TIME_WEIGHTED = "a withdrawal is no loss: returns are time-weighted"
MONEY = "what is taken out is gone"
FLOW = "is a flow itself"
APART = "withdrawals play no part"

BY_CALENDAR = "compounded by calendar days, 365.25 a year"
BY_ROOT = "times the square root of periods_per_year"
BY_PERIODS = "times periods_per_year"
OVER_YEARS = "over years"
NOT = "no"

A_VALUE = "0 is a value"
NO_DENOMINATOR = "null where what it is divided by is 0"

ALWAYS = "never null"
TWO_CLOSES = "fewer than two closes"
TWO_RETURNS = "fewer than two returns"
NO_TIME = "no time has passed"

OURS = "ours"

GAIN = "above 0 is a gain"
LOSS = "above 0 is a loss"
MORE = "above 0 is more than what it is compared with"
EITHER = "either"


@dataclass(frozen=True)
class Figure:
    """What is to be known of a figure beside its meaning and unit.

    formula     how it is computed
    sign        what its sign says; "": what the column's bounds say
    annualised  how it is brought to a year
    flows       what withdrawals do to it
    zero        what a zero does
    nothing     where there is none (null)
    source      who defined it
    """

    formula: str
    sign: str = ""
    annualised: str = NOT
    flows: str = APART
    zero: str = A_VALUE
    nothing: str = ALWAYS
    source: str = OURS


def sign_by_bounds(least: float | None, above: float | None, most: float | None) -> str:
    """Say which signs a column's bounds leave: `ge`, `gt` and `le`."""
    if above is not None:
        low = f"above {above:g}"
    elif least is not None:
        low = f"from {least:g}" if most is not None else f"{least:g} or more"
    else:
        return EITHER if most is None else f"{most:g} or less"
    return low if most is None else f"{low} to {most:g}"
