"""Split adjustment by our own arithmetic: as-traded prices and dividends brought to today's shares.

With the splits of a ticker at dates s_1 < s_2 < ... of ratios r_1, r_2, ... (new shares per old), a date d has

    split factor F(d) = product of r_i over all splits with s_i > d

(the bar of a split's own date already trades at the new price), and for a source that
gives prices as traded (adjustment 'none')

    price = traded price / F(d)     volume = traded volume * F(d)     dividend = cash per traded share / F(ex-date)

A source that has adjusted for splits (adjustment 'split') has done exactly that already: prices, volumes and dividends
stay as they are. Either way `price * F(d)` is the price that people saw on the day. Nothing is ever adjusted for
dividends: they are cash, and the engine pays them.
A split dated after a ticker's last bar is left out: no price of ours is at its new level yet, and it takes part from
the first bar that is.
"""

from __future__ import annotations

import polars as pl

from schemas.columns import PRICES


def effective_splits(bars: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """Find the splits that bars have reached: ticker, date, value, later; sorted by ticker and date.

    later: the product of this ratio and those of all later splits.
    """
    last = bars.group_by("ticker").agg(pl.col("date").max().alias("last_bar"))
    splits = (
        actions.filter(pl.col("kind") == "split").join(last, on="ticker").filter(pl.col("date") <= pl.col("last_bar"))
    )
    return splits.sort("ticker", "date").select(
        "ticker", "date", "value", later=pl.col("value").cum_prod(reverse=True).over("ticker")
    )


def with_split_factor(rows: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """Rows (ticker, date, ...) with a column split_factor = F(date); splits from effective_splits; the rows' order is
    kept."""
    if splits.is_empty():
        return rows.with_columns(split_factor=pl.lit(1.0))
    steps = splits.select("ticker", "date", split_factor="later").sort("date")
    numbered = rows.with_row_index("_order").sort("date")
    joined = numbered.join_asof(
        steps, on="date", by="ticker", strategy="forward", allow_exact_matches=False, check_sortedness=False
    )
    return joined.sort("_order").drop("_order").with_columns(pl.col("split_factor").fill_null(1.0))


def adjust_bars(bars: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """Bars in split-adjusted prices and volume, with their split_factor.

    Args:
        bars: ticker, date, open, high, low, close, volume, adjustment ('none' | 'split'), other columns are kept.
        splits: from effective_splits.
    """
    factored = with_split_factor(bars, splits)
    division = pl.when(pl.col("adjustment") == "none").then(pl.col("split_factor")).otherwise(1.0)
    return factored.with_columns(pl.col(*PRICES) / division, volume=pl.col("volume") * division)


def adjust_actions(actions: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """Actions with dividends in cash per split-adjusted share; a split's ratio is what it is.

    Args:
        actions: ticker, date, kind, value, adjustment, other columns are kept.
        splits: from effective_splits.
    """
    factored = with_split_factor(actions, splits)
    divided = (pl.col("kind") == "dividend") & (pl.col("adjustment") == "none")
    value = pl.when(divided).then(pl.col("value") / pl.col("split_factor")).otherwise(pl.col("value"))
    return factored.with_columns(value=value).drop("split_factor")
