"""Runs in parts: the same rows as straight, bounded work ahead of the writer, continued where it was interrupted."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from flows.backtest import computing
from flows.backtest.computing import Computing
from flows.backtest.parts import content, cut
from flows.backtest.parts.content import DonePart
from flows.backtest.parts.fan import Fan, ahead, by_threads
from flows.backtest.parts.job import compute
from flows.backtest.parts.place import place_at
from flows.backtest.workers import Workers
from tests.flows.backtest.part_case import SMALL, bars, detail, parts, results, runs

MARKET = bars()
THREADS = Workers("threads", 2)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "WEIGHT", SMALL)
    monkeypatch.setattr(computing, "WORTH_PARTS", 1)


@pytest.fixture
def straight(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Take the rows of runs that are computed without parts."""
    with monkeypatch.context() as patched:
        patched.setattr(computing, "WORTH_PARTS", 100)
        return detail(Computing(THREADS, str(tmp_path / "nowhere")), MARKET)


def one_by_one(asked: list[str]) -> Fan:
    """Compute a job when it is asked for, and write down which."""

    def fan(jobs: Iterable[Any]) -> Generator[DonePart, None, None]:
        for job in jobs:
            asked.append(job.part_id)
            yield compute(job)

    return fan


def test_parts_leave_the_same_rows_as_no_parts(straight: dict[str, Any], tmp_path: Path) -> None:
    assert len(straight["fills"]) > 100
    assert results(Computing(THREADS, str(tmp_path)), MARKET) == straight
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("threads", [1, 3, 8])
def test_the_number_of_threads_changes_nothing(straight: dict[str, Any], tmp_path: Path, threads: int) -> None:
    assert results(Computing(Workers("threads", threads), str(tmp_path)), MARKET) == straight


def test_few_parts_are_not_worth_it_for_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "WORTH_PARTS", len(parts(MARKET)) + 1)
    results(Computing(THREADS, str(tmp_path)), MARKET)
    assert not list(tmp_path.iterdir())
    asked: list[str] = []
    results(Computing(Workers("dask", 2), str(tmp_path), fan=one_by_one(asked)), MARKET)
    assert len(asked) == 6


def test_an_interrupted_run_is_continued_and_ends_the_same(straight: dict[str, Any], tmp_path: Path) -> None:
    first, second, notes = list[str](), list[str](), list[str]()
    interrupted = Computing(THREADS, str(tmp_path), fan=one_by_one(first))(runs(MARKET), MARKET)
    for _ in range(3):
        next(interrupted)
    interrupted.close()
    assert len(first) == 3
    again = Computing(THREADS, str(tmp_path), fan=one_by_one(second), note=notes.append)
    assert results(again, MARKET) == straight
    assert notes == ["3 of 6 parts are there from an interrupted run, which is continued"]
    assert len(second) == 3
    assert not set(first) & set(second)


def test_other_bars_continue_nothing(tmp_path: Path) -> None:
    results(Computing(THREADS, str(tmp_path)), MARKET)
    notes: list[str] = []
    results(Computing(THREADS, str(tmp_path), note=notes.append), bars(41))
    assert notes == []


def test_after_the_commit_nothing_of_ours_is_left(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("not ours")
    results(Computing(THREADS, str(tmp_path)), bars(41))  # interrupted before its commit, and never continued
    last = Computing(THREADS, str(tmp_path))
    results(last, MARKET)
    assert len(list(tmp_path.glob("*/done.json"))) == 15  # nine, as 41 days weigh more, and six
    last.forget()
    assert [path.name for path in tmp_path.rglob("*.*")] == ["notes.txt"]


def test_a_night_about_some_scenarios_leaves_the_parts_of_others(tmp_path: Path) -> None:
    results(Computing(THREADS, str(tmp_path)), bars(41))
    others = set(tmp_path.glob("*/done.json"))
    some = Computing(THREADS, str(tmp_path), others_stay=True)
    results(some, MARKET)
    some.forget()
    assert set(tmp_path.glob("*/done.json")) == others
    assert list((tmp_path / "bars").iterdir())


def test_where_there_were_no_parts_nothing_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results(Computing(THREADS, str(tmp_path)), MARKET)
    monkeypatch.setattr(computing, "WORTH_PARTS", 100)
    few = Computing(THREADS, str(tmp_path))
    results(few, MARKET)
    few.forget()
    assert len(list(tmp_path.glob("*/done.json"))) == 6


class Later:
    """A future that says when it was asked for."""

    def __init__(self, job: int, said: list[str]) -> None:
        self.job, self.said = job, said
        said.append(f"submit {job}")

    def result(self) -> Any:
        self.said.append(f"read {self.job}")
        return self.job


def test_so_many_jobs_are_ahead_and_no_more() -> None:
    said: list[str] = []
    limits = chain([2, 2, 3, 3], repeat(1))
    made: Iterator[Any] = iter(range(5))
    received = list(ahead(lambda job: Later(job, said), made, lambda: next(limits)))  # type: ignore[arg-type]  # numbers do for jobs
    assert received == [0, 1, 2, 3, 4]
    ahead_now, most = 0, 0
    for line in said:
        ahead_now += 1 if line.startswith("submit") else -1
        most = max(most, ahead_now)
    assert most == 3


def test_a_part_that_breaks_ends_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = content.write

    def breaking(place: Any, part_id: str, *more: Any) -> DonePart:
        if part_id == broken:
            raise OSError("the disk is full")
        return write(place, part_id, *more)

    asked: list[str] = []
    results(Computing(THREADS, str(tmp_path / "a"), fan=one_by_one(asked)), MARKET)
    broken = asked[1]
    monkeypatch.setattr(content, "write", breaking)
    with pytest.raises(OSError, match="the disk is full"):
        results(Computing(THREADS, str(tmp_path / "b"), fan=by_threads(2)), MARKET)
    done = {path.parent.name for path in (tmp_path / "b").glob("*/done.json")}
    assert asked[0] in done
    assert broken not in done
    assert place_at(str(tmp_path / "b")).sizes(broken) == {}
