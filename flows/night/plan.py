"""What a run would do, and why: stage by stage and item by item, before anything is done.

A later stage may depend on what an earlier one will bring. Such an item waits: it is due if the bars of its ticker,
or the runs of its scenario, turn out to be new. `run` asks each stage again when its turn comes, so that it does what
is due, and of what waits only what has become due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.night.opening import Listener, Night, Request, load, warehouse_for
from flows.night.perform import plan_stage
from flows.outcomes import PlanItem
from flows.stages import BACKTEST, INGEST, METRICS, VALIDATE


def plan(request: Request) -> list[PlanItem]:
    """The plan of a request. Writes nothing: a warehouse that does not exist yet is planned as an empty one."""
    with _looked_at(request) as seen, warehouse_for(seen) as warehouse:
        return plan_night(Night(seen, warehouse, "", load(seen), Listener(), datetime.now(UTC)))


def plan_night(night: Night) -> list[PlanItem]:
    """The plan of a night on the tables as they are."""
    found = {stage: plan_stage(night, stage) for stage in night.request.stages}
    moving = _waiting(found, VALIDATE, _moving(found.get(INGEST)), "ingest brings new bars of it")
    touched = {s.name for s in night.scenarios if any(asset.ticker in moving for asset in s.assets)}
    moving = _waiting(found, BACKTEST, touched, "its bars have changed by then")
    _waiting(found, METRICS, moving, "backtest writes its run")
    return [item for stage in night.request.stages for item in found[stage]]


def _moving(items: Iterable[PlanItem] | None) -> set[str]:
    return {item.item for item in items or () if item.due or item.waits}


def _waiting(found: dict[str, list[PlanItem]], stage: str, moving: set[str], condition: str) -> set[str]:
    """Mark the items of `stage` that are not due but in `moving` as waiting, add those that it does not know yet.

    Returns what moves after this stage: with the stage left out of the request, only what moved before it.
    """
    if stage not in found:
        return moving
    items = found[stage]
    known = {item.item for item in items}
    marked = [replace(i, waits=True, reason=f"if {condition}") if i.item in moving and not i.due else i for i in items]
    found[stage] = [
        *marked,
        *(PlanItem(stage, name, False, f"if {condition}", True) for name in sorted(moving - known)),
    ]
    return _moving(found[stage])


@contextmanager
def _looked_at(request: Request) -> Iterator[Request]:
    """The request on its own warehouse, or on an empty one that is thrown away where there is none yet."""
    if (request.settings.warehouse / "work.duckdb").exists():
        yield request
        return
    with TemporaryDirectory(prefix="sdengine-plan-") as folder:
        yield replace(request, settings=replace(request.settings, warehouse=Path(folder)))
