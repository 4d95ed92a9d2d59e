"""What 0.1.0 left in this folder, and how a warehouse's files are read and asked to be held against it.

Only public doors are used: the command, `Results.open`, `Warehouse.open`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warehouse import Results

ROOT = Path(__file__).parents[2]


BEFORE = Path(__file__).parent


VARIABLES = ("SDENGINE_", "PREFECT_", "COLUMNS")
"""Variables that change what the command does, or how wide it writes."""
WORK, RESULTS = "work.duckdb", "results.duckdb"
KEPT = ("results-20250111T020000120-0000.duckdb", "results-20250118T020000080-0000.duckdb")
"""What the first and the second night published; the third's is RESULTS."""
ANSWERS: dict[str, tuple[str, ...]] = {
    "diff": ("diff",),
    "diff_over_two_nights": ("diff", "{folder}/" + KEPT[0]),
    "explain_a_buy": ("explain", "plain", "2024-07-24", "CEDAR"),
    "explain_a_skip": ("explain", "plain", "2024-09-11", "ALDER"),
    "explain_a_weekend": ("explain", "plain", "2024-08-10", "ALDER"),
    "explain_a_band": ("explain", "hybrid", "2024-02-17", "LEAF-USD"),
    "explain_an_arbitrage": ("explain", "hybrid", "2024-03-27", "ALDER"),
    "explain_taxes_and_a_withdrawal": ("explain", "income", "2025-01-02", "ALDER"),
    "status": ("status",),
    "data": ("data",),
    "data_of_alder": ("data", "--ticker", "ALDER", "--limit", "5"),
    "data_of_cedar": ("data", "--ticker", "CEDAR", "--limit", "5"),
    "orders": ("orders",),
    "orders_of_grid": ("orders", "grid", "--format", "csv"),
    "ranking": ("sql", "from metrics.ranking select place, scenario, cagr, max_drawdown, sharpe order by place"),
    "actions": ("sql", "select action, count(*) as n from backtest.fills group by all order by all", "-f", "json"),
}
"""What the command is asked; `answers` has a file for each with what 0.1.0 said."""

Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]


def of_results(results: Results) -> Ask:
    return results.rows


def columns_of(ask: Ask) -> dict[str, list[str]]:
    """Table to its columns, in order; views are no tables."""
    columns: dict[str, list[str]] = {}
    for table, column in ask(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() join duckdb_tables()"
        " using (database_name, schema_name, table_name) where database_name = current_database()"
        " order by schema_name, table_name, column_index"
    ):
        columns.setdefault(table, []).append(column)
    return columns


def digest(rows: Rows) -> str:
    """Hash rows in any order: every value as Python prints it, so that a float counts to its last bit."""
    lines = sorted(json.dumps([value if isinstance(value, float) else str(value) for value in row]) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def content(ask: Ask, table: str, columns: list[str]) -> dict[str, Any]:
    rows = ask(f"select {', '.join(columns)} from {table}")
    return {"columns": columns, "rows": len(rows), "digest": digest(rows)}


def recorded(ask: Ask) -> dict[str, dict[str, Any]]:
    """Read the content of every table of a file."""
    return {table: content(ask, table, columns) for table, columns in columns_of(ask).items()}


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    known = {key: value for key, value in os.environ.items() if not key.startswith(VARIABLES)}
    asked = [sys.executable, "-m", "flows.cli", *words, "--warehouse", str(folder)]
    return subprocess.run(asked, cwd=ROOT, env=known, capture_output=True, text=True, timeout=600, check=False)


def answer(folder: Path, name: str) -> str:
    """Ask the command one of ANSWERS, and leave out what it reads from the clock."""
    done = command(folder, *(word.format(folder=folder) for word in ANSWERS[name]))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return without(done.stdout, "days old") if name == "data" else done.stdout


def without(table: str, column: str) -> str:
    """Leave one of its columns out of a table of text: they stand where the line under the names says."""
    lines = table.splitlines()
    for rule in re.finditer("─+", lines[1]):
        if lines[0][rule.start() : rule.end()].strip() == column:
            return "\n".join(line[: rule.start()] + line[rule.end() + 2 :] for line in lines) + "\n"
    raise AssertionError(f"no column {column} in\n{table}")


def unpack(folder: Path) -> Path:
    with tarfile.open(BEFORE / "warehouse.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


def expected() -> dict[str, dict[str, dict[str, Any]]]:
    tables: dict[str, dict[str, dict[str, Any]]] = json.loads((BEFORE / "tables.json").read_text())
    return tables
