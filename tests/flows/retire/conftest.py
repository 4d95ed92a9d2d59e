"""A night with the engine itself, for all tests that look at what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.stages import RETIRE
from tests.flows.conftest import copied
from tests.flows.nights import BASE, hold, night, statuses, write_bars, write_scenarios
from tests.flows.retire.test_stage import BEFORE

DAYS = 760
"""Two years and a month: half of that is a year, which begins in two months or in three of the past."""
INCOME = """
[withdrawal]
rule = "guyton_klinger"
initial_rate = 0.2
coverage_ratio_min = 0
funding = "pro_rata"
[benchmark]
ticker = "UP"
[retire]
horizon = 1
rates = [0.2]
paths = 30
floor = 1500
"""

ALL = "where scenario = 'income'"
OWN = f"{ALL} and who = 'scenario'"
"""Of whom a query of `retire.*` asks."""
OTHER = "[retire]\nhorizon = 1\namount = 30\npaths = 4\n"


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(home: Path) -> None:
        write_bars(home / "bars", DAYS)
        write_scenarios(
            home / "scenarios", income=BASE.format(sd_n=8) + INCOME, full=BASE.format(sd_n=8), other=hold() + OTHER
        )
        outcome = night(home, stages=(*BEFORE, RETIRE))
        assert statuses(outcome)[RETIRE] == "done", outcome.sentence

    return copied(tmp_path_factory, "lived", make)
