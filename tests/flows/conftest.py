"""What whole folders of tests share, made once for all processes of one run of the tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flows.stages import RETIRE
from tests.flows.nights import make_home, night, statuses, tables


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Give the folder that the first process which needs it has made; others copy it and leave it as it is."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"shared-{name}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.with_suffix(".done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            folder.with_suffix(".done").touch()
    return folder


def copied(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Copy, for this process, the home that the first process which needs it has made."""
    return Path(shutil.copytree(made_once(factory, name, make), factory.mktemp(name) / "home"))


@pytest.fixture(autouse=True)
def no_prefect_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget whose Prefect a night of another test used in this process: servers would be started on its pages."""
    monkeypatch.delenv("PREFECT_HOME", raising=False)


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with one night behind it, for this process; nobody changes this one."""

    def make(home: Path) -> None:
        ends = statuses(night(make_home(home)))
        assert {name for name, status in ends.items() if status != "done"} == {RETIRE}, "nobody asks for it"

    return copied(tmp_path_factory, "first-night", make)


@pytest.fixture(scope="session")
def first_tables(first_night: Path) -> dict[str, list[str]]:
    """Read what the first night has computed."""
    return tables(first_night)


def make_database(folder: Path) -> None:
    """Let a server of Prefect's make the tables of its database: it takes longer than all that tests ask of it."""
    from flows.orchestration.temporary_server import TemporaryServer

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_HOME", raising=False)
        with TemporaryServer(folder) as server:
            server.wait()
    with closing(sqlite3.connect(folder / "prefect" / "prefect.db")) as made:
        made.execute(f"vacuum into '{folder / 'prefect.db'}'")


@pytest.fixture(scope="session")
def with_prefect(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Put a database that has its tables into the folder of a warehouse: `with_prefect(home / "data")`."""

    def put(warehouse: Path) -> Path:
        made = made_once(tmp_path_factory, "prefect", make_database)
        (warehouse / "prefect").mkdir(mode=0o700, parents=True)
        shutil.copy(made / "prefect.db", warehouse / "prefect")
        return warehouse

    return put
