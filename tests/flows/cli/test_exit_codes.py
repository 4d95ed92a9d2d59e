"""0 all done, 1 something failed, 2 wrong usage; and one sentence for each thing that can go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.stages import STAGES
from tests.flows.nights import command, make_home
from warehouse import Warehouse


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("home"))
    command(home, "run", "--direct")
    return home


def test_done_is_0(home: Path) -> None:
    assert "4 scenarios unchanged" in command(home, "run", "--direct").stderr


def test_one_failed_scenario_is_1_and_names_it(home: Path) -> None:
    typo = home / "scenarios" / "typo.toml"
    typo.write_text("[portfolio]\ninital_cash = 5\n")
    try:
        done = command(home, "run", "--direct", check=1)
        assert "✗ typo: " in done.stderr
        assert "initial_cash" in done.stderr
        status = command(home, "status", "--batches", "1").stdout
        assert "✗ typo: " in status
    finally:
        typo.unlink()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "--from", "publish"), f"allowed are {', '.join(STAGES)}"),
        (("run", "--source", "bloomberg"), "allowed are sample, yfinance, files"),
        (("run", "--direct", "--scenario", "ful"), "did you mean full?"),
        (("plan", "--only", "x"), f"allowed are {', '.join(STAGES)}"),
        (("sql", "selec 1"), "selec"),
        (("sql", "drop table metrics.runs"), ""),
        (("sql", "select 1", "--format", "xlsx"), "allowed are table, csv, json, parquet"),
        (("scenarios", "ful"), "full"),
        (("schedule", "--cron", "never"), "--cron 'never'"),
        (("schedule", "--timezone", "Mars/Olympus"), "there is no such time zone"),
        (("bogus",), "No such command"),
        (("retire",), "Missing argument 'run'. A scenario, a run_id or its beginning"),
        (("explain", "full"), "Missing argument 'date'. The day, YYYY-MM-DD"),
    ],
)
def test_wrong_usage_is_2_in_one_sentence(home: Path, words: tuple[str, ...], sentence: str) -> None:
    done = command(home, *words, check=2)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_query_before_the_first_night_is_1_and_says_what_to_do(tmp_path: Path) -> None:
    done = command(tmp_path, "sql", "select 1", environ={"SDENGINE_SCENARIO_FILES": ""}, check=1)
    assert "run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_writer_is_told_who_holds_the_warehouse(home: Path) -> None:
    with Warehouse.open(home / "data", verb="run"):
        done = command(home, "run", "--direct", "--wait", "0.2", check=1)
        assert "sdengine run" in done.stderr
        assert "process" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert "published before it" in command(home, "status").stdout
        assert "4" in command(home, "sql", "select count(*) from metrics.runs where role = 'scenario'").stdout


def test_a_folder_that_cannot_be_written_is_1_in_one_sentence(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    (home / "data").write_text("a file where a folder should be")
    done = command(home, "run", "--direct", check=1)
    assert str(home / "data") in done.stderr
    assert "Traceback" not in done.stderr
