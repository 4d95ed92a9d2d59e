"""What is wrong with dividends and splits, by themselves and beside the prices of their day."""

from __future__ import annotations

import polars as pl

from flows.validate.rules.base import Rule

KEY = ("ticker", "date", "kind")
OFTEN = 8
USUAL_DAYS = 182.0


def prepare_raw(actions: pl.DataFrame) -> pl.DataFrame:
    """Adds _nth and _kinds: which of the rows of its ticker, date and kind a row is, and how many different values
    they have.

    Two dividends on one ex-date are real (an ordinary and a special one) where they differ; equal ones are one told
    twice. Two different splits on one date cannot both be.
    """
    keyed = pl.col("value").n_unique().over(KEY)
    return actions.with_columns(_nth=pl.int_range(pl.len()).over(*KEY, "value"), _kinds=keyed.cast(pl.Int64))


def prepare(actions: pl.DataFrame, bars: pl.DataFrame) -> pl.DataFrame:
    """Adds _price, _wait and _silence to actions that passed.

    _price is the close before. _wait, for dividends, is the days since the one before as a multiple of the longer of
    the two waits beside it (null for tickers with fewer than OFTEN); a payer that goes from yearly to quarterly has no
    wait that stands out. _silence, for a ticker's last dividend, is the days from it to the ticker's last bar as a
    multiple of its usual wait (of USUAL_DAYS for tickers with fewer than OFTEN).
    """
    closes = bars.select("ticker", "date", _price="close").sort("date")
    last_bars = bars.group_by("ticker").agg(_end=pl.col("date").max())
    priced = actions.sort("date").join_asof(
        closes, on="date", by="ticker", strategy="backward", allow_exact_matches=False, check_sortedness=False
    )
    own = ("ticker", "kind")
    dividend = pl.col("kind") == "dividend"
    days = pl.when(dividend).then((pl.col("date") - pl.col("date").shift(1)).dt.total_days().over(own))
    beside = pl.max_horizontal(pl.col("_days").shift(1).over(own), pl.col("_days").shift(-1).over(own))
    often = pl.col("_days").count().over("ticker") >= OFTEN - 1
    usual = pl.when(often).then(pl.col("_days").median().over("ticker")).otherwise(USUAL_DAYS)
    is_last = dividend & (pl.col("date") == pl.col("date").max().over(own))
    silent = (pl.col("_end") - pl.col("date")).dt.total_days()
    return (
        priced.join(last_bars, on="ticker", how="left")
        .sort("ticker", "kind", "date")
        .with_columns(_days=days)
        .with_columns(
            _wait=pl.when(often).then(pl.col("_days") / beside), _silence=pl.when(is_last).then(silent / usual)
        )
        .drop("_days", "_end")
    )


def _value() -> pl.Expr:
    return pl.col("value").cast(pl.String)


RULES = (
    Rule(
        "bad_action",
        "raw_action",
        "error",
        "a dividend or a split's ratio is not a positive number",
        lambda _: pl.col("value").is_finite() & (pl.col("value") > 0),
        lambda: pl.concat_str(pl.lit("the "), pl.col("kind"), pl.lit(" is "), _value()),
    ),
    Rule(
        "duplicate_action",
        "raw_action",
        "error",
        "the same dividend or split is told twice, or two splits of different ratios on one date",
        lambda _: (pl.col("_nth") == 0) & ((pl.col("kind") == "dividend") | (pl.col("_kinds") == 1)),
        lambda: pl.concat_str(
            pl.lit("the "), pl.col("kind"), pl.lit(" of "), _value(), pl.lit(" is told more than once")
        ),
    ),
    Rule(
        "large_dividend",
        "action",
        "warning",
        "a dividend is a large part of the price: perhaps in another unit",
        lambda limits: (pl.col("kind") != "dividend") | (pl.col("value") <= limits.dividend_share * pl.col("_price")),
        lambda: pl.concat_str(
            pl.lit("pays "),
            pl.col("value").round_sig_figs(6).cast(pl.String),
            pl.lit(" on a price of "),
            pl.col("_price").round_sig_figs(6).cast(pl.String),
        ),
    ),
    Rule(
        "dividend_gap",
        "action",
        "warning",
        "a regular payer's dividends have a hole: some may be missing",
        lambda limits: pl.col("_wait") <= limits.dividend_gap,
        lambda: pl.concat_str(
            pl.lit("comes after "),
            pl.col("_wait").round(1).cast(pl.String),
            pl.lit(" times the waits beside it"),
        ),
    ),
    Rule(
        "dividend_end",
        "action",
        "warning",
        "dividends stop long before prices do: the payer stopped, or the rest is missing",
        lambda limits: pl.col("_silence") <= limits.dividend_silence,
        lambda: pl.concat_str(
            pl.lit("is the last; prices go on for "),
            pl.col("_silence").round(1).cast(pl.String),
            pl.lit(" times the usual wait"),
        ),
    ),
)
