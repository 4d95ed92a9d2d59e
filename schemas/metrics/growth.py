"""How a run grew, over all and by day, month and year."""

from __future__ import annotations

from schemas.columns import fraction
from schemas.figures import (
    BY_CALENDAR,
    GAIN,
    NO_TIME,
    TIME_WEIGHTED,
    TWO_CLOSES,
    Figure,
)
from schemas.metrics.kinds import rate, share

NOT_MEASURED = "not measured since there is this figure"


class Growth:
    """Of the whole history."""

    total_return = fraction(
        "Growth of one unit of initial capital less one, time-weighted; -1 for good once prices have brought the value "
        "to nothing (depleted_on), whatever final_value is",
        ge=-1,
        figure=Figure(
            "I at the last close - 1, where I grows by (V + W) / V of the close before, from initial_cash",
            sign=GAIN,
            flows=TIME_WEIGHTED,
            zero="I stays 0 once it is",
            source="GIPS: true time-weighted return, valued daily",
        ),
    )
    cagr = rate(
        "Compound annual growth rate by calendar days",
        Figure(
            "(1 + total_return) ** (1 / years) - 1",
            sign=GAIN,
            annualised=BY_CALENDAR,
            flows=TIME_WEIGHTED,
            zero="-1 after a total loss",
            nothing=NO_TIME,
            source="geometric mean; empyrical, ffn",
        ),
    )
    cagr_net = rate(
        "Growth a year if the taxes that are due were paid at the last close; the ranking is by it",
        Figure(
            "((1 + total_return) * final_value_net / final_value) ** (1 / years) - 1",
            sign=GAIN,
            annualised=BY_CALENDAR,
            flows=TIME_WEIGHTED,
            zero="cagr where final_value is not above 0",
            nothing=NO_TIME,
        ),
    )
    money_weighted_return = rate(
        "Internal rate of return a year: of the initial cash paid in, withdrawals and final value taken out; above 0 "
        "is a gain, null where the end is a debt",
        Figure(
            "x with initial_cash = sum(W / (1 + x) ** years then) + final_value / (1 + x) ** years",
            sign=GAIN,
            annualised=BY_CALENDAR,
            flows="each counts at its day",
            zero="-1 where nothing came back",
            nothing="no time has passed, or the end is a debt",
            source="internal rate of return; scipy, numpy-financial",
        ),
    )


def _best(of: str, what: str) -> Figure:
    return Figure(
        f"max({of})" if what == "best" else f"min({of})",
        sign=GAIN,
        flows=TIME_WEIGHTED,
        nothing=TWO_CLOSES if of == "r" else NOT_MEASURED,
    )


class Periods:
    """The best and worst of its days, months and years; the first month and year begin with the initial capital."""

    best_day = share("Highest daily return", _best("r", "best"))
    worst_day = share("Lowest daily return", _best("r", "worst"))
    gaining_days = share(
        "Share of the daily returns that were above zero",
        Figure("mean(r > 0)", flows=TIME_WEIGHTED, zero="a day at 0 is none", nothing=TWO_CLOSES),
        ge=0,
        le=1,
    )
    best_month = share("Highest return of a calendar month", _best("returns of months", "best"))
    worst_month = share("Lowest return of a calendar month", _best("returns of months", "worst"))
    gaining_months = share(
        "Share of the calendar months whose return was above zero",
        Figure("mean(return of month > 0)", flows=TIME_WEIGHTED, zero="a month at 0 is none", nothing=NOT_MEASURED),
        ge=0,
        le=1,
    )
    best_year_return = share("Highest return of a calendar year", _best("returns of years", "best"))
    worst_year_return = share("Lowest return of a calendar year", _best("returns of years", "worst"))
