"""The command as its user meets it: quick to start, plain to read, and answers in the shape asked for."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from flows.cli.answer import as_table
from flows.cli.app import VERBS
from flows.cli.shell import shell
from flows.cli.terminal import Terminal, shortened
from flows.outcomes import ItemOutcome, StageOutcome
from tests.flows.nights import ROOT, command, make_home
from warehouse import NoResults, Results

HEAVY = ("prefect", "polars", "duckdb", "pandas", "pyarrow", "numba", "numpy", "pandera", "yfinance")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("home"))
    done = command(home, "run", "--direct")
    (home / "output").write_text(done.stdout)
    return home


@pytest.mark.parametrize("words", [("--help",), *((verb, "--help") for verb in VERBS)])
def test_help_imports_nothing_heavy_and_shows_examples(words: tuple[str, ...]) -> None:
    """What it takes beside Python's own start is measured in `tests/benchmarks`."""
    done = command(ROOT, *words, program=("-X", "importtime", "-m", "flows.cli"))
    lines = [line for line in done.stderr.splitlines() if "|" in line]
    modules = {line.rsplit("|", 1)[1].strip() for line in lines}
    imported = {module.split(".")[0] for module in modules}
    # typer reads the options of a verb with pydantic, a fifth of a second; the list of verbs needs none
    assert not imported & {*HEAVY, *(["pydantic"] if words == ("--help",) else [])}
    assert "typer" in imported
    if words[0] == "sql":  # a question brings no other verb
        assert "flows.cli.answer" in modules
        assert not modules & {"flows.cli.terminal", "flows.night.listener", "flows.results.lasting"}
    assert "  sdengine " in done.stdout


def test_the_end_of_a_run_ranks_and_says_where_things_lie(home: Path) -> None:
    text = (home / "output").read_text()
    for name in ("full", "hold"):
        assert name in text
    assert len([line for line in text.splitlines() if "grid[sd_n=" in line]) == 1  # a sweep is its best member's line
    assert "\n  sdengine ranking --all\n" in text
    assert str(home / "data" / "results.duckdb") in text
    assert "\n  sdengine sql 'from metrics.ranking" in text
    assert "…" not in text


def test_csv_json_and_parquet_hold_the_same(home: Path, tmp_path: Path) -> None:
    import polars as pl

    query = "select scenario, fills from metrics.runs where role = 'scenario' order by scenario"
    rows = list(csv.DictReader(io.StringIO(command(home, "sql", query, "--format", "csv").stdout)))
    assert [row["scenario"] for row in rows] == ["full", "grid[sd_n=16]", "grid[sd_n=4]", "hold"]
    from_json = json.loads(command(home, "sql", query, "--format", "json").stdout)
    assert [{key: str(value) for key, value in row.items()} for row in from_json] == rows
    command(home, "sql", query, "--format", "parquet", "--output", str(tmp_path / "rows.parquet"))
    assert pl.read_parquet(tmp_path / "rows.parquet").to_dicts() == from_json


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    pipe = f"{sys.executable} -m flows.cli sql 'from range(300000)' --limit 0 | head -n 2"
    environ = {**os.environ, "SDENGINE_WAREHOUSE": str(home / "data")}
    done = subprocess.run(["bash", "-c", pipe], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "unbuffered"), [("--version", ""), ("--version", "1"), ("sql --help", "1"), ("metrics cagr", "")]
)
def test_what_cannot_be_written_is_told(words: str, unbuffered: str) -> None:
    """A verb tells it of itself; a version and a help are written by others, at once or at the very end."""
    environ = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        asked = [sys.executable, "-m", "flows.cli", *words.split()]
        done = subprocess.run(asked, cwd=ROOT, env=environ, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "sdengine: No space left on device\n")


def test_long_answers_are_cut_and_say_so(home: Path) -> None:
    with Results.open(home / "data") as results:
        text = as_table(results, "from range(120)", 50)
        assert text.splitlines()[-1] == "50 of 120 rows; --limit 0 shows all"
        assert len(as_table(results, "from range(120)", 0).splitlines()) == 122


def converse(folder: Path, *lines: str) -> str:
    answers: list[str] = []
    script = iter(lines)

    def read(prompt: str) -> str:
        try:
            return next(script)
        except StopIteration:
            raise EOFError from None

    shell(folder, read, answers.append)
    return "\n".join(answers)


def test_the_shell_takes_statements_over_lines_and_survives_mistakes(home: Path) -> None:
    text = converse(home / "data", "selec 1;", "select 40", "  + 2 as answer", ";", ".tables", ".quit", "select 99;")
    assert "answer" in text
    assert "42" in text
    assert "metrics.runs" in text
    assert "99" not in text


def test_the_shell_says_at_once_that_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoResults):
        converse(tmp_path, "select 1;")


def test_the_terminal_says_what_many_failed_for_once_with_their_number() -> None:
    stream = io.StringIO()
    items = tuple(ItemOutcome(f"s{k}", "failed", "no  bars\nat all") for k in range(7))
    Terminal(stream).end(StageOutcome("backtest", "failed", "7 scenarios failed", 0, 1.25, items))
    assert stream.getvalue().splitlines()[1:] == ["          ✗ s0, s1, s2 and 4 more: no bars at all"]


def test_the_terminal_names_the_first_failures_and_counts_the_others() -> None:
    stream = io.StringIO()
    items = tuple(ItemOutcome(f"s{k}", "failed", f"no  bars\nof {k}") for k in range(7))
    Terminal(stream).end(StageOutcome("backtest", "failed", "7 scenarios failed", 0, 1.25, items))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "backtest  failed   7 scenarios failed (1.2 s)"
    assert lines[1] == "          ✗ s0: no bars of 0"
    assert lines[-1] == "          … and 2 more, in ops.stage_runs"
    assert len(lines) == 7


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_long_work_the_time_left_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("flows.cli.terminal.time.monotonic", lambda: now[0])
    monkeypatch.setenv("COLUMNS", "80")
    stream = Screen()
    terminal = Terminal(stream)
    terminal.begin("backtest")
    shown = []
    for seconds, done in ((1.0, 1), (10.0, 20), (600.0, 30), (700.0, 100)):
        now[0] = 100.0 + seconds
        terminal.step("backtest", done, 100, "full")
        shown.append(stream.getvalue().rsplit("\033[K", 1)[1])
    # 20 of 100 in 10 s leave 80 for 40 s; 30 in 600 s leave 70 for 1400 s
    assert shown == [
        "backtest  1/100 full",
        "backtest  20/100, 40 s left full",
        "backtest  30/100, 23 min left full",
        "",
    ]


def test_what_has_no_steps_tells_how_long_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.cli.waiting.SOON", 0.0)
    stream = Screen()
    terminal = Terminal(stream)
    terminal.wait("starting Prefect")
    while "starting Prefect, " not in stream.getvalue():  # a second, whatever else this machine does
        time.sleep(0.05)
    terminal.note("it is there")
    assert stream.getvalue().endswith("\r\033[K\r\033[Kit is there\n")
    log = io.StringIO()
    Terminal(log).wait("starting Prefect")
    assert log.getvalue() == ""


def test_the_version_is_told() -> None:
    assert command(ROOT, "--version").stdout == f"sdengine {version('sdengine')}\n"


def test_long_reasons_are_shortened() -> None:
    assert shortened("x" * 300) == "x" * 239 + "…"
