"""What a run amounts to: growth, risk, income, activity, by portfolio, asset, month and drawdown.

`run_metrics` measures one run, `batch_metrics` thousands, by the same code; `compare_with_twins` sets runs beside their
baselines. The columns and their meanings are declared in `schemas.metrics`; the formulas stand in
`sdengine.statistics`.
"""

from sdengine.metrics.batch import MetricTables, batch_metrics
from sdengine.metrics.single import RunMetrics, run_metrics
from sdengine.metrics.twins import TWIN_COLUMNS, compare_with_twins
from sdengine.metrics.version import metrics_fingerprint

__all__ = [
    "TWIN_COLUMNS",
    "MetricTables",
    "RunMetrics",
    "batch_metrics",
    "compare_with_twins",
    "metrics_fingerprint",
    "run_metrics",
]
