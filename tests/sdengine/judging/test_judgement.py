"""A family judged by one call: what is there, what is missing and why, and that it depends on nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

import numpy as np
import polars as pl
import pytest

from schemas import tables
from sdengine.history.run import run_scenario
from sdengine.judging import judgement
from sdengine.judging.judged import Judgement
from sdengine.judging.judgement import Counted, Terms, judge
from sdengine.judging.rows import Candidate
from sdengine.market.bars import BarStore
from sdengine.scenario import Scenario
from tests.sdengine.judging.markets import grid, noise

BARS = noise(11, days=900, assets=2)
GRID = grid([4, 12, 40], [25, 100], assets=2)
FEW = Terms(draws=100, worlds=19)


def candidates(scenarios: Sequence[Scenario], bars: pl.DataFrame) -> list[Candidate]:
    found = []
    for number, scenario in enumerate(scenarios):
        run, twin = (run_scenario(each, bars).metrics for each in (scenario, scenario.twin("buy_and_hold")))
        settings = {"sd_n": scenario.assets[0].sd_n, "sharing": scenario.assets[0].profit_sharing_pct}
        excess = run["cagr"] - twin["cagr"]
        figures = (run["cagr"], excess, run["years"], run["fills"])
        found.append(Candidate(f"{number:016x}", scenario, settings, *figures))
    return found


ALL = candidates(GRID, BARS)


@pytest.fixture(scope="module")
def judged() -> Judgement:
    return judge("grid", ALL, BarStore(BARS), FEW)


def test_every_column_is_there_but_what_names_the_family(judged: Judgement) -> None:
    columns = {table.name: set(table.names()) for table in tables()}
    named = {"sweep", "input", "luck_input", "judged_version"}
    assert set(judged.sweep) | named == columns["judge.sweeps"]
    for table in ("trials", "folds", "intervals", "starts", "costs"):
        rows = getattr(judged, table)
        assert {frozenset(row) | {"sweep"} for row in rows} == {frozenset(columns[f"judge.{table}"])}, table
    assert frozenset(columns["judge.path_range"]) in {frozenset(row) | {"sweep"} for row in judged.path_range}
    assert None not in {value for key, value in judged.sweep.items() if key not in ("reason", "verdict")} or (
        judged.sweep["walk_forward_efficiency"] is None
    )
    assert judged.sweep["reason"] is None


def test_the_estimates_are_the_metrics_of_the_run(judged: Judgement) -> None:
    for candidate in ALL[:2]:
        run, twin = (
            run_scenario(each, BARS).metrics for each in (candidate.scenario, candidate.scenario.twin("buy_and_hold"))
        )
        expected: dict[str, Any] = {name: run[name] for name in ("cagr", "volatility", "sharpe", "max_drawdown")}
        expected |= {f"excess_{name}": run[name] - twin[name] for name in ("cagr", "sharpe")}
        rows = {row["metric"]: row for row in judged.intervals if row["run_id"] == candidate.run_id}
        assert {name: row["estimate"] for name, row in rows.items()} == pytest.approx(expected, rel=1e-8, abs=1e-9)
        assert all(row["low"] < row["high"] for row in rows.values())


def test_neighbours_are_those_of_the_grid(judged: Judgement) -> None:
    excess = [each.excess_cagr for each in ALL]
    # the grid is (4, 25) (4, 100) (12, 25) (12, 100) (40, 25) (40, 100): the fourth has the second, third and sixth
    assert judged.trials[3]["neighbours"] == 3
    assert judged.trials[3]["neighbours_median_excess"] == median(excess[k] or 0.0 for k in (1, 2, 5))


def test_the_family_has_the_verdict_of_the_run_that_leads(judged: Judgement) -> None:
    best = max(ALL, key=lambda each: each.cagr_net or 0.0)
    row = next(row for row in judged.trials if row["run_id"] == best.run_id)
    assert judged.sweep["best_scenario"] == best.scenario.name
    assert (judged.sweep["verdict"], judged.sweep["sentence"]) == (row["verdict"], row["sentence"])


def test_order_and_threads_change_no_row(judged: Judgement) -> None:
    again = judge("grid", ALL[::-1], BarStore(BARS), replace(FEW, threads=2))
    assert again.sweep == judged.sweep
    assert again.trials[::-1] == judged.trials
    assert again.folds == judged.folds
    assert sorted(map(repr, again.path_range)) == sorted(map(repr, judged.path_range))
    other = judge("other", ALL, BarStore(BARS), FEW)
    assert other.intervals != judged.intervals, "its name seeds what is drawn"


def test_worlds_of_an_earlier_night_are_not_played_again(judged: Judgement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(judgement, "luck")
    of = {each.scenario.name: (1.5, 0.25) for each in ALL}
    counted = Counted(99, date(2020, 1, 1), 0.25, 0.5, of)
    found = judge("grid", ALL, BarStore(BARS), replace(FEW, counted=counted))
    assert {(row["luck_t"], row["luck"]) for row in found.trials} == {(1.5, 0.25)}
    assert (found.sweep["worlds"], found.sweep["luck_until"]) == (99, date(2020, 1, 1))
    assert found.sweep["pbo"] == judged.sweep["pbo"]


def test_too_many_bars_are_told_and_a_number_of_worlds_overrules(monkeypatch: pytest.MonkeyPatch) -> None:
    bars = 900 * 2 * 6
    monkeypatch.setattr(judgement, "AFFORDABLE", bars - 1)
    ahead = [replace(each, excess_cagr=0.01, fills=400) for each in ALL]
    found = judge("grid", ahead, BarStore(BARS), Terms(draws=100))
    assert "`[judge] worlds = 199` plays them all the same" in found.sweep["reason"]
    assert found.sweep.get("luck") is None
    assert {row["verdict"] for row in found.trials} == {None}
    assert "no worlds were played" in found.sweep["sentence"]
    assert judge("grid", ahead, BarStore(BARS), FEW).sweep["luck"] is not None
    monkeypatch.setattr(judgement, "AFFORDABLE", bars)
    assert judge("grid", ahead, BarStore(BARS), Terms(draws=100)).sweep["worlds"] == 199


def test_too_few_days_have_no_statistic() -> None:
    bars = noise(11, days=60, assets=2)
    found = judge("grid", candidates(GRID, bars), BarStore(bars), FEW)
    assert found.sweep["reason"] == "59 common days, where 60 are needed"
    assert not found.intervals
    assert {row.get("verdict") for row in found.trials} <= {"short", "behind", None}
    assert not {"luck", "pbo", "spa_p"} & set(found.sweep)


def test_alone_a_run_is_no_choice_but_has_its_luck() -> None:
    found = judge("one", ALL[:1], BarStore(BARS), FEW)
    assert found.sweep["reason"] == "one run that differs from its twin is no choice that could hold up"
    assert "pbo" not in found.sweep
    assert found.trials[0]["luck"] == found.sweep["luck"]
    assert found.trials[0]["dsr"] is None
    assert not found.folds


def test_who_does_what_the_twin_does_is_not_judged_and_leads_nothing() -> None:
    held = Scenario.from_dict({
        "name": "held", "asset_defaults": {"weight": 0.4, "variant": "buy_and_hold"},
        "assets": [{"ticker": "T0"}, {"ticker": "T1"}],
    })  # fmt: skip
    both = candidates([*GRID[:2], held], BARS)
    found = judge("three", [*both[:2], replace(both[2], cagr_net=9.0)], BarStore(BARS), FEW)
    assert found.sweep["flat"] == 1
    assert found.sweep["best_scenario"] != "held"
    assert found.trials[2]["sentence"] == "it does what its buy and hold twin does, day by day"
    assert found.trials[2].get("verdict") is None
    assert "the best of 2 " in found.sweep["sentence"] or found.sweep["verdict"] in ("behind", "short")


def test_folds_are_real_runs_of_the_best_until_then(judged: Judgement) -> None:
    days = run_scenario(GRID[0], BARS).portfolio_days["date"].to_list()
    # 899 days between closes are 3.44 years: two folds behind a first stretch as long
    edges = [round(k * 899 / 3) for k in range(4)]
    values = [run_scenario(each, BARS).portfolio_days["total_value"].to_numpy() for each in GRID]
    assert [fold["first_date"] for fold in judged.folds] == [days[edges[1]], days[edges[2]]]
    for fold, edge, until in zip(judged.folds, edges[1:], edges[2:], strict=False):
        chosen = int(np.argmax([value[edge] for value in values]))
        assert fold["chosen_run_id"] == ALL[chosen].run_id
        window = {"start": days[edge], "end": days[until]}
        fresh = [
            run_scenario(each.model_copy(update={"portfolio": each.portfolio.model_copy(update=window)}), BARS)
            for each in GRID
        ]
        growth = [run.metrics["cagr"] for run in fresh]
        assert fold["chosen_cagr"] == pytest.approx(growth[chosen], rel=1e-9)
        assert fold["hindsight_cagr"] == pytest.approx(max(growth), rel=1e-9)
