"""A warehouse of two nights for tests of the verbs that read, and a way to ask them in this process."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tests.flows.nights import BASE, DAYS, environment, hold, make_home, night, write_bars, write_scenarios

POOR = """
[portfolio]
initial_cash = 10000
start = 2024-01-06
[[assets]]
ticker = "SAW"
asset_class = "crypto"
weight = 1.0
lot_size = 0
sd_n = 16
"""
"""All money is in SAW, bought when it was high: what the algorithm wants to buy when it is low, the bank cannot pay."""
INCOME = BASE.format(sd_n=8) + "[withdrawal]\nmonthly_amount = 300\ncoverage_ratio_min = 0.5\n"


def two_nights(home: Path) -> Path:
    """Run a night without the last five days, then one with them."""
    make_home(home)
    write_scenarios(home / "scenarios", full=BASE.format(sd_n=8), hold=hold(), poor=POOR, income=INCOME, grid=grid())
    write_bars(home / "bars", DAYS - 5)
    night(home)
    write_bars(home / "bars")
    night(home)
    return home


def grid() -> str:
    """Write a sweep of two brackets."""
    return BASE.format(sd_n=8) + '[sweep]\n"asset_defaults.sd_n" = [4, 16]\n'


def ask(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    """Ask a verb about a home; the outcome as typer's runner has it."""
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["sdengine", *words])
    return CliRunner().invoke(app, list(words))


def records(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    """Ask a verb for JSON."""
    done = ask(home, monkeypatch, *words, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)
