"""The layout of what the metrics kernels read and write.

Rows of many runs stand in one array each; run k owns the rows `start[k]:stop[k]`, and `run` says of each row whose it
is. Dates are ordinals (days since 1970-01-01), assets are rows of the asset table (`CASH_ROW` where a row has none),
actions are codes. Output records carry the names of the tables' columns.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Records = NDArray[np.void]
Record = Any
"""One record, as a kernel sees it: fields by item."""

CASH_ROW = -1
"""The asset of a row of the bank."""
STRANGER = -2
"""The asset of a row that names none of its run's assets."""

NO_DAY = np.iinfo(np.int32).min
"""The ordinal of a date that does not exist: not recovered, never entered."""

MEASURED, NO_DAYS, NO_CAPITAL, NOT_FINITE, UNSORTED, WRONG_TICKER, WRONG_BARS = range(7)
"""What became of a run."""

REASONS = {
    NO_DAYS: "the run has no portfolio days",
    NO_CAPITAL: "the run's initial cash is not above zero",
    NOT_FINITE: "a portfolio day's value is not a finite number",
    UNSORTED: "a day stands twice among the run's days, or its fills are not in order of date",
    WRONG_TICKER: "a fill or a lot names a ticker that is not among the run's assets",
    WRONG_BARS: "the bars given do not value the run as it valued itself: they have changed since, run it again",
}


class Days(NamedTuple):
    """Portfolio days of many runs."""

    start: Int64s  # [R]
    stop: Int64s  # [R]
    run: Int64s
    ordinal: Int32s
    month: Int32s  # months since January 1970
    total_value: Floats
    bank: Floats
    nav_value: Floats
    withdrawn: Floats


class Fills(NamedTuple):
    """Transaction histories of many runs. `day` is the first of the run's days that is not before the fill."""

    start: Int64s
    stop: Int64s
    run: Int64s
    ordinal: Int32s
    day: Int64s  # its place among all days; where the run's next ends, its `stop`
    asset: Int64s
    action: Int64s
    price: Floats
    total: Floats
    costs: Floats
    holdings_after: Floats


class Lots(NamedTuple):
    """Pieces of lots of many runs; `gain` is NaN and `closed_in` 0 where the piece is open."""

    run: Int64s
    asset: Int64s
    opened_by: Int64s
    closed_in: Int64s  # the year
    long_term: Int64s
    qty: Floats
    open_price: Floats
    unit_cost: Floats
    gain: Floats


class Basket(NamedTuple):
    """The assets of each run, in order of adding: rows of the asset table."""

    start: Int64s
    stop: Int64s
    run: Int64s
    ticker: Int64s


class Closes(NamedTuple):
    """The last close of every ticker by day, and the date of that bar: NaN and `NO_DAY` before its first one."""

    ordinal: Int32s  # [D]
    close: Floats  # [D, K]
    traded_on: Int32s  # [D, K]


def layout(whole: str, real: str) -> np.dtype[np.void]:
    """Lay out a record with those fields of whole and of real numbers, names separated by blanks."""
    return np.dtype([(name, "i8") for name in whole.split()] + [(name, "f8") for name in real.split()])


#: One run. `withdrawals_wanted` sums what each due month asked for, paid or not.
RUN = layout(
    "first_date last_date days days_negative_bank depleted_on max_drawdown_peak_on max_drawdown_trough_on "
    "max_drawdown_recovered_on longest_drawdown_days drawdowns fills buys sells skipped_buys skipped_bands "
    "skipped_withdrawals months_due months_in_full months_short months_none longest_gap_months worst_year "
    "gaining_streak losing_streak",
    "years periods_per_year final_value final_value_net final_bank final_nav_value mean_value lowest_bank "
    "total_return cagr cagr_net volatility sharpe sortino calmar max_drawdown current_drawdown ulcer_index "
    "mean_drawdown time_under_water martin_ratio recovery_factor downside_volatility omega profit_factor payoff_ratio "
    "common_sense_ratio gain_to_pain value_at_risk expected_shortfall tail_ratio skewness kurtosis autocorrelation "
    "stability best_day worst_day gaining_days best_month worst_month gaining_months best_year_return "
    "worst_year_return "
    "synthetic_dividends synthetic_dividend_yield dividends interest withdrawals withdrawals_wanted costs taxes "
    "taxes_due paid_share worst_year_paid_share money_weighted_return turnover exposure "
    "bank_return_contribution bank_drawdown_contribution income_correlation "
    "realised_gain unrealised_gain realised_volatility_alpha unrealised_volatility_alpha",
)

#: One asset of one run.
ASSET = layout(
    "run ticker position entered_on last_traded_on fills buys sells skipped_buys skipped_bands",
    "entry_price last_close holdings value weight mean_weight bought sold synthetic_dividends dividends costs "
    "gain price_return realised_gain unrealised_gain realised_volatility_alpha unrealised_volatility_alpha "
    "return_contribution drawdown_contribution synthetic_dividend_share income_correlation",
)

#: One calendar month of one run; `month` counts from January 1970.
MONTH = layout(
    "run month days fills",
    "total_return final_value final_bank deepest_drawdown "
    "synthetic_dividends dividends interest withdrawals costs taxes",
)

#: One calendar year of one run.
YEAR = layout(
    "run year days fills months_due months_in_full months_short months_none",
    "total_return final_value due paid paid_share synthetic_dividends dividends interest costs taxes",
)

#: One drawdown of one run.
DRAWDOWN = layout("run number rank peak_on trough_on recovered_on days_down days_up days", "depth")
