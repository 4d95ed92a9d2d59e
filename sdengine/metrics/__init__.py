"""What a run amounts to: growth, risk, income, activity, by portfolio, asset, month and drawdown.

`run_metrics` measures one run, `batch_metrics` thousands, by the same code; `compare_with_twins` sets runs beside their
baselines, `compare_daily` does so day by day. The columns and their meanings are declared in `schemas.metrics`; the
formulas stand in `sdengine.statistics`. Names load on first use: who only asks for the fingerprint does not wait for
numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sdengine.metrics.batch import MetricTables, batch_metrics
    from sdengine.metrics.beside import DAILY, OTHERS, compare_daily
    from sdengine.metrics.single import RunMetrics, run_metrics
    from sdengine.metrics.twins import COMPARISONS, TWIN_COLUMNS, compare_with_twins
    from sdengine.metrics.version import metrics_fingerprint

__all__ = [
    "COMPARISONS",
    "DAILY",
    "OTHERS",
    "TWIN_COLUMNS",
    "MetricTables",
    "RunMetrics",
    "batch_metrics",
    "compare_daily",
    "compare_with_twins",
    "metrics_fingerprint",
    "run_metrics",
]

_NAMES = {
    "batch": ("MetricTables", "batch_metrics"),
    "beside": ("DAILY", "OTHERS", "compare_daily"),
    "single": ("RunMetrics", "run_metrics"),
    "twins": ("COMPARISONS", "TWIN_COLUMNS", "compare_with_twins"),
    "version": ("metrics_fingerprint",),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sdengine.metrics' has no attribute {name!r}")
    return getattr(import_module(f"sdengine.metrics.{_HOMES[name]}"), name)
