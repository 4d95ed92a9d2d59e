"""The range over paths: each figure is that of the public engine on the same path."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from sdengine.history.floor import path_floor
from sdengine.history.run import run_scenario
from sdengine.judging.family import family_of
from sdengine.judging.paths import COVERAGE, DRAWN, FIGURES, path_ranges
from sdengine.market.bars import BarStore
from sdengine.scenario import Scenario
from tests.sdengine.judging.markets import noise

BARS = noise(21, days=260, assets=2, volatility=0.04)


def scenario(sd_n: float = 20.0, assets: int = 1, **portfolio: Any) -> Scenario:
    return Scenario.from_dict({
        "portfolio": portfolio, "asset_defaults": {"weight": 0.5 / assets, "sd_n": sd_n, "lot_size": 0},
        "assets": [{"ticker": f"T{k}"} for k in range(assets)],
    })  # fmt: skip


def figures(given: Scenario, bars: pl.DataFrame, **changes: Any) -> list[float]:
    changed = given.model_copy(update={"portfolio": given.portfolio.model_copy(update=changes)})
    metrics = run_scenario(changed, bars).metrics
    return [metrics[name] for name in FIGURES[: COVERAGE if given.withdrawal is None else len(FIGURES)]]


@pytest.mark.parametrize("assets", [1, 2])
def test_every_figure_is_that_of_a_run_on_that_path(assets: int) -> None:
    given = scenario(assets=assets)
    (rows,) = path_ranges(family_of([given], BarStore(BARS)), BarStore(BARS))
    assert [row["metric"] for row in rows] == list(FIGURES[:COVERAGE]), "nothing is taken out: no coverage"
    drawn = np.array([figures(given, BARS, path="random", seed=seed) for seed in range(1, DRAWN + 1)])
    expected = {
        "nearest": figures(given, BARS),
        "busy": figures(given, BARS, path="busy"),
        "at_once": figures(given, BARS),
        "nightly": figures(given, BARS, requote="nightly"),
    } | {f"random_{q}": np.quantile(drawn, q / 100, axis=0) for q in (5, 50, 95)}
    for name, values in expected.items():
        assert [row[name] for row in rows] == pytest.approx(list(values), rel=1e-12), name
    calm = figures(given, BARS, path="calm")
    least = path_floor(given, BARS) if assets == 1 else calm[0]
    assert [row["floor"] for row in rows] == pytest.approx([least, *calm[1:]], rel=1e-12)
    assert rows[0]["floor"] <= rows[0]["random_5"] <= rows[0]["random_95"]


def test_the_share_of_bars_that_span_a_bracket() -> None:
    (rows,) = path_ranges(family_of([scenario()], BarStore(BARS)), BarStore(BARS))
    one = BARS.filter(pl.col("ticker") == "T0")
    wide = (one["high"] >= one["low"] * 2 ** (1 / 20)).sum()
    assert wide > 20
    assert {row["bars_spanning_a_bracket"] for row in rows} == {wide / 260}
    assert {row["path_free"] for row in rows} == {False}


def test_where_no_bar_spans_a_bracket_no_path_is_drawn() -> None:
    both = [scenario(sd_n=2.0), scenario(sd_n=20.0)]
    free, banded = path_ranges(family_of(both, BarStore(BARS)), BarStore(BARS))
    assert {(row["path_free"], row["draws"], row.get("random_5")) for row in free} == {(True, 0, None)}
    assert [row["nearest"] for row in free] == pytest.approx(figures(both[0], BARS), rel=1e-12)
    assert {row["draws"] for row in banded} == {DRAWN}


@pytest.mark.parametrize(
    "policy", [{"rule": "constant", "monthly_amount": 900.0, "inflation": 0.03}, {"rule": "percent", "rate": 0.1}]
)
def test_coverage_is_that_of_a_run_whether_its_amounts_are_known_beforehand_or_not(policy: dict[str, Any]) -> None:
    given = Scenario.from_dict({
        "portfolio": {"initial_cash": 100_000.0}, "withdrawal": policy,
        "assets": [{"ticker": "T0", "weight": 0.5, "sd_n": 20.0, "lot_size": 0}],
    })  # fmt: skip
    (rows,) = path_ranges(family_of([given], BarStore(BARS)), BarStore(BARS))
    (row,) = (row for row in rows if row["metric"] == "coverage")
    drawn = [figures(given, BARS, path="random", seed=seed)[COVERAGE] for seed in range(1, DRAWN + 1)]
    assert row["nearest"] == pytest.approx(figures(given, BARS)[COVERAGE], rel=1e-12)
    assert row["busy"] == pytest.approx(figures(given, BARS, path="busy")[COVERAGE], rel=1e-12)
    assert row["random_50"] == pytest.approx(float(np.median(drawn)), rel=1e-12)
    assert 0.0 < row["nearest"] < row["busy"]
