"""Many runs at once: each figure is its run's alone, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sdengine.metrics import MetricTables, batch_metrics, compare_with_twins, run_metrics
from sdengine.scenario import Scenario

TICKERS = ("A", "B", "C")
DATES = pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 12, 31), eager=True)


def bars() -> pl.DataFrame:
    steps = np.random.default_rng(5).normal(0, 0.02, (len(DATES), len(TICKERS)))
    closes = 50.0 * np.exp(np.cumsum(steps, axis=0))
    frame = pl.DataFrame(closes, schema=list(TICKERS)).with_columns(date=DATES)
    return frame.unpivot(index="date", variable_name="ticker", value_name="close")


def make_run(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a run that buys and sells single shares at random, valued as it should be."""
    random = np.random.default_rng(seed)
    tickers = TICKERS[: 1 + seed % 3]
    closes = bars().pivot(on="ticker", index="date", values="close").sort("date").select(tickers).to_numpy()
    bank, held, seq = 10_000.0, dict.fromkeys(tickers, 0.0), 0
    days, fills, lots = [], [], []
    for t, day in enumerate(DATES):
        for k, ticker in enumerate(tickers):
            if t > 0 and random.random() > 0.2:
                continue
            price = float(closes[t, k])
            action = "INITIAL_BUY" if t == 0 else ("BUY", "SELL")[int(random.integers(2) and held[ticker] > 0)]
            qty = 50.0 if t == 0 else 1.0
            held[ticker] += -qty if action == "SELL" else qty
            bank += qty * price if action == "SELL" else -qty * price
            fills.append((seq, day, ticker, action, price, qty * price, 0.0, held[ticker]))
            if action != "SELL":
                lots.append((ticker, seq, None, action, qty, price, price, None))
            seq += 1
        value = bank + sum(held[ticker] * float(closes[t, k]) for k, ticker in enumerate(tickers))
        days.append((day, value, bank, value, 0.0))
    parameters = Scenario.from_dict(
        {
            "name": str(seed),
            "portfolio": {"initial_cash": 10_000.0},
            "assets": [{"ticker": ticker, "weight": 0.1} for ticker in tickers],
        }
    ).parameters()
    columns: dict[str, tuple[list[Any], list[str]]] = {
        "portfolio_days": (days, ["date", "total_value", "bank", "nav_value", "withdrawn"]),
        "fills": (fills, ["seq", "date", "ticker", "action", "price", "total", "costs", "holdings_after"]),
        "lots": (lots, ["ticker", "lot", "close_seq", "opened_by", "qty", "open_price", "unit_cost", "gain"]),
    }
    columns["lots"] = (
        [(*row, None, None) for row in lots],
        [*columns["lots"][1], "closed_on", "long_term"],
    )
    kinds = {"gain": pl.Float64, "close_seq": pl.Int64, "closed_on": pl.Date, "long_term": pl.Boolean}
    return parameters, {
        name: pl.DataFrame(rows, schema=names, schema_overrides=kinds if name == "lots" else None, orient="row")
        for name, (rows, names) in columns.items()
    }


SEEDS = range(12)
RUNS = {seed: make_run(seed) for seed in SEEDS}


def batch(seeds: list[int]) -> MetricTables:
    """Put the runs of these seeds together, keyed by a text as the warehouse does."""
    tables = {
        name: pl.concat([RUNS[seed][1][name].with_columns(run=pl.lit(f"run {seed}")) for seed in seeds])
        for name in ("portfolio_days", "fills", "lots")
    }
    return batch_metrics({f"run {seed}": RUNS[seed][0] for seed in seeds}, tables, bars())


@pytest.fixture(scope="module")
def together() -> MetricTables:
    return batch(list(SEEDS))


@pytest.mark.parametrize("seed", [0, 1, 2, 11])
def test_a_run_in_a_batch_is_the_run_alone(together: MetricTables, seed: int) -> None:
    parameters, tables = RUNS[seed]
    alone = run_metrics(parameters, **tables, bars=bars())
    for name in ("assets", "monthly", "years", "drawdowns"):
        rows = getattr(together, name).filter(pl.col("run") == f"run {seed}").drop("run")
        assert_frame_equal(rows, getattr(alone, name), check_exact=True)
    row = together.runs.filter(pl.col("run") == f"run {seed}").drop("run").row(0, named=True)
    assert row == alone.summary


def test_the_order_of_runs_changes_no_bit(together: MetricTables) -> None:
    shuffled = batch([7, 3, 11, 0, 1, 2, 10, 4, 5, 9, 8, 6])
    for name in ("runs", "assets", "monthly", "years", "drawdowns"):
        mine, other = getattr(together, name), getattr(shuffled, name)
        keys = [key for key in ("run", "position", "month", "year", "number") if key in mine.columns]
        assert_frame_equal(mine.sort(keys), other.sort(keys), check_exact=True)


def test_rows_of_runs_that_are_mixed_up_find_together(together: MetricTables) -> None:
    mixed = {
        name: pl.concat([RUNS[1][1][name].with_columns(run=1), RUNS[2][1][name].with_columns(run=2)])
        for name in ("fills", "lots")
    }
    days = pl.concat([RUNS[seed][1]["portfolio_days"].with_columns(run=seed) for seed in (2, 1)]).sort(
        "date", maintain_order=True
    )
    measured = batch_metrics({1: RUNS[1][0], 2: RUNS[2][0]}, {**mixed, "portfolio_days": days}, bars())
    expected = together.runs.filter(pl.col("run").is_in(["run 1", "run 2"])).drop("run")
    assert_frame_equal(measured.runs.drop("run"), expected, check_exact=True)


def test_rows_in_any_order_give_the_same_bits(together: MetricTables) -> None:
    shuffled = {
        name: frame.with_columns(run=5).sample(fraction=1, shuffle=True, seed=3) for name, frame in RUNS[5][1].items()
    }
    measured = batch_metrics({5: RUNS[5][0]}, shuffled, bars().reverse())
    expected = together.runs.filter(pl.col("run") == "run 5").drop("run")
    assert_frame_equal(measured.runs.drop("run"), expected, check_exact=True)
    assets = together.assets.filter(pl.col("run") == "run 5").drop("run")
    assert_frame_equal(measured.assets.drop("run"), assets, check_exact=True)


def test_one_bad_run_stays_one_bad_run() -> None:
    tables = {
        name: pl.concat([RUNS[seed][1][name].with_columns(run=seed) for seed in (1, 2, 4)])
        for name in ("portfolio_days", "fills", "lots")
    }
    tables["portfolio_days"] = tables["portfolio_days"].filter(pl.col("run") != 2)
    measured = batch_metrics({seed: RUNS[seed][0] for seed in (1, 2, 4)}, tables, bars())
    assert measured.failures == {2: "the run has no portfolio days"}
    for name in ("runs", "assets", "monthly", "years", "drawdowns"):
        assert set(getattr(measured, name)["run"].to_list()) == {1, 4}
    assert measured.assets["ticker"].to_list() == ["A", "B", "A", "B"]


def test_opportunities_are_counted() -> None:
    parameters, tables = RUNS[1]
    tables = {name: frame.with_columns(run=1) for name, frame in tables.items()}
    seen = pl.DataFrame({"run": [1, 1, 1]})
    measured = batch_metrics({1: parameters}, {**tables, "opportunities": seen}, bars())
    assert measured.runs["opportunities"].to_list() == [3]


def test_gains_of_assets_add_up_to_the_portfolio(together: MetricTables) -> None:
    sums = together.assets.group_by("run", maintain_order=True).agg(pl.col("gain").sum())
    gains = together.runs.select("run", total=pl.col("final_value") - pl.col("initial_cash"))
    joined = sums.join(gains, on="run")
    assert joined.height == len(SEEDS)
    assert (joined["gain"] - joined["total"]).abs().max() < 1e-8


@pytest.mark.parametrize(("whole", "part"), [("total_return", "return"), ("max_drawdown", "drawdown")])
def test_contributions_add_up_to_the_whole(together: MetricTables, whole: str, part: str) -> None:
    sums = together.assets.group_by("run").agg(pl.col(f"{part}_contribution").sum())
    joined = together.runs.join(sums, on="run")
    assert joined.height == len(SEEDS)
    parts = joined[f"{part}_contribution"] + joined[f"bank_{part}_contribution"]
    assert (parts - joined[whole]).abs().max() < 1e-12


@pytest.mark.parametrize("rows", ["monthly", "years"])
def test_months_and_years_compound_to_the_total_return(together: MetricTables, rows: str) -> None:
    compounded = getattr(together, rows).group_by("run").agg(total=(1 + pl.col("total_return")).product() - 1)
    joined = together.runs.join(compounded, on="run")
    assert (joined["total"] - joined["total_return"]).abs().max() < 1e-12


class TestTwins:
    twins = pl.DataFrame(
        {
            "run_id": ["hold", "climb"],
            "total_return": [0.5, 0.4],
            "cagr": [0.10, 0.08],
            "volatility": [0.3, 0.2],
            "sharpe": [0.7, None],
            "max_drawdown": [0.25, 0.2],
            "withdrawals": [100.0, 120.0],
        }
    )

    def test_differences(self) -> None:
        runs = pl.DataFrame(
            {
                "run_id": ["r", "hold", "lonely"],
                "buy_and_hold_twin": ["hold", None, "gone"],
                "ath_only_twin": ["climb", None, "climb"],
                "benchmark_twin": [None, None, "hold"],
                "total_return": [0.75, 0.5, 0.0],
                "cagr": [0.14, 0.10, None],
                "withdrawals": [100.0 + 1e-9, 100.0, 0.0],
            }
        )
        first, twin, lonely = compare_with_twins(runs, self.twins).rows(named=True)
        assert first["excess_return"] == 0.25
        assert first["excess_cagr"] == pytest.approx(0.04)
        assert first["baseline_volatility_alpha"] == pytest.approx(0.35)
        assert (first["buy_and_hold_max_drawdown"], first["ath_only_max_drawdown"]) == (0.25, 0.2)
        assert (first["buy_and_hold_volatility"], first["buy_and_hold_sharpe"], first["ath_only_cagr"]) == (
            0.3,
            0.7,
            0.08,
        )
        assert (twin["excess_return"], twin["baseline_volatility_alpha"]) == (None, None)
        assert (lonely["excess_return"], lonely["excess_cagr"]) == (None, None)
        assert lonely["baseline_volatility_alpha"] == pytest.approx(-0.4)
        assert (lonely["benchmark_return"], lonely["benchmark_excess_return"]) == (0.5, -0.5)
        assert (first["benchmark_return"], first["benchmark_excess_return"]) == (None, None)
        paid = [(row["buy_and_hold_withdrawals"], row["ath_only_withdrawals"]) for row in (first, twin, lonely)]
        assert paid == [(100.0, 120.0), (None, None), (None, 120.0)]
        assert [row["paid_unlike"] for row in (first, twin, lonely)] == ["ath_only", None, "ath_only benchmark"]
