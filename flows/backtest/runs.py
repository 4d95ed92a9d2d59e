"""Which runs the scenarios ask for on the bars as they are, and which of them the warehouse has already.

A run is one named scenario on one state of its bars, computed by one version of the engine: its `run_id` is the
fingerprint of these, and of nothing else. A scenario brings two more runs, its twins: the same portfolio that never
trades, and that never buys back; and a third, where it has a benchmark. Scenarios with the same twin share it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from flows.backtest.benchmark import Window, window_of
from flows.backtest.changes import data_changes, parameter_changes
from flows.backtest.keeping import brings_back, most
from schemas.backtest import METRICS, PARTS
from sdengine.scenario.twins import COMPARED, TWINS, TwinVariant, outline_of, twin_name

if TYPE_CHECKING:
    from sdengine.scenario import Scenario
    from sdengine.scenario.outline import Outline
    from warehouse.fingerprints import Bars

Variant = TwinVariant | Literal["benchmark"]
"""What is run beside a scenario."""
UNNAMED = ""
"""The name of a twin as long as it has none: it is made of its parameters."""
UNCHANGED = "unchanged: parameters, bars and engine are those of the last run"


@dataclass(frozen=True, slots=True)
class WantedRun:
    """A run that should be in the warehouse.

    name     of the scenario, or of the twin
    origin   the scenario, or the one whose twin this is
    variant  of the twin; None: no twin
    problem  why it cannot be run, None when it can
    twins    run_ids of what it is compared with, in the order of `COMPARED`
    window   of a benchmark: from when until when it is held
    without  why it has no benchmark although it asks for one
    keep     what of it is kept: of a twin, the most that a scenario beside it wants
    """

    run_id: str
    name: str
    origin: Scenario
    variant: Variant | None
    data: str
    problem: str | None = None
    twins: tuple[str | None, ...] = (None,) * len(COMPARED)
    window: Window | None = None
    without: str | None = None
    keep: str = "all"

    @property
    def role(self) -> str:
        """`scenario` or `twin`."""
        return "scenario" if self.variant is None else "twin"

    @property
    def parameters(self) -> str:
        """Write the parameters of what is run, as canonical JSON: held for all of a large sweep, they would be much."""
        return _outline(self.origin, self.variant, self.window).parameters

    @property
    def scenario(self) -> Scenario:
        """What is run. A twin is made when it is asked for: all of them would be a third of a large sweep's memory."""
        return scenario_of(self.origin, self.variant, self.window, self.name)

    @property
    def beside(self) -> dict[str, Any]:
        """The columns of `backtest.runs` that no result of the run depends on: they may change without it."""
        benchmark = self.origin.benchmark if self.variant is None else None
        return {
            **{f"{name}_twin": run_id for name, run_id in zip(COMPARED, self.twins, strict=True)},
            "benchmark": None if benchmark is None else str(benchmark),
            "benchmark_reason": self.without,
            "sweep": self.origin.sweep_of if self.variant is None else None,
            "keep": self.keep,
            "description": (self.origin.description or None) if self.variant is None else None,
        }

    @property
    def identity(self) -> dict[str, Any]:
        """The columns of `backtest.runs` that tell who the run is, and what stands beside it."""
        return {"run_id": self.run_id, "scenario": self.name, "role": self.role} | self.beside

    def row(
        self, engine: str, first: Any = None, last: Any = None, error: str | None = None, part: str | None = None
    ) -> dict[str, Any]:
        """Make the row of `backtest.runs`; failed when there is an `error`. `part`: in which its detail stands."""
        return self.identity | {
            "parameters": self.parameters,
            "engine": engine,
            "data": self.data,
            "first_date": first,
            "last_date": last,
            "status": "done" if error is None else "failed",
            "error": error,
            "asked": True,
            "part": part if error is None else None,
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """A wanted run, whether and why it is due, and whether its row is to tell something new of what is beside it."""

    run: WantedRun
    due: bool
    reason: str
    told_anew: bool = False


def scenario_of(origin: Scenario, variant: Variant | None, window: Window | None, name: str) -> Scenario:
    """Make what is run: the scenario itself, or a twin of it."""
    if variant == "benchmark":
        assert window is not None, "a benchmark is held from a day on"
        return origin.benchmark_twin(*window, name)
    return origin if variant is None else origin.twin(variant, name)


def _outline(origin: Scenario, variant: Variant | None, window: Window | None) -> Outline:
    """Outline what is run."""
    if variant == "benchmark":
        return outline_of(scenario_of(origin, variant, window, UNNAMED))
    return outline_of(origin, variant)


def wanted_runs(
    scenarios: Iterable[Scenario], bars: Bars, engine: str, problem: Callable[[Scenario, str], str | None]
) -> list[WantedRun]:
    """List the runs of the scenarios and of their twins, in order of run_id.

    `problem(scenario, table)` says why a scenario cannot be run on these bars, None when it can; `table` is where its
    tickers are written. Such a scenario brings no twins.
    """
    from warehouse import fingerprints

    wanted: dict[str, WantedRun] = {}
    last: dict[Variant, tuple[str, str]] = {}  # twins by kind: the last one's parameters, and its run_id

    def want(origin: Scenario, variant: Variant | None = None, window: Window | None = None, **facts: Any) -> str:
        outline = _outline(origin, variant, window)
        parameters = outline.parameters
        if variant is None:
            run_id = add(outline, parameters, origin, variant, window, facts)
        else:
            if variant not in last or last[variant][0] != parameters:  # neighbours in a sweep share it
                last[variant] = parameters, add(outline, parameters, origin, variant, window, facts)
            run_id = last[variant][1]
        if (keep := most([wanted[run_id].keep, origin.keep])) != wanted[run_id].keep:
            wanted[run_id] = replace(wanted[run_id], keep=keep)
        return run_id

    def add(
        outline: Outline,
        parameters: str,
        origin: Scenario,
        variant: Variant | None,
        window: Window | None,
        facts: dict[str, Any],
    ) -> str:
        portfolio, tickers = outline.tables["portfolio"], [asset.ticker for asset in outline.tables["assets"]]
        data = bars.data(tickers, portfolio.start, portfolio.end, outline.bars_before)
        role = "scenario" if variant is None else "twin"
        name = origin.name if variant is None else twin_name(variant, parameters)
        # The name is part of it: two scenarios with equal parameters are two rows of the ranking.
        run_id = fingerprints.run_id({"scenario": name, "role": role, "of": parameters}, engine, data)
        if run_id not in wanted:
            facts |= {"window": window, "keep": origin.keep}
            wanted[run_id] = WantedRun(run_id, name, origin, variant, data, **facts)
        return run_id

    for scenario in scenarios:
        if trouble := problem(scenario, "assets"):
            want(scenario, problem=trouble)
            continue
        window, without = window_of(scenario, bars, problem)
        benchmark = None if window is None else want(scenario, "benchmark", window)
        twins = (*(want(scenario, variant) for variant in TWINS), benchmark)
        want(scenario, twins=twins, without=without)
    return [wanted[run_id] for run_id in sorted(wanted)]


def judge(
    wanted: Sequence[WantedRun],
    existing: Sequence[Mapping[str, Any]],
    bars: Bars,
    engine: str,
    force: bool = False,
    missing: Collection[str] = (),
) -> list[Judged]:
    """Whether each wanted run is due, given the rows of `backtest.runs`, and the reason in words.

    `missing`: parts that are not where they were left.
    """
    by_id = {row["run_id"]: row for row in existing}
    # where a run of before is kept beside a newer one that failed, it is the one that a change is told from
    by_name = {(row["scenario"], row["role"]): row for row in sorted(existing, key=lambda row: row["status"] == "done")}

    def verdict(run: WantedRun) -> Judged:
        same = by_id.get(run.run_id)
        if same is not None and same["status"] == "failed":
            return Judged(run, True, f"failed last time: {same['error']}")
        if same is not None and run.problem is not None:
            return Judged(run, True, f"cannot be run any more: {run.problem}")
        if same is not None:
            told_anew = {key: same[key] for key in run.beside} != run.beside
            if brings_back(same["keep"], run.keep):
                instead = "brings its detail back" if same["keep"] == METRICS else "puts its detail elsewhere"
                return Judged(run, True, f'keep = "{run.keep}" {instead}')
            if run.keep == PARTS and same["part"] in missing:
                return Judged(run, True, "its detail is not where it was left")
            unchanged = UNCHANGED
            if same["keep"] != run.keep and not force:
                unchanged = f'keep = "{run.keep}": its detail goes, and is computed anew when asked for'
            return Judged(run, force, "forced" if force else unchanged, told_anew)
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
