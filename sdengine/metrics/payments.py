"""Payments as they were: what was due in each month, what was paid, and what the money itself earned.

A month after the start month is due once its day of business has come, or its end
(`sdengine/RULES.md`, "The day of the month's business"). What it brought is in full, short, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sdengine.codes import Action
from sdengine.kernel.tolerance import SLACK
from sdengine.metrics.activity import is_any
from sdengine.metrics.arrays import frozen
from sdengine.metrics.coverage import plain_amount
from sdengine.metrics.groups import changes, counts, firsts, ratio, sums
from sdengine.metrics.parameters import Parameters
from sdengine.metrics.records import NO_DAY, Days, Fills, Floats, Int64s, Records
from sdengine.withdrawals.spending import constant

ASKED = np.array([Action.WITHDRAWAL, Action.SKIP_WITHDRAWAL])
MONTHS = 12
KINDS = ("months_due", "months_in_full", "months_short", "months_none")


class Policies(NamedTuple):
    """What each run's policy asks for, as far as that is known beforehand."""

    pays: Int64s  # [R], 1 with a policy
    monthly_amount: Floats  # [R], NaN where the amount depends on the portfolio's value
    inflation: Floats  # [R]


class Dues(NamedTuple):
    """Every due month of every run, by run and time."""

    run: Int64s
    month: Int64s  # since January 1970
    due: Floats  # cash
    paid: Floats


def policies_of(parameters: Sequence[Parameters]) -> Policies:
    """Take the policies of runs."""
    tables = [run.get("withdrawal") or {} for run in parameters]
    amounts = [np.nan if (amount := plain_amount(table)) is None else amount for table in tables]
    growths = [table.get("inflation") or 0.0 for table in tables]
    return Policies(
        frozen([bool(table) for table in tables], np.int64), frozen(amounts, np.float64), frozen(growths, np.float64)
    )


def dues_of(days: Days, fills: Fills, policies: Policies) -> Dues:
    """List what was due and what was paid in each month that is due.

    A month that had no day of business is due at what the next withdrawal asked for, or else the one before.
    """
    after = days.month[days.start].astype(np.int64) + 1
    months = (days.month[days.stop - 1] - after + 1) * policies.pays
    stop = np.cumsum(months)
    start = stop - months
    run = np.repeat(np.arange(months.size), months)
    number = np.arange(run.size) - start[run]
    due, paid = np.full(run.size, np.nan), np.zeros(run.size)

    rows = np.flatnonzero(is_any(fills, ASKED))
    owner = fills.run[rows]
    month = days.month[np.minimum(fills.day[rows], days.stop[owner] - 1)] - after[owner]
    inside = (month >= 0) & (month < months[owner])
    rows, place = rows[inside], (start[owner] + month)[inside]
    wanted, paid_out = fills.price[rows], 0.0 - fills.total[rows]
    due[place], paid[place] = np.where(wanted > paid_out, wanted, paid_out), paid_out  # what was wanted, if recorded

    come = ~(np.isnan(due) & (number == months[run] - 1))  # the last month's day may not have come yet
    run, number, due, paid = run[come], number[come], due[come], paid[come]
    return Dues(run, after[run] + number, _asked(run, number, due, policies), paid)


def _asked(run: Int64s, number: Int64s, due: Floats, policies: Policies) -> Floats:
    """Tell what each month asked for: what a plain policy says, else what was `due` in it or in one beside it."""
    import polars as pl

    known = pl.DataFrame({"run": run, "due": due}).with_columns(pl.col("due").fill_nan(None))
    known = known.with_columns(pl.col("due").backward_fill().over("run"))
    asked = known.with_columns(pl.col("due").forward_fill().over("run"))["due"].fill_null(0.0).to_numpy().copy()
    plain = ~np.isnan(policies.monthly_amount[run])
    owner, year = run[plain], number[plain] // MONTHS
    terms = (policies.monthly_amount[owner].tolist(), policies.inflation[owner].tolist(), year.tolist())
    said = [*zip(*terms, strict=True)]
    grown = {each: constant(*each) for each in set(said)}
    asked[plain] = [grown[each] for each in said]
    return asked


def count_months(rows: Records, place: Int64s, dues: Dues) -> None:
    """Count each due month towards the row at its `place`: nothing was paid, less than was due, or all of it."""
    none = ~(dues.paid > 0.0)
    short = ~none & (dues.due - dues.paid > SLACK * dues.due)
    for name, chosen in zip(KINDS, (None, ~none & ~short, short, none), strict=True):
        rows[name] = counts(place, rows.size, chosen)


def measure_payments(runs: Records, dues: Dues, policies: Policies) -> None:
    """Fill in each run's months, what they asked for, the worst year and the longest gap.

    The worst year is the calendar year with the least paid share; a gap is a row of due months that brought nothing.
    """
    count_months(runs, dues.run, dues)
    runs["withdrawals_wanted"] = sums(dues.due, dues.run, runs.size)
    runs["paid_share"] = ratio(sums(dues.paid, dues.run, runs.size), runs["withdrawals_wanted"])

    place = np.arange(dues.run.size)
    before = np.where(changes(dues.run), place - 1, -1)  # each run's first month has none unpaid before it
    paid = np.maximum.accumulate(np.where(dues.paid > 0.0, place, before))
    np.maximum.at(runs["longest_gap_months"], dues.run, place - paid)

    begun = changes(dues.run, dues.month // MONTHS)
    begins, year = np.flatnonzero(begun), np.cumsum(begun) - 1
    share = ratio(sums(dues.paid, year, begins.size), sums(dues.due, year, begins.size))
    owner, there = dues.run[begins], np.flatnonzero(~np.isnan(share))
    worst_first = there[np.lexsort((share[there], owner[there]))]
    worst = worst_first[firsts(owner[worst_first])]
    runs["worst_year"], runs["worst_year_paid_share"] = NO_DAY, np.nan
    runs["worst_year"][owner[worst]] = 1970 + dues.month[begins[worst]] // MONTHS
    runs["worst_year_paid_share"][owner[worst]] = share[worst]

    for name in (*KINDS, "longest_gap_months"):
        runs[name][policies.pays == 0] = NO_DAY
