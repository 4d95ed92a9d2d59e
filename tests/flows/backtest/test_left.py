"""Detail that stays where it was computed: whoever computes it, once or again, it is that of the tables."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.backtest.computing import Computing
from flows.backtest.parts import cut
from flows.backtest.parts.job import compute
from flows.backtest.workers import Workers
from schemas.backtest import DETAIL
from tests.flows.backtest import part_case
from tests.flows.backtest.part_case import SMALL, bars, results, runs

MARKET = bars()
THREADS = Workers("threads", 2)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "WEIGHT", SMALL / cut.MEASURED)


def keep(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    kept = [replace(run, keep=word) for run in runs(MARKET)]
    monkeypatch.setattr(part_case, "runs", lambda market: kept)


def left_at(place: Path, computing: Computing) -> dict[str, list[Any]]:
    """Read the files that stay as rows by table, with their run_ids."""
    found: dict[str, list[Any]] = {name: [] for name in DETAIL}
    for left in {each.name: each for each in computing.left.values()}.values():
        for name, file in left.files.items():
            rows = pl.read_parquet(place / file["path"])
            assert rows["part"].unique().to_list() in ([], [left.name])
            found[name] += [repr({"run": row.pop("run_id")} | row) for row in rows.drop("part").to_dicts()]
    return {name: sorted(rows) for name, rows in found.items()}


def test_the_files_that_stay_hold_what_the_tables_would(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = results(Computing(THREADS), MARKET)
    with monkeypatch.context() as patched:
        keep(patched, "metrics")
        figures = results(Computing(THREADS), MARKET)
    keep(monkeypatch, "parts")
    computing = Computing(THREADS, str(tmp_path))
    assert results(computing, MARKET) == figures
    assert left_at(tmp_path, computing) == {name: whole[name] for name in DETAIL}
    assert len(whole["fills"]) > 100
    computing.forget({file["path"] for left in computing.left.values() for file in left.files.values()})
    assert {path.name.split("-")[0] for path in tmp_path.rglob("*.*")} == set(DETAIL)
    assert left_at(tmp_path, computing)["lots"] == whole["lots"]


def test_a_writer_that_was_killed_finds_the_parts_that_are_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def one_by_one(jobs: Iterable[Any]) -> Generator[Any, None, None]:
        for job in jobs:
            asked.append(job.part_id)
            yield compute(job)

    keep(monkeypatch, "parts")
    killed = Computing(THREADS, str(tmp_path), fan=one_by_one)(part_case.runs(MARKET), MARKET)
    for _ in range(2):
        next(killed)
    killed.close()
    again = Computing(THREADS, str(tmp_path), fan=one_by_one)
    expected = results(Computing(THREADS, str(tmp_path / "alone")), MARKET)
    assert results(again, MARKET) == expected
    assert len(asked) == len(set(asked)) == len(cut.cut(part_case.runs(MARKET)))
    assert set(again.left) == {run.run_id for run in part_case.runs(MARKET)}
