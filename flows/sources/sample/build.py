"""Builds the embedded sample from the public-domain file: `python -m flows.sources.sample.build STOCKS.CSV.GZ`.

The file has no column of actions, but its `Adj Close` carries them. With f = Adj Close / Close and q = f(yesterday) /
f(today):

* a split of `ratio` new shares for one old multiplies f by `ratio`, so q = 1 / ratio;
* a cash dividend D with its ex-date today was adjusted by q = C / (C + D), C being the close of the **ex-date** (and
  not, as elsewhere, by 1 - D / close of the day before), so D = C * (1 / q - 1).

That the second formula is the one used is shown by its results: every amount lies within 1e-11 of a whole cent, and
they are the amounts that the companies paid (MSFT's 3.08 on 2004-11-15 is the 3.00 special and the 0.08 quarterly
dividend of the same ex-date). So amounts are rounded to the cent.
`adjusted_closes` computes the column back from the actions alone; it agrees with the file's to 7e-14.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl

#: Splits in the file's span, as the companies announced them: (ticker, first session at the new price, new shares per
#: old).
KNOWN_SPLITS = (("AAPL", date(2000, 6, 21), 2.0), ("AAPL", date(2005, 2, 28), 2.0), ("MSFT", date(2003, 2, 18), 2.0))
TICKERS = ("AAPL", "GOOG", "IBM", "MSFT")
STEP = 1e-6  # smaller steps are the file's own rounding (1e-13); the smallest dividend is a step of 1e-3
SPLIT_FROM = 1.2  # the largest cash dividend (MSFT 2004) is a step of 1.11


class SampleError(ValueError):
    """The file is not the one that this derivation was written for."""


def read_prices(path: Path) -> pl.DataFrame:
    """Read the file's rows for TICKERS, in order: ticker, date, open, high, low, close, volume, adj_close."""
    frame = pl.read_csv(path, try_parse_dates=True).rename(lambda name: name.lower().replace(" ", "_"))
    prices = frame.filter(pl.col("ticker").is_in(TICKERS)).sort("ticker", "date")
    missing = set(TICKERS) - set(prices["ticker"].unique())
    if missing:
        raise SampleError(f"{path}: no rows for {', '.join(sorted(missing))}; expected all of {', '.join(TICKERS)}")
    return prices.with_columns(pl.col("open", "high", "low", "close", "volume").cast(pl.Float64))


def derive_actions(prices: pl.DataFrame) -> pl.DataFrame:
    """Derive splits and dividends from the steps of adj_close / close: ticker, date, kind, value (formulas at the
    module's head)."""
    factor = pl.col("adj_close") / pl.col("close")
    steps = prices.with_columns(inverse=(factor / factor.shift(1)).over("ticker")).filter(
        (pl.col("inverse") - 1).abs() > STEP
    )
    is_split = pl.col("inverse") > SPLIT_FROM
    actions = steps.select(
        "ticker",
        "date",
        kind=pl.when(is_split).then(pl.lit("split")).otherwise(pl.lit("dividend")),
        value=pl.when(is_split)
        .then(pl.col("inverse").round(6))
        .otherwise((pl.col("close") * (pl.col("inverse") - 1)).round(2)),
    )
    derived = set(actions.filter(pl.col("kind") == "split").select("ticker", "date", "value").iter_rows())
    if derived != set(KNOWN_SPLITS):
        raise SampleError(
            f"splits derived from the adjusted closes are {sorted(derived)}, known are {sorted(KNOWN_SPLITS)}"
        )
    return actions


def adjusted_closes(prices: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """Compute adj_close back from actions: close divided by the product of all later steps; columns
    ticker, date, adjusted."""
    steps = prices.join(actions, on=["ticker", "date"], how="left").select(
        "ticker",
        "date",
        "close",
        step=pl.when(pl.col("kind") == "split")
        .then(pl.col("value"))
        .when(pl.col("kind") == "dividend")
        .then(1 + pl.col("value") / pl.col("close"))
        .otherwise(1.0),
    )
    later = pl.col("step").cum_prod(reverse=True).shift(-1, fill_value=1.0).over("ticker")
    return steps.select("ticker", "date", adjusted=pl.col("close") / later)


def deviation(prices: pl.DataFrame, actions: pl.DataFrame) -> float:
    """Largest relative difference between the file's adjusted closes and ours, each ticker scaled to agree on its last
    date."""
    both = prices.join(adjusted_closes(prices, actions), on=["ticker", "date"])
    ratio = pl.col("adjusted") / pl.col("adj_close")
    return float(both.select((ratio / ratio.last().over("ticker") - 1).abs().max()).item())


def build(path: Path, folder: Path) -> tuple[int, int, float]:
    """Write bars.parquet and actions.parquet into a folder; return (bars, actions, deviation of the adjusted
    closes)."""
    prices = read_prices(path)
    actions = derive_actions(prices)
    bars = prices.select("ticker", "date", "open", "high", "low", "close", "volume")
    for name, frame in (("bars", bars), ("actions", actions)):
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=19, statistics=True)
    return bars.height, actions.height, deviation(prices, actions)


if __name__ == "__main__":
    rows, events, worst = build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent)
    print(f"{rows} bars, {events} actions; adjusted closes computed back agree within {worst:.1e}")
