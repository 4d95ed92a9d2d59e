"""A night on a Dask cluster of several processes: the same tables as with threads, also when workers die."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.orchestration.temporary_server import TemporaryServer
from schemas.backtest import DETAIL
from tests.flows.backtest.part_case import command_in_parts, make_grid
from tests.flows.nights import tables
from tests.warehouse.story import last_batches
from warehouse import Warehouse, open_results

KILLING = str(Path(__file__).parent / "killing_worker.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, with_prefect: Callable[[Path], Path]) -> Iterator[dict[str, str]]:
    """One Prefect server for all nights of this module."""
    with TemporaryServer(with_prefect(tmp_path_factory.mktemp("server"))) as server:
        joined = server.wait()
        yield {"PREFECT_API_URL": joined.url, "PREFECT_API_AUTH_STRING": str(joined.key)}


@pytest.fixture(scope="module")
def by_threads(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home whose night was computed by threads, in parts."""
    home = make_grid(tmp_path_factory.mktemp("threads"))
    command_in_parts(home, "run", "--workers", "threads:2", environ=server)
    return home


@pytest.fixture
def home(by_threads: Path, tmp_path: Path) -> Path:
    """Make a home in which nothing has run."""
    for name in ("bars", "scenarios"):
        shutil.copytree(by_threads / name, tmp_path / name)
    return tmp_path


def nothing_left(home: Path) -> bool:
    return not [path for path in (home / "data" / "parts").rglob("*") if path.is_file()]


def test_a_cluster_leaves_the_same_tables_as_threads_also_when_a_worker_dies(
    by_threads: Path, home: Path, server: dict[str, str], tmp_path: Path
) -> None:
    mark = tmp_path / "died"
    preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": KILLING, "DYING": str(mark)}
    done = command_in_parts(home, "run", "--workers", "dask:2", environ=server | preload)
    assert "19 runs" in done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
    assert tables(home) == tables(by_threads)
    assert nothing_left(home)


@pytest.mark.slow
def test_a_cluster_that_is_lost_is_told_and_the_next_run_continues(
    by_threads: Path, home: Path, server: dict[str, str]
) -> None:
    preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": KILLING, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    lost = command_in_parts(home, "run", "--workers", "dask:2", environ=server | preload, check=1)
    assert lost.stderr.splitlines()[-1].startswith("sdengine: the workers are lost (KilledWorker: ")
    assert lost.stderr.splitlines()[-1].endswith("the parts that are done stay, and the next run continues")
    with Warehouse.open(home / "data") as warehouse:
        assert warehouse.count("backtest.runs") == 0
        assert last_batches(warehouse, 1)["status"].to_list() == ["failed"]
    command_in_parts(home, "run", "--workers", "dask:2", environ=server)
    assert tables(home) == tables(by_threads)
    assert nothing_left(home)


@pytest.mark.slow
def test_detail_that_stays_where_it_was_computed_is_the_same_also_when_a_worker_dies(
    by_threads: Path, home: Path, server: dict[str, str], tmp_path: Path
) -> None:
    grid = home / "scenarios" / "grid.toml"
    grid.write_text(grid.read_text().replace("[sweep]\n", '[sweep]\nkeep = "parts"\n'))
    preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": KILLING, "DYING": str(tmp_path / "died")}
    command_in_parts(home, "run", "--workers", "dask:2", environ=server | preload)
    assert (tmp_path / "died").exists()
    with open_results(home / "data") as ours, open_results(by_threads / "data") as theirs:
        for name in (*DETAIL, "orders", "asset_days"):
            assert ours.rows(f"from backtest.{name} order by all") == theirs.rows(f"from backtest.{name} order by all")
        assert ours.scalar("select count(distinct part) from backtest.parts") > 1
        known = {file for (file,) in ours.rows("select file from backtest.parts")}
    place = home / "data" / "parts"
    assert {path.relative_to(place).as_posix() for path in place.rglob("*.*")} == known


def test_without_prefect_threads_do_it_and_say_so(by_threads: Path, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "prefect"
    broken.mkdir()
    (broken / "prefect.db").write_text("this is no database" * 100)
    environ = {"PREFECT_HOME": str(broken), "SDENGINE_WORKERS": "dask:2"}
    done = command_in_parts(home, "run", environ=environ)
    assert "without Prefect, threads compute the runs, and not the workers dask:2" in done.stderr
    assert tables(home) == tables(by_threads)
