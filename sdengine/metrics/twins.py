"""Each run beside its twins: the same portfolio that never trades, and the one that never buys back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

OF_TWIN = {
    "buy_and_hold": {
        "total_return": "buy_and_hold_return",
        "cagr": "buy_and_hold_cagr",
        "volatility": "buy_and_hold_volatility",
        "sharpe": "buy_and_hold_sharpe",
        "max_drawdown": "buy_and_hold_max_drawdown",
    },
    "ath_only": {
        "total_return": "ath_only_return",
        "cagr": "ath_only_cagr",
        "max_drawdown": "ath_only_max_drawdown",
    },
}
"""What a run's row repeats of each twin's row, and under which name."""

TWIN_COLUMNS = ("run_id", "total_return", "cagr", "volatility", "sharpe", "max_drawdown")
"""What is needed of a twin's row."""


def compare_with_twins(runs: pl.DataFrame, twins: pl.DataFrame) -> pl.DataFrame:
    """Add the comparison columns to `runs`; null where a run has no twin, or the twin is not among `twins`.

    `runs` has `buy_and_hold_twin` and `ath_only_twin` (run_ids) beside its metrics, `twins` the `TWIN_COLUMNS`.
    Differences are the run's figure less the twin's: `excess_return` and `excess_cagr` against buy and hold,
    `baseline_volatility_alpha`, volatility alpha's third meaning, against ath_only.
    """
    import polars as pl

    for name, columns in OF_TWIN.items():
        twin = twins.select(
            pl.col("run_id").alias(f"{name}_twin"), **{new: pl.col(old) for old, new in columns.items()}
        )
        runs = runs.join(twin, on=f"{name}_twin", how="left", maintain_order="left")
    return runs.with_columns(
        excess_return=pl.col("total_return") - pl.col("buy_and_hold_return"),
        excess_cagr=pl.col("cagr") - pl.col("buy_and_hold_cagr"),
        baseline_volatility_alpha=pl.col("total_return") - pl.col("ath_only_return"),
    )
