"""`sdengine metrics`: figures by name, by table, by a word; no warehouse is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app
from schemas.registry import definitions


@pytest.fixture(autouse=True)
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, ["metrics", *words])


def test_a_figure_is_told_whole() -> None:
    told = ask("sharpe").stdout
    assert [line.split()[0] for line in told.splitlines() if line[:1].isalpha()][:11] == [
        "name", "meaning", "formula", "unit", "sign", "annualised", "withdrawals", "zero", "null", "source", "in",
    ]  # fmt: skip
    for said in ("mean(r - f) / sd(r) * sqrt(p)", "Sharpe 1994", "metrics.runs, metrics.history", "f daily cash rate"):
        assert said in told


def test_a_table_fits_80_columns() -> None:
    for words in ((), ("drawdown",), ("judge.sweeps",), ("--limit", "0")):
        lines = ask(*words).stdout.splitlines()
        assert max(len(line) for line in lines if not line.startswith("  sdengine")) <= 80


def test_a_name_means_that_figure_a_word_those_that_speak_of_it() -> None:
    found = json.loads(ask("omega", "--format", "json").stdout)
    assert [row["id"] for row in found] == ["metrics.runs.omega"]
    found = json.loads(ask("Sortino and PRICE", "--format", "json").stdout)
    assert [row["name"] for row in found] == ["downside_volatility", "sortino"]
    found = json.loads(ask("judge.folds", "--format", "json").stdout)
    assert {row["table_name"] for row in found} == {"judge.folds"}


def test_all_figures_are_there_settings_and_names_are_none() -> None:
    found = json.loads(ask("--format", "json").stdout)
    assert [row["id"] for row in found] == [row["id"] for row in definitions() if row["kind"] == "figure"]


def test_a_figure_that_there_is_not() -> None:
    done = ask("shrpe")
    assert done.exit_code == 2
    assert "no figure is called shrpe, and none speaks of it; did you mean sharpe?" in done.stderr
