"""Errors that one raw bar shows by itself, or beside the bars of its own date."""

from __future__ import annotations

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule
from schemas.columns import PRICES

KEY = ("ticker", "date")


def prepare(bars: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Add what a row has to do with others of its date; rows are sorted by ticker and date.

    Added columns: _copy ('no' | 'same' | 'other': whether it repeats its date, as a copy or with other prices) ·
    _volumes (on the row that stays: the smallest of the volumes given, where they differ; else null).

    Of rows with the same prices the one with the largest volume stays, for the others were written before the day's
    trading was counted. Where a date is given with different prices nobody knows which are right, and all go.
    """
    repeats = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in KEY).fill_null(False)
    repeated = bars.filter(repeats).select(KEY).unique()
    if repeated.is_empty():
        return bars.with_columns(_copy=pl.lit("no"), _volumes=pl.lit(None, dtype=pl.Float64))
    least = pl.col("volume").min()
    one_price = pl.all_horizontal(
        (pl.col(name).null_count() == pl.len())
        | (
            (pl.col(name).max() - pl.col(name).min() <= limits.float_noise * pl.col(name).max())
            & (pl.col(name).null_count() == 0)
        )
        for name in PRICES
    )
    per_date = (
        bars.join(repeated, on=KEY, how="semi")
        .group_by(KEY)
        .agg(
            _one=one_price,
            _stays=pl.col("row").sort_by("volume", descending=True, nulls_last=True, maintain_order=True).first(),
            _least=pl.when(least < pl.col("volume").max()).then(least),
        )
    )
    judged = bars.join(per_date, on=KEY, how="left", maintain_order="left")
    stays = pl.col("row") == pl.col("_stays")
    copy = pl.when(~pl.col("_one")).then(pl.lit("other")).when(~stays).then(pl.lit("same")).otherwise(pl.lit("no"))
    return judged.with_columns(
        _copy=copy.fill_null("no"), _volumes=pl.when(stays & pl.col("_one")).then("_least")
    ).drop("_one", "_stays", "_least")


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("nothing")


def _present() -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_finite() & (pl.col(name) > 0) for name in PRICES).fill_null(False)


def _in_order(limits: Limits) -> pl.Expr:
    return ~_present() | (pl.col("high") >= pl.col("low") * (1 - limits.float_noise))


def _inside(limits: Limits) -> pl.Expr:
    top, bottom = pl.max_horizontal("open", "close"), pl.min_horizontal("open", "close")
    held = (top * (1 - limits.float_noise) <= pl.col("high")) & (bottom * (1 + limits.float_noise) >= pl.col("low"))
    return ~_in_order(limits) | ~_present() | held


def _with_prices(words: str) -> pl.Expr:
    return pl.format(f"{words}: {' '.join(f'{name} {{}}' for name in PRICES)}", *map(_number, PRICES))


RULES = (
    Rule(
        "missing_price",
        "raw_bar",
        "error",
        "an open, high, low or close is missing",
        lambda _: pl.all_horizontal(
            pl.col(name).is_not_null() & ~pl.col(name).is_nan().fill_null(False) for name in PRICES
        ),
        lambda: _with_prices("a price is missing"),
    ),
    Rule(
        "infinite_price",
        "raw_bar",
        "error",
        "a price is not a finite number",
        lambda _: ~pl.any_horizontal(pl.col(name).is_infinite().fill_null(False) for name in PRICES),
        lambda: _with_prices("a price is infinite"),
    ),
    Rule(
        "non_positive_price",
        "raw_bar",
        "error",
        "a price is zero or negative",
        lambda _: (
            ~pl.any_horizontal(((pl.col(name) <= 0) & pl.col(name).is_finite()).fill_null(False) for name in PRICES)
        ),
        lambda: _with_prices("a price is not positive"),
    ),
    Rule(
        "high_below_low",
        "raw_bar",
        "error",
        "the high is below the low, beyond float noise",
        _in_order,
        lambda: pl.format("the high {} is below the low {}", _number("high"), _number("low")),
        ("float_noise",),
    ),
    Rule(
        "open_close_outside",
        "raw_bar",
        "error",
        "the open or close lies above the high or below the low, beyond float noise",
        _inside,
        lambda: _with_prices("open or close lies outside the range"),
        ("float_noise",),
    ),
    Rule(
        "bad_volume",
        "raw_bar",
        "error",
        "the volume is negative or not a finite number",
        lambda _: ((pl.col("volume") >= 0) & pl.col("volume").is_finite()).fill_null(True),
        lambda: pl.format("the volume is {}", _number("volume")),
    ),
    Rule(
        "duplicate_date",
        "raw_bar",
        "error",
        "the date is given more than once: of rows with equal prices one stays, of different ones none",
        lambda _: pl.col("_copy") == "no",
        lambda: pl.format(
            "the date is given more than once, {}",
            pl.when(pl.col("_copy") == "same").then(pl.lit("this is a copy")).otherwise(pl.lit("with other prices")),
        ),
        ("float_noise",),
    ),
    Rule(
        "volumes_differ",
        "raw_bar",
        "warning",
        "the date is given more than once with equal prices and different volumes: the largest is kept",
        lambda _: pl.col("_volumes").is_null(),
        lambda: pl.format("the volume is {}, and was given as {} too", _number("volume"), _number("_volumes")),
        ("float_noise",),
    ),
)
