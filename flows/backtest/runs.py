"""Which runs the scenarios ask for on the bars as they are, and which of them the warehouse has already.

A run is one named scenario on one state of its bars, computed by one version of the engine: its `run_id` is the
fingerprint of these, and of nothing else. A scenario brings two more runs, its twins: the same portfolio that never
trades, and that never buys back. Scenarios with the same twin share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.backtest.changes import data_changes, parameter_changes
from schemas.canonical import canonical_json
from sdengine.scenario.twins import TWINS, TwinVariant

if TYPE_CHECKING:
    from sdengine.scenario import Scenario
    from warehouse.fingerprints import Bars


@dataclass(frozen=True)
class WantedRun:
    """A run that should be in the warehouse.

    name     of the scenario, or of the twin
    origin   the scenario, or the one whose twin this is
    variant  of the twin; None: no twin
    problem  why it cannot be run, None when it can
    """

    run_id: str
    name: str
    origin: Scenario
    variant: TwinVariant | None
    parameters: str
    data: str
    problem: str | None = None
    twins: tuple[str | None, str | None] = (None, None)

    @property
    def role(self) -> str:
        """`scenario` or `twin`."""
        return "scenario" if self.variant is None else "twin"

    @property
    def scenario(self) -> Scenario:
        """What is run. A twin is made when it is asked for: all of them would be a third of a large sweep's memory."""
        return self.origin if self.variant is None else self.origin.twin(self.variant)

    def row(self, engine: str, first: Any = None, last: Any = None, error: str | None = None) -> dict[str, Any]:
        """Make the row of `backtest.runs`; failed when there is an `error`."""
        return {
            "run_id": self.run_id,
            "scenario": self.name,
            "role": self.role,
            "parameters": self.parameters,
            "engine": engine,
            "data": self.data,
            "first_date": first,
            "last_date": last,
            "status": "done" if error is None else "failed",
            "error": error,
            "buy_and_hold_twin": self.twins[0],
            "ath_only_twin": self.twins[1],
            "benchmark": None,
            "benchmark_twin": None,
            "benchmark_reason": None,
            "sweep": self.origin.sweep_of if self.variant is None else None,
            "asked": True,
        }


@dataclass(frozen=True)
class Judged:
    """A wanted run, and whether and why it is due."""

    run: WantedRun
    due: bool
    reason: str


def wanted_runs(
    scenarios: Iterable[Scenario], bars: Bars, engine: str, problem: Callable[[Scenario], str | None]
) -> list[WantedRun]:
    """List the runs of the scenarios and of their twins, in order of run_id.

    `problem` says why a scenario cannot be run on these bars, None when it can; such a scenario brings no twins.
    """
    from warehouse import fingerprints

    wanted: dict[str, WantedRun] = {}

    def want(
        origin: Scenario, variant: TwinVariant | None, trouble: str | None, twins: tuple[str | None, str | None]
    ) -> str:
        scenario = origin if variant is None else origin.twin(variant)
        tickers = [asset.ticker for asset in scenario.assets]
        parameters = canonical_json(scenario.parameters())
        data = bars.data(tickers, scenario.portfolio.start, scenario.portfolio.end, scenario.bars_before)
        role = "scenario" if variant is None else "twin"
        # The name is part of it: two scenarios with equal parameters are two rows of the ranking.
        run_id = fingerprints.run_id({"scenario": scenario.name, "role": role, "of": parameters}, engine, data)
        if run_id not in wanted:
            wanted[run_id] = WantedRun(run_id, scenario.name, origin, variant, parameters, data, trouble, twins)
        return run_id

    for scenario in scenarios:
        trouble = problem(scenario)
        hold, climb = (None if trouble else want(scenario, variant, None, (None, None)) for variant in TWINS)
        want(scenario, None, trouble, (hold, climb))
    return [wanted[run_id] for run_id in sorted(wanted)]


def judge(
    wanted: Sequence[WantedRun],
    existing: Sequence[Mapping[str, Any]],
    bars: Bars,
    engine: str,
    force: bool = False,
) -> list[Judged]:
    """Whether each wanted run is due, given the rows of `backtest.runs`, and the reason in words."""
    by_id = {row["run_id"]: row for row in existing}
    # where a run of before is kept beside a newer one that failed, it is the one that a change is told from
    by_name = {(row["scenario"], row["role"]): row for row in sorted(existing, key=lambda row: row["status"] == "done")}

    def verdict(run: WantedRun) -> Judged:
        same = by_id.get(run.run_id)
        if same is not None and same["status"] == "failed":
            return Judged(run, True, f"failed last time: {same['error']}")
        if same is not None and run.problem is not None:
            return Judged(run, True, f"cannot be run any more: {run.problem}")
        if same is not None and (same["buy_and_hold_twin"], same["ath_only_twin"]) != run.twins:
            return Judged(run, True, "its twins are other runs now")
        if same is not None:
            return Judged(
                run, force, "forced" if force else "unchanged: parameters, bars and engine are those of the last run"
            )
        last = by_name.get((run.name, run.role))
        if last is None:
            return Judged(run, True, "never run")
        reasons = (
            parameter_changes(last["parameters"], run.parameters),
            data_changes(_bar_changes(last["data"], bars, run.scenario)),
            "the engine has changed" if last["engine"] != engine else None,
        )
        return Judged(run, True, "; ".join(reason for reason in reasons if reason) or "never run")

    return [verdict(run) for run in wanted]


def _bar_changes(old: str, bars: Bars, scenario: Scenario) -> dict[str, str]:
    from warehouse import fingerprints

    tickers = [asset.ticker for asset in scenario.assets]
    window = scenario.portfolio.start, scenario.portfolio.end
    return fingerprints.changes(old, bars, tickers, *window, scenario.bars_before)
