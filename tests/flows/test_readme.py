"""The README's commands, SQL and code are run as they stand, and so are the recipes that it links to."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import schemas
from tests.flows.nights import ROOT
from tests.flows.page import front_door
from tests.flows.page.browser import CHROMIUM, MISSING
from tests.flows.readme import OURS, README, blocks, sdengine
from warehouse import Results

RECIPES = dict(
    re.findall(
        r"^## (.*?)\n[^#]*?^```sql\n(.*?)^```$",
        (ROOT / "warehouse" / "RECIPES.md").read_text(encoding="utf-8"),
        flags=re.M | re.S,
    )
)
"""Question to the SQL that answers it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder in which a newcomer has done the first command: the sample's night, offline."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "mine.toml").write_text(blocks("toml")[0])
    done = sdengine(folder, "run", "--direct")
    assert done.returncode == 0, done.stderr
    assert "growth/yr" in done.stdout
    return folder


def test_the_newest_changes_are_those_of_this_version() -> None:
    heading = re.search(r"^## Changes\n\n### (\S+), \d{4}-\d{2}-\d{2}$", README, flags=re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert heading is not None
    assert heading[1] == project["version"]


def runs_here(line: str) -> bool:
    """Tell what runs here: serving does not end, the network is not for tests, clusters have their own."""
    return "--workers" not in line and "schedule" not in line and "yfinance" not in line and line != "sdengine run"


@pytest.mark.parametrize("line", [line for line in OURS if runs_here(line)])
def test_each_command_works(folder: Path, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if words[0] == "run":
        words += ["--direct", "--warehouse", "elsewhere"]
    done = sdengine(folder, *words)
    assert done.returncode == 0, done.stderr
    if line.split() == ["sdengine", "sql"] or line.startswith("sdengine sql  "):
        assert "42" in done.stdout
        assert "metrics.runs" in done.stdout
    elif "--output" not in words:
        assert len(done.stdout.splitlines()) > 1, done.stdout


ASKED = re.findall(r"`(sdengine [^`]+)`", "".join(re.findall(r"^\| [A-Z].*\? \| (.*) \|$", README, flags=re.M)))


@pytest.mark.parametrize("line", ASKED)
def test_each_command_of_the_table_answers(folder: Path, line: str) -> None:
    done = sdengine(folder, *shlex.split(line)[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_table_of_questions_is_found() -> None:
    assert len(ASKED) > 11


def test_tables_that_are_named_exist(folder: Path) -> None:
    done = sdengine(folder, "sql", "select schema_name || '.' || table_name as t from duckdb_tables()", "--limit", "0")
    for block in re.findall(r"^\| `\w+` \| (.*?) \|", README, flags=re.M):
        schema = ""
        for name in re.findall(r"`([\w.]+)`", block):
            schema = name.split(".")[0] or schema
            assert f"{schema}.{name.split('.')[1]}" in done.stdout, name


def test_the_library_example_runs(folder: Path) -> None:
    bars = "select ticker, date, open, high, low, close from clean.bars"
    done = sdengine(folder, "sql", bars, "--format", "parquet", "--output", "bars.parquet")
    assert done.returncode == 0, done.stderr
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocks("python")[0]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "INITIAL_BUY" in ran.stdout


def test_the_columns_of_a_table_say_what_they_mean(folder: Path) -> None:
    [query] = [line for line in OURS if "describe fills" in line]
    for table in ("metrics.runs", "backtest.fills"):
        asked = shlex.split(query, comments=True)[2].replace("fills", table)
        done = sdengine(folder, "sql", asked, "--format", "json")
        rows = json.loads(done.stdout)
        assert [row["column_name"] for row in rows] == list(schemas.table(table).names())
        assert all(row["meaning"] for row in rows)


@pytest.mark.parametrize("question", RECIPES)
def test_each_recipe_answers(folder: Path, question: str) -> None:
    with Results.open(folder / "warehouse" / "data") as results:
        answer = results.answer(RECIPES[question])
    assert answer.rows or question == "What failed, and why?", "nothing fails on the sample"
    empty = [name for k, name in enumerate(answer.names) if answer.rows and all(row[k] is None for row in answer.rows)]
    assert not empty, "a column in which nothing stands answers nothing"


def test_each_question_has_its_recipe() -> None:
    text = (ROOT / "warehouse" / "RECIPES.md").read_text(encoding="utf-8")
    assert len(RECIPES) == text.count("\n## ") == text.count("```sql") > 12


def test_recipes_tell_what_the_metrics_tell(folder: Path) -> None:
    """Sums over the answers against columns that were computed by other code, from arrays."""
    with Results.open(folder / "warehouse" / "data") as results:
        lasted = results.records(RECIPES["Would it have lasted?"])
        skipped = results.records(RECIPES["What was reached and not done?"])
        gains = results.records(RECIPES["Where did the gain come from?"])
        figures = {
            row["scenario"]: row
            for row in results.records("from metrics.runs where role = 'scenario' and final_value > 0")
        }
    assert len(lasted) > 3
    for row in lasted:
        assert row["paid"] == round(figures[row["scenario"]]["withdrawals"])
        assert row["left_over"] == round(figures[row["scenario"]]["final_value"])
    counted: dict[str, int] = {}
    for row in skipped:
        counted[row["scenario"]] = counted.get(row["scenario"], 0) + row["bars"]
    names = ("skipped_buys", "skipped_bands", "skipped_withdrawals")
    assert counted == {
        name: total for name, one in figures.items() if (total := sum(one[column] for column in names)) > 0
    }
    full = figures["full"]
    assert sum(row["gain"] for row in gains) == pytest.approx(full["final_value"] - full["initial_cash"], abs=3)


def test_the_notebook_runs_and_shows_what_was_published(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("marimo", reason="the extra `notebook` brings it, and so does `test`")
    from flows.results.notebook import app

    monkeypatch.setenv("SDENGINE_WAREHOUSE", str(folder / "warehouse" / "data"))
    outputs, found = app.run()
    with Results.open(folder / "warehouse" / "data") as results:
        places = results.rows("select scenario from metrics.ranking order by place")
        [published] = results.records("from metrics.runs where scenario = 'full' and role = 'scenario'")
    assert found["ranking"]["scenario"].to_list() == [name for (name,) in places]
    compared = dict(found["compared"].select("figure", "as published").rows())
    assert len(compared) > 8
    for name, value in compared.items():  # the engine in the notebook computes what the night has computed
        assert value == pytest.approx(published[name], rel=1e-12), name
    other = dict(found["compared"].select("figure", "sd_n 4").rows())
    assert other["fills"] < 0.5 * compared["fills"], "brackets of 18.9 % are reached less often than those of 9.05 %"
    assert sum(found["income"]["synthetic_dividends"]) == pytest.approx(published["synthetic_dividends"])
    (worth, *_) = found["value"].data
    assert worth.name == "portfolio"
    assert worth.y[-1] == pytest.approx(published["final_value"], rel=1e-6), "float32"
    assert [trace.name for trace in found["earned"].data][:2] == ["synthetic dividends", "dividends and interest"]
    assert len([one for one in outputs if one is not None]) >= 9
    found["results"].close()


def test_the_ranking_is_by_growth_a_year(folder: Path) -> None:
    done = sdengine(folder, "sql", "select scenario, cagr_net from metrics.ranking", "--format", "json", "--limit", "0")
    rows = [(row["scenario"], row["cagr_net"]) for row in json.loads(done.stdout)]
    assert rows == sorted(rows, key=lambda row: (-row[1], row[0]))
    shown = sdengine(folder, "run", "--direct").stdout
    places = re.findall(r"^ *(\d+) +(\S+) ", shown, flags=re.MULTILINE)
    assert len(places) > 5
    assert all(rows[int(place) - 1][0].startswith(name.rstrip("…")) for place, name in places), places


def test_what_was_left_is_what_the_night_says(folder: Path) -> None:
    """Every scenario with a figure behind it in the table of questions."""
    section = README.split("What a portfolio makes one ask")[1].split("Nothing is removed")[0]
    said = {name: int(figure.replace(",", "")) for name, figure in re.findall(r"`([^`]+)` (\d[\d,]+)", section)}
    done = sdengine(
        folder, "sql", "select scenario, final_value from metrics.ranking", "--format", "json", "--limit", "0"
    )
    left = {row["scenario"]: round(row["final_value"]) for row in json.loads(done.stdout)}
    assert len(said) == 7
    assert {name: left[name] for name in said} == said
    done = sdengine(folder, "sql", "select distinct shared_bank from metrics.coordination", "--format", "json")
    [worth] = json.loads(done.stdout)
    assert f"| {worth['shared_bank']:,.0f} more than each by itself" in section


def test_the_table_of_an_income_is_what_the_night_says(folder: Path) -> None:
    with Results.open(folder / "warehouse" / "data") as results:
        assert front_door.table(results) in README, "`python -m tests.flows.page.front_door` makes it anew"
    row = next(line for line in README.splitlines() if line.startswith("| 2010-01-04 |"))
    _, paid, _, left, *others = (cell.split(" ")[0].replace(",", "") for cell in row.strip("| ").split(" | "))
    assert paid == "1500"
    assert int(left) > max(map(int, others))


def test_the_picture_shows_what_the_night_says(folder: Path) -> None:
    [linked] = re.findall(r"^!\[.*\]\((.*)\)$", README, flags=re.M)
    assert ROOT / linked == front_door.PICTURE
    assert front_door.PICTURE.stat().st_size < 200_000
    with Results.open(folder / "warehouse" / "data") as results:
        assert front_door.said_in(front_door.PICTURE) == front_door.shows(results), "make it anew, as above"


@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
def test_the_picture_can_be_made_anew(folder: Path, tmp_path: Path) -> None:
    with Results.open(folder / "warehouse" / "data") as results:
        front_door.draw(results, tmp_path / "made.png", tmp_path)
    made = (tmp_path / "made.png").read_bytes()
    assert front_door.said_in(tmp_path / "made.png") == front_door.said_in(front_door.PICTURE)
    assert made[:24] == front_door.PICTURE.read_bytes()[:24], "a PNG of the same width and height"
    assert len(made) > 50_000, "it is not empty"


def test_the_engine_is_compiled_once(folder: Path) -> None:
    """The folder's night has compiled it, if it was not; another warehouse finds it."""
    done = sdengine(folder, "run", "--direct", "--warehouse", "another", "--scenario", "full", "--report", "none")
    assert done.returncode == 0, done.stderr
    assert "compiling" not in done.stdout + done.stderr
