"""What is known of the range over paths, on fair games (`sdengine/RULES.md`, "The range over paths")."""

from __future__ import annotations

from statistics import mean, median
from typing import Any

import polars as pl
import pytest

from sdengine import Scenario, path_floor, run_scenarios
from tests.strategies.martingales import fair_game

SEEDS = range(1, 21)
POINT = 0.01
"""A hundredth of growth a year."""


def scenario(sd_n: float, path: str, seed: int = 1, **portfolio: Any) -> Scenario:
    settings = {"path": path, "seed": seed, "initial_cash": 1_000_000.0, **portfolio}
    assets = [{"ticker": "A", "weight": 0.5, "sd_n": sd_n, "lot_size": 0}]
    return Scenario.from_dict({"portfolio": settings, "assets": assets})


def growth(scenarios: list[Scenario], bars: pl.DataFrame) -> list[float]:
    """Growth a year of each."""
    years = (bars["date"][-1] - bars["date"][0]).days / 365.25
    found: dict[int, float] = {}
    for chunk in run_scenarios(scenarios, bars):
        days = pl.DataFrame(pl.from_arrow(chunk.tables["portfolio_days"])).group_by("run").agg(pl.last("total_value"))
        found |= {run: (value / 1_000_000.0) ** (1.0 / years) - 1.0 for run, value in days.rows()}
    return [found[place] for place in range(len(scenarios))]


def drawn(sd_n: float) -> list[Scenario]:
    return [scenario(sd_n, "random", seed) for seed in SEEDS]


@pytest.mark.parametrize(("volatility", "sd_n"), [(0.012, 8), (0.02, 12), (0.026, 16)])
def test_no_random_path_lies_below_the_floor_nor_far_below_calm(volatility: float, sd_n: float) -> None:
    for history in range(3):
        bars = fair_game(history, 750, volatility)
        years = (bars["date"][-1] - bars["date"][0]).days / 365.25
        calm, busy, *random = growth([scenario(sd_n, "calm"), scenario(sd_n, "busy"), *drawn(sd_n)], bars)
        floor = (path_floor(scenario(sd_n, "nearest"), bars) / 1_000_000.0) ** (1.0 / years) - 1.0
        assert floor <= min(random) + 1e-12
        assert min(random) >= calm - 0.01 * POINT
        assert calm <= busy


@pytest.mark.parametrize(("volatility", "sd_n"), [(0.012, 8), (0.02, 12), (0.026, 16)])
def test_nearest_is_fair_where_bars_are_narrower_than_one_and_a_half_brackets(volatility: float, sd_n: float) -> None:
    """Against paths drawn through the same bars: within 0.05 points a year, and `busy` is not."""
    off: dict[str, list[float]] = {"nearest": [], "busy": []}
    for history in range(12):
        bars = fair_game(100 + history, 500, volatility)
        nearest, busy, *random = growth([scenario(sd_n, "nearest"), scenario(sd_n, "busy"), *drawn(sd_n)], bars)
        off["nearest"].append(nearest - median(random))
        off["busy"].append(busy - median(random))
    assert abs(mean(off["nearest"])) < 0.05 * POINT
    assert mean(off["busy"]) >= 0.0


def test_where_no_bar_spans_a_bracket_the_result_is_path_free() -> None:
    bars = fair_game(7, 400, 0.008)
    assert (bars["high"] / bars["low"]).max() < 2 ** (1 / 8)
    paths = ("nearest", "calm", "busy", "high_first", "low_first", "random")
    found = growth([scenario(8, path, requote=r) for path in paths for r in ("at_once", "nightly")], bars)
    assert found == pytest.approx([found[0]] * len(found), rel=1e-12)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"taxes": {"short_rate": 0.3, "long_rate": 0.1}}, "has taxes"),
        ({"withdrawal": {"monthly_amount": 1.0}}, "has withdrawal"),
        ({"dynamic_sd_n": {}}, "has dynamic_sd_n"),
        ({"assets": [{"ticker": "A"}, {"ticker": "B"}]}, "has 2 assets"),
    ],
)
def test_a_floor_that_is_not_known_is_refused(more: dict[str, Any], says: str) -> None:
    asked = {"assets": [{"ticker": "A", "weight": 0.5}], **more}
    with pytest.raises(ValueError, match=says):
        path_floor(asked, fair_game(1, 30, 0.02))
