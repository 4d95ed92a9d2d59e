"""Each run beside its twins: the same portfolio that never trades, the one that never buys back, and the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdengine.kernel.tolerance import SLACK

if TYPE_CHECKING:
    import polars as pl

_ALL = ("total_return", "cagr", "volatility", "sharpe", "max_drawdown", "withdrawals")
_FEW = ("total_return", "cagr", "max_drawdown", "withdrawals")
OF_TWIN = {
    twin: {name: f"{twin}_{name.removeprefix('total_')}" for name in names}
    for twin, names in {"buy_and_hold": _ALL, "ath_only": _FEW, "benchmark": _ALL}.items()
}
"""What a run's row repeats of each twin's row, and under which name."""

DIFFERENCES = (
    "excess_return",
    "excess_cagr",
    "baseline_volatility_alpha",
    "benchmark_excess_return",
    "benchmark_excess_cagr",
    "paid_unlike",
)
COMPARISONS = (*(column for columns in OF_TWIN.values() for column in columns.values()), *DIFFERENCES)
"""The columns that a comparison adds to a run's row."""
TWIN_COLUMNS = ("run_id", *_ALL)
"""What is needed of a twin's row."""


def compare_with_twins(runs: pl.DataFrame, twins: pl.DataFrame) -> pl.DataFrame:
    """Add the comparison columns to `runs`; null where a run has no twin, or the twin is not among `twins`.

    `runs` has `buy_and_hold_twin`, `ath_only_twin` and `benchmark_twin` (run_ids) beside its metrics, `twins` the
    `TWIN_COLUMNS`. Differences are the run's figure less the twin's: `excess_return` and `excess_cagr` against buy and
    hold, `baseline_volatility_alpha`, volatility alpha's third meaning, against ath_only, `benchmark_excess_return` and
    `benchmark_excess_cagr` against the benchmark. `paid_unlike` names the twins that took out another sum than the run.
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
        benchmark_excess_return=pl.col("total_return") - pl.col("benchmark_return"),
        benchmark_excess_cagr=pl.col("cagr") - pl.col("benchmark_cagr"),
        paid_unlike=_paid_unlike(),
    )


def _paid_unlike() -> pl.Expr:
    """Make the expression that names the twins whose withdrawals are another sum, up to rounding; null for none."""
    import polars as pl

    own = pl.col("withdrawals")
    others = {name: pl.col(f"{name}_withdrawals") for name in OF_TWIN}
    unlike = [
        pl.when((other - own).abs() > SLACK * pl.max_horizontal(other, own)).then(pl.lit(name))
        for name, other in others.items()
    ]
    return pl.concat_str(unlike, separator=" ", ignore_nulls=True).replace("", None)
