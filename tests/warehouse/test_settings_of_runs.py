"""An older warehouse gets the settings of its runs as columns, without any run or metric being computed again."""

import json
import re
from pathlib import Path

import polars as pl

from sdengine.metrics.parameters import flatten, flatten_asset
from tests.sdengine.metrics.every_setting import EVERYTHING
from tests.warehouse import books
from warehouse import connection
from warehouse.client import take_tables
from warehouse.statements import script

ADDED = re.findall(r"^alter table (\S+) add column (\w+) ", script("settings_of_runs"), flags=re.MULTILINE)
UNTAXED = EVERYTHING | {"taxes": None}
"""Of a run that was taxed a later step wants more than its parameters: it is measured anew."""
WHOLE, CUT, GONE = "00000000000000aa", "00000000000000bb", "00000000000000cc"


def write_version_1(directory: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Make a warehouse as version 1 made them, with rows in the columns that it had."""
    take_tables()
    with connection.open_work(directory / "work.duckdb") as con:
        con.execute((Path(__file__).parent / "version_1.sql").read_text())
        for table, rows in tables.items():
            con.execute(f"delete from {table}")
            had = [column for (column, *_) in con.execute(f"describe {table}").fetchall()]
            con.register("rows", rows.select(had).to_arrow())
            con.execute(f"insert into {table} by name from rows")


def test_columns_are_filled_from_the_parameters_that_the_runs_keep(tmp_path: Path) -> None:
    """What the step fills in by SQL is what the metrics make of the same parameters."""
    assets = [books.example("metrics.assets", run_id=WHOLE, ticker=k, asset_class="shares") for k in ("A", "B")]
    tables = {
        "backtest.runs": books.runs(run_id=WHOLE, parameters=json.dumps(UNTAXED)),
        "metrics.runs": books.example("metrics.runs", run_id=WHOLE, cagr=0.07),
        "metrics.assets": pl.concat(assets),
    }
    write_version_1(tmp_path, tables)
    with books.open_here(tmp_path) as warehouse:
        [run] = warehouse.frame("from metrics.runs").rows(named=True)
        found = {row["ticker"]: row for row in warehouse.frame("from metrics.assets").rows(named=True)}
    assert run["cagr"] == 0.07
    of_run, of_assets = flatten(UNTAXED), {asset["ticker"]: flatten_asset(asset) for asset in UNTAXED["assets"]}
    for table, column in ADDED:
        if table == "metrics.runs":
            assert run[column] == of_run[column], column
        else:
            assert {k: found[k][column] for k in "AB"} == {k: of_assets[k][column] for k in "AB"}, column


def test_a_row_without_whole_parameters_counts_as_not_measured(tmp_path: Path) -> None:
    """The next night measures its run, if there still is one; the others keep their figures."""
    cut = books.runs(run_id=CUT, parameters='{"portfolio":{"initial_cash":1}}')
    tables = {
        "backtest.runs": pl.concat([books.runs(run_id=WHOLE, parameters=json.dumps(UNTAXED)), cut]),
        "metrics.runs": pl.concat(books.example("metrics.runs", run_id=run_id) for run_id in (WHOLE, CUT, GONE)),
    }
    write_version_1(tmp_path, tables)
    with books.open_here(tmp_path) as warehouse:
        assert warehouse.rows("select run_id from metrics.runs") == [(WHOLE,)]
