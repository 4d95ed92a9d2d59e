"""W3 through the engine into a warehouse: seconds, and bytes a run.

    .venv/bin/pytest tests/benchmarks/test_writing.py --benchmark-only

Measured on two shared cores, engine included: fills 0.8 to 1.2 s and 61 KB a run, fills and portfolio days 0.9 to 1.1 s
with two threads and 96 KB, all five tables 1.9 to 2.7 s and 183 KB. Size is 43 bytes a fill: eight doubles that hardly
repeat.

How it came from 2.3 s to 1: an Arrow table in one piece is read by one thread, in pieces of a row group by all (0.99 to
0.55 s for the two tables, of 0.95 s of processor time); chunks that fill their room once instead of six tables of odd
sizes; dictionaries checked once. No gain: forced compressions, ENUM columns, run-end encoding, another order of
threads. A registered table is kept by DuckDB until the transaction ends, even when it is unregistered, and with it
half a gigabyte for a thousand runs: `store` hands tables over by name of a variable.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import pytest

from sdengine.history.run import run_scenarios
from tests.benchmarks import workloads
from tests.benchmarks.contest import Contest, compete
from warehouse import Warehouse
from warehouse.incoming import with_run_ids

TABLES = {
    "no table": (),
    "fills": ("fills",),
    "fills, portfolio days": ("fills", "portfolio_days"),
    "all tables": ("fills", "portfolio_days", "lots", "opportunities", "orders"),
}
pytestmark = pytest.mark.benchmark(group="writing")


class Written:
    """Engine and writing in one transaction, into a warehouse that is opened anew, and empty, for each call."""

    def __init__(self, folder: Path, count: int, tables: tuple[str, ...], threads: int = 1) -> None:
        self.folder, self.tables, self.threads = folder, tables, threads
        self.scenarios, self.bars = workloads.sweep(count), workloads.rising()
        self.run_ids = [f"{k:016x}" for k in range(count)]
        self.calls = 0
        self.warehouse: Warehouse | None = None

    def prepare(self) -> None:
        self.close()
        self.calls += 1
        self.warehouse = Warehouse.open(self.folder / str(self.calls), verb="benchmark", validation="sql")

    def close(self) -> None:
        """Close the warehouse, which brings everything into its file."""
        if self.warehouse is not None:
            self.warehouse.close()
            self.warehouse = None

    def bytes(self) -> int:
        """Size of the file that was closed last."""
        return (self.folder / str(self.calls) / "work.duckdb").stat().st_size

    def __call__(self) -> int:
        assert self.warehouse is not None
        rows = 0
        with self.warehouse.transaction():
            for chunk in run_scenarios(self.scenarios, self.bars, threads=self.threads):
                for name in self.tables:
                    rows += self.warehouse.append(f"backtest.{name}", with_run_ids(chunk.tables[name], self.run_ids))
        return rows


def test_a_thousand_scenarios_into_a_warehouse(benchmark: Any, timed: bool, say: Any, tmp_path: Path) -> None:
    count = 1000 if timed else 20
    writers = {name: Written(tmp_path / str(k), count, tables) for k, (name, tables) in enumerate(TABLES.items())}
    writers["fills, portfolio days; 2 threads"] = Written(
        tmp_path / "threads", count, TABLES["fills, portfolio days"], 2
    )
    contest = Contest("W3, engine and writing", float(count), "run", dict(writers))
    compete(benchmark, contest, 5 if timed else 1)
    lines = contest.report("no table")
    for name, writer in writers.items():
        assert writer.warehouse is not None
        for table in writer.tables:
            found = writer.warehouse.scalar(f"select count(distinct run_id) from backtest.{table}")
            assert found == count, table
        writer.close()
        a_run = (writer.bytes() - writers["no table"].bytes()) / count if name != "no table" else 0.0
        lines.append(f"{name}: {median(contest.wall[name]):.2f} s, {a_run:,.0f} bytes a run")
    say(lines)
    assert writers["all tables"].bytes() > writers["fills"].bytes()
