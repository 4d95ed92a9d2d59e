"""The README's commands, SQL and code are run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.nights import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.M | re.S)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
OURS = [line for line in COMMANDS if line.startswith("sdengine ") or line == "sdengine sql"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder in which a newcomer has done the first command: the sample's night, offline."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "mine.toml").write_text(blocks("toml")[0])
    done = sdengine(folder, "run", "--direct")
    assert done.returncode == 0, done.stderr
    assert "growth/yr" in done.stdout
    return folder


def sdengine(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("SDENGINE_", "PREFECT_"))}
    # nothing may need the network: whoever asks it meets a closed door
    environ |= {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "PREFECT_API_URL": ""}
    environ |= {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *words],
        cwd=folder,
        env=environ,
        input="select 40 + 2 as answer;\n.tables\n",
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_two_commands_for_a_newcomer_stand_first() -> None:
    install, tests = COMMANDS[:2]
    assert install.startswith("python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e '.[test]' && ")
    assert install.endswith(".venv/bin/sdengine run")
    assert tests.startswith(".venv/bin/pytest")
    assert COMMANDS[-1] == ".ci/run"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


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


def test_each_option_exists() -> None:
    for line in OURS:
        verb, *options = shlex.split(line, comments=True)[1:]
        text = sdengine(ROOT, verb, "--help").stdout
        for option in options:
            if option.startswith("--"):
                assert option in text, line


def test_each_verb_and_option_in_the_text_exists() -> None:
    helps = {verb: sdengine(ROOT, verb, "--help").stdout for verb in ("run", "schedule", "sql", "plan")}
    for option in set(re.findall(r"`(--[a-z-]+)", README)):
        assert any(option in text for text in helps.values()), option


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
