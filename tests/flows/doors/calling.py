"""The command called in this process, as its user would, and the home in which everything has once gone well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli.app import app
from tests.flows.nights import environment

RUN, PLAN, RETRY = ("run", "--direct", "--wait", "0"), ("plan", "--wait", "0"), ("retry", "--direct", "--wait", "0")
SQL = ("sql", "from metrics.ranking select scenario order by scenario")
ORDERS, EXPLAIN, DIFF = ("orders", "full"), ("explain", "full", "2024-01-10", "SAW"), ("diff",)
STATUS, DATA, SCENARIOS, REPAIR = ("status",), ("data",), ("scenarios",), ("repair", "--wait", "0")


@dataclass(frozen=True)
class Said:
    """What a call of the command ended with and printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything."""
        return self.out + self.err


Call = Callable[..., Said]


def caller(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Make a function that calls the command for a home; whatever is not an exit is a traceback, and fails the test."""

    def call(home: Path, *words: str) -> Said:
        for name in [name for name in os.environ if name.startswith(("SDENGINE_", "PREFECT_", "COLUMNS"))]:
            monkeypatch.delenv(name)
        for name, value in environment(home).items():
            if os.environ.get(name) != value:
                monkeypatch.setenv(name, value)
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            app(list(words), prog_name="sdengine")
        sys.stdout.flush()
        sys.stderr.flush()
        printed = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, printed.out, printed.err)

    return call
