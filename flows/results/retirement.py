"""Whether an income would have lasted: what is stored of it, or an answer to what somebody asks now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.retire.terms import retire_from, terms_of
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.results.choosing import PublishedRun
    from flows.retire.cpi import Index
    from sdengine.retirement.remade import OnePath
    from sdengine.retirement.terms import Terms
    from sdengine.scenario import Retire, Scenario
    from warehouse import Results

TABLES = ("plans", "windows", "fan", "changes")


@dataclass(frozen=True)
class Answered:
    """An answer, as frames of the columns of `retire.*`, without the plan's id.

    until   the last day of the bars that it was given on, where it is stored
    terms   what was asked
    """

    until: date | None
    terms: Retire
    plans: pl.DataFrame
    windows: pl.DataFrame
    fan: pl.DataFrame
    changes: pl.DataFrame


def read_stored(results: Results, scenario: str) -> Answered | None:
    """Read the answer that is stored; None where the scenario has no plan."""
    known = _known(results, scenario)
    if known is None:
        return None
    plan_id = {"plan_id": known["plan_id"]}
    frames = {name: results.frame(statement(f"results/retire/{name}"), plan_id) for name in TABLES}
    return Answered(known["last_date"], retire_from(known["asked"]), **frames)


def ask_anew(results: Results, run: PublishedRun, given: Mapping[str, Any], horizons: tuple[int, ...]) -> Answered:
    """Answer what is asked now: `given` are keys of `[retire]`, laid over those of the stored plan, if there is one.

    Raises:
        UsageError: what cannot be asked, or not of this scenario.
    """
    from flows.backtest.workers import cores
    from flows.retire.question import RENAMED
    from sdengine.retirement.study import study

    scenario, bars, retire, terms = _asked(results, run, given, horizons)
    try:
        answer = study(scenario, bars, terms, threads=cores())
    except ValueError as error:
        raise UsageError(f"retire {run.scenario}: {error}") from error
    frames = {name: getattr(answer, name).rename(RENAMED, strict=False) for name in TABLES}
    return Answered(None, retire, **frames)


def remake(
    results: Results, run: PublishedRun, given: Mapping[str, Any], horizons: tuple[int, ...], path: int
) -> tuple[Retire, OnePath]:
    """Remake one drawn future of what is asked. Raises as `ask_anew` does."""
    from sdengine.retirement.remade import one_path

    scenario, bars, retire, terms = _asked(results, run, given, horizons)
    try:
        return retire, one_path(scenario, bars, terms, path)
    except ValueError as error:
        raise UsageError(f"retire {run.scenario}: {error}") from error


def _known(results: Results, scenario: str) -> dict[str, Any] | None:
    terms = results.records(statement("results/retire/terms"), {"scenario": scenario})
    return terms[0] if terms else None


def _asked(
    results: Results, run: PublishedRun, given: Mapping[str, Any], horizons: tuple[int, ...]
) -> tuple[Scenario, pl.DataFrame, Retire, Terms]:
    """Find scenario and bars, and lay what is given over what is stored."""
    known = _known(results, run.scenario)
    index: Index | None = given.get("index")
    stored = retire_from(known["asked"] if known is not None else "{}")
    retire = _laid_over(stored, {key: value for key, value in given.items() if key != "index"})
    if index is None and known is not None and known["cpi"] and retire.inflation is None:
        index = {date.fromisoformat(f"{month}-01"): value for month, value in json.loads(known["cpi"]).items()}
    scenario = _scenario(results, run)
    bars = results.frame(statement("backtest/bars"), {"tickers": list(scenario.tickers)})
    try:
        terms = terms_of(retire, index)
        return scenario, bars, retire, replace(terms, years=horizons) if horizons else terms
    except ValueError as error:
        raise UsageError(f"retire {run.scenario}: {error}") from error


def _laid_over(stored: Retire, given: Mapping[str, Any]) -> Retire:
    from sdengine.scenario import Scenario, ScenarioError
    from sdengine.scenario.merge import lay_over
    from sdengine.scenario.retire import ALTERNATIVES

    asked = lay_over(given, stored.model_dump(exclude_none=True), ALTERNATIVES)
    try:
        made = Scenario.from_dict({"assets": [{"ticker": "A"}], "retire": asked}).retire
    except ScenarioError as error:
        raise UsageError("\n".join(problem.text for problem in error.problems)) from None
    assert made is not None, "it was given"
    return made


def _scenario(results: Results, run: PublishedRun) -> Scenario:
    """Build the scenario as it was run, with its benchmark."""
    from sdengine.scenario import Scenario
    from sdengine.scenario.benchmark import Benchmark

    [stored] = results.records(statement("results/retire/scenario"), {"run_id": run.run_id})
    scenario = Scenario.from_parameters(json.loads(stored["parameters"]), name=run.scenario)
    if stored["benchmark"] is None:
        return scenario
    held = {asset["ticker"]: asset["weight"] for asset in json.loads(stored["benchmark"])["assets"]}
    return scenario.model_copy(update={"benchmark": Benchmark(weights=held)})
