"""A benchmark through whole nights, on the sample: ingested, validated, run, compared; missing, it stops nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import NightOutcome, run_night
from flows.stages import BACKTEST, INGEST, RETIRE
from tests.flows.nights import settings, stage, statuses
from warehouse import Warehouse

MINE = """
[portfolio]
initial_cash = 100_000
start = 2004-08-19
end = 2006-03-01
commission = 5

[[assets]]
ticker = "AAPL"
weight = 1.0

[withdrawal]
monthly_amount = 500
{benchmark}
"""


def night_with(home: Path, benchmark: str) -> NightOutcome:
    (home / "scenarios").mkdir(exist_ok=True)
    (home / "scenarios" / "mine.toml").write_text(MINE.format(benchmark=benchmark))
    return run_night(Request(settings(home, source="sample", files=None)), Listener())


def row(home: Path) -> dict[str, Any]:
    with Warehouse.open(home / "data") as warehouse:
        return warehouse.read("metrics.runs", {"scenario": "mine"}).row(0, named=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a night in which the benchmark is the one asset: the third twin is the first."""
    home = tmp_path_factory.mktemp("home")
    found = statuses(night_with(home, '[benchmark]\nticker = "AAPL"'))
    assert {name for name, status in found.items() if status != "done"} == {RETIRE}, "nobody asks"
    return home


def test_the_only_asset_as_benchmark_is_the_buy_and_hold_twin(home: Path) -> None:
    night_with(home, '[benchmark]\nticker = "AAPL"')
    figures = row(home)
    assert figures["benchmark"] == "AAPL"
    for name in ("return", "cagr", "volatility", "sharpe", "max_drawdown", "withdrawals"):
        assert figures[f"benchmark_{name}"] == figures[f"buy_and_hold_{name}"] is not None
    assert figures["benchmark_excess_cagr"] == figures["excess_cagr"]
    # 18 months from September 2004 to February 2006, and March 2006 begins on the last day: the twins pay all of them
    assert figures["buy_and_hold_withdrawals"] == 19 * 500.0
    assert figures["paid_unlike"] == (None if figures["withdrawals"] == 9500.0 else "buy_and_hold ath_only benchmark")


def test_another_benchmark_is_ingested_and_run_and_nothing_else_is(home: Path) -> None:
    night_with(home, '[benchmark]\nticker = "AAPL"')
    figures = row(home)
    outcome = night_with(home, "[benchmark]\nweights = { IBM = 0.6, MSFT = 0.3 }")
    assert {item.item for item in stage(outcome, INGEST).items if item.status == "done"} <= {"IBM", "MSFT"}
    [mine] = [item for item in stage(outcome, BACKTEST).items if item.item == "mine"]
    assert mine.status == "skipped"
    after = row(home)
    assert "1 run (" in stage(outcome, BACKTEST).reason, "the benchmark's own"
    assert (after["benchmark"], after["run_id"]) == ("IBM 0.6, MSFT 0.3", figures["run_id"])
    assert after["benchmark_return"] not in (None, figures["benchmark_return"])
    with Warehouse.open(home / "data") as warehouse:
        of_twin = "select distinct ticker from backtest.fills where run_id = $1"
        tickers = warehouse.rows(of_twin, [after["benchmark_twin"]])
        assert {ticker for (ticker,) in tickers} == {"IBM", "MSFT", None}
        assert warehouse.count("backtest.runs") == 4


def test_a_benchmark_that_is_missing_is_told_and_the_scenario_runs(home: Path) -> None:
    outcome = night_with(home, '[benchmark]\nticker = "NONE"')
    assert [item.item for item in stage(outcome, INGEST).items if item.status == "failed"] == ["NONE"]
    assert stage(outcome, BACKTEST).status != "failed"
    figures = row(home)
    assert (figures["benchmark"], figures["benchmark_twin"], figures["benchmark_return"]) == ("NONE", None, None)
    assert figures["benchmark_reason"].startswith("`benchmark.NONE`: there are no bars of the ticker NONE")
    assert figures["buy_and_hold_return"] is not None
