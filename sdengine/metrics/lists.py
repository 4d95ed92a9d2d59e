"""The rows that a run has many of: its drawdowns and its months."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.activity import DIVIDEND, INTEREST, SELL, TAX, is_purchase, is_sale
from sdengine.metrics.records import DRAWDOWN, MEASURED, MONTH, NO_DAY, Days, Fills, Floats, Record, Records
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
                _add_to_month(row, fills.action[f], fills.total[f], fills.costs[f])
                f += 1
        used += ends.size
    return rows


@kernel
def _add_to_month(month: Record, action: int, total: float, costs: float) -> None:
    """Count one row of the history towards its month."""
    month["costs"] += costs
    month["fills"] += is_purchase(action) or is_sale(action)
    if action == SELL:
        month["synthetic_dividends"] += total
    elif action == DIVIDEND:
        month["dividends"] += total
    elif action == INTEREST:
        month["interest"] += total
    elif action == TAX:
        month["taxes"] -= total
