"""Dates held against the market's calendar, both ways: bars on no session (see values), and sessions without a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.validate.policy import Limits
from flows.validate.rules.base import Rule

if TYPE_CHECKING:
    from flows.calendars import Sessions


def prepare(bars: pl.DataFrame, sessions: Sessions) -> pl.DataFrame:
    """Adds what the calendar says about each row; rows are sorted by ticker and date.

    Added columns: _calendar (its code) · _judged (whether the calendar is known and believed on the date) · _session
    (whether it trades then) · _missed (required sessions between the ticker's row before and this one) · _expected
    (those and this one).
    """
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
    """Every date from first to last: _judged, _session, _before and _until (required sessions before it, and up to
    it)."""
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
    """A long hole, and another price level behind it."""
    return (pl.col("_days") > limits.reuse_days) & (pl.col("_move").abs() > limits.reuse_move)


def _hole() -> pl.Expr:
    return (pl.col("date") - pl.duration(days=pl.col("_days"))).cast(pl.String)


RULES = (
    Rule(
        "missing_session",
        "raw_bar",
        "warning",
        "a session of the market has no bar, between the ticker's first and last",
        lambda _: pl.col("_missed") == 0,
        lambda: pl.format("{} sessions missing before it", "_missed"),
    ),
    Rule(
        "ticker_reuse",
        "bar",
        "warning",
        "after a long hole the ticker goes on at another price level: perhaps another company",
        lambda limits: ~is_reuse(limits),
        lambda: pl.concat_str(
            pl.lit("no bars from "),
            _hole(),
            pl.lit(" on, then the price is "),
            pl.col("_move").exp().round_sig_figs(4).cast(pl.String),
            pl.lit(" times what it was"),
        ),
    ),
)
