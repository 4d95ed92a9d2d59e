"""What a warehouse was fed with is told, and a run that names nothing does not feed it otherwise."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from flows.errors import Untold
from flows.night.fed import as_told, last_fed, refuse_to_feed_otherwise
from flows.night.request import Request
from flows.scenarios.files import SHIPPED
from flows.settings import Settings
from tests.flows.nights import command, night, settings
from warehouse import Warehouse

NAMELESS = {"SDENGINE_SCENARIO_FILES": "", "SDENGINE_SOURCE": "", "SDENGINE_FILES": ""}


@pytest.fixture
def home(home: Path) -> Path:
    """Feed the copy from its own folder once."""
    night(home)
    return home


def batches(home: Path) -> int:
    with Warehouse.open(home / "data") as warehouse:
        return warehouse.count("ops.batches")


def test_a_plain_run_says_what_the_warehouse_was_fed_with_and_does_nothing(home: Path) -> None:
    before = batches(home)
    done = command(home, "run", "--direct", "--quiet", environ=NAMELESS, check=2)
    assert done.stdout == ""
    sentence, *commands = done.stderr.splitlines()
    assert f"was fed with the scenarios of {home / 'scenarios'} (bars from files, {home / 'bars'})" in sentence
    assert commands == [
        f"  sdengine run --direct --quiet --scenario-files {path}" for path in (home / "scenarios", SHIPPED)
    ]
    assert batches(home) == before
    pasted = shlex.split(commands[0])[1:]
    assert command(home, *pasted, environ=NAMELESS).stderr == ""
    assert batches(home) == before + 1


@pytest.mark.parametrize("words", [("plan",), ("run", "--only", "metrics"), ("schedule",)])
def test_so_does_whatever_would_feed_it(home: Path, words: tuple[str, ...]) -> None:
    done = command(home, *words, environ=NAMELESS, check=2)
    assert f"  sdengine {shlex.join(words)} --scenario-files {home / 'scenarios'}" in done.stderr.splitlines()


def test_a_project_says_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = home / "sdengine.toml"
    project.write_text('warehouse = "data"\nscenario_files = "scenarios"\n')
    home.chmod(0o700)
    project.chmod(0o600)
    monkeypatch.setattr("tests.flows.nights.ROOT", home / "scenarios")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    done = command(home, "plan", environ={**NAMELESS, "SDENGINE_WAREHOUSE": ""})
    assert "backtest" in done.stdout


def test_a_warehouse_that_was_fed_with_what_ships_or_does_not_tell_is_fed_so(tmp_path: Path) -> None:
    asked = Settings(tmp_path / "data")
    with Warehouse.open(tmp_path / "data") as warehouse:
        refuse_to_feed_otherwise(asked, warehouse)
        warehouse.ledger.start("run", "sample")
        assert last_fed(warehouse) is None
        refuse_to_feed_otherwise(asked, warehouse)
        warehouse.ledger.start("run", "sample", asked=as_told(Request(asked)))
        assert last_fed(warehouse) == {"scenario_files": None, "source": "sample", "files": None}
        refuse_to_feed_otherwise(asked, warehouse)
        mine = settings(tmp_path, scenario_files=Path("/some where/mine.toml"))
        warehouse.ledger.start("run", "files", asked=as_told(Request(mine)))
        refuse_to_feed_otherwise(mine, warehouse)
        with pytest.raises(Untold) as error:
            refuse_to_feed_otherwise(asked, warehouse)
    assert error.value.choices == (
        ("--scenario-files", "/some where/mine.toml"),
        ("--scenario-files", str(SHIPPED)),
    )
