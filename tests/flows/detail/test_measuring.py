"""Runs that are measured where they are computed: nothing passes that the tables and the audits would not let pass."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from flows.backtest import computing, saving
from flows.backtest.computing import Computing
from flows.backtest.keeping import brings_back, for_others, most
from flows.backtest.parts import cut
from flows.backtest.runs import wanted_runs
from flows.backtest.workers import Workers
from flows.detail import stretches
from flows.detail.measuring import MEASURED, _cash, let_go
from sdengine import engine_fingerprint, run_scenarios
from sdengine.history.run import Chunk
from tests.flows.backtest.part_case import SMALL, bars, results, runs
from warehouse import fingerprints, in_memory
from warehouse.audit import CHECKS_OF_DETAIL, SUMS
from warehouse.errors import AuditFailed
from warehouse.statements import statement, statements

MARKET = bars()
SCENARIOS = [run.scenario for run in runs(MARKET)]
TWINS = [run.twins[0] for run in runs(MARKET)]


@pytest.fixture(scope="module")
def chunk() -> Chunk:
    (found,) = run_scenarios(SCENARIOS, MARKET)
    return found


def spoilt(chunk: Chunk, table: str, column: str, row: int, value: float) -> Chunk:
    """Write another number into one cell."""
    rows = chunk.tables[table]
    numbers = rows[column].to_numpy().copy()
    numbers[row] = value
    place = rows.schema.get_field_index(column)
    return Chunk(chunk.positions, chunk.tables | {table: rows.set_column(place, column, pa.array(numbers))})


def test_orders_and_figures_are_left(chunk: Chunk) -> None:
    left = let_go(chunk, SCENARIOS, MARKET, TWINS)
    assert set(left.tables) == {"orders", *MEASURED}
    assert left.tables["orders"].equals(chunk.tables["orders"])
    assert left.tables["metrics.runs"].num_rows == len(SCENARIOS)
    assert not left.failures


def test_runs_measured_one_by_one_have_the_figures_of_all_at_once(
    chunk: Chunk, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = let_go(chunk, SCENARIOS, MARKET, TWINS)
    monkeypatch.setattr(stretches, "STRETCH", 1)
    apart = let_go(chunk, SCENARIOS, MARKET, TWINS)
    for name in MEASURED:
        assert apart.tables[name].equals(together.tables[name]), name


@pytest.mark.parametrize(
    ("table", "column", "check"),
    [
        ("fills", "bank_after", "assert_bank_follows_fills"),
        ("fills", "holdings_after", "assert_holdings_follow_fills"),
        ("portfolio_days", "bank", "assert_days_carry_the_bank"),
        ("portfolio_days", "total_value", "assert_days_are_worth_bank_and_holdings"),
        ("lots", "qty", "assert_lots_match_their_fills"),
    ],
)
def test_books_that_do_not_balance_let_nothing_go(chunk: Chunk, table: str, column: str, check: str) -> None:
    run = chunk.tables[table]["run"].to_numpy()
    last = int(np.flatnonzero(run == run[0])[-1])  # each run is looked at as it ends
    with pytest.raises(AuditFailed, match=check):
        let_go(spoilt(chunk, table, column, last, 12_345.0), SCENARIOS, MARKET, TWINS)


def test_what_is_audited_here_has_the_parameters_that_checks_ask_for() -> None:
    """Others would be null, and a check that asks for them would find nothing."""
    texts = [check.sql for name, check in statements("checks").items() if name in CHECKS_OF_DETAIL]
    assert len(texts) == len(CHECKS_OF_DETAIL)
    texts += [statement(f"audit/{name}") for name in SUMS]
    asked = [place for text in texts for place in re.findall(r"\bparameters\b(?: ->> '([^']*)')?", text)]
    assert set(asked) == {"$.portfolio.initial_cash"}
    [(cash,)] = duckdb.sql(f"select '{_cash(12.5)}'::json ->> '{asked[0]}'").fetchall()
    assert float(cash) == 12.5


def test_an_audit_leaves_nothing_to_the_next(chunk: Chunk) -> None:
    """They share a database: the one before had other runs, and one that failed had rows that break a rule."""
    for table, column in (("fills", "bank_after"), ("fills", "costs")):
        with suppress(AuditFailed):
            let_go(spoilt(chunk, table, column, 3, -12_345.0), SCENARIOS, MARKET, TWINS)
        assert not let_go(chunk, SCENARIOS, MARKET, TWINS).failures
    idle = in_memory._idle[-1]
    of_ours = "where not internal and schema_name <> 'information_schema'"
    assert not idle.execute(f"select table_name from duckdb_tables() {of_ours}").fetchall()
    assert not idle.execute(f"select view_name from duckdb_views() {of_ours}").fetchall()


def test_a_run_that_breaks_a_rule_of_its_table_fails_alone(chunk: Chunk) -> None:
    run = int(chunk.tables["portfolio_days"]["run"][7].as_py())
    left = let_go(spoilt(chunk, "portfolio_days", "withdrawn", 7, -1.0), SCENARIOS, MARKET, TWINS)
    assert list(left.failures) == [run]
    assert "its result breaks a rule: backtest.portfolio_days: withdrawn: >= 0 fails" in left.failures[run]
    assert run not in left.tables["metrics.runs"]["run"].to_pylist()
    assert run not in left.tables["orders"]["run"].to_pylist()
    assert left.tables["metrics.runs"].num_rows == len(SCENARIOS) - 1


@pytest.mark.parametrize("workers", ["threads", "parts"])
def test_threads_and_parts_leave_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workers: str) -> None:
    """Cut small, and whole, by one thread: the same figures."""
    kept = [replace(run, keep="metrics") for run in runs(MARKET)]
    monkeypatch.setattr("tests.flows.backtest.part_case.runs", lambda market: kept)
    expected: dict[str, Any] = results(Computing(Workers("threads", 1)), MARKET)
    assert set(expected) == {"failures", "orders", *MEASURED}
    monkeypatch.setattr(cut, "WEIGHT", SMALL)
    if workers == "parts":
        monkeypatch.setattr(computing, "WORTH_PARTS", 1)
    assert results(Computing(Workers("threads", 2), str(tmp_path)), MARKET) == expected
    assert bool(list(tmp_path.glob("*/done.json"))) == (workers == "parts")
    assert not list(tmp_path.glob("*/fills*"))


def test_a_twin_is_kept_as_whole_as_any_run_beside_it_asks() -> None:
    """Two scenarios of the same assets, one in a sweep that keeps metrics: they share buy and hold, not ath only."""
    members = {run.name: run.origin for run in runs(MARKET) if run.variant is None}
    one, other = members["grid[sd_n=4]"], members["grid[sd_n=5]"]
    sweep = [one.model_copy(update={"keep": "metrics"}), other]
    wanted = wanted_runs(sweep, fingerprints.Bars(MARKET), engine_fingerprint(), lambda *_: None)
    keep = {(run.origin.name, run.variant): run.keep for run in wanted}
    assert keep[one.name, None] == keep[one.name, "ath_only"] == "metrics"
    assert keep[one.name, "buy_and_hold"] == "all"  # made for the first, and asked for by the second
    alone = [replace(run, keep="metrics") for run in wanted if run.origin.name == one.name]
    twin = next(run for run in alone if run.variant == "buy_and_hold")
    row: dict[str, str | None] = {"role": "scenario", "scenario": "stranger", "keep": "all"}
    row |= {"buy_and_hold_twin": twin.run_id, "ath_only_twin": None, "benchmark_twin": None}
    assert {run.name: run.keep for run in for_others(alone, [row])} == {
        run.name: "all" if run is twin else "metrics" for run in alone
    }


def test_all_is_more_than_metrics() -> None:
    assert most(["metrics", "all"]) == "all"
    assert brings_back("metrics", "all")
    assert most(["metrics", "parts"]) == "parts"
    assert brings_back("metrics", "parts")
    assert brings_back("all", "parts")  # to be left where it is computed
    assert brings_back("parts", "all")
    assert not brings_back("parts", "metrics")
    assert not brings_back("all", "metrics")
    assert not brings_back("all", "all")


def test_a_plan_says_what_would_be_saved_where_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seventeen runs of two tickers over forty days: 120 days and asset-days each, of 6 bytes, are 12,240 bytes."""
    assert saving.could_save(runs(MARKET)) == {}
    monkeypatch.setattr(saving, "WORTH_SAYING", 12_240)
    (said,) = saving.could_save(runs(MARKET)).values()
    assert said == (
        'keep = "metrics" in its [sweep] would store some 0 MB less each night, and keep = "parts" leave them as files '
        "that are not copied"
    )
    monkeypatch.setattr(saving, "WORTH_SAYING", 12_241)
    assert saving.could_save(runs(MARKET)) == {}
