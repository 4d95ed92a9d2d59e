"""Which runs of `backtest` are due, and why: what the scenarios want held against what the warehouse has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flows.backtest.keeping import for_others
from flows.backtest.lost import LostBars
from flows.backtest.parts.left import missing_parts
from flows.backtest.remarks import remarks_on
from flows.backtest.runs import Judged, judge, wanted_runs
from flows.backtest.saving import could_save
from flows.backtest.standing import Asking, Standing, standing
from flows.outcomes import PlanItem
from flows.stages import BACKTEST
from warehouse.statements import statement

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from flows.night.opening import Night
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

Coverage = Mapping[str, tuple[str, Any, Any]]
"""Source, first and last date of the bars of each ticker."""


@dataclass(frozen=True)
class PlannedRuns:
    """Every wanted run with its verdict, the rows of `backtest.runs` that there are, and the bars that they need."""

    judged: tuple[Judged, ...]
    existing: tuple[Mapping[str, Any], ...]
    engine: str
    bars: pl.DataFrame
    elsewhere: tuple[PlanItem, ...]
    """Scenarios that are not run at all: their bars come from a source that this warehouse has not asked."""
    remarks: Mapping[str, str]
    """Scenario -> what a reader should know of its prices, where there is something."""

    def standing(self, failed: Collection[str], asking: Asking) -> Standing:
        """Tell what becomes of the rows that there are; `failed`: run_ids of those that cannot be had."""
        return standing(self.existing, (judged.run for judged in self.judged), failed, asking)


def plan(night: Night) -> list[PlanItem]:
    """Tell what a night would run, and why; scenarios that could not be read are not due."""
    invalid = [PlanItem(BACKTEST, name, False, problems) for name, problems in night.invalid.items()]
    asking = Asking.of(night)
    return [*plan_backtest(night.warehouse, night.scenarios, force=night.request.force, asking=asking), *invalid]


def plan_backtest(
    warehouse: Warehouse, scenarios: Sequence[Scenario], *, force: bool = False, asking: Asking | None = None
) -> list[PlanItem]:
    """One item per scenario, due when its own run or one of its twins is, and per one that is kept, or goes, unasked.

    Writes nothing.
    """
    planned = plan_runs(warehouse, scenarios, force=force)
    verdicts = {judged.run.run_id: judged for judged in planned.judged}
    saving = could_save(judged.run for judged in planned.judged)
    items = []
    for judged in planned.judged:
        if judged.run.role != "scenario":
            continue
        twin = next((verdicts[t] for t in judged.run.twins if t is not None and verdicts[t].due), None)
        reason = judged.reason if judged.due or twin is None else f"its twin {twin.run.name} is due: {twin.reason}"
        if (advice := saving.get(judged.run.origin.sweep_of or "")) is not None:
            reason = f"{reason}; {advice}"
        items.append(PlanItem(BACKTEST, judged.run.name, judged.due or twin is not None, reason))
    problems = {judged.run.run_id for judged in planned.judged if judged.run.problem is not None}
    after = planned.standing(problems, asking or Asking())
    kept, goes = "nobody asks for it; kept as of {} until a run with --prune", "nobody asks for it; it goes"
    unasked = [(row["scenario"], False, kept.format(row["last_date"])) for row in after.aside]
    unasked += [(row["scenario"], True, goes) for row in after.pruned]
    items += [PlanItem(BACKTEST, *result, asked=False) for result in unasked]
    return sorted([*items, *planned.elsewhere], key=lambda item: item.item)


def plan_runs(warehouse: Warehouse, scenarios: Sequence[Scenario], *, force: bool = False) -> PlannedRuns:
    """Compare the runs that the scenarios want with those that the warehouse has. Writes nothing."""
    from sdengine import engine_fingerprint
    from warehouse import fingerprints

    engine = engine_fingerprint()
    tickers = sorted({ticker for scenario in scenarios for ticker in scenario.tickers})
    bars = warehouse.frame(statement("backtest/bars"), {"tickers": tickers})
    covered = warehouse.rows(statement("backtest/coverage"))
    coverage = {ticker: (source, first, last) for ticker, source, first, last in covered}
    spans = {ticker: (first, last) for ticker, _, first, last in covered}
    blocked = dict(warehouse.rows(statement("backtest/blocked")))
    here: list[Scenario] = []
    elsewhere: list[PlanItem] = []
    for scenario in scenarios:
        if _has_source(scenario, coverage):
            here.append(scenario)
            continue
        reason = f"its bars come from {scenario.source}, which has not been asked for them"
        elsewhere.append(PlanItem(BACKTEST, scenario.name, False, reason))
    stored = fingerprints.Bars(bars)
    lost = LostBars(warehouse, tickers, bars)
    missing = set(tickers) - set(coverage)
    failed = {row[0] for row in warehouse.rows(statement("backtest/unfetched"))} if missing else set()
    wanted = wanted_runs(
        here, stored, engine, lambda scenario, table: _problem(scenario, table, spans, blocked, failed, lost)
    )
    existing = tuple(warehouse.read("backtest.runs").iter_rows(named=True))
    wanted = for_others(wanted, existing)
    remarks = remarks_on(warehouse, here)
    missing = missing_parts(warehouse) if any(row["part"] for row in existing) else set()
    judged = tuple(_with_remark(one, remarks) for one in judge(wanted, existing, stored, engine, force, missing))
    return PlannedRuns(judged, existing, engine, bars, tuple(elsewhere), remarks)


def _with_remark(judged: Judged, remarks: Mapping[str, str]) -> Judged:
    if judged.run.role != "scenario":
        return judged
    return replace(judged, reason=remarked(judged.reason, judged.run.name, remarks))


def remarked(reason: str, scenario: str, remarks: Mapping[str, str]) -> str:
    """Say a reason, and behind it what a reader should know of the scenario's prices."""
    return f"{reason}; {remarks[scenario]}" if scenario in remarks else reason


def _has_source(scenario: Scenario, coverage: Coverage) -> bool:
    """Tell whether the scenario can run here: one made for a source does where all bars that there are come from it."""
    if scenario.source is None:
        return True
    sources = {coverage[asset.ticker][0] if asset.ticker in coverage else None for asset in scenario.assets}
    return scenario.source in sources and sources <= {scenario.source, None}


def _problem(
    scenario: Scenario,
    table: str,
    spans: Mapping[str, tuple[date, date]],
    blocked: Mapping[str, str],
    failed: Collection[str],
    lost: LostBars,
) -> str | None:
    """Why a scenario cannot be run on the bars that there are; None when it can. Its tickers are written in `table`."""
    from sdengine.scenario import check_against

    tickers = [asset.ticker for asset in scenario.assets if asset.ticker in blocked]
    if tickers:
        return "; ".join(f"{ticker} is blocked: {blocked[ticker]}" for ticker in tickers)
    if lack := lost.problem(scenario):
        return lack
    return "; ".join(str(problem) for problem in check_against(scenario, spans, table=table, failed=failed)) or None
