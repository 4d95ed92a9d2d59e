"""What the daily values of each run say: growth, risk, drawdowns, the bank."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.growth import measure_growth, measure_periods, measure_shape
from sdengine.metrics.records import (
    MEASURED,
    NO_CAPITAL,
    NO_DAY,
    NO_DAYS,
    NOT_FINITE,
    UNSORTED,
    Days,
    Floats,
    Int32s,
    Record,
    Records,
)
from sdengine.statistics.drawdowns import (
    NEVER,
    calmar,
    drawdown_series,
    find_drawdowns,
    martin_ratio,
    recovery_factor,
    time_under_water,
    ulcer_index,
)
from sdengine.statistics.returns import daily_returns, wealth_index
from sdengine.statistics.risk import mean


@kernel
def status_of_days(days: Days, k: int, initial_cash: float) -> int:
    """Tell whether the days of run `k` can be measured at all."""
    first, beyond = days.start[k], days.stop[k]
    if first == beyond:
        return NO_DAYS
    if not (initial_cash > 0.0 and np.isfinite(initial_cash)):
        return NO_CAPITAL
    for t in range(first, beyond):
        if not (np.isfinite(days.total_value[t]) and np.isfinite(days.bank[t]) and np.isfinite(days.withdrawn[t])):
            return NOT_FINITE
        if t > first and days.ordinal[t] <= days.ordinal[t - 1]:
            return UNSORTED
    return MEASURED


@kernel
def measure_drawdowns(row: Record, drawdowns: Floats, ordinal: Int32s, cash_rate: float) -> None:
    """Measure the deepest drawdown of one run with its dates, the longest, the last, and what all closes show."""
    peaks, troughs, recoveries, depths = find_drawdowns(drawdowns)
    row["drawdowns"] = depths.size
    row["ulcer_index"] = ulcer_index(drawdowns)
    row["mean_drawdown"] = mean(drawdowns)
    row["time_under_water"] = time_under_water(drawdowns)
    row["current_drawdown"] = drawdowns[-1]
    row["max_drawdown"] = 0.0
    row["max_drawdown_peak_on"] = NO_DAY
    row["max_drawdown_trough_on"] = NO_DAY
    row["max_drawdown_recovered_on"] = NO_DAY
    row["longest_drawdown_days"] = 0
    for d in range(depths.size):
        recovered = recoveries[d] != NEVER
        end = ordinal[recoveries[d]] if recovered else ordinal[-1]
        row["longest_drawdown_days"] = max(row["longest_drawdown_days"], end - ordinal[peaks[d]])
        if depths[d] > row["max_drawdown"]:
            row["max_drawdown"] = depths[d]
            row["max_drawdown_peak_on"] = ordinal[peaks[d]]
            row["max_drawdown_trough_on"] = ordinal[troughs[d]]
            row["max_drawdown_recovered_on"] = end if recovered else NO_DAY
    row["calmar"] = calmar(row["cagr"], row["max_drawdown"])
    row["martin_ratio"] = martin_ratio(row["cagr"], cash_rate, row["ulcer_index"])
    row["recovery_factor"] = recovery_factor(row["total_return"], row["max_drawdown"])


@kernel
def measure_cash(row: Record, total_value: Floats, bank: Floats, withdrawn: Floats, ordinal: Int32s) -> None:
    """Measure value, bank and invested share of one run.

    Exposure is the mean of `(value - bank) / value` over the closes at which there was value; above 1 on margin.
    """
    row["final_value"], row["final_bank"] = total_value[-1], bank[-1]
    row["mean_value"] = mean(total_value)
    row["lowest_bank"] = bank[0]
    row["depleted_on"] = NO_DAY
    invested, counted, negative, taken = 0.0, 0, 0, 0.0
    for t in range(total_value.size):
        row["lowest_bank"] = min(row["lowest_bank"], bank[t])
        taken += withdrawn[t]
        negative += bank[t] < 0.0
        if total_value[t] > 0.0:
            invested += (total_value[t] - bank[t]) / total_value[t]
            counted += 1
        elif row["depleted_on"] == NO_DAY:
            row["depleted_on"] = ordinal[t]
    row["exposure"] = invested / counted if counted > 0 else np.nan
    row["days_negative_bank"] = negative
    row["withdrawals"] = taken


@kernel
def measure_portfolios(
    runs: Records, days: Days, initial_cash: Floats, risk_free: Floats, periods: float
) -> tuple[Floats, Floats]:
    """Fill in each run's figures from its days; return the wealth index and the drawdown at every day."""
    index = np.empty(days.total_value.size)
    drawdowns = np.empty(days.total_value.size)
    for k in range(runs.size):
        status = status_of_days(days, k, initial_cash[k])
        runs["status"][k] = status
        if status != MEASURED:
            continue
        first, beyond = days.start[k], days.stop[k]
        row = runs[k]
        row["first_date"], row["last_date"] = days.ordinal[first], days.ordinal[beyond - 1]
        row["days"] = beyond - first
        row["final_nav_value"] = days.nav_value[beyond - 1]
        values, withdrawn = days.total_value[first:beyond], days.withdrawn[first:beyond]
        wealth = wealth_index(values, withdrawn, initial_cash[k])
        depths = drawdown_series(wealth)
        for t in range(wealth.size):  # assigning to a slice would take two seconds more to compile
            index[first + t], drawdowns[first + t] = wealth[t], depths[t]
        returns = daily_returns(wealth)
        measure_growth(row, wealth, returns, risk_free[k], periods)
        measure_shape(row, wealth, returns)
        measure_periods(row, wealth, returns, days.month[first:beyond])
        measure_drawdowns(row, depths, days.ordinal[first:beyond], risk_free[k])
        measure_cash(row, values, days.bank[first:beyond], withdrawn, days.ordinal[first:beyond])
    return index, drawdowns
