"""Other starts and other costs: each figure is that of the public engine, beside the twin's."""

from __future__ import annotations

from typing import Any

import pytest

from sdengine.history.run import run_scenario
from sdengine.judging.family import family_of
from sdengine.judging.variants import SHIFTS, SLIPPAGES, costs, starts
from sdengine.market.bars import BarStore
from tests.sdengine.judging.markets import grid, noise

BARS = noise(22, days=300, assets=2)
PAIR = grid([4, 16], [50], assets=2)


def expected(k: int, **changes: Any) -> dict[str, float]:
    portfolio = PAIR[k].portfolio.model_copy(update=changes)
    changed = PAIR[k].model_copy(update={"portfolio": portfolio})
    own, held = (run_scenario(each, BARS).metrics["cagr"] for each in (changed, changed.twin("buy_and_hold")))
    return {"cagr": own, "excess_cagr": own - held}


def test_later_starts_are_runs_from_there() -> None:
    own, _ = family_of(PAIR, BarStore(BARS)).daily()
    days = BARS["date"].unique().sort().to_list()
    for k, rows in enumerate(starts(PAIR, BarStore(BARS), own)):
        assert [row.pop("shift") for row in rows] == list(SHIFTS)
        for row, shift in zip(rows, SHIFTS, strict=True):
            assert row == pytest.approx(expected(k, start=days[shift]), rel=1e-9)


def test_slippage_is_that_of_runs_with_it() -> None:
    for k, rows in enumerate(costs(PAIR, BarStore(BARS))):
        assert [row.pop("slippage_bps") for row in rows] == list(SLIPPAGES)
        for row, slippage in zip(rows, SLIPPAGES, strict=True):
            assert row == pytest.approx(expected(k, slippage_bps=slippage), rel=1e-9)
        assert rows[0]["cagr"] > rows[2]["cagr"]
