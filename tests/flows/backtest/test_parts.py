"""A part: what it is called, when it is there, and that computing it again, or by two at once, changes nothing."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.backtest.parts import content, cut
from flows.backtest.parts.bars import bars_at, leave_bars
from flows.backtest.parts.job import compute
from flows.backtest.parts.place import Place, place_at
from flows.errors import PipelineError
from sdengine import run_scenarios
from sdengine.history.run import Chunk
from tests.flows.backtest.part_case import SMALL, bars, in_memory, job, parts, runs

MARKET = bars()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "WEIGHT", SMALL)


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_at(str(tmp_path)) if request.param == "folder" else in_memory()


def chunks() -> list[Chunk]:
    return list(run_scenarios([run.scenario for run in runs(MARKET)], MARKET))


def test_what_is_read_is_what_was_written_bit_by_bit(place: Place) -> None:
    made = chunks()
    content.write(place, "ab" * 8, 17, [*made, Chunk([], {}, {3: "no bar"})])
    found = content.read(place, "ab" * 8)
    assert found.positions == list(range(17))
    assert found.failures == {3: "no bar"}
    for name, table in made[0].tables.items():
        assert found.tables[name].schema == table.schema
        written = [chunk.tables[name].to_pylist() for chunk in made]
        assert repr(found.tables[name].to_pylist()) == repr([row for rows in written for row in rows])
    assert found.tables["fills"].num_rows > 100


def test_a_part_in_which_everything_failed_is_a_part(place: Place) -> None:
    content.write(place, "ab" * 8, 2, [Chunk([], {}, {0: "no bar", 1: "no bar either"})])
    assert content.is_complete(place, "ab" * 8)
    assert content.read(place, "ab" * 8) == Chunk([0, 1], {}, {0: "no bar", 1: "no bar either"})


def test_each_run_is_in_one_part_and_none_is_too_heavy() -> None:
    groups = cut.cut(runs(MARKET))
    assert sorted(run.run_id for group in groups for run in group) == [run.run_id for run in runs(MARKET)]
    assert [len(group) for group in groups] == [3, 3, 3, 3, 3, 2]


def test_a_run_that_is_too_heavy_alone_is_a_part_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "WEIGHT", 1)
    assert {len(group) for group in cut.cut(runs(MARKET))} == {1}


def test_the_order_in_which_runs_are_given_does_not_matter() -> None:
    assert cut.cut(runs(MARKET)) == cut.cut(runs(MARKET)[::-1])


def test_the_name_of_a_part_says_its_runs_its_bars_and_the_engine() -> None:
    groups = cut.cut(runs(MARKET))
    same, others = cut.name_parts(groups, "b", "e"), [cut.name_parts(groups, *names) for names in ("ce", "bf")]
    assert same == cut.name_parts(groups, "b", "e")
    named = {part.part_id for parts in (same, *others) for part in parts}
    assert len(named) == 3 * len(groups)
    assert cut.name_parts([groups[0][:2]], "b", "e")[0].part_id not in named


def test_the_very_bits_of_the_bars_make_their_name(tmp_path: Path) -> None:
    where = str(tmp_path)
    name = leave_bars(place_at(where), MARKET)
    assert bars_at(where, name).equals(MARKET)
    jitter = MARKET.with_columns(pl.col("close") * (1 + 1e-12))
    assert leave_bars(place_at(where), jitter) != name
    before = (tmp_path / "bars" / f"{name}.parquet").stat()
    assert leave_bars(place_at(where), MARKET.clone()) == name
    assert (tmp_path / "bars" / f"{name}.parquet").stat().st_mtime_ns == before.st_mtime_ns


def rows(where: str, part_id: str) -> dict[str, Any]:
    return {name: table.to_pylist() for name, table in content.read(place_at(where), part_id).tables.items()}


def test_a_part_that_is_there_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = job(str(tmp_path), MARKET)
    assert compute(given) == content.DonePart(given.part_id, 3)
    files = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr("sdengine.history.run.run_scenarios", None)
    assert compute(given) == content.DonePart(given.part_id, 3, again=True)
    assert sorted(tmp_path.rglob("*")) == files


def test_two_workers_at_one_part_leave_one_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, both = job(str(tmp_path / "alone"), MARKET), job(str(tmp_path / "both"), MARKET)
    compute(alone)
    monkeypatch.setattr(content, "is_complete", lambda place, part_id: False)  # each looked before the other was done
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(compute, [both] * 4))) == 4
    assert rows(both.where, both.part_id) == rows(alone.where, alone.part_id)
    assert not list(tmp_path.rglob("*.tmp"))


def test_without_its_last_file_a_part_is_not_there(tmp_path: Path) -> None:
    given = job(str(tmp_path), MARKET)
    compute(given)
    expected = rows(given.where, given.part_id)
    (tmp_path / given.part_id / "done.json").unlink()
    assert not content.is_complete(place_at(given.where), given.part_id)
    assert compute(given) == content.DonePart(given.part_id, 3)
    assert rows(given.where, given.part_id) == expected


@pytest.mark.parametrize("table", ["fills", "portfolio_days", "lots", "opportunities", "orders"])
def test_a_part_with_a_torn_file_is_not_there(tmp_path: Path, table: str) -> None:
    given = job(str(tmp_path), MARKET)
    compute(given)
    (torn,) = (tmp_path / given.part_id).glob(f"{table}-*.parquet")
    torn.write_bytes(torn.read_bytes()[:-7])
    assert not content.is_complete(place_at(given.where), given.part_id)
    assert not compute(given).again
    assert content.is_complete(place_at(given.where), given.part_id)


def test_a_part_whose_bytes_have_changed_is_told_and_removed(tmp_path: Path) -> None:
    given = job(str(tmp_path), MARKET)
    compute(given)
    (damaged,) = (tmp_path / given.part_id).glob("fills-*.parquet")
    group = pq.ParquetFile(damaged).metadata.row_group(0)
    numbers = group.column(group.num_columns - 1)
    data = bytearray(damaged.read_bytes())
    # the last byte of a page of numbers: headers of pages have no checksum
    data[numbers.data_page_offset + numbers.total_compressed_size - 1] ^= 1
    damaged.write_bytes(data)
    assert content.is_complete(place_at(given.where), given.part_id)
    with pytest.raises(PipelineError, match=r"is damaged .* the next run computes it anew"):
        content.read(place_at(given.where), given.part_id)
    assert not compute(given).again
    assert rows(given.where, given.part_id)["fills"]


def test_a_worker_with_another_engine_is_refused(tmp_path: Path) -> None:
    given = replace(job(str(tmp_path), MARKET), engine="0" * 16)
    with pytest.raises(PipelineError, match=r"another version of the engine .* install the same sdengine there"):
        compute(given)
    assert not (tmp_path / given.part_id).exists()


def test_a_job_is_a_small_message(tmp_path: Path) -> None:
    given = job(str(tmp_path), MARKET)
    whole = replace(given, runs=job(str(tmp_path), MARKET, 1).runs * 100)
    assert len(pickle.dumps(given)) < 4000
    assert "runs=" not in repr(whole)


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for where in (str(tmp_path / "file" / "parts"), "nosuch://bucket/parts"):
        with pytest.raises(PipelineError, match=r"the place of the parts, .* cannot be opened"):
            place_at(where)


def test_a_place_holds_files_and_removes_folders(place: Place) -> None:
    assert place.sizes() == {}
    assert place.put("a/one", b"12345") == 5
    place.put("a/one", b"1234")
    place.put("b/two", b"")
    assert place.sizes() == {"a/one": 4, "b/two": 0}
    assert place.sizes("a") == {"a/one": 4}
    place.remove("a")
    assert place.sizes() == {"b/two": 0}
    with pytest.raises(FileNotFoundError):
        place.reading("a/one")


def test_done_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    put = Place.put

    def noted(place: Place, name: str, data: Any) -> int:
        written.append(name)
        return put(place, name, data)

    monkeypatch.setattr(Place, "put", noted)
    given = job(str(tmp_path), MARKET)
    compute(given)
    assert written[-1] == f"{given.part_id}/done.json"
    files = json.loads((tmp_path / written[-1]).read_text())["files"]
    assert sorted(written[1:-1]) == sorted(file["path"] for file in files.values())


def test_parts_of_the_case_are_several() -> None:
    assert len(parts(MARKET)) == 6
