"""Raw bars and actions in, trusted ones out, with every row that was turned away and every rule's verdict. Pure:
frames to frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.adjust import adjust_actions, adjust_bars, effective_splits

from . import actions as action_rules
from . import moves, runs, sessions, values
from .base import Rule
from .checking import failures
from .listing import RULES, rules_of
from .policy import Limits, ValidatePolicy

if TYPE_CHECKING:
    from flows.calendars import Sessions

PRICES = ("open", "high", "low", "close")
REJECT = ("ticker", "date", *PRICES, "volume", "source", "rule", "reason")
TOLD = 3  # so many examples go into a check's detail
HABIT, SHARE = "open_close_outside", "rejected_share"


@dataclass(frozen=True)
class Examined:
    """The four tables of the schema `clean`, columns as declared there."""

    bars: pl.DataFrame
    actions: pl.DataFrame
    rejects: pl.DataFrame
    checks: pl.DataFrame


@dataclass(frozen=True)
class Group:
    """What the tickers of one frame have in common.

    Attributes:
        sessions: their calendar.
        limits: their numbers.
        severities: rule -> 'error', 'warning' or 'off'.
    """

    sessions: Sessions
    limits: Limits
    severities: Mapping[str, str]


def examine(bars: pl.DataFrame, actions: pl.DataFrame, group: Group, policy: ValidatePolicy) -> Examined:
    """Applies all rules to tickers of one group.

    Args:
        bars: rows of raw.bars, in any order.
        actions: rows of raw.actions, in any order.
        group: their calendar, limits and severities.
        policy: the shares beyond which a ticker is blocked, or a defect a habit.
    """
    judge = _Judge(group, policy)
    given = bars.sort("ticker", "date", "source", *PRICES, maintain_order=True).with_row_index("row")
    given = values.prepare(sessions.prepare(given.with_columns(pl.col("row").cast(pl.Int64)), group.sessions))
    found = judge.check(given, "raw_bar", given)
    habits = _habits(found, given, policy)
    found = found.with_columns(
        severity=pl.when((pl.col("rule") == HABIT) & pl.col("ticker").is_in(habits.implode()))
        .then(pl.lit("warning"))
        .otherwise("severity")
    )
    widened = found.filter((pl.col("rule") == HABIT) & (pl.col("severity") != "error"))["row"]
    passed = _widen(_without(given, found), widened)

    told = action_rules.prepare_raw(
        actions.sort("ticker", "date", "kind", "value").with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    )
    found_actions = judge.check(told, "raw_action", told)
    kept_actions = _without(told, found_actions)

    splits = effective_splits(passed, kept_actions)
    adjusted = adjust_bars(passed.select("row", "ticker", "date", *PRICES, "volume", "source", "adjustment"), splits)
    measured = runs.prepare(moves.prepare(adjusted, splits, group.limits))
    found_moves = judge.check(measured, "bar", given)
    years = runs.years(adjusted)
    found_years = judge.check(years, "year", years)
    summed = _summed(adjust_actions(kept_actions, splits))
    weighed = action_rules.prepare(summed, adjusted)
    found_weights = judge.check(weighed, "action", weighed)

    all_bars = pl.concat([found, found_moves])
    blocked = _blocked(all_bars, given, policy)
    free = ~pl.col("ticker").is_in(blocked.filter("blocked")["ticker"].implode())
    clean_bars = _without(adjusted, found_moves).filter(free)
    clean_actions = _without(summed, found_weights).filter(free)
    rejects = pl.concat([_turned_away(all_bars, given), _turned_away(pl.concat([found_actions, found_weights]), None)])
    counts = _counts(given, adjusted, years, told, summed)
    verdicts = judge.verdicts(pl.concat([all_bars, found_actions, found_years, found_weights]), counts, given, habits)
    return Examined(
        bars=clean_bars.select("ticker", "date", *PRICES, "volume", "split_factor", "source"),
        actions=clean_actions.select("ticker", "date", "kind", "value", "source"),
        rejects=rejects.sort("ticker", "date", "rule", nulls_last=True),
        checks=pl.concat([verdicts, _share_checks(blocked, policy)]).sort("ticker", "rule"),
    )


class _Judge:
    """Runs the rules of a group and words their verdicts."""

    def __init__(self, group: Group, policy: ValidatePolicy) -> None:
        self._group = group
        self._policy = policy

    def _severity(self, rule: Rule) -> str:
        return self._group.severities.get(rule.name, rule.severity)

    def check(self, frame: pl.DataFrame, grain: str, rows: pl.DataFrame) -> pl.DataFrame:
        """What failed: row, ticker, date, source, rule, severity, reason; `rows` is where row numbers find their
        ticker."""
        rules = [rule for rule in rules_of(grain) if self._severity(rule) != "off"]
        failed = failures(frame, rules, self._group.limits)
        parts = [self._worded(frame, failed.filter(pl.col("rule") == rule.name), rule) for rule in rules]
        return pl.concat([_nothing_found(), *(part for part in parts if part.height)])

    def _worded(self, frame: pl.DataFrame, failed: pl.DataFrame, rule: Rule) -> pl.DataFrame:
        if failed.is_empty():
            return _nothing_found()
        broken = frame.join(failed.select("row"), on="row", how="semi")
        day = pl.col("date") if "date" in frame.columns else pl.lit(None, dtype=pl.Date)
        source = pl.col("source") if "source" in frame.columns else pl.lit("")
        weight = pl.col("_missed") if rule.name == "missing_session" else pl.lit(1, dtype=pl.Int64)
        return broken.select(
            "row",
            "ticker",
            date=day,
            source=source,
            rule=pl.lit(rule.name),
            severity=pl.lit(self._severity(rule)),
            reason=rule.reason(),
            weight=weight,
        )

    def verdicts(
        self, found: pl.DataFrame, counts: Mapping[str, pl.DataFrame], given: pl.DataFrame, habits: pl.Series
    ) -> pl.DataFrame:
        """clean.checks: every rule on every ticker, those that found nothing included."""
        dated = pl.concat_str(pl.col("date").cast(pl.String), pl.lit(": "), ignore_nulls=True).str.strip_prefix(": ")
        examples = pl.concat_str(dated, "reason").sort_by("date", "row").head(TOLD).str.join("; ")
        per_rule = found.group_by("ticker", "rule").agg(
            rows_failed=pl.col("weight").sum(),
            examples=examples,
            cases=pl.len().cast(pl.Int64),
            given_severity=pl.col("severity").first(),
        )
        frames = []
        for rule in RULES:
            if self._severity(rule) == "off":
                continue
            count = counts["session" if rule.name == "missing_session" else rule.grain]
            frames.append(
                count.with_columns(
                    rule=pl.lit(rule.name), severity=pl.lit(self._severity(rule)), meaning=pl.lit(rule.meaning)
                )
            )
        told = pl.concat(frames).join(per_rule, on=["ticker", "rule"], how="left")
        failed = pl.col("rows_failed").fill_null(0)
        severity = pl.coalesce("given_severity", "severity")
        more = pl.col("cases") - TOLD
        habit = (pl.col("rule") == HABIT) & pl.col("ticker").is_in(habits.implode())
        detail = pl.concat_str(
            pl.when(habit)
            .then(pl.lit("a habit of the source: kept, high and low widened to hold open and close: "))
            .otherwise(pl.lit("")),
            pl.col("examples"),
            pl.when(more > 0).then(pl.format("; and {} more", more)).otherwise(pl.lit("")),
        )
        return told.select(
            "ticker",
            "rule",
            rows_checked=pl.max_horizontal("rows_checked", failed),
            rows_failed=failed,
            severity=severity,
            verdict=pl.when(failed == 0)
            .then(pl.lit("pass"))
            .when(severity == "error")
            .then(pl.lit("rejected"))
            .otherwise(pl.lit("suspect")),
            detail=detail,
        )


def _nothing_found() -> pl.DataFrame:
    words = dict.fromkeys(("source", "rule", "severity", "reason"), pl.String)
    return pl.DataFrame(schema={"row": pl.Int64, "ticker": pl.String, "date": pl.Date, **words, "weight": pl.Int64})


def _habits(found: pl.DataFrame, given: pl.DataFrame, policy: ValidatePolicy) -> pl.Series:
    """Tickers whose source quotes open and close outside the range as a habit."""
    broken = found.filter(pl.col("rule") == HABIT).group_by("ticker").agg(broken=pl.len())
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


def _without(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Rows that no error has turned away, in their order."""
    errors = found.filter(pl.col("severity") == "error").select("row").unique()
    return rows.join(errors, on="row", how="anti", maintain_order="left") if errors.height else rows


def _summed(actions: pl.DataFrame) -> pl.DataFrame:
    """One row per ticker, date and kind: an ordinary and a special dividend of one day are one payment."""
    return (
        actions.group_by("ticker", "date", "kind")
        .agg(
            value=pl.when(pl.col("kind").first() == "split")
            .then(pl.col("value").first())
            .otherwise(pl.col("value").sum()),
            source=pl.col("source").first(),
        )
        .sort("ticker", "date", "kind")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
    )


def _blocked(found: pl.DataFrame, given: pl.DataFrame, policy: ValidatePolicy) -> pl.DataFrame:
    """ticker, rows, rejected, blocked: whether more than the set share of the bars was turned away, or all of them."""
    errors = found.filter(pl.col("severity") == "error").group_by("ticker").agg(rejected=pl.col("row").n_unique())
    rows = given.group_by("ticker").agg(rows=pl.len())
    share = rows.join(errors, on="ticker", how="left").with_columns(pl.col("rejected").fill_null(0).cast(pl.Int64))
    too_many = pl.col("rejected") > policy.blocked_share * pl.col("rows")
    return share.with_columns(pl.col("rows").cast(pl.Int64), blocked=too_many | (pl.col("rejected") == pl.col("rows")))


def _share_checks(blocked: pl.DataFrame, policy: ValidatePolicy) -> pl.DataFrame:
    share = (pl.col("rejected") / pl.col("rows") * 100).round(1)
    said = pl.format("{} of {} bars turned away ({} %)", "rejected", "rows", share)
    limit = pl.lit(f", more than the {policy.blocked_share:.0%} allowed: blocked")
    return blocked.select(
        "ticker",
        rule=pl.lit(SHARE),
        rows_checked="rows",
        rows_failed="rejected",
        severity=pl.lit("error"),
        verdict=pl.when("blocked").then(pl.lit("blocked")).otherwise(pl.lit("pass")),
        detail=pl.when("blocked").then(pl.concat_str(said, limit)).when(pl.col("rejected") > 0).then(said),
    )


def _turned_away(found: pl.DataFrame, given: pl.DataFrame | None) -> pl.DataFrame:
    """clean.rejects: the row as the source gave it; an action has no prices."""
    errors = found.filter(pl.col("severity") == "error")
    if given is None:
        nothing = {name: pl.lit(None, dtype=pl.Float64) for name in (*PRICES, "volume")}
        return errors.with_columns(**nothing).select(REJECT)
    return errors.drop("source").join(given.select("row", *PRICES, "volume", "source"), on="row").select(REJECT)


def _counts(
    given: pl.DataFrame, adjusted: pl.DataFrame, years: pl.DataFrame, told: pl.DataFrame, summed: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Per grain: ticker, rows_checked; every ticker is in each, with 0 where it has no such rows."""
    tickers = given.select("ticker").unique()

    def count(frame: pl.DataFrame) -> pl.DataFrame:
        rows = frame.group_by("ticker").agg(rows_checked=pl.len().cast(pl.Int64))
        return tickers.join(rows, on="ticker", how="left").with_columns(pl.col("rows_checked").fill_null(0))

    expected = given.group_by("ticker").agg(rows_checked=pl.col("_expected").sum())
    return {
        "raw_bar": count(given),
        "session": expected,
        "bar": count(adjusted),
        "year": count(years),
        "raw_action": count(told),
        "action": count(summed),
    }
