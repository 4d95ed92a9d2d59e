"""Payments as they were: what was due in each month, what was paid, and what the money itself earned.

A month after the start month is due once its day of business has come, or its end
(`sdengine/RULES.md`, "The day of the month's business"). What it brought is in full, short, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.kernel.tolerance import SLACK
from sdengine.metrics.activity import SKIP_WITHDRAWAL, WITHDRAWAL
from sdengine.metrics.arrays import frozen
from sdengine.metrics.coverage import plain_amount
from sdengine.metrics.parameters import Parameters
from sdengine.metrics.records import MEASURED, NO_DAY, Days, Fills, Floats, Int32s, Record, Records
from sdengine.statistics.annual import years_between
from sdengine.statistics.money_weighted import money_weighted_return


class Policies(NamedTuple):
    """What each run's policy asks for, as far as that is known beforehand."""

    pays: Int32s  # [R], 1 with a policy
    monthly_amount: Floats  # [R], NaN where the amount depends on the portfolio's value
    inflation: Floats  # [R]


def policies_of(parameters: Sequence[Parameters]) -> Policies:
    """Take the policies of runs."""
    tables = [run.get("withdrawal") or {} for run in parameters]
    amounts = [np.nan if (amount := plain_amount(table)) is None else amount for table in tables]
    growths = [table.get("inflation") or 0.0 for table in tables]
    return Policies(
        frozen([bool(table) for table in tables], np.int32), frozen(amounts, np.float64), frozen(growths, np.float64)
    )


@kernel
def months_of(days: Days, fills: Fills, policies: Policies, k: int) -> tuple[Floats, Floats]:
    """List what was due and what was paid in each month of run `k` that is due, `[M]`, `[M]`, cash.

    A month that had no day of business is due at what the next withdrawal asked for, or else the one before.
    """
    first, beyond = days.start[k], days.stop[k]
    after = days.month[first] + 1
    count = (days.month[beyond - 1] - after + 1) * policies.pays[k]
    due, paid = np.full(count, np.nan), np.zeros(count)
    t = first
    for f in range(fills.start[k], fills.stop[k]):
        if fills.action[f] != WITHDRAWAL and fills.action[f] != SKIP_WITHDRAWAL:
            continue
        while t < beyond - 1 and days.ordinal[t] < fills.ordinal[f]:
            t += 1
        m = days.month[t] - after
        if 0 <= m < count:  # its price is what was wanted, where recorded; else what was paid
            due[m], paid[m] = max(fills.price[f], -fills.total[f]), 0.0 - fills.total[f]
    if count > 0 and np.isnan(due[count - 1]):  # the last month's day has not come yet
        count -= 1
    due, paid = due[:count], paid[:count]
    if not np.isnan(policies.monthly_amount[k]):
        for m in range(count):
            due[m] = policies.monthly_amount[k] * (1.0 + policies.inflation[k]) ** (m // 12)
        return due, paid
    for m in range(count - 2, -1, -1):
        if np.isnan(due[m]):
            due[m] = due[m + 1]
    for m in range(count):
        if np.isnan(due[m]):
            due[m] = due[m - 1] if m > 0 else 0.0
    return due, paid


@kernel
def count_month(row: Record, due: float, paid: float) -> None:
    """Count one due month: nothing was paid, less than was due, or all of it."""
    row["months_due"] += 1
    if not paid > 0.0:
        row["months_none"] += 1
    elif due - paid > SLACK * due:
        row["months_short"] += 1
    else:
        row["months_in_full"] += 1


@kernel
def measure_payments(runs: Records, days: Days, fills: Fills, policies: Policies, initial_cash: Floats) -> None:
    """Fill in each run's months, what they asked for, the worst year, the longest gap and the money-weighted return.

    The worst year is the calendar year with the least paid share; a gap is a row of due months that brought nothing.
    """
    for k in range(runs.size):
        row = runs[k]
        if row["status"] != MEASURED:
            continue
        row["money_weighted_return"] = _money_weighted(row, days, k, initial_cash[k])
        row["paid_share"], row["worst_year_paid_share"] = np.nan, np.nan
        if policies.pays[k] == 0:
            row["months_due"], row["months_in_full"], row["months_short"] = NO_DAY, NO_DAY, NO_DAY
            row["months_none"], row["longest_gap_months"], row["worst_year"] = NO_DAY, NO_DAY, NO_DAY
            continue
        due, paid = months_of(days, fills, policies, k)
        row["worst_year"] = NO_DAY
        gap, year_due, year_paid = 0, 0.0, 0.0
        for m in range(due.size):
            count_month(row, due[m], paid[m])
            row["withdrawals_wanted"] += due[m]
            gap = gap + 1 if not paid[m] > 0.0 else 0
            row["longest_gap_months"] = max(row["longest_gap_months"], gap)
            year_due += due[m]
            year_paid += paid[m]
            month = days.month[days.start[k]] + 1 + m
            if m == due.size - 1 or month % 12 == 11:
                if year_due > 0.0 and not year_paid / year_due >= row["worst_year_paid_share"]:
                    row["worst_year_paid_share"], row["worst_year"] = year_paid / year_due, 1970 + month // 12
                year_due, year_paid = 0.0, 0.0
        if row["withdrawals_wanted"] > 0.0:
            row["paid_share"] = paid.sum() / row["withdrawals_wanted"]


@kernel
def _money_weighted(row: Record, days: Days, k: int, initial: float) -> float:
    first, beyond = days.start[k], days.stop[k]
    payments, years = np.zeros(beyond - first), np.zeros(beyond - first)
    count = 0
    for t in range(first, beyond):
        if days.withdrawn[t] != 0.0:
            payments[count], years[count] = days.withdrawn[t], years_between(row["first_date"], days.ordinal[t])
            count += 1
    return money_weighted_return(initial, payments[:count], years[:count], row["final_value"], row["years"])
