"""What the daily values of each run say: growth, risk, drawdowns, the bank, and what the money itself earned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.arrays import bounds
from sdengine.metrics.groups import lasts
from sdengine.metrics.growth import measure_growth, measure_periods, measure_shape
from sdengine.metrics.records import NO_DAY, Days, Floats, Int32s, Int64s, Record, Records
from sdengine.statistics.annual import years_between
from sdengine.statistics.drawdowns import (
    calmar,
    drawdown_series,
    martin_ratio,
    max_drawdown,
    recovery_factor,
    time_under_water,
    ulcer_index,
)
from sdengine.statistics.money_weighted import money_weighted_return
from sdengine.statistics.periods import returns_between
from sdengine.statistics.returns import daily_returns, wealth_index
from sdengine.statistics.risk import mean


class Periods(NamedTuple):
    """Months, or calendar years, that have closes, of many runs."""

    start: Int64s  # [R]
    stop: Int64s  # [R]
    end: Int64s  # the place of each one's last day
    gain: Floats  # each one's return


class Growth(NamedTuple):
    """How each run grew."""

    wealth: Floats  # what one unit of capital has become at each day
    drawdowns: Floats  # at each day
    months: Periods
    years: Periods


def measure_portfolios(runs: Records, days: Days, initial_cash: Floats, risk_free: Floats, periods: float) -> Growth:
    """Fill in each run's figures from its days, with `periods` a year (NaN: as observed)."""
    wealth, drawdowns = np.empty(days.run.size), np.empty(days.run.size)
    months, years = _periods(days, days.month), _periods(days, days.month // 12)
    runs["depleted_on"] = NO_DAY
    _measure(runs, days, initial_cash, risk_free, periods, wealth, drawdowns, months, years)
    return Growth(wealth, drawdowns, months, years)


def _periods(days: Days, number: Int32s) -> Periods:
    """Find the periods of each run by the number that each day's has."""
    end = lasts(days.run, number)
    return Periods(*bounds(days.run[end], days.start.size), end, np.empty(end.size))


@kernel
def _measure(
    runs: Records,
    days: Days,
    initial_cash: Floats,
    risk_free: Floats,
    periods: float,
    index: Floats,
    drawdowns: Floats,
    months: Periods,
    years: Periods,
) -> None:
    """Fill in each run's figures, its wealth index and drawdown at every day, and the return of its periods."""
    for k in range(runs.size):
        first, beyond = days.start[k], days.stop[k]
        row, ordinal = runs[k], days.ordinal[first:beyond]
        values, withdrawn = days.total_value[first:beyond], days.withdrawn[first:beyond]
        row["first_date"], row["last_date"], row["days"] = ordinal[0], ordinal[-1], ordinal.size
        row["final_nav_value"] = days.nav_value[beyond - 1]
        wealth = wealth_index(values, withdrawn, initial_cash[k])
        depths = drawdown_series(wealth)
        for t in range(wealth.size):  # assigning to a slice would take two seconds more to compile
            index[first + t], drawdowns[first + t] = wealth[t], depths[t]
        returns = daily_returns(wealth)
        measure_growth(row, wealth, returns, risk_free[k], periods)
        measure_shape(row, wealth, returns)
        monthly = returns_between(index, months.end[months.start[k] : months.stop[k]])
        yearly = returns_between(index, years.end[years.start[k] : years.stop[k]])
        for m in range(monthly.size):
            months.gain[months.start[k] + m] = monthly[m]
        for y in range(yearly.size):
            years.gain[years.start[k] + y] = yearly[y]
        measure_periods(row, returns, monthly, yearly)
        measure_falls(row, depths, risk_free[k])
        measure_cash(row, values, days.bank[first:beyond], withdrawn, ordinal)
        row["money_weighted_return"] = _money_weighted(row, withdrawn, ordinal, initial_cash[k])


@kernel
def measure_falls(row: Record, drawdowns: Floats, cash_rate: float) -> None:
    """Measure how deep one run fell, and what it earned beside that."""
    row["ulcer_index"] = ulcer_index(drawdowns)
    row["mean_drawdown"] = mean(drawdowns)
    row["time_under_water"] = time_under_water(drawdowns)
    row["current_drawdown"] = drawdowns[-1]
    row["max_drawdown"] = max_drawdown(drawdowns)
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
def _money_weighted(row: Record, withdrawn: Floats, ordinal: Int32s, initial: float) -> float:
    """Find the rate a year that the money itself earned; what was taken out is all that came back before the end."""
    payments, years = np.empty(withdrawn.size), np.empty(withdrawn.size)
    count = 0
    for t in range(withdrawn.size):
        if withdrawn[t] != 0.0:
            payments[count], years[count] = withdrawn[t], years_between(row["first_date"], ordinal[t])
            count += 1
    return money_weighted_return(initial, payments[:count], years[:count], row["final_value"], row["years"])
