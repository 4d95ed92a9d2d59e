"""What only compares or judges changes no run: the same fingerprints, and nothing due."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.backtest.runs import WantedRun, judge, wanted_runs
from schemas.columns import PRICES
from sdengine.scenario import Scenario
from tests.sdengine.scenario.test_beside import TWO
from warehouse import fingerprints

DAYS = [date(2024, 1, 1), date(2024, 1, 2)]
BARS = fingerprints.Bars(pl.DataFrame({"ticker": ["AAPL"] * 2, "date": DAYS} | {price: [1.0, 2.0] for price in PRICES}))


def wanted(**tables: Any) -> list[WantedRun]:
    scenario = Scenario.from_dict({"name": "mine", "assets": [{"ticker": "AAPL"}], **tables})
    return wanted_runs([scenario], BARS, "engine", lambda _: None)


@pytest.mark.parametrize("table", sorted(TWO))
def test_a_changed_table_beside_reruns_nothing(table: str) -> None:
    first, second = ({table: given} for given in TWO[table])
    stored = [run.row("engine") for run in wanted(**first)]
    for changed in (wanted(**second), wanted()):
        assert not {one.run.run_id for one in judge(changed, stored, BARS, "engine") if one.due}
        assert {run["run_id"] for run in stored} == {run.run_id for run in changed}
