"""Work in parts for tests: a few runs on a little market, cut small, at a place in a folder or in memory."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
from pyarrow import fs

from flows.backtest.computing import Computing
from flows.backtest.parts.bars import leave_bars
from flows.backtest.parts.cut import Part, cut, name_parts
from flows.backtest.parts.job import Job
from flows.backtest.parts.place import Place, place_at
from flows.backtest.runs import WantedRun, wanted_runs
from sdengine import engine_fingerprint
from sdengine.scenario import expand
from tests.flows.nights import BASE, FIRST, ROOT, command, wave, write_bars, write_scenarios
from warehouse import fingerprints

SWEEP = '[sweep]\n"asset_defaults.sd_n" = [4, 5, 6, 7, 9, 10, 11, 12]\n'
SMALL = 360
"""A part's weight: three runs of two tickers over forty days."""


def bars(days: int = 40) -> pl.DataFrame:
    """Bars of the two tickers of the nights, without wicks."""
    rows = [
        (ticker, FIRST + timedelta(days=day), *[wave(day)[ticker]] * 4, 0.0)
        for ticker in ("UP", "SAW")
        for day in range(days)
    ]
    return pl.DataFrame(rows, schema=["ticker", "date", "open", "high", "low", "close", "dividend"], orient="row")


def runs(market: pl.DataFrame) -> list[WantedRun]:
    """Eight scenarios of a sweep and their twins: seventeen runs."""
    members = expand(tomllib.loads(BASE.format(sd_n=8) + SWEEP), name="grid")
    return wanted_runs(members, fingerprints.Bars(market), engine_fingerprint(), lambda *_: None)


def parts(market: pl.DataFrame, name: str = "bars") -> list[Part]:
    """Cut these runs into parts."""
    return name_parts(cut(runs(market)), name, engine_fingerprint())


def job(where: str, market: pl.DataFrame, which: int = 0) -> Job:
    """Make the job of one part, whose bars are left at the place."""
    name = leave_bars(place_at(where), market)
    return Job.of(parts(market, name)[which], where, name, engine_fingerprint())


def in_memory() -> Place:
    """Make a place on no disk at all."""
    system = fs._MockFileSystem()
    system.create_dir("bucket/parts", recursive=True)
    return Place(fs.SubTreeFileSystem("bucket/parts", system), system.type_name)


def results(computing: Computing, market: pl.DataFrame) -> dict[str, list[Any]]:
    """Every row that the runs leave, by table, under their run_ids, sorted; and what failed."""
    by_table: dict[str, list[Any]] = {"failures": []}
    for chunk, ids in computing(runs(market), market):
        by_table["failures"] += [(ids[k], reason) for k, reason in chunk.failures.items()]
        for name, table in chunk.tables.items():
            rows = [{**row, "run": ids[row["run"]]} for row in table.to_pylist()]
            by_table.setdefault(name, []).extend(map(repr, rows))
    return {name: sorted(rows) for name, rows in by_table.items()}


def detail(computing: Computing, market: pl.DataFrame) -> dict[str, list[Any]]:
    """Give the same without what is measured on the way: parts leave that to the stage `metrics`."""
    rows = results(computing, market)
    return {name: own for name, own in rows.items() if not name.startswith("metrics.")}


def make_grid(home: Path) -> Path:
    """Make a home whose scenarios are a sweep of eight."""
    write_bars(home / "bars")
    write_scenarios(home / "scenarios", full=BASE.format(sd_n=8), grid=BASE.format(sd_n=8) + SWEEP)
    return home


IN_SMALL_PARTS = f"""
import sys

if __name__ == "__main__":  # the processes of a cluster import this, too
    from flows.backtest import computing
    from flows.backtest.parts import cut

    cut.WEIGHT, computing.WORTH_PARTS = {SMALL}, 1
    from flows.cli import main

    main()
"""


def command_in_parts(
    home: Path, *words: str, environ: Mapping[str, str] | None = None, check: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which makes parts of three runs, however few there are."""
    program = home / "in_small_parts.py"
    program.write_text(IN_SMALL_PARTS)
    variables = {"PYTHONPATH": str(ROOT), **(environ or {})}
    return command(home, *words, environ=variables, check=check, program=[str(program)])
