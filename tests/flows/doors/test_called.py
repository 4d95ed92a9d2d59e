"""What a sentence says to type is about the warehouse that was named; before there is one, a refusal makes none."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.called import as_called, completed, remember
from tests.flows.doors.calling import REPAIR, RUN, Call
from tests.flows.nights import BASE, make_home, write_scenarios


def examined(call: Call, home: Path, what: str, *words: str) -> dict[str, Any]:
    """Ask doctor about one thing."""
    (found,) = [one for one in json.loads(call(home, "doctor", "--format", "json", *words).out) if one["what"] == what]
    return dict(found)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Begin where no command was called."""
    remember(None)


def test_commands_that_a_sentence_quotes_name_the_warehouse_that_was_named() -> None:
    said = "gone: `sdengine repair` mends it, `sdengine init` makes another, `--force` does not, sdengine run does"
    assert as_called(said) == said
    remember(Path("/a b/data"))
    assert as_called(said) == said.replace("repair`", "repair --warehouse '/a b/data'`")
    assert as_called("`sdengine run --warehouse c`") == "`sdengine run --warehouse c`"
    assert completed("sdengine sql 'from runs'") == "sdengine sql 'from runs' --warehouse '/a b/data'"


def test_what_helps_names_a_warehouse_that_the_command_would_not_find(call: Call, home: Path) -> None:
    other = Path(shutil.copytree(home / "data", home / "other"))
    (other / "work.duckdb").unlink()
    named = ("--warehouse", str(other))
    for words in (RUN, ("plan",)):
        text = call(home, *words, *named).text
        assert f"`sdengine repair --warehouse {other}`" in text, words
    assert examined(call, home, "warehouse", *named)["help"] == f"sdengine repair --warehouse {other}"
    assert f"next      `sdengine run --warehouse {other}`" in call(home, *REPAIR, *named).out
    nothing = call(home, "sql", "select 1", "--warehouse", str(home / "nothing"))
    assert f"`sdengine run --warehouse {home / 'nothing'}`" in nothing.err


def test_a_warehouse_that_the_command_finds_by_itself_is_not_named(call: Call, home: Path) -> None:
    (home / "data" / "work.duckdb").unlink()
    assert "`sdengine repair`" in call(home, *RUN).err
    assert "`sdengine repair`" in call(home, *RUN, "--warehouse", str(home / "data")).err


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize(
    "words",
    [
        ("--source", "files", "--files", "nowhere"),
        ("--files", "nowhere"),
        ("--scenario", "nobody"),
        ("--prune", "--only", "ingest"),
        ("--source", "sample", "--only", "ingest"),
    ],
    ids=" ".join,
)
def test_a_first_run_that_is_refused_leaves_no_folder(
    call: Call, tmp_path: Path, words: tuple[str, ...], direct: bool
) -> None:
    home = make_home(tmp_path)
    shutil.rmtree(home / "scenarios")
    of_another = 'source = "yfinance"' if "sample" in words else ""
    write_scenarios(home / "scenarios", full=of_another + BASE.format(sd_n=8))
    said = call(home, "run", *words, *(["--direct"] if direct else []))
    assert said.code == 2, said.text
    assert len(said.err.strip().splitlines()) == 1
    assert not (home / "data").exists()


def test_a_file_that_was_not_published_is_named_for_what_it_is(call: Call, home: Path) -> None:
    (home / "notes.txt").write_text("not a database, and longer than a word or two: " * 200)
    said = call(home, "sql", "select 1", "--file", str(home / "notes.txt"))
    assert (said.code, f"{home / 'notes.txt'} cannot be read as a DuckDB file" in said.err) == (1, True)
    said = call(home, "sql", "select 1", "--file", str(home / "gone.duckdb"))
    assert (said.code, f"--file {home / 'gone.duckdb'}: there is no such file" in said.err) == (2, True)


def test_a_copied_warehouse_is_well(call: Call, home: Path) -> None:
    copied = home.with_name("copied")
    shutil.copytree(home, copied, copy_function=shutil.copyfile)
    os.utime(copied / "data" / "results.duckdb", (1_700_000_000, 1_700_000_000))
    assert examined(call, copied, "published")["state"] == "ok"
    assert "published anew" not in call(copied, *RUN).text


def test_doctor_promises_no_run_that_is_refused(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = {"SDENGINE_WAREHOUSE": str(home / "data")}
    monkeypatch.setattr("tests.flows.doors.calling.environment", lambda _: alone)
    refused = call(home, *RUN)
    assert refused.code == 2
    found = examined(call, home, "next run")
    assert found["state"] == "problem"
    assert found["text"] in refused.err
    assert found["help"].startswith("sdengine run --scenario-files ")
    assert found["help"].split()[-1] in refused.err.splitlines()[1]
    other = examined(call, home, "next run", "--source", "sample", "--scenario-files", str(home / "scenarios"))
    assert "what is stored came from files, and sample would replace it" in other["text"]


def test_an_old_calendar_is_nothing_to_worry_about(call: Call, home: Path) -> None:
    """It is as long as the sample needs, and each night that needs more makes it anew."""
    (home / "data" / "calendars").mkdir()
    pl.DataFrame({"date": [date(2013, 12, 31)]}).write_parquet(home / "data" / "calendars" / "XNYS-4.13-2.parquet")
    found = examined(call, home, "calendar")
    assert (found["state"], found["text"][:18]) == ("ok", "XNYS to 2013-12-31")
