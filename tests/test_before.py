"""The files of a warehouse as version 0.1.0 left them (tests/before): they open, answer the same, and go on.

Only public doors are used: the command, `Results.open`, `Warehouse.open`.
"""

from __future__ import annotations

import csv
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.before.kept import (
    ANSWERS,
    BEFORE,
    KEPT,
    RESULTS,
    WORK,
    Rows,
    answer,
    command,
    content,
    digest,
    expected,
    of_results,
    recorded,
    unpack,
    without,
)
from warehouse import Results, Warehouse

EXACT = {name for name in ANSWERS if name.startswith("explain")} | {"actions", "orders_of_grid"}
"""Answers that are the same to the letter; of the others the figures are, in whatever words and columns."""
TRUSTED = tuple(f"clean.{table}" for table in ("bars", "actions", "rejects"))
TRADED = tuple(f"backtest.{table}" for table in ("fills", "portfolio_days", "lots", "orders"))
LADDERS = ("plain", "grid[sd_n=4]", "grid[sd_n=8]", "grid[sd_n=16]")
"""Scenarios of the ladder alone, which no rule since has changed; a rule on withdrawals or taxes changes the others."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the warehouse of before. Nothing in it is changed, but that `work.duckdb` may have come forward."""
    return unpack(tmp_path_factory.mktemp("before"))


class GoneOn(NamedTuple):
    """A warehouse of before after one more night over the same bars and scenarios."""

    folder: Path
    old: Path
    told: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def gone_on(tmp_path_factory: pytest.TempPathFactory) -> GoneOn:
    folder = unpack(tmp_path_factory.mktemp("gone_on"))
    old = folder / "old.duckdb"
    shutil.copyfile(folder / RESULTS, old)
    given = ("--source", "files", "--files", str(BEFORE / "files"), "--scenario-files", str(BEFORE / "scenarios"))
    return GoneOn(folder, old, command(folder, "run", "--direct", *given))


# the files themselves


@pytest.mark.parametrize("name", [RESULTS, *KEPT])
def test_a_published_file_of_before_has_its_rows(folder: Path, name: str) -> None:
    with Results.open(folder / name) as results:
        assert recorded(of_results(results)) == expected()[name]


def test_the_work_file_of_before_comes_forward_with_its_rows(tmp_path: Path) -> None:
    """What later versions add may stand beside it: the tables and columns of then hold what they held."""
    with Warehouse.open(unpack(tmp_path), verb="test") as warehouse:
        for table, was in expected()[WORK].items():
            if table == "metrics.runs":  # what its columns cannot tell of a run is measured anew, and stands no more
                own = f"select {', '.join(was['columns'])} from {table}"
                with Results.open(tmp_path / RESULTS) as results:
                    assert set(warehouse.rows(own)) <= set(results.rows(own))
            elif table != "ops.migrations":
                assert content(warehouse.rows, table, was["columns"]) == was, table
        steps = warehouse.rows("select version, step from ops.migrations order by version")
        assert steps[0] == (2, "created")
        assert steps[-1][0] == warehouse.version >= warehouse.found_version == 2


def test_the_hash_sees_a_last_bit_and_no_order() -> None:
    rows: Rows = [("a", 0.1, None), ("b", 0.2, 3)]
    assert digest(rows) == digest(rows[::-1])
    assert digest(rows) != digest([("a", 0.1, None), ("b", 0.2000000000000001, 3)])
    assert digest([(None,)]) != digest([(0,)])


# what the command says about them


@pytest.mark.parametrize("name", sorted(EXACT))
def test_the_command_answers_as_before(folder: Path, name: str) -> None:
    was, now = (BEFORE / "answers" / f"{name}.txt").read_text(), answer(folder, name)
    if ANSWERS[name][-1] == "csv":  # a column more may stand between those of then
        names = was.splitlines()[0].split(",")
        was, now = (
            repr([{name: row[name] for name in names} for row in csv.DictReader(text)])
            for text in (was.splitlines(), now.splitlines())
        )
    assert now == was


@pytest.mark.parametrize("name", sorted(ANSWERS.keys() - EXACT))
def test_the_command_knows_what_it_knew(folder: Path, name: str) -> None:
    """Every name that stood in the answer of then stands in today's."""
    was, now = (BEFORE / "answers" / f"{name}.txt").read_text(), answer(folder, name)
    names = ("ALDER", "BIRCH", "CEDAR", "LEAF-USD", "plain", "income", "hybrid", "grid")
    assert {name for name in names if name in was} <= {name for name in names if name in now}


def test_every_answer_belongs_to_a_question() -> None:
    assert {file.stem for file in (BEFORE / "answers").iterdir()} == set(ANSWERS)


def test_a_table_loses_one_column() -> None:
    assert without("a   bb  c\n──  ──  ─\n1   22  3\n", "bb") == "a   c\n──  ─\n1   3\n"


# one more night


def test_a_night_on_the_files_of_before_ends_as_then(gone_on: GoneOn) -> None:
    assert gone_on.told.returncode == 1, gone_on.told.stderr
    assert "Traceback" not in gone_on.told.stderr
    with Results.open(gone_on.folder) as results:
        items = results.rows("select item from ops.stage_runs where batch_id = $b and status = 'failed'", last(results))
    assert {item for (item,) in items if item} == {"GHOST", "ghost", "typo"}


def test_a_night_on_the_files_of_before_fetches_nothing_anew(gone_on: GoneOn) -> None:
    was = expected()[RESULTS]
    with Results.open(gone_on.folder) as results:
        ask = of_results(results)
        for table in ("raw.bars", "raw.actions", "raw.revisions"):
            assert content(ask, table, was[table]["columns"]) == was[table], table
        stages = "select item, status from ops.stage_runs where batch_id = $b and stage = 'ingest' and item is not null"
        assert dict(results.rows(stages, last(results))) == {
            "ALDER": "skipped",
            "BIRCH": "skipped",
            "CEDAR": "skipped",
            "GHOST": "failed",
            "LEAF-USD": "skipped",
        }
        tries = results.rows("select status from raw.fetches where batch_id = $b and ticker <> 'GHOST'", last(results))
        assert tries == [("unchanged",)] * 4


def test_the_story_of_the_nights_goes_on(gone_on: GoneOn) -> None:
    with Results.open(gone_on.old) as old, Results.open(gone_on.folder) as new:
        for table in ("ops.batches", "ops.stage_runs", "raw.fetches", "metrics.history"):
            # the published file tells a batch's end a moment earlier than the work file, which the next one is made of
            names = expected()[RESULTS][table]["columns"]
            columns = ", ".join(name for name in names if (table, name) != ("ops.batches", "finished_at"))
            before, after = ({*results.rows(f"select {columns} from {table}")} for results in (old, new))
            assert before <= after, table
        counted = "select count(*) from ops.batches"
        assert new.scalar(counted) == old.scalar(counted) + 1


def test_the_published_files_of_before_are_kept(gone_on: GoneOn) -> None:
    name = f"results-{last_batch(gone_on.old)}.duckdb"
    for kept in (*KEPT, name):
        with Results.open(gone_on.folder / kept) as results:
            assert recorded(of_results(results)) == expected()[RESULTS if kept == name else kept]


def test_diff_tells_the_night_from_the_one_before(gone_on: GoneOn) -> None:
    done = command(gone_on.folder, "diff", str(gone_on.old))
    assert (done.returncode, done.stderr) == (0, "")
    told = set(done.stdout.splitlines())
    assert told & {"old.duckdb → results.duckdb: 7 same", "old.duckdb → results.duckdb: 7 changed"}
    assert "data:" not in done.stdout


# what it computes


@pytest.mark.parametrize("table", TRUSTED)
def test_what_was_trusted_and_turned_away_still_is(gone_on: GoneOn, table: str) -> None:
    columns = expected()[RESULTS][table]["columns"]
    with Results.open(gone_on.old) as old, Results.open(gone_on.folder) as new:
        before, after = (sorted(results.rows(f"select {', '.join(columns)} from {table}")) for results in (old, new))
    assert before == after
    assert before


@pytest.mark.parametrize("table", TRADED)
def test_the_ladder_trades_as_before(gone_on: GoneOn, table: str) -> None:
    """Up to what another processor's powers may differ in."""
    columns = ", ".join(f"own.{name}" for name in expected()[RESULTS][table]["columns"] if name != "run_id")
    query = (
        f"select runs.scenario, {columns} from {table} own join backtest.runs runs using (run_id)"
        f" where runs.role = 'scenario' and runs.scenario in {LADDERS}"
    )
    with Results.open(gone_on.old) as old, Results.open(gone_on.folder) as new:
        before, after = (sorted(results.rows(query), key=words) for results in (old, new))
    assert {row[0] for row in before} == set(LADDERS)
    assert len(before) == len(after)
    assert [pair for pair in zip(before, after, strict=True) if not all(map(same, *pair))][:3] == []


def test_every_scenario_of_before_has_its_run_and_its_metrics(gone_on: GoneOn) -> None:
    query = "select scenario, status from backtest.runs where role = 'scenario' order by scenario"
    measured = "select distinct scenario from metrics.runs where role = 'scenario' order by scenario"
    with Results.open(gone_on.old) as old, Results.open(gone_on.folder) as new:
        assert old.rows(query) == new.rows(query)
        assert old.rows(measured) == new.rows(measured)


def words(row: tuple[Any, ...]) -> list[str]:
    """Take what tells a row from the others: all but its floats."""
    return [repr(value) for value in row if not isinstance(value, float)]


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)
    return bool(one == other)


def last(results: Results) -> dict[str, str]:
    return {"b": results.scalar("select max(batch_id) from ops.batches")}


def last_batch(path: Path) -> str:
    with Results.open(path) as results:
        return last(results)["b"]
