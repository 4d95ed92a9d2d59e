"""Paths drawn at random: what the table holds, which path a bar takes, and that nothing else matters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import cache
from threading import Barrier
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from sdengine import Scenario, run_scenario, run_scenarios
from sdengine.ladder import brownian
from sdengine.ladder.brownian import BANDS, EDGES, PATHS, STEPS, TOP, edge_of, table
from tests.oracle.brownian import points
from tests.oracle.state import Bar
from tests.strategies.martingales import fair_game

Ints = NDArray[np.int64]


@pytest.fixture(scope="module")
def begins() -> Ints:
    return table()[: EDGES * EDGES + 1].astype(np.int64)


@pytest.fixture(scope="module")
def walks() -> Ints:
    return table()[EDGES * EDGES + 1 :].reshape(PATHS, STEPS + 1).astype(np.int64)


def test_every_path_touches_both_ends_of_its_range(walks: Ints) -> None:
    assert (walks.min(axis=1) == 0).all()
    assert (walks.max(axis=1) == TOP).all()
    assert ((walks == 0).sum(axis=1) == 1).all()


def test_every_path_stands_in_its_group(begins: Ints, walks: Ints) -> None:
    groups = np.repeat(np.arange(EDGES * EDGES), np.diff(begins))
    assert len(groups) == PATHS
    for path in range(0, PATHS, 101):
        opened, closed = (edge_of(float(walks[path, at]) / TOP) for at in (0, STEPS))
        # a place close to the border of two bands is rounded to whole numbers after its band was found
        assert abs(groups[path] // EDGES - opened) + abs(groups[path] % EDGES - closed) <= 1


def test_no_pair_of_bands_is_without_paths(begins: Ints) -> None:
    counts = np.diff(begins).reshape(EDGES, EDGES)
    assert counts[1 : BANDS + 1, 1 : BANDS + 1].min() >= 5


def test_paths_are_those_of_a_random_walk(walks: Ints) -> None:
    """As numpy draws them: where they open and close in their range, which extreme comes first, how often they turn."""
    rng = np.random.default_rng(1)
    drawn = np.column_stack([np.zeros(20_000), np.cumsum(rng.normal(size=(20_000, STEPS)), axis=1)])
    low, high = drawn.min(axis=1, keepdims=True), drawn.max(axis=1, keepdims=True)
    drawn = (drawn - low) / (high - low)
    ours = walks / TOP
    for measure in (
        lambda w: w[:, 0],
        lambda w: w[:, 0] * w[:, -1],
        lambda w: (w.argmax(axis=1) < w.argmin(axis=1)).astype(float),
        lambda w: np.abs(np.diff(w, axis=1)).sum(axis=1),
        lambda w: (np.diff(w > 0.5, axis=1) != 0).sum(axis=1).astype(float),
    ):
        mine, theirs = measure(ours), measure(drawn)
        error = np.sqrt(mine.var() / len(mine) + theirs.var() / len(theirs))
        assert abs(mine.mean() - theirs.mean()) < 4 * error


def test_a_path_runs_through_the_four_prices_of_its_bar() -> None:
    bar = Bar(100.0, 108.0, 95.0, 103.0, 0.0)
    prices = points(1, "A", date(2024, 1, 2), bar)
    assert (prices[0], max(prices), min(prices), prices[-1]) == (100.0, 108.0, 95.0, 103.0)
    assert len(prices) == STEPS + 1


def scenario(name: str, ticker: str = "A", **portfolio: Any) -> Scenario:
    settings = {"path": "random", "initial_cash": 100_000.0, **portfolio}
    assets = [{"ticker": ticker, "weight": 0.6, "sd_n": 24, "lot_size": 0}]
    return Scenario.from_dict({"name": name, "portfolio": settings, "assets": assets})


def fills(result: Any) -> list[Any]:
    return list(result.fills.rows())


def test_seed_ticker_and_date_decide_and_nothing_else() -> None:
    bars = fair_game(3, 120, 0.03)
    whole = fills(run_scenario(scenario("a"), bars))
    assert whole == fills(run_scenario(scenario("b"), bars))
    shorter = fills(run_scenario(scenario("a"), bars[:80]))
    assert shorter == whole[: len(shorter)]
    assert whole != fills(run_scenario(scenario("a", seed=2), bars))
    renamed = run_scenario(scenario("a", "B"), bars.with_columns(ticker=pl.lit("B")))
    later = run_scenario(scenario("a"), bars.with_columns(date=pl.col("date") + timedelta(days=1)))
    others = [[row[4:6] for row in fills(result)] for result in (renamed, later)]
    assert [row[4:6] for row in whole] not in others


def test_others_that_run_beside_it_and_threads_change_nothing() -> None:
    bars = fair_game(4, 120, 0.03)
    swept = [scenario(str(seed), seed=seed) for seed in range(6)]
    alone = {s.name: fills(run_scenario(s, bars)) for s in swept}
    together: dict[str, list[Any]] = {s.name: [] for s in swept}
    for chunk in run_scenarios(swept[::-1], bars, threads=2, max_rows=240):
        for row in chunk.tables["fills"].to_pylist():
            together[swept[::-1][row.pop("run")].name].append(tuple(row.values()))
    assert together == alone


def test_threads_that_ask_for_the_paths_at_once_get_the_same_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels go by the address: of two tables one would be let go of while a run walks on it."""
    monkeypatch.setattr(brownian, "PATHS", brownian.AT_ONCE)  # few, so that it is quick
    monkeypatch.setattr(brownian, "_table", cache(brownian._table.__wrapped__))
    together = Barrier(4)

    def ask(_: int) -> Any:
        together.wait()
        return brownian.table()

    with ThreadPoolExecutor(4) as pool:
        assert len({id(paths) for paths in list(pool.map(ask, range(4)))}) == 1
