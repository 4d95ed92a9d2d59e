"""The rows that a run has many of: its drawdowns, its months and its years."""

from __future__ import annotations

import numpy as np

from sdengine.metrics.activity import add_history
from sdengine.metrics.groups import counts, ratio, sums
from sdengine.metrics.payments import KINDS, MONTHS, Dues, Policies, count_months
from sdengine.metrics.portfolio import Growth
from sdengine.metrics.records import DRAWDOWN, MONTH, NO_DAY, YEAR, Days, Fills, Int64s, Records
from sdengine.statistics.drawdowns import NEVER, find_drawdowns


def list_drawdowns(days: Days, growth: Growth) -> Records:
    """List every drawdown of every run, by run and time, ranked by depth: 1 the deepest, the earlier among equals."""
    peaks, troughs, recoveries, depths = find_drawdowns(growth.drawdowns, days.run)
    rows = np.zeros(depths.size, DRAWDOWN)
    run, recovered = days.run[peaks], recoveries != NEVER
    end = days.ordinal[np.where(recovered, recoveries, days.stop[run] - 1)]
    rows["run"], rows["depth"] = run, depths
    rows["number"] = _number(run)
    rows["peak_on"], rows["trough_on"] = days.ordinal[peaks], days.ordinal[troughs]
    rows["recovered_on"] = np.where(recovered, end, NO_DAY)
    rows["days_down"], rows["days"] = rows["trough_on"] - rows["peak_on"], end - rows["peak_on"]
    rows["days_up"] = np.where(recovered, end - rows["trough_on"], NO_DAY)
    order = np.lexsort((rows["number"], -depths, run))
    rows["rank"][order] = _number(run)
    return rows


def measure_drawdowns(runs: Records, falls: Records) -> None:
    """Fill in how often each run fell, for how long at most, and the dates of its deepest fall."""
    runs["drawdowns"] = counts(falls["run"], runs.size)
    np.maximum.at(runs["longest_drawdown_days"], falls["run"], falls["days"])
    deepest = falls[falls["rank"] == 1]
    for name in ("peak_on", "trough_on", "recovered_on"):
        runs[f"max_drawdown_{name}"] = NO_DAY
        runs[f"max_drawdown_{name}"][deepest["run"]] = deepest[name]


def list_months(days: Days, fills: Fills, growth: Growth) -> Records:
    """List every month of every run, by run and time."""
    end = growth.months.end
    rows, first = np.zeros(end.size, MONTH), np.append(0, end[:-1] + 1)[: end.size]
    rows["run"], rows["month"], rows["days"] = days.run[end], days.month[end], end - first + 1
    rows["total_return"] = growth.months.gain
    rows["final_value"], rows["final_bank"] = days.total_value[end], days.bank[end]
    month = np.repeat(np.arange(end.size), rows["days"])
    rows["withdrawals"] = sums(days.withdrawn, month, rows.size, days.withdrawn != 0.0)
    rows["deepest_drawdown"] = np.maximum.reduceat(growth.drawdowns, first)
    add_history(rows, _during(month, days, fills, rows.size), fills)
    return rows


def list_years(days: Days, fills: Fills, growth: Growth, dues: Dues, policies: Policies) -> Records:
    """List every calendar year of every run from its first day's to its last day's, by run and time.

    A year without a close ends as the one before it did.
    """
    since, until = days.month[days.start] // MONTHS, days.month[days.stop - 1] // MONTHS
    stop = np.cumsum(until - since + 1, dtype=np.int64)
    offset = stop - until - 1  # what makes a run's year the place of its row
    rows = np.zeros(int(stop[-1]) if stop.size else 0, YEAR)
    rows["run"] = np.repeat(np.arange(since.size), until - since + 1)
    rows["year"] = 1970 + np.arange(rows.size) - offset[rows["run"]]
    year = offset[days.run] + days.month // MONTHS
    rows["days"] = counts(year, rows.size)
    rows["paid"] = sums(days.withdrawn, year, rows.size, days.withdrawn != 0.0)
    rows["final_value"] = days.total_value[np.cumsum(rows["days"]) - 1]
    rows["total_return"][year[growth.years.end]] = growth.years.gain
    add_history(rows, _during(year, days, fills, rows.size), fills)
    place = offset[dues.run] + dues.month // MONTHS
    rows["due"] = sums(dues.due, place, rows.size)
    count_months(rows, place, dues)
    rows["paid_share"] = ratio(rows["paid"], rows["due"])
    unasked = policies.pays[rows["run"]] == 0
    rows["due"][unasked] = np.nan
    for name in KINDS:
        rows[name][unasked] = NO_DAY
    return rows


def _number(run: Int64s) -> Int64s:
    """Count the rows of each run from 1 on; they stand together, in order of run."""
    return np.arange(run.size) - np.searchsorted(run, run) + 1


def _during(period: Int64s, days: Days, fills: Fills, periods: int) -> Int64s:
    """Find the period that each fill belongs to, by its day's; beyond all of them after the run's last day."""
    late = fills.day == days.stop[fills.run]
    return np.where(late, periods, np.append(period, periods)[fills.day])
