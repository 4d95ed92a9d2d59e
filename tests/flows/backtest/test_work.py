"""The stage between clean bars and backtest.*: what is due runs, what fails fails alone."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import schemas
from flows.backtest.computing import Computing
from flows.backtest.parts import cut
from flows.backtest.plan import plan_backtest
from flows.scenarios.files import load_scenarios
from flows.stages import BACKTEST, INGEST, JUDGE, METRICS, RETIRE, VALIDATE
from tests.flows.backtest.part_case import SMALL
from tests.flows.nights import BASE, night, stage, statuses, tables, write_bars, write_scenarios
from warehouse import Warehouse


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first_night, tmp_path / "home"))


def names(home: Path, role: str = "scenario") -> set[str]:
    with Warehouse.open(home / "data") as warehouse:
        return set(warehouse.read("backtest.runs", {"role": role})["scenario"])


def reasons(home: Path, **asked: Any) -> dict[str, tuple[str, str]]:
    outcome = night(home, **asked)
    return {item.item: (item.status, item.reason) for item in stage(outcome, BACKTEST).items}


def test_each_scenario_and_member_of_a_sweep_is_a_run_with_its_twins(home: Path) -> None:
    assert names(home) == {"full", "hold", "grid[sd_n=4]", "grid[sd_n=16]"}
    with Warehouse.open(home / "data") as warehouse:
        runs = warehouse.read("backtest.runs").rows_by_key("run_id", named=True, unique=True)
        scenarios = [run for run in runs.values() if run["role"] == "scenario"]
        for run in scenarios:
            assert runs[run["buy_and_hold_twin"]]["scenario"].startswith("buy_and_hold~")
            assert runs[run["ath_only_twin"]]["scenario"].startswith("ath_only~")
        # all four hold the same two tickers from the same day: one buy and hold serves them all
        assert len({run["buy_and_hold_twin"] for run in scenarios}) == 1
        spans = {(str(run["first_date"]), str(run["last_date"])) for run in runs.values()}
        assert spans == {("2024-01-01", "2024-02-09")}
        assert {run["sweep"] for run in scenarios} == {None, "grid"}


def test_a_second_night_does_nothing_and_says_why(home: Path) -> None:
    before = tables(home)
    outcome = night(home)
    assert set(statuses(outcome).values()) == {"skipped"}
    assert {item.reason for item in stage(outcome, BACKTEST).items} == {
        "unchanged: parameters, bars and engine are those of the last run"
    }
    assert tables(home) == before


def test_what_does_not_matter_causes_nothing(home: Path) -> None:
    text = (home / "scenarios" / "full.toml").read_text()
    lines = text.replace("sd_n = 8", "sd_n     = 8.0   # a comment").splitlines()
    (home / "scenarios" / "full.toml").write_text("\n".join(["# another", *lines]) + "\n\n")
    jitter = {("UP", 5): 100 * 1.01**5 * (1 + 2e-8)}
    write_bars(home / "bars", closes=jitter)
    assert statuses(night(home))[BACKTEST] == "skipped"


def test_a_changed_parameter_runs_that_scenario_and_says_what_changed(home: Path) -> None:
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=6))
    found = reasons(home)
    assert found["full"] == ("done", "changed assets.SAW.sd_n: 8 → 6, assets.UP.sd_n: 8 → 6")
    assert {status for name, (status, _) in found.items() if name != "full"} == {"skipped"}


def test_new_bars_run_what_holds_the_ticker_and_say_how_many(home: Path) -> None:
    write_bars(home / "bars", days=43)
    found = reasons(home)
    assert {status for status, _ in found.values()} == {"done"}
    assert {reason for _, reason in found.values()} == {"SAW, UP: 3 new bars after 2024-02-09"}


def test_bars_before_the_start_count_where_sd_n_follows_the_gaps(home: Path) -> None:
    later = BASE.format(sd_n=8).replace("initial_cash = 10000", "initial_cash = 10000\nstart = 2024-01-20")
    write_scenarios(home / "scenarios", later=later, gappy=later + "[dynamic_sd_n]\n")
    night(home)
    write_bars(home / "bars", closes={("SAW", 5): 51.0})
    found = reasons(home)
    assert found["gappy"] == ("done", "SAW: bars up to 2024-02-09 revised")
    assert found["later"][0] == "skipped"
    with Warehouse.open(home / "data") as warehouse:
        data = dict(warehouse.rows("select scenario, data ->> '$.SAW[0]' from backtest.runs where role = 'scenario'"))
    assert (data["gappy"], data["later"]) == ("2024-01-01", "2024-01-20")


def test_the_tables_are_the_same_whatever_came_before(home: Path, tmp_path: Path) -> None:
    write_bars(home / "bars", days=45)
    (home / "scenarios" / "hold.toml").unlink()
    (home / "scenarios" / "full.toml").write_text(BASE.format(sd_n=5))
    night(home, prune=True)
    fresh = tmp_path / "fresh"
    shutil.copytree(home / "bars", fresh / "bars")
    shutil.copytree(home / "scenarios", fresh / "scenarios")
    night(fresh)
    assert tables(home) == tables(fresh)


def test_a_scenario_that_cannot_be_read_fails_alone(home: Path) -> None:
    (home / "scenarios" / "typo.toml").write_text(BASE.format(sd_n=8).replace("initial_cash", "inital_cash"))
    outcome = night(home)
    skipped = dict.fromkeys((INGEST, VALIDATE, METRICS, JUDGE, RETIRE), "skipped")
    assert statuses(outcome) == skipped | {BACKTEST: "failed"}
    (failed,) = stage(outcome, BACKTEST).of("failed")
    assert failed.item == "typo"
    assert "initial_cash" in failed.reason
    assert names(home) == {"full", "hold", "grid[sd_n=4]", "grid[sd_n=16]"}


def test_a_ticker_without_bars_fails_its_scenario_and_no_other(home: Path) -> None:
    (home / "scenarios" / "ghost.toml").write_text(BASE.format(sd_n=8).replace("SAW", "GHOST"))
    outcome = night(home)
    failed = {item.item: item.reason for item in stage(outcome, BACKTEST).of("failed")}
    assert list(failed) == ["ghost"]
    assert "no bars of the ticker GHOST" in failed["ghost"]
    with Warehouse.open(home / "data") as warehouse:
        (row,) = warehouse.read("backtest.runs", {"scenario": "ghost"}).rows(named=True)
    assert row["status"] == "failed"
    assert "GHOST" in row["error"]
    (again,) = stage(night(home), BACKTEST).of("failed")
    assert again.item == "ghost"


def test_asked_for_one_scenario_the_others_stay_as_they_are(home: Path) -> None:
    before = tables(home)
    (home / "scenarios" / "hold.toml").unlink()
    (home / "scenarios" / "grid.toml").write_text(BASE.format(sd_n=3))
    found = reasons(home, scenarios=("full",), force=True)
    assert found == {"full": ("done", "forced")}
    assert tables(home) == before


def test_a_sweep_is_chosen_by_its_name(home: Path) -> None:
    assert set(reasons(home, scenarios=("grid",), force=True)) == {"grid[sd_n=4]", "grid[sd_n=16]"}


def test_two_names_for_the_same_parameters_are_two_rows_of_the_ranking(home: Path) -> None:
    write_scenarios(home / "scenarios", full=BASE.format(sd_n=8), same=BASE.format(sd_n=8))
    night(home)
    with Warehouse.open(home / "data") as warehouse:
        runs = warehouse.read("metrics.runs", {"scenario": ["full", "same"]})
    assert runs.height == 2
    assert runs["total_return"].n_unique() == 1


def test_too_many_lost_bars_block_a_scenario_whose_window_has_them_and_no_other(home: Path) -> None:
    """Ten of the first 40 bars of SAW are spoiled: too many of the whole, none of a window that begins behind them."""
    lines = (home / "bars" / "SAW.csv").read_text().splitlines()
    broken = [",".join([line.split(",")[0], "-1", "-1", "-1", "-1", "1000"]) for line in lines[2:12]]
    (home / "bars" / "SAW.csv").write_text("\n".join([*lines[:2], *broken, *lines[12:]]) + "\n")
    late = BASE.format(sd_n=8).replace("[portfolio]", '[portfolio]\nstart = "2024-01-12"')
    (home / "scenarios" / "late.toml").write_text(late)
    found = reasons(home)
    assert found["late"][0] == "done"
    status, reason = found["full"]
    assert status == "failed"
    assert reason == (
        "SAW is blocked: 10 of 40 bars of the scenario's window were turned away (25.0%), more than the 10% allowed"
        "; its results as of 2024-02-09 are kept"
    )


def test_what_does_not_go_together_in_a_portfolio_is_told_every_night_and_stops_nothing(home: Path) -> None:
    with Warehouse.open(home / "data") as warehouse:
        warehouse.delete("raw.tickers", None)
        told = [("SAW", "GBP", False, None, "files"), ("UP", "GBp", True, None, "files")]
        names = ("ticker", "currency", "adjusted_for_dividends", "place", "source")
        rows = [dict(zip(names, row, strict=True)) | {"told_at": datetime(2024, 2, 10)} for row in told]
        said = schemas.table("raw.tickers")
        warehouse.append("raw.tickers", said.conform(pl.DataFrame(rows, schema=said.polars_schema())))
        scenarios = load_scenarios(home / "scenarios").scenarios
        plan = {item.item: item.reason for item in plan_backtest(warehouse, scenarios)}
    mixture = (
        "mixes currencies, and nothing is converted: GBP (SAW), GBp (UP); "
        "mixes prices adjusted for dividends (UP) with prices that are not (SAW)"
    )
    assert all(reason.endswith("; " + mixture) for reason in plan.values())


def test_no_chunk_is_held_while_the_next_one_is_waited_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computed, let_go = Computing.__call__, list[bool]()

    def watched(self: Computing, runs: Any, bars: Any) -> Iterator[Any]:
        chunks = computed(self, runs, bars)
        while one := list(islice(chunks, 1)):
            chunk = weakref.ref(one[0][0])
            yield one.pop()
            let_go.append(chunk() is None)

    monkeypatch.setattr(Computing, "__call__", watched)
    monkeypatch.setattr(cut, "WEIGHT", SMALL)
    assert reasons(home, force=True)["full"] == ("done", "forced")
    assert let_go == [True] * 3, "nine runs, three of them together"
