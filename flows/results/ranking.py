"""The ranking of scenarios: that of `metrics.ranking`, or by another of its columns, one row for each sweep's best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import UsageError
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse.reading import Answer, Reader

BY = "cagr_net"
"""What `metrics.ranking` orders by: growth a year, taxes due taken off."""
BY_BEFORE = "cagr"
"""What files of before have of it."""

LOWEST_FIRST = frozenset(
    {
        "benchmark_down_capture",
        "benchmark_tracking_error",
        "buy_and_hold_down_capture",
        "buy_and_hold_tracking_error",
        "commission",
        "commission_bps",
        "commission_per_share",
        "costs",
        "current_drawdown",
        "days_negative_bank",
        "downside_volatility",
        "drawdowns",
        "expected_shortfall",
        "kurtosis",
        "longest_drawdown_days",
        "losing_streak",
        "luck",
        "margin_rate",
        "max_drawdown",
        "mean_drawdown",
        "skipped_bands",
        "skipped_buys",
        "skipped_withdrawals",
        "slippage_bps",
        "taxes",
        "taxes_due",
        "time_under_water",
        "turnover",
        "ulcer_index",
        "value_at_risk",
        "volatility",
    }
)
"""Columns of which less is better."""


def read_ranking(
    reader: Reader, by: str | None = None, *, every: bool = False, sweep: str | None = None
) -> tuple[str, Answer]:
    """Rank the scenarios; the column that they are ranked by, and one row for each, the best first.

    Args:
        reader: the published results.
        by: a column of `metrics.ranking` that holds numbers.
        every: each member of a sweep, and not its best alone.
        sweep: the members of this one.

    Raises:
        UsageError: there is no such column or sweep.
    """
    columns = [name for (name,) in reader.rows(statement("results/ranking_columns"))]
    by = by or (BY if BY in columns or not columns else BY_BEFORE)
    if columns and by not in columns:
        from sdengine.words import did_you_mean

        hint = did_you_mean(by, columns, "{}") or '; `sdengine sql "describe metrics.ranking"` lists them'
        raise UsageError(f"--by {by}: metrics.ranking has no column of numbers of this name{hint}")
    asked = {"by": by, "lowest": by in LOWEST_FIRST, "every": every, "sweep": sweep}
    answer = reader.answer(statement("results/ranking"), asked)
    if sweep is not None and not answer.rows:
        from sdengine.words import did_you_mean, first_few

        rows = reader.answer(statement("results/ranking"), {**asked, "sweep": None}).records()
        sweeps = list(dict.fromkeys(row["sweep"] for row in rows if row["sweep"]))
        known = f"there are {first_few(sweeps, 12)}" if sweeps else "there is none"
        raise UsageError(f"sweep {sweep}: no sweep is called so{did_you_mean(sweep, sweeps, '{}')}; {known}")
    return by, answer
