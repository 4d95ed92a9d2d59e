"""A short course of chaos; what a long one is made of is in its neighbours."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.chaos.comparing import differences
from tests.chaos.course import Course
from tests.chaos.direct import REFUSED, last_sentence, prepare, run_direct
from tests.chaos.readers import Readers, reading
from tests.chaos.world import World
from tests.strategies.profiles import examples


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with one night."""
    prepare()
    home = World(tmp_path_factory.mktemp("chaos") / "home").write()
    assert run_direct(home).code == 0, last_sentence(home)
    return home


def test_kills_full_disks_and_readers_lose_no_row(home: Path, tmp_path: Path) -> None:
    figures = Course(tmp_path, seed=1).run(examples(6))
    print(figures.row())
    assert figures.killed >= examples(6)
    assert figures.lost == 0
    assert figures.compared > 500
    assert figures.opens > 0


def test_a_row_that_is_lost_or_different_is_found(home: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(home, tmp_path / "home"))
    assert differences(home / "data", other / "data")[0] == {}
    with duckdb.connect(str(other / "data" / "work.duckdb")) as con:
        con.execute("delete from backtest.fills where rowid = 0")
        con.execute("update metrics.runs set cagr = cagr + 1e-12 where scenario = 'full'")
        con.execute("update raw.bars set ingested_at = ingested_at + interval 1 hour")
    assert differences(home / "data", other / "data")[0] == {"backtest.fills": 1, "metrics.runs": 2}


def test_a_reader_notices_half_a_night(home: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(home, tmp_path / "home"))
    with duckdb.connect(str(other / "data" / "results.duckdb")) as con:
        con.execute("delete from metrics.runs where scenario = 'full'")
    found: Readers
    with reading(other / "data", tmp_path, 1) as found:
        shutil.copytree(home, tmp_path / "something to do meanwhile")
    assert found.wrong
    assert "half a night" in found.wrong[0]


def test_a_disk_without_room_ends_a_night_in_a_sentence(home: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(home, tmp_path / "home"))
    World(other, width=5.0).write()
    end = run_direct(other, room=100_000)
    assert end.code == REFUSED
    assert "what was published before is untouched" in last_sentence(other)
    assert run_direct(other).code == 0
