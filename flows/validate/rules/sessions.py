"""Dates held against the market's calendar: sessions without a bar (a bar on no session is for `dates`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule
from flows.validate.rules.dates import can_be

if TYPE_CHECKING:
    from flows.calendars import Sessions


def prepare(bars: pl.DataFrame, sessions: Sessions) -> pl.DataFrame:
    """Add what the calendar says about each row; rows are sorted by ticker and date, and have been dated.

    Added columns: _calendar (its code) · _judged (whether the calendar is known and believed on the date) · _session
    (whether it trades then) · _missed (required sessions between the ticker's row before and this one) · _expected
    (those and this one). Dates that cannot be are looked past: nothing is missed before them.
    """
    wrong = bars.filter(~can_be())
    if wrong.height:
        right = prepare(bars.filter(can_be()), sessions)
        nothing = {"_judged": False, "_session": False, "_missed": 0, "_expected": 0}
        marked = wrong.with_columns(
            _calendar=pl.lit(sessions.calendar), **{name: pl.lit(value) for name, value in nothing.items()}
        )
        return pl.concat([right, marked.select(right.columns).cast(right.schema)]).sort("row")
    if bars.is_empty():
        first, last = sessions.first, sessions.first
    else:
        first, last = bars.select(first=pl.col("date").min(), last=pl.col("date").max()).row(0)
    table = daily(sessions, first, last)
    judged = bars.join(table, on="date", how="left", maintain_order="left")
    same = (pl.col("ticker") == pl.col("ticker").shift(1)).fill_null(False)
    between = pl.col("_before") - pl.col("_until").shift(1)
    missed = pl.when(same).then(pl.max_horizontal(between, 0)).otherwise(0)
    own = pl.col("_until") - pl.col("_before")
    return (
        judged.with_columns(_calendar=pl.lit(sessions.calendar), _missed=missed.cast(pl.Int64))
        .with_columns(_expected=(pl.col("_missed") + own).cast(pl.Int64))
        .drop("_before", "_until")
    )


def daily(sessions: Sessions, first: object, last: object) -> pl.DataFrame:
    """Tell of every date from first to last: _judged, _session, _before and _until.

    _before, _until: required sessions before the date, and up to it.
    """
    days = pl.select(date=pl.date_range(pl.lit(first), pl.lit(last)))
    joined = days.join(sessions.frame.select("date", "required"), on="date", how="left")
    required = pl.col("required").fill_null(False)
    return joined.select(
        "date",
        _judged=pl.col("date").is_between(sessions.first, sessions.last),
        _session=pl.col("required").is_not_null(),
        _until=required.cast(pl.Int64).cum_sum(),
        _before=required.cast(pl.Int64).cum_sum() - required.cast(pl.Int64),
    )


def is_reuse(limits: Limits) -> pl.Expr:
    """Tell a long hole, and another price level behind it."""
    return (pl.col("_days") > limits.reuse_days) & (pl.col("_move").abs() > limits.reuse_move)


RULES = (
    Rule(
        "missing_session",
        "raw_bar",
        "warning",
        "a session of the market has no bar, between the ticker's first and last",
        lambda _: pl.col("_missed") == 0,
        lambda: (
            pl.when(pl.col("_missed") == 1)
            .then(pl.lit("1 session missing before it, or a closure (a storm, a mourning) that the calendar lacks"))
            .otherwise(pl.format("{} sessions missing before it", "_missed"))
        ),
    ),
    Rule(
        "ticker_reuse",
        "bar",
        "warning",
        "after a long hole the ticker goes on at another price level: perhaps another company",
        lambda limits: ~is_reuse(limits),
        lambda: pl.format(
            "no bars from {} on, then the price is {} times what it was",
            pl.col("date") - pl.duration(days=pl.col("_days")),
            pl.col("_move").exp().round_sig_figs(4),
        ),
        ("reuse_days", "reuse_move"),
    ),
)
