"""What a run would do, and why: stage by stage and item by item, before anything is done.

A later stage may depend on what an earlier one will bring. Such an item waits: it is due if the bars of its ticker,
or the runs of its scenario, turn out to be new. `run` asks each stage again when its turn comes, so that it does what
is due, and of what waits only what has become due.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.night.listener import Listener
from flows.night.opening import Night, night_on, refuse_nothing, warehouse_for
from flows.night.perform import plan_stage
from flows.night.request import Request
from flows.outcomes import PlanItem
from flows.stages import TABLE, Stage
from flows.validate.policy_file import FILE as POLICY
from sdengine.scenario.twins import TWIN_MARK
from warehouse.places import WORK, write_ahead


def plan(request: Request) -> list[PlanItem]:
    """Plan a request. Writes nothing: a warehouse that does not exist yet is planned as an empty one."""
    with _looked_at(request) as seen, warehouse_for(seen) as warehouse:
        night = night_on(seen, warehouse, Listener())
        refuse_nothing(night)
        return plan_night(night)


def plan_night(night: Night) -> list[PlanItem]:
    """Plan a night on the tables as they are."""
    plans = {stage: plan_stage(night, stage) for stage in night.request.stages}
    moving, kind = set[str](), TABLE[0].items
    for stage in TABLE:
        if stage.items != kind:
            moving, kind = _holding(night, moving), stage.items
        if stage.name in plans:
            plans[stage.name] = _waiting(stage, plans[stage.name], moving)
            moving = {item.item for item in plans[stage.name] if item.asked and (item.due or item.waits)}
    return [item for stage in night.request.stages for item in plans[stage]]


def _holding(night: Night, tickers: set[str]) -> set[str]:
    """Names of the scenarios that hold one of the tickers."""
    return {s.name for s in night.scenarios if any(asset.ticker in tickers for asset in s.assets)}


def _waiting(stage: Stage, items: list[PlanItem], moving: set[str]) -> list[PlanItem]:
    """Mark the items that are not due but in `moving` as waiting, and add those that the stage does not know yet."""
    known = {item.item for item in items}
    new = [
        PlanItem(stage.name, name, False, stage.waits, waits=True)
        for name in sorted(() if stage.some else moving - known)
        if stage.twins or TWIN_MARK not in name
    ]
    waiting = [i.asked and i.item in moving and not i.due for i in items]
    return [replace(i, waits=w, reason=stage.waits) if w else i for i, w in zip(items, waiting, strict=True)] + new


@contextmanager
def _looked_at(request: Request) -> Iterator[Request]:
    """Give the request its own warehouse, or one that is thrown away: empty where there is none yet, a copy where the
    folder may only be read."""
    from warehouse.repair import check_present

    warehouse = request.settings.warehouse
    check_present(warehouse)
    there = (warehouse / WORK).exists()
    if there and os.access(warehouse, os.W_OK) and os.access(warehouse / WORK, os.W_OK):
        yield request
        return
    with TemporaryDirectory(prefix="sdengine-plan-") as folder:
        if there:
            _copy(warehouse, Path(folder))
        yield replace(request, settings=replace(request.settings, warehouse=Path(folder)))


def _copy(warehouse: Path, folder: Path) -> None:
    """Copy what a plan reads of a warehouse."""
    from warehouse.connection import clear_errors
    from warehouse.lock import undisturbed

    with clear_errors(warehouse / WORK), undisturbed(warehouse):
        for path in (warehouse / WORK, write_ahead(warehouse / WORK), warehouse / POLICY):
            if path.exists():
                shutil.copyfile(path, folder / path.name)
        if (warehouse / "calendars").is_dir():
            shutil.copytree(warehouse / "calendars", folder / "calendars")
