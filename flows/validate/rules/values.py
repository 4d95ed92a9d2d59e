"""Errors that one raw bar shows by itself, or beside the bars of its own date."""

from __future__ import annotations

import polars as pl

from flows.validate.policy import Limits
from flows.validate.rules.base import Rule

PRICES = ("open", "high", "low", "close")
KEY = ("ticker", "date")


def prepare(bars: pl.DataFrame) -> pl.DataFrame:
    """Adds _copy ('no' | 'same' | 'other'): whether a row repeats its date, as a copy or with other numbers.

    Of identical copies the first stays; where a date is given with different numbers nobody knows which are right, and
    all go.
    """
    repeats = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in KEY).fill_null(False)
    if not bars.select(repeats.any()).item():
        return bars.with_columns(_copy=pl.lit("no"))
    per_date = bars.group_by(KEY).agg(
        _rows=pl.len(), _kinds=pl.struct(*PRICES, "volume").n_unique(), _first=pl.col("row").min()
    )
    judged = bars.join(per_date, on=KEY, how="left", maintain_order="left")
    copy = (
        pl.when(pl.col("_kinds") > 1)
        .then(pl.lit("other"))
        .when(pl.col("row") != pl.col("_first"))
        .then(pl.lit("same"))
        .otherwise(pl.lit("no"))
    )
    return judged.with_columns(_copy=copy).drop("_rows", "_kinds", "_first")


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("nothing")


def _words(*parts: str | pl.Expr) -> pl.Expr:
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])


def _present() -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_finite() & (pl.col(name) > 0) for name in PRICES).fill_null(False)


def _in_order(limits: Limits) -> pl.Expr:
    return ~_present() | (pl.col("high") >= pl.col("low") * (1 - limits.float_noise))


def _inside(limits: Limits) -> pl.Expr:
    top, bottom = pl.max_horizontal("open", "close"), pl.min_horizontal("open", "close")
    held = (top * (1 - limits.float_noise) <= pl.col("high")) & (bottom * (1 + limits.float_noise) >= pl.col("low"))
    return ~_in_order(limits) | ~_present() | held


def _four() -> pl.Expr:
    return _words(*(part for name in PRICES for part in (f" {name} ", _number(name))))


RULES = (
    Rule(
        "missing_price",
        "raw_bar",
        "error",
        "an open, high, low or close is missing",
        lambda _: pl.all_horizontal(
            pl.col(name).is_not_null() & ~pl.col(name).is_nan().fill_null(False) for name in PRICES
        ),
        lambda: _words("a price is missing:", _four()),
    ),
    Rule(
        "infinite_price",
        "raw_bar",
        "error",
        "a price is not a finite number",
        lambda _: ~pl.any_horizontal(pl.col(name).is_infinite().fill_null(False) for name in PRICES),
        lambda: _words("a price is infinite:", _four()),
    ),
    Rule(
        "non_positive_price",
        "raw_bar",
        "error",
        "a price is zero or negative",
        lambda _: (
            ~pl.any_horizontal(((pl.col(name) <= 0) & pl.col(name).is_finite()).fill_null(False) for name in PRICES)
        ),
        lambda: _words("a price is not positive:", _four()),
    ),
    Rule(
        "high_below_low",
        "raw_bar",
        "error",
        "the high is below the low, beyond float noise",
        _in_order,
        lambda: _words("the high ", _number("high"), " is below the low ", _number("low")),
    ),
    Rule(
        "open_close_outside",
        "raw_bar",
        "error",
        "the open or close lies above the high or below the low, beyond float noise",
        _inside,
        lambda: _words("open or close lies outside the range:", _four()),
    ),
    Rule(
        "bad_volume",
        "raw_bar",
        "error",
        "the volume is negative or not a finite number",
        lambda _: ((pl.col("volume") >= 0) & pl.col("volume").is_finite()).fill_null(True),
        lambda: _words("the volume is ", _number("volume")),
    ),
    Rule(
        "duplicate_date",
        "raw_bar",
        "error",
        "the date is given more than once: of equal rows the first stays, of different ones none",
        lambda _: pl.col("_copy") == "no",
        lambda: _words(
            "the date is given more than once, ",
            pl.when(pl.col("_copy") == "same").then(pl.lit("this is a copy")).otherwise(pl.lit("with other numbers")),
        ),
    ),
    Rule(
        "future_date",
        "raw_bar",
        "error",
        "the date lies after the day on which the row was stored",
        lambda _: pl.col("date") <= pl.col("ingested_at").dt.date() + pl.duration(days=1),
        lambda: _words("the date lies after the day it was stored, ", pl.col("ingested_at").dt.date().cast(pl.String)),
    ),
    Rule(
        "market_closed",
        "raw_bar",
        "error",
        "the market was closed on the date",
        lambda _: ~pl.col("_judged") | pl.col("_session"),
        lambda: _words("the market (", pl.col("_calendar"), ") was closed on this ", pl.col("date").dt.strftime("%A")),
    ),
)
