"""What is wrong with dividends and splits by themselves, in their rhythm, and beside the bars of their day."""

from __future__ import annotations

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule
from flows.validate.rules.dates import with_beginning

KEY = ("ticker", "date", "kind")


def prepare_raw(actions: pl.DataFrame, tickers: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Add _began, _repeats, _kinds and _priced; rows are sorted by ticker, date, kind and value.

    _began: the market's first date · _repeats: whether another row tells the same · _kinds: how many different values
    there are of its ticker, date and kind · _priced: what the ticker's prices are in (null: not told).

    Values that differ by no more than float noise are one, told twice: by a column and a side file, say. Of those the
    one that is spelled shortest stays (0.24, not 0.23999999463558197). Two dividends on one ex-date are real (an
    ordinary and a special one) where they differ. Two different splits on one date cannot both be.
    """
    noise = pl.when(pl.col("kind") == "split").then(limits.split_noise).otherwise(limits.dividend_noise)
    same_key = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in KEY)
    near = (same_key & (pl.col("value") - pl.col("value").shift(1) <= noise * pl.col("value").abs())).fill_null(False)
    priced = actions.join(tickers.select("ticker", _priced="currency"), on="ticker", how="left", maintain_order="left")
    marked = with_beginning(priced).with_columns(_new=~near)
    shortest = pl.col("row") == pl.col("row").sort_by(pl.col("value").cast(pl.String).str.len_chars()).first()
    return (
        marked.with_columns(_one=pl.col("_new").cum_sum())
        .with_columns(_repeats=~shortest.over("_one"), _kinds=pl.col("_new").sum().over(KEY).cast(pl.Int64))
        .drop("_new", "_one")
    )


def paid_at(dividends: pl.DataFrame, bars: pl.DataFrame) -> pl.DataFrame:
    """Add _paid: the date of the ticker's first bar on or after a dividend's date.

    Null where there is none yet, and for dividends of before the ticker's first bar, which nobody here was paid. Bars
    are sorted by ticker and date: each ticker is looked through by itself, so that is order enough.
    """
    if dividends.is_empty():
        return dividends.with_columns(_paid=pl.lit(None, dtype=pl.Date))
    days = bars.select("ticker", "date", _paid="date")
    paid = dividends.sort("ticker", "date").join_asof(
        days, on="date", by="ticker", strategy="forward", check_sortedness=False
    )
    first = bars.group_by("ticker").agg(_begins=pl.col("date").first())
    joined = paid.join(first, on="ticker", how="left")
    later = pl.when(pl.col("date") >= pl.col("_begins")).then("_paid")
    return joined.with_columns(_paid=later).drop("_begins").sort("row")


RULES = (
    Rule(
        "bad_action",
        "raw_action",
        "error",
        "a dividend or a split's ratio is not a positive number",
        lambda _: pl.col("value").is_finite() & (pl.col("value") > 0),
        lambda: pl.format("the {} is {}", "kind", "value"),
    ),
    Rule(
        "action_before_market",
        "raw_action",
        "error",
        "a dividend or split is dated before the market began, or before 1900",
        lambda _: pl.col("date") >= pl.col("_began"),
        lambda: pl.format("nothing was traded there before {}", "_began"),
    ),
    Rule(
        "duplicate_action",
        "raw_action",
        "error",
        "the same dividend or split is told twice, or two splits of different ratios on one date",
        lambda _: ~pl.col("_repeats") & ((pl.col("kind") == "dividend") | (pl.col("_kinds") == 1)),
        lambda: pl.format("the {} of {} is told more than once", "kind", "value"),
        ("dividend_noise", "split_noise"),
    ),
    Rule(
        "dividend_currency",
        "raw_action",
        "warning",
        "a dividend is in another currency, or another unit of it, than the prices: it is paid as if it were in theirs",
        lambda _: pl.col("currency") == pl.col("_priced"),
        lambda: pl.format("is in {}, the prices are in {}: nothing is converted", "currency", "_priced"),
    ),
    Rule(
        "dividend_without_bar",
        "action",
        "warning",
        "a dividend's date has no trusted bar: it is paid at the ticker's next one",
        lambda _: pl.col("_paid") == pl.col("date"),
        lambda: pl.format("{} has no trusted bar on its date, and is paid on {}", "value", "_paid"),
    ),
)
