"""The rows that a run has many of: its drawdowns, its months and its years."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.activity import DIVIDEND, INTEREST, SELL, TAX, is_purchase, is_sale
from sdengine.metrics.payments import Policies, count_month, months_of
from sdengine.metrics.records import DRAWDOWN, MEASURED, MONTH, NO_DAY, YEAR, Days, Fills, Floats, Record, Records
from sdengine.statistics.drawdowns import NEVER, find_drawdowns
from sdengine.statistics.periods import month_ends, returns_between


@kernel
def list_drawdowns(runs: Records, days: Days, drawdowns: Floats) -> Records:
    """List every drawdown of every measured run, by run and time; not ranked yet (`rank_drawdowns`)."""
    rows = np.zeros(runs["drawdowns"].sum(), DRAWDOWN)
    used = 0
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        first, beyond = days.start[k], days.stop[k]
        ordinal = days.ordinal[first:beyond]
        peaks, troughs, recoveries, depths = find_drawdowns(drawdowns[first:beyond])
        for d in range(depths.size):
            row = rows[used + d]
            recovered = recoveries[d] != NEVER
            peak, trough = ordinal[peaks[d]], ordinal[troughs[d]]
            end = ordinal[recoveries[d]] if recovered else ordinal[-1]
            row["run"], row["number"], row["depth"] = k, d + 1, depths[d]
            row["peak_on"], row["trough_on"] = peak, trough
            row["recovered_on"] = end if recovered else NO_DAY
            row["days_down"], row["days"] = trough - peak, end - peak
            row["days_up"] = end - trough if recovered else NO_DAY
        used += depths.size
    return rows[:used]


def rank_drawdowns(rows: Records) -> None:
    """Rank each run's drawdowns by depth: 1 the deepest, the earlier first among equals."""
    order = np.lexsort((rows["number"], -rows["depth"], rows["run"]))
    starts = np.searchsorted(rows["run"], rows["run"])  # rows of a run stand together, in order of run
    rows["rank"][order] = np.arange(rows.size) - starts + 1


@kernel
def list_months(runs: Records, days: Days, fills: Fills, index: Floats, drawdowns: Floats) -> Records:
    """List every month of every measured run, by run and time."""
    months = 0
    for k in range(runs.size):
        if runs["status"][k] == MEASURED:
            months += month_ends(days.month[days.start[k] : days.stop[k]]).size
    rows = np.zeros(months, MONTH)
    used = 0
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        first, beyond = days.start[k], days.stop[k]
        ends = month_ends(days.month[first:beyond])
        returns = returns_between(index[first:beyond], ends)
        f, t = fills.start[k], first
        for m in range(ends.size):
            row = rows[used + m]
            last = first + ends[m]
            row["run"], row["month"], row["days"] = k, days.month[last], last - t + 1
            row["total_return"] = returns[m]
            row["final_value"], row["final_bank"] = days.total_value[last], days.bank[last]
            for u in range(t, last + 1):
                row["withdrawals"] += days.withdrawn[u]
                row["deepest_drawdown"] = max(row["deepest_drawdown"], drawdowns[u])
            t = last + 1
            while f < fills.stop[k] and fills.ordinal[f] <= days.ordinal[last]:
                _add_row(row, fills.action[f], fills.total[f], fills.costs[f])
                f += 1
        used += ends.size
    return rows


@kernel
def list_years(runs: Records, days: Days, fills: Fills, index: Floats, policies: Policies) -> Records:
    """List every calendar year of every measured run from its first day's to its last day's, by run and time.

    A year without a close ends as the one before it did.
    """
    years = 0
    for k in range(runs.size):
        if runs["status"][k] == MEASURED:
            years += days.month[days.stop[k] - 1] // 12 - days.month[days.start[k]] // 12 + 1
    rows = np.zeros(years, YEAR)
    used = 0
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        first, beyond = days.start[k], days.stop[k]
        due, paid = months_of(days, fills, policies, k)
        f, t, m, level = fills.start[k], first, 0, 1.0
        for year in range(days.month[first] // 12, days.month[beyond - 1] // 12 + 1):
            row = rows[used]
            used += 1
            row["run"], row["year"] = k, 1970 + year
            while t < beyond and days.month[t] // 12 == year:
                row["days"] += 1
                row["paid"] += days.withdrawn[t]
                t += 1
            row["final_value"] = days.total_value[t - 1]
            row["total_return"] = index[t - 1] / level - 1.0 if level != 0.0 else 0.0
            level = index[t - 1]
            while f < fills.stop[k] and fills.ordinal[f] <= days.ordinal[t - 1]:
                _add_row(row, fills.action[f], fills.total[f], fills.costs[f])
                f += 1
            while m < due.size and (days.month[first] + 1 + m) // 12 == year:
                row["due"] += due[m]
                count_month(row, due[m], paid[m])
                m += 1
            row["paid_share"] = row["paid"] / row["due"] if row["due"] > 0.0 else np.nan
            if policies.pays[k] == 0:
                row["due"], row["months_due"], row["months_in_full"] = np.nan, NO_DAY, NO_DAY
                row["months_short"], row["months_none"] = NO_DAY, NO_DAY
    return rows


@kernel
def _add_row(period: Record, action: int, total: float, costs: float) -> None:
    """Count one row of the history towards its month or year."""
    period["costs"] += costs
    period["fills"] += is_purchase(action) or is_sale(action)
    if action == SELL:
        period["synthetic_dividends"] += total
    elif action == DIVIDEND:
        period["dividends"] += total
    elif action == INTEREST:
        period["interest"] += total
    elif action == TAX:
        period["taxes"] -= total
