"""What the rules found, in words: every failure with its reason, every rule's verdict on every ticker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.validate.checking import failures
from flows.validate.limits import Limits
from flows.validate.rules.base import Rule
from flows.validate.rules.listing import RULES, rules_of

if TYPE_CHECKING:
    from flows.calendars import Sessions

EXAMPLES = 3  # so many examples go into a check's detail
HABIT = "open_close_outside"


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


class Judge:
    """Run the rules of a group and word their verdicts."""

    def __init__(self, group: Group) -> None:
        self._group = group

    def _severity(self, rule: Rule) -> str:
        return self._group.severities.get(rule.name, rule.severity)

    def check(self, frame: pl.DataFrame, grain: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Tell what failed: row, ticker, date, source, rule, severity, reason; `rows` is where row numbers find their
        ticker."""
        rules = [rule for rule in rules_of(grain) if self._severity(rule) != "off"]
        failed = failures(frame, rules, self._group.limits)
        broken = failed.partition_by("rule", as_dict=True)
        parts = [self._worded(frame, broken[rule.name,], rule) for rule in rules if (rule.name,) in broken]
        return pl.concat([no_offences(), *parts])

    def _worded(self, frame: pl.DataFrame, failed: pl.DataFrame, rule: Rule) -> pl.DataFrame:
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

    def verdicts(self, offences: pl.DataFrame, counts: Mapping[str, pl.DataFrame], habits: pl.Series) -> pl.DataFrame:
        """Word clean.checks: every rule on every ticker, those that found nothing included."""
        dated = pl.concat_str(pl.col("date").cast(pl.String), pl.lit(": "), ignore_nulls=True).str.strip_prefix(": ")
        examples = pl.concat_str(dated, "reason").sort_by("date", "row").head(EXAMPLES).str.join("; ")
        per_rule = offences.group_by("ticker", "rule").agg(
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
                count.lazy().with_columns(
                    rule=pl.lit(rule.name), severity=pl.lit(self._severity(rule)), grain=pl.lit(rule.grain)
                )
            )
        counted = pl.concat(frames).collect().join(per_rule, on=["ticker", "rule"], how="left")
        failed = pl.col("rows_failed").fill_null(0)
        severity = pl.coalesce("given_severity", "severity")
        more = pl.col("cases") - EXAMPLES
        habit = (pl.col("rule") == HABIT) & pl.col("ticker").is_in(habits.implode())
        detail = pl.concat_str(
            pl.when(habit)
            .then(pl.lit("a habit of the source: kept, high and low widened to hold open and close: "))
            .otherwise(pl.lit("")),
            pl.col("examples"),
            pl.when(more > 0).then(pl.format("; and {} more", more)).otherwise(pl.lit("")),
        )
        return counted.select(
            "ticker",
            "rule",
            rows_checked=pl.max_horizontal("rows_checked", failed),
            rows_failed=failed,
            severity=severity,
            verdict=pl.when(failed == 0)
            .then(pl.lit("pass"))
            .when((severity == "error") & (pl.col("grain") == "ticker"))
            .then(pl.lit("blocked"))
            .when(severity == "error")
            .then(pl.lit("rejected"))
            .otherwise(pl.lit("suspect")),
            detail=detail,
        )


def no_offences() -> pl.DataFrame:
    """Give failures with no rows."""
    words = dict.fromkeys(("source", "rule", "severity", "reason"), pl.String)
    return pl.DataFrame(schema={"row": pl.Int64, "ticker": pl.String, "date": pl.Date, **words, "weight": pl.Int64})


def counts_of(
    given: pl.DataFrame, adjusted: pl.DataFrame, years: pl.DataFrame, raw_actions: pl.DataFrame, summed: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Count per grain: ticker, rows_checked; every ticker is in each, with 0 where it has no such rows."""
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
        "raw_action": count(raw_actions),
        "action": count(summed),
        "ticker": tickers.with_columns(rows_checked=pl.lit(1, dtype=pl.Int64)),
    }
