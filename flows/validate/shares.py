"""How much of a ticker was turned away, as a whole and year by year; the one definition of "too much"."""

from __future__ import annotations

import polars as pl

from flows.validate.policy import ValidatePolicy

SHARE = "rejected_share"


def share_checks(given: pl.DataFrame, offences: pl.DataFrame, policy: ValidatePolicy) -> pl.DataFrame:
    """clean.checks: whether a ticker has lost more than the set share of its history, and in which years.

    What counts is dates: a copy of a row that stays costs nothing. Whether a scenario may run is told of its own
    window, by the same share (see flows.backtest).

    Args:
        given: all rows, with _copy.
        offences: what failed, of bars.
        policy: the share allowed.
    """
    errors = offences.filter(pl.col("severity") == "error").select("row").unique().with_columns(gone=pl.lit(True))
    rows = given.filter(pl.col("_copy") != "same").join(errors, on="row", how="left")
    counted = rows.group_by("ticker", year=pl.col("date").dt.year()).agg(
        rows=pl.len().cast(pl.Int64), rejected=pl.col("gone").sum().cast(pl.Int64)
    )
    worst = (
        counted.filter(_too_many(policy))
        .sort("ticker", "year")
        .group_by("ticker", maintain_order=True)
        .agg(
            years=pl.format("{} ({} of {})", "year", "rejected", "rows").head(5).str.join(", "),
            more=pl.len().cast(pl.Int64) - 5,
        )
    )
    shares = counted.group_by("ticker").agg(pl.col("rows", "rejected").sum()).with_columns(blocked=_too_many(policy))
    return _worded(shares.join(worst, on="ticker", how="left").sort("ticker"), policy)


def _too_many(policy: ValidatePolicy) -> pl.Expr:
    """More than the allowed share of the bars was turned away, or all of them."""
    return (pl.col("rejected") > policy.blocked_share * pl.col("rows")) | (pl.col("rejected") == pl.col("rows"))


def _worded(shares: pl.DataFrame, policy: ValidatePolicy) -> pl.DataFrame:
    percent = (pl.col("rejected") / pl.col("rows") * 100).round(1)
    turned_away = pl.format("{} of {} bars turned away ({} %)", "rejected", "rows", percent)
    allowed = f"more than the {policy.blocked_share:.0%} allowed"
    more = pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")).otherwise(pl.lit(""))
    years = pl.concat_str(pl.lit(f"; {allowed} in "), "years", more)
    return shares.select(
        "ticker",
        rule=pl.lit(SHARE),
        rows_checked="rows",
        rows_failed="rejected",
        severity=pl.lit("error"),
        verdict=pl.when("blocked").then(pl.lit("blocked")).otherwise(pl.lit("pass")),
        detail=pl.when(pl.col("rejected") > 0).then(
            pl.concat_str(
                turned_away,
                pl.when("blocked")
                .then(pl.lit(f", {allowed}: blocked where a scenario's window has so many"))
                .otherwise(pl.lit("")),
                pl.when(pl.col("years").is_not_null()).then(years).otherwise(pl.lit("")),
            )
        ),
    )
