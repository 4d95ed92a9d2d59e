"""Raw bars and actions in, trusted ones out, with every row turned away and every verdict. Pure: frames to frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from flows.validate.adjust import adjust_actions, adjust_bars, effective_splits
from flows.validate.policy import ValidatePolicy
from flows.validate.rules import actions as action_rules
from flows.validate.rules import dates, dividends, moves, sessions, values, whole
from flows.validate.rules import standstill as runs
from flows.validate.shares import share_checks
from flows.validate.verdicts import HABIT, Group, Judge, counts_of
from schemas.columns import PRICES

__all__ = ["Examined", "Group", "examine"]

#: What the warehouse knows of a ticker beside its rows: when its source last answered for it (null: never), whether
#: most others of its source go on for long after its last bar, what its prices are in, and whether dividends have been
#: taken out of them (null: the source does not say).
TICKERS: dict[str, Any] = {
    "ticker": pl.String,
    "answered_at": pl.Datetime("us"),
    "outlived": pl.Boolean,
    "currency": pl.String,
    "adjusted": pl.Boolean,
}

REJECT = ("ticker", "date", *PRICES, "volume", "source", "rule", "reason")


@dataclass(frozen=True)
class Examined:
    """The four tables of the schema `clean`, columns as declared there."""

    bars: pl.DataFrame
    actions: pl.DataFrame
    rejects: pl.DataFrame
    checks: pl.DataFrame


def examine(
    bars: pl.DataFrame,
    actions: pl.DataFrame,
    group: Group,
    policy: ValidatePolicy,
    tickers: pl.DataFrame | None = None,
) -> Examined:
    """Apply all rules to tickers of one group.

    Args:
        bars: rows of raw.bars, in any order; where there is one, with their standing (see schemas.raw.LeftOut).
        actions: rows of raw.actions, in any order; where there is one, with their own currency, and standing.
        group: their calendar, limits and severities.
        policy: the shares beyond which a ticker is blocked, or a defect a habit.
        tickers: what is known of them beside their rows, columns as TICKERS.
    """
    judge = Judge(group)
    known = pl.DataFrame(schema=TICKERS) if tickers is None else tickers
    given = _numbered(_with(bars, "standing").sort("ticker", "date", "source", *PRICES, maintain_order=True))
    given = dates.prepare(given, known)
    given = values.prepare(sessions.prepare(given, group.sessions), group.limits)
    offences = judge.check(given, "raw_bar", given)
    habits = _habits(offences, given, policy)
    offences = offences.with_columns(
        severity=pl.when((pl.col("rule") == HABIT) & pl.col("ticker").is_in(habits.implode()))
        .then(pl.lit("warning"))
        .otherwise("severity")
    )
    widened = offences.filter((pl.col("rule") == HABIT) & (pl.col("severity") != "error"))["row"]
    passed = _widen(_without(given, offences), widened)
    prepared = action_rules.prepare_raw(
        _numbered(_with(actions, "standing", "currency").sort("ticker", "date", "kind", "value")), known, group.limits
    )
    action_offences = judge.check(prepared, "raw_action", prepared)
    kept_actions = _without(prepared, action_offences)
    summed_up = whole.prepare(given, prepared, group.sessions, known)
    whole_offences = judge.check(summed_up, "ticker", summed_up)

    splits = effective_splits(passed, kept_actions)
    adjusted = adjust_bars(passed.select("row", "ticker", "date", *PRICES, "volume", "source", "adjustment"), splits)
    summed = _summed(adjust_actions(kept_actions, splits))
    measured = runs.prepare(moves.prepare(adjusted, splits, action_rules.paid_at(summed, adjusted), group.limits))
    move_offences = judge.check(measured, "bar", given)
    years = runs.years(adjusted)
    year_offences = judge.check(years, "year", years)
    trusted = _without(measured, move_offences)
    weighed = dividends.prepare(action_rules.paid_at(summed, trusted), trusted, known, group.limits)
    weight_offences = judge.check(weighed, "action", weighed)

    all_bars = pl.concat([offences, move_offences])
    refused = whole_offences.filter(pl.col("severity") == "error")["ticker"]
    free = ~pl.col("ticker").is_in(refused.implode())
    clean_bars = trusted.filter(free)
    clean_actions = _paid(_without(weighed, weight_offences).filter(free))
    rejects = pl.concat(
        [_turned_away(all_bars, given), _turned_away(pl.concat([action_offences, weight_offences]), None)]
    )
    counts = counts_of(given, adjusted, years, prepared, summed)
    everything = pl.concat([all_bars, action_offences, year_offences, weight_offences, whole_offences])
    return Examined(
        bars=clean_bars.select("ticker", "date", *PRICES, "volume", "split_factor", "source"),
        actions=clean_actions,
        rejects=rejects.sort("ticker", "date", "rule", nulls_last=True),
        checks=pl.concat([judge.verdicts(everything, counts, habits), share_checks(given, all_bars, policy)]).sort(
            "ticker", "rule"
        ),
    )


def _with(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Rows with these columns of text, empty where there are none."""
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in rows.columns)


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def _habits(offences: pl.DataFrame, given: pl.DataFrame, policy: ValidatePolicy) -> pl.Series:
    """Tickers whose source quotes open and close outside the range as a habit."""
    broken = offences.filter(pl.col("rule") == HABIT).group_by("ticker").agg(broken=pl.len())
    rows = given.group_by("ticker").agg(rows=pl.len())
    shares = broken.join(rows, on="ticker").filter(pl.col("broken") > policy.habit_share * pl.col("rows"))
    return shares["ticker"].sort()


def _widen(bars: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """High and low moved out to hold open and close, on the rows listed and no others."""
    if rows.is_empty():
        return bars
    listed = pl.col("row").is_in(rows.implode())
    return bars.with_columns(
        high=pl.when(listed).then(pl.max_horizontal(*PRICES)).otherwise("high"),
        low=pl.when(listed).then(pl.min_horizontal(*PRICES)).otherwise("low"),
    )


def _without(rows: pl.DataFrame, offences: pl.DataFrame) -> pl.DataFrame:
    """Rows that no error has turned away, in their order."""
    errors = offences.filter(pl.col("severity") == "error").select("row").unique()
    return rows.join(errors, on="row", how="anti", maintain_order="left") if errors.height else rows


def _summed(actions: pl.DataFrame) -> pl.DataFrame:
    """Make one row of each ticker, date and kind: an ordinary and a special dividend of one day are one payment."""
    summed = actions.group_by("ticker", "date", "kind").agg(
        value=pl.when(pl.col("kind").first() == "split").then(pl.col("value").first()).otherwise(pl.col("value").sum()),
        source=pl.col("source").first(),
    )
    return _numbered(summed.sort("ticker", "date", "kind"))


def _paid(actions: pl.DataFrame) -> pl.DataFrame:
    """clean.actions: a dividend on the bar at which it is paid, what is paid at one bar being one payment."""
    paid = pl.when(pl.col("kind") == "dividend").then(pl.coalesce("_paid", "date")).otherwise("date")
    moved = actions.with_columns(date=paid).sort("ticker", "date", "kind", "row")
    return _summed(moved).select("ticker", "date", "kind", "value", "source")


def _turned_away(offences: pl.DataFrame, given: pl.DataFrame | None) -> pl.DataFrame:
    """clean.rejects: the row as the source gave it; an action has no prices."""
    errors = offences.filter(pl.col("severity") == "error")
    if given is None:
        nothing = {name: pl.lit(None, dtype=pl.Float64) for name in (*PRICES, "volume")}
        return errors.with_columns(**nothing).select(REJECT)
    return errors.drop("source").join(given.select("row", *PRICES, "volume", "source"), on="row").select(REJECT)
