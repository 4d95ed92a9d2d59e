"""Which runs have no metrics yet, or need new ones. A run has metrics or is due; nothing else decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.outcomes import PlanItem
from flows.stages import METRICS
from sdengine.scenario.twins import COMPARED
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Night
    from warehouse import Warehouse


@dataclass(frozen=True)
class MetricsItem(PlanItem):
    """One run that would be measured, or not; `run` is its row of the query `metrics/runs`.

    anew  whether it is to be measured itself; if not, its figures stand and are set beside others again
    """

    run: Mapping[str, Any] = field(repr=False, default_factory=dict)
    anew: bool = True


def plan(night: Night) -> list[MetricsItem]:
    """Tell what a night would measure, and why."""
    items = plan_metrics(night.warehouse, force=night.request.force, scenarios=night.chosen)
    return sorted(items, key=lambda item: item.item)


def plan_metrics(
    warehouse: Warehouse, *, force: bool = False, scenarios: Collection[str] | None = None
) -> list[MetricsItem]:
    """Every finished run in order of run_id, due or not, with the reason. Writes nothing.

    `scenarios`: names of the scenarios that are looked at, with their twins; None: all.
    """
    from sdengine.metrics.version import metrics_fingerprint

    version = metrics_fingerprint()
    runs = [row for row in warehouse.frame(statement("metrics/runs")).iter_rows(named=True) if row["status"] == "done"]
    if scenarios is not None:
        runs = _with_twins(runs, scenarios)
    finished = {run["run_id"] for run in runs}
    return [
        MetricsItem(
            METRICS,
            run["scenario"],
            *_judge(run, finished, version, force),
            run=run,
            anew=force or run["metrics_version"] != version,
        )
        for run in runs
    ]


def _with_twins(runs: list[dict[str, Any]], names: Collection[str]) -> list[dict[str, Any]]:
    """Choose the runs of the scenarios with these names, and the runs that they are compared with."""
    chosen = [run for run in runs if run["role"] == "scenario" and run["scenario"] in names]
    ids = {run[f"{twin}_twin"] for run in chosen for twin in COMPARED} | {run["run_id"] for run in chosen}
    return [run for run in runs if run["run_id"] in ids]


def _judge(run: Mapping[str, Any], finished: set[str], version: str, force: bool) -> tuple[bool, str]:
    """Whether the metrics of a finished run are due, and why."""
    if run["metrics_version"] is None:
        return True, "not measured yet"
    if run["metrics_version"] != version:
        return True, "the metrics have changed"
    for twin in COMPARED:
        if run[f"{twin}_twin"] != run[f"known_{twin}_twin"]:
            return True, f"its {twin} twin is another run now"
        if run[f"{twin}_twin"] in finished and not run[f"has_{twin}"]:
            return True, f"its {twin} twin can be compared with now"
    if (run["benchmark"], run["benchmark_reason"]) != (run["known_benchmark"], run["known_benchmark_reason"]):
        return True, "its benchmark is told otherwise now"
    return (True, "forced") if force else (False, "unchanged: its run has been measured")
