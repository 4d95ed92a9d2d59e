"""Which source a night asks: the one named, else the warehouse's own; what another gave is replaced only on purpose."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.errors import UsageError
from flows.night.listener import Listener
from flows.night.plan import plan
from flows.night.request import Request
from flows.night.run import run_night
from flows.settings import Settings
from flows.stages import INGEST
from warehouse import Warehouse

SCENARIO = """
[portfolio]
initial_cash = 10000
[asset_defaults]
weight = 1.0
[[assets]]
ticker = "IBM"
"""
ROWS = "Date,Open,High,Low,Close,Volume\n2024-01-09,100,102,99,101,1000\n2024-01-10,101,103,100,102,1000\n"


@pytest.fixture
def asked(tmp_path: Path, folder: Path) -> Callable[..., Request]:
    """Make requests to ingest into one warehouse, with these settings and words."""
    scenario = tmp_path / "own.toml"
    scenario.write_text(SCENARIO)

    def make(source: str | None = None, files: Path | None = None, **words: Any) -> Request:
        settings = Settings(tmp_path / "data", scenario, source=source, files=files)
        return replace(Request(settings, stages=(INGEST,)), **words)

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of one file."""
    made = tmp_path / "bars"
    made.mkdir()
    (made / "IBM.csv").write_text(ROWS)
    return made


def sources(request: Request) -> tuple[set[str], int]:
    """Who gave what is stored, and how many bars."""
    with Warehouse.open(request.settings.warehouse) as warehouse:
        bars = warehouse.read("raw.bars")
    return set(bars["source"]), bars.height


def batches(request: Request) -> list[tuple[str, str]]:
    with Warehouse.open(request.settings.warehouse) as warehouse:
        return warehouse.rows("select source, status from ops.batches order by started_at")


def test_without_a_source_a_new_warehouse_is_fed_by_the_sample(asked: Callable[..., Request]) -> None:
    run_night(asked(), Listener())
    assert sources(asked())[0] == {"sample"}


def test_without_a_source_the_last_one_is_meant_with_its_folder(asked: Callable[..., Request], folder: Path) -> None:
    run_night(asked("files", folder), Listener())
    (folder / "IBM.csv").write_text(ROWS + "2024-01-11,102,104,101,103,1000\n")
    outcome = run_night(asked(), Listener())
    assert outcome.stages[0].items[0].reason == "1 new bar"
    assert sources(asked()) == ({"files"}, 3)
    assert batches(asked()) == [("files", "done"), ("files", "done")]


def test_a_batch_that_asked_no_source_is_not_the_last_one(asked: Callable[..., Request], folder: Path) -> None:
    run_night(asked("files", folder), Listener())
    run_night(asked("sample", stages=("validate",)), Listener())
    run_night(asked("sample", tickers=()), Listener())  # no scenario is meant for it
    [item] = plan(asked())
    assert item.reason == "a local source is read again to see whether it has changed"


def test_another_source_is_refused_before_anything_is_written(asked: Callable[..., Request], folder: Path) -> None:
    run_night(asked("files", folder), Listener())
    [item] = plan(asked("sample"))
    assert not item.due
    assert item.reason == (
        "refused: what is stored came from files; --replace-source puts what sample gives in its place"
    )
    with pytest.raises(UsageError, match=r"IBM: what is stored came from files, .*--source sample --replace-source"):
        run_night(asked("sample"), Listener())
    assert sources(asked()) == ({"files"}, 2)
    assert batches(asked()) == [("files", "done")], "a refused night is no batch"
    [item] = plan(asked("sample", replace_source=True))
    assert item.due
    run_night(asked("sample", replace_source=True), Listener())
    assert sources(asked()) == ({"sample"}, 3270)


def test_a_folder_that_a_version_before_did_not_note_is_asked_for(asked: Callable[..., Request], folder: Path) -> None:
    run_night(asked("files", folder), Listener())
    with Warehouse.open(asked().settings.warehouse) as warehouse:
        warehouse.delete("raw.tickers", None)
    with pytest.raises(UsageError, match="was fed from files and does not know their folder yet: name it once"):
        plan(asked())
    assert [item.due for item in plan(asked(files=folder))] == [True]
