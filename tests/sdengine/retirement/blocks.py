"""How much hangs on the length of the blocks, and on the expected return: the table of the room's README.

python -m tests.sdengine.retirement.blocks PATHS
"""

from __future__ import annotations

import sys

import polars as pl

from flows.sources.sample import TICKERS, SampleSource
from flows.validate.adjust import adjust_actions, adjust_bars, effective_splits
from sdengine.market.bars import BarStore
from sdengine.retirement.study import study
from sdengine.retirement.terms import Expected, Terms
from sdengine.scenario import Scenario

WEEKS = (1.0, 12.0, 52.0, 104.0)
EXPECTED: tuple[Expected | float, ...] = ("as_it_was", 0.07, "none")


def sample() -> pl.DataFrame:
    """Return the embedded bars, splits taken out, with their dividends."""
    fetched = [(ticker, SampleSource().fetch(ticker, None, None)) for ticker in TICKERS]
    as_traded = {"adjustment": pl.lit("none")}
    bars = pl.concat([each.bars.with_columns(ticker=pl.lit(ticker), **as_traded) for ticker, each in fetched])
    actions = pl.concat([each.actions.with_columns(ticker=pl.lit(ticker), **as_traded) for ticker, each in fetched])
    splits = effective_splits(bars, actions)
    paid = adjust_actions(actions, splits).filter(pl.col("kind") == "dividend")
    return adjust_bars(bars, splits).join(
        paid.select("ticker", "date", dividend="value"), on=["ticker", "date"], how="left"
    )


def shipped() -> Scenario:
    """Return the shipped portfolio of four shares, a fifth of the money in each."""
    return Scenario.from_dict(
        {
            "portfolio": {"initial_cash": 100_000.0},
            "asset_defaults": {"weight": 0.2, "sd_n": 8, "profit_sharing_pct": 50},
            "assets": [{"ticker": ticker} for ticker in TICKERS],
        }
    )


if __name__ == "__main__":
    store, paths = BarStore(sample()), int(sys.argv[1])
    print("weeks  expected   who           success  5 % rate  10 % rate  50 % rate  left, median")
    for expected in EXPECTED:
        for weeks in WEEKS:
            terms = Terms(
                years=(30,), rates=(0.04,), inflation=0.025, paths=paths, rate_paths=paths // 4, block_weeks=weeks,
                expected=expected,
            )  # fmt: skip
            for row in study(shipped(), store, terms, threads=2).plans.filter(pl.col("basis") == "drawn").to_dicts():
                shown = [f"{100 * (row[name] or 0.0):8.2f}" for name in ("success", "swr_5", "swr_10", "swr_50")]
                print(
                    f"{weeks:5.0f}  {expected!s:9}  {row['who']:12}",
                    *shown,
                    f"{row['final_real_50']:14,.0f}",
                    flush=True,
                )
