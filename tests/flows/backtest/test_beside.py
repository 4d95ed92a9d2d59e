"""What only compares or judges changes no run: the same fingerprints, nothing due but what is compared with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from flows.backtest.runs import WantedRun, judge, wanted_runs
from schemas.columns import PRICES
from sdengine.scenario import Scenario
from tests.sdengine.scenario.test_beside import TWO
from warehouse import fingerprints

DAYS = [date(2024, 1, 1) + timedelta(days) for days in range(40)]


def bars_of(**days: list[date]) -> fingerprints.Bars:
    frames = [
        pl.DataFrame({"ticker": [ticker] * len(dates), "date": dates} | {price: [1.0] * len(dates) for price in PRICES})
        for ticker, dates in days.items()
    ]
    return fingerprints.Bars(pl.concat(frames))


BARS = bars_of(AAPL=DAYS, SPY=DAYS, AGG=DAYS)


def wanted(bars: fingerprints.Bars = BARS, /, **tables: Any) -> list[WantedRun]:
    scenario = Scenario.from_dict({"name": "mine", "assets": [{"ticker": "AAPL"}], **tables})
    return wanted_runs([scenario], bars, "engine", lambda *_: None)


def own(runs: list[WantedRun]) -> WantedRun:
    return next(run for run in runs if run.role == "scenario")


def benchmark(runs: list[WantedRun]) -> WantedRun:
    return next(run for run in runs if run.variant == "benchmark")


@pytest.mark.parametrize("table", sorted(TWO))
def test_a_changed_table_beside_reruns_nothing(table: str) -> None:
    first, second = ({table: given} for given in TWO[table])
    stored = [run.row("engine") for run in wanted(**first)]
    for changed in (wanted(**second), wanted()):
        verdicts = judge(changed, stored, BARS, "engine")
        assert {one.run.variant for one in verdicts if one.due} <= {"benchmark"}
        assert own(changed).run_id == next(row["run_id"] for row in stored if row["role"] == "scenario")


def test_the_row_of_an_unchanged_run_tells_its_new_benchmark() -> None:
    stored = [run.row("engine") for run in wanted(benchmark={"ticker": "SPY"})]
    same, other, none = wanted(benchmark={"ticker": "SPY"}), wanted(benchmark={"ticker": "AGG"}), wanted()
    assert not any(one.told_anew for one in judge(same, stored, BARS, "engine"))
    for changed, told in ((other, "AGG"), (none, None)):
        [anew] = [one.run for one in judge(changed, stored, BARS, "engine") if one.told_anew]
        assert (anew.name, anew.beside["benchmark"]) == ("mine", told)


def test_twins_that_have_become_others_rerun_nothing() -> None:
    stored = [run.row("engine") for run in wanted()]
    of_before = [row | {"buy_and_hold_twin": "0" * 16} if row["role"] == "scenario" else row for row in stored]
    verdicts = judge(wanted(), of_before, BARS, "engine")
    assert not any(one.due for one in verdicts)
    assert [one.run.name for one in verdicts if one.told_anew] == ["mine"]


def test_a_benchmark_is_held_on_the_days_of_its_scenario() -> None:
    bars = bars_of(AAPL=DAYS[5:30], SPY=DAYS)
    held = benchmark(wanted(bars, benchmark={"ticker": "SPY"}))
    assert held.window == (DAYS[5], DAYS[29])
    assert (held.scenario.portfolio.start, held.scenario.portfolio.end) == (DAYS[5], DAYS[29])
    # it ends with the scenario anyway: no end is written, so that a new bar of both makes no other twin
    open_ended = benchmark(wanted(benchmark={"ticker": "SPY"}))
    assert open_ended.window == (DAYS[0], None)
    [asset] = held.scenario.assets
    assert (asset.ticker, asset.weight, asset.variant, asset.lot_size) == ("SPY", 1.0, "buy_and_hold", 1.0)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (DAYS[11:], "SPY has no bar until 2024-01-12; the scenario begins on 2024-01-01"),
        (DAYS[:29], "SPY has no bar after 2024-01-29; the scenario goes on until 2024-02-09"),
        ([date(2020, 1, 1)], "SPY has no bar until 2024-02-09; the scenario begins on 2024-01-01"),
        (DAYS[10:30], None),
    ],
)
def test_another_history_is_no_benchmark(days: list[date], sentence: str | None) -> None:
    run = own(wanted(bars_of(AAPL=DAYS, SPY=days), benchmark={"ticker": "SPY"}))
    assert run.beside["benchmark_reason"] == sentence
    assert (run.beside["benchmark_twin"] is None) == (sentence is not None)
    assert run.problem is None


def test_what_is_wrong_with_a_benchmark_is_its_reason_and_stops_nothing() -> None:
    def problem(scenario: Scenario, table: str) -> str | None:
        return f"{scenario.assets[0].ticker} is blocked" if table == "benchmark" else None

    scenario = Scenario.from_dict({"name": "m", "assets": [{"ticker": "AAPL"}], "benchmark": {"ticker": "SPY"}})
    run = own(wanted_runs([scenario], BARS, "engine", problem))
    assert (run.problem, run.twins[2]) == (None, None)
    assert (run.beside["benchmark"], run.beside["benchmark_reason"]) == ("SPY", "SPY is blocked")
