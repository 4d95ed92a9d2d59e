"""Which scenarios ask whether an income would have lasted, on which bars, and the fingerprints of both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.retire.cpi import Index, read_cpi
from schemas.canonical import canonical_json
from warehouse.statements import statement

if TYPE_CHECKING:
    from sdengine.scenario import Retire, Scenario
    from warehouse import Warehouse


@dataclass(frozen=True)
class WantedPlan:
    """A plan that a scenario asks for.

    scenario  as it was run, with the `[benchmark]` and `[retire]` that it has now
    run       the row of the query `retire/runs`; None: it has no finished run
    index     consumer prices, where a file of them is named
    problem   why it cannot be planned at all
    plan_id   fingerprint of what is asked, without the bars; data: with them
    """

    scenario: Scenario
    terms: Retire
    run: Mapping[str, Any] | None = field(repr=False)
    index: Index | None = field(repr=False, default=None)
    problem: str | None = None
    plan_id: str = ""
    data: str = ""

    @property
    def last_day(self) -> date | None:
        """Last day of the bars that it is planned on."""
        days = [state[1] for state in json.loads(self.run["data"]).values() if state[1]] if self.run else []
        return date.fromisoformat(max(days)) if days else None


def wanted_plans(warehouse: Warehouse, scenarios: Iterable[Scenario], files: Mapping[str, str]) -> list[WantedPlan]:
    """List the plan of each scenario that has a `[retire]`, in order of name; `files`: where each is written."""
    runs = {run["scenario"]: run for run in warehouse.frame(statement("retire/runs")).iter_rows(named=True)}
    read = cache(read_cpi)
    return [
        _wanted(scenario, scenario.retire, runs.get(scenario.name), _place(scenario, files), read)
        for scenario in sorted(scenarios, key=lambda one: one.name)
        if scenario.retire is not None
    ]


def _place(scenario: Scenario, files: Mapping[str, str]) -> Path:
    """Return the folder that a file named in a scenario is looked for in: that of the scenario's own file."""
    return Path(files.get(scenario.sweep_of or scenario.name, ".")).parent


def _wanted(scenario: Scenario, terms: Retire, run: Mapping[str, Any] | None, folder: Path, read: Any) -> WantedPlan:
    from warehouse.fingerprints import digest

    index, problem = None, None
    if terms.cpi is not None:
        try:
            index = read(folder / terms.cpi)
        except UsageError as error:
            problem = f"`retire.cpi`: {error}"
    if run is not None and canonical_json(scenario.parameters()) != run["parameters"]:
        scenario = _as_run(scenario, run)
    benchmark = scenario.benchmark and scenario.benchmark.model_dump()
    prices = problem or (index and {str(month): value for month, value in index.items()})
    asked = [scenario.name, scenario.parameters(), benchmark, terms.asked(), prices]
    plan_id = digest(canonical_json(asked))
    bars = [run["data"], run["benchmark_data"]] if run is not None else None
    return WantedPlan(scenario, terms, run, index, problem, plan_id, digest(canonical_json([plan_id, bars])))


def _as_run(scenario: Scenario, run: Mapping[str, Any]) -> Scenario:
    """Make the scenario that was run, where its file says something else by now."""
    from sdengine.scenario import Scenario

    ran = Scenario.from_parameters(json.loads(run["parameters"]), name=scenario.name)
    return ran.model_copy(update={"benchmark": scenario.benchmark, "retire": scenario.retire})
