"""The stage `retire`: scenarios and their bars in, whether an income would have lasted out.

A plan is made as a whole, or fails as one with its reason, and the others go on. Plans of scenarios that are gone go.
All of it is one transaction, and a night publishes its results whether plans could be made or not.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.backtest.workers import cores, read_workers
from flows.outcomes import ItemOutcome, Progress, StageOutcome
from flows.retire.plan import UNCHANGED, PlannedPlan, plan_retire
from flows.retire.terms import terms_of
from flows.stages import RETIRE
from schemas.canonical import canonical_json
from schemas.errors import InvalidTable
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.night.opening import Night
    from flows.retire.plans import WantedPlan
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

LISTS = ("plans", "windows", "paths", "fan", "changes")
TABLES = ("terms", *LISTS)
RENAMED = {"start": "first_date", "end": "last_date"}
"""What columns are called in the warehouse: `end` is a word of SQL."""


def work(night: Night) -> StageOutcome:
    """Make the plans that are due in a night."""
    workers = read_workers(night.request.settings.workers)
    return retire(
        night.warehouse,
        night.loaded.scenarios,
        night.loaded.files,
        force=night.request.force,
        chosen=night.chosen,
        threads=workers.count if workers.kind == "threads" else cores(),
        progress=night.progress(RETIRE),
    )


def retire(
    warehouse: Warehouse,
    scenarios: Sequence[Scenario],
    files: Mapping[str, str] | None = None,
    *,
    force: bool = False,
    chosen: Collection[str] | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> StageOutcome:
    """Make the plans that are due and write `retire.*` in one transaction; one that cannot be made has no rows.

    `files`: where each scenario is written, whose folder a file of consumer prices is looked for in.
    """
    started = time.monotonic()
    planned = plan_retire(warehouse, scenarios, files or {}, force=force, chosen=chosen)
    due = [each for each in planned if each.due]
    asking = [scenario.name for scenario in scenarios if scenario.retire is not None]
    gone = [plan for (plan,) in warehouse.rows(statement("retire/gone"), {"names": asking})]
    items, rows = (
        [ItemOutcome(each.wanted.scenario.name, "skipped", each.reason) for each in planned if not each.due],
        0,
    )
    if due or gone:
        planning = _Planning(warehouse, [each.wanted for each in due], threads)
        with warehouse.transaction():
            _remove(warehouse, gone)
            for done, each in enumerate(due):
                name = each.wanted.scenario.name
                if progress is not None:
                    progress(done, len(due), name)
                began = time.monotonic()
                try:
                    written = planning.write(each)
                except (ArithmeticError, LookupError, ValueError, InvalidTable) as error:
                    items.append(ItemOutcome(name, "failed", f"could not be planned: {error}"))
                else:
                    rows += written
                    items.append(ItemOutcome(name, "done", each.reason, written, time.monotonic() - began))
    return StageOutcome.over(
        RETIRE,
        sorted(items, key=lambda item: item.item),
        _summary(items, len(gone)),
        rows,
        time.monotonic() - started,
        changed=bool(gone),
        next_time=None if chosen is not None else _next_time(items),
    )


def _next_time(items: Sequence[ItemOutcome]) -> StageOutcome | None:
    """Tell what the stage says when nothing has changed; None where a plan could not be made, which is tried again."""
    if any(item.status == "failed" for item in items):
        return None
    same = [ItemOutcome(item.item, "skipped", UNCHANGED if item.status == "done" else item.reason) for item in items]
    return StageOutcome.over(RETIRE, sorted(same, key=lambda item: item.item), _summary(same, 0), 0, 0.0)


def _remove(warehouse: Warehouse, plans: Sequence[str]) -> None:
    for table in TABLES:
        warehouse.delete(f"retire.{table}", {"plan_id": list(plans)})


def _summary(items: Sequence[ItemOutcome], gone: int) -> str:
    """One sentence over all plans."""
    count = {status: sum(item.status == status for item in items) for status in ("done", "failed", "skipped")}
    parts = [
        f"{count['done']} plans made" if count["done"] else "",
        f"{count['failed']} could not be made" if count["failed"] else "",
        f"{count['skipped']} plans as they were" if count["skipped"] else "",
        f"{gone} removed that are gone" if gone else "",
    ]
    return ", ".join(part for part in parts if part) or "no scenario has a [retire]"


class _Planning:
    """What the plans of one call share: bars, threads."""

    def __init__(self, warehouse: Warehouse, due: Sequence[WantedPlan], threads: int) -> None:
        from warehouse.fingerprints import Bars

        self._warehouse, self._threads = warehouse, threads
        tickers = sorted({ticker for wanted in due for ticker in wanted.scenario.tickers})
        self._bars: pl.DataFrame = warehouse.frame(statement("backtest/bars"), {"tickers": tickers})
        self._states = Bars(self._bars)

    def write(self, planned: PlannedPlan) -> int:
        """Make a plan and put its rows in the place of those that its scenario has; the number of rows.

        One that breaks leaves none.
        """
        wanted = planned.wanted
        _remove(self._warehouse, [wanted.plan_id, *([planned.known["plan_id"]] if planned.known else [])])
        found = self._study(wanted)
        try:
            return sum(self._append(wanted.plan_id, name, found[name]) for name in TABLES)
        except InvalidTable:
            _remove(self._warehouse, [wanted.plan_id])
            raise

    def _append(self, plan_id: str, name: str, rows: pl.DataFrame) -> int:
        import polars as pl

        import schemas

        table = schemas.table(f"retire.{name}")
        named = rows.rename(RENAMED, strict=False).with_columns(plan_id=pl.lit(plan_id))
        return self._warehouse.append(table.name, table.conform(named))

    def _study(self, wanted: WantedPlan) -> dict[str, pl.DataFrame]:
        """Make the rows of each table, without the plan's id."""
        import polars as pl

        from sdengine.retirement.study import study

        if wanted.problem is not None:
            raise ValueError(wanted.problem)
        assert wanted.run is not None, "what has no run is not due"
        scenario, window = wanted.scenario, wanted.scenario.portfolio
        tickers = [asset.ticker for asset in scenario.assets]
        if self._states.data(tickers, window.start, window.end, scenario.bars_before) != wanted.run["data"]:
            raise ValueError("its bars have changed since it was run; `sdengine run` runs it anew")
        if wanted.run["benchmark_data"] is None:  # none is asked for, or `backtest` says why there is none
            scenario = scenario.model_copy(update={"benchmark": None})
        found = study(scenario, self._bars, terms_of(wanted.terms, wanted.index), threads=self._threads)
        return {"terms": pl.DataFrame([_asked(wanted)])} | {name: getattr(found, name) for name in LISTS}


def _asked(wanted: WantedPlan) -> dict[str, Any]:
    """Make the row of `retire.terms`."""
    from sdengine.retirement.version import retirement_fingerprint

    prices = {f"{month:%Y-%m}": index for month, index in (wanted.index or {}).items()}
    return {
        "scenario": wanted.scenario.name,
        "asked": canonical_json(wanted.terms.asked()),
        "cpi": canonical_json(prices) if prices else None,
        "last_date": wanted.last_day,
        "input": wanted.data,
        "planned_version": retirement_fingerprint(),
    }
