"""Dividends held against the payer's own, and against the prices of their day.

A dividend has two witnesses, and both can be asked of any payer without knowing who it is.

* **The payer's other payments.** What is *usual* is the median of the four payments before and the four after. A slip
  of a unit makes a payment a hundredth or a hundred times of that, one that was not adjusted for a split the split's
  multiple. A payment is *regular* that is between a fifth and five times the usual; others come between the regular
  ones (a premium for voting, a special) and say nothing about their rhythm, which is the median wait of the regular
  ones.
* **The price.** On the ex-date it falls by what is paid: the *fall* is how far the middle of open and close lies below
  the close before. One fall says something only of a payment that is large beside the ticker's scale (see `moves`); the
  median of fall / payment over all regular payments says it also of small ones: it is about one, within the error
  0.9 * median(scale / payment) / sqrt(n). Where it is about a hundred or nothing, the unit is wrong.

A payment that the price fell by is as told, however unusual: specials and capital gains of funds are.
Limits: a single small payment that was never made, without another like it within days, is not found; nor is a wrong
unit from a payer with fewer than four payments, unless it is large. Prices that dividends were taken out of do not
fall: of those the price is not asked.
"""

from __future__ import annotations

import math

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule

NEAR = (-4, -3, -2, -1, 1, 2, 3, 4)
FEWEST = 3  # other payments that make something usual
OFTEN = 8  # payments that make a rhythm to judge holes by
USUAL_DAYS = 182.0
SMALL = 0.2  # of the usual, or five times it: not a regular payment
A_UNIT = math.log(1.6)  # how far from a hundred times the usual
A_RATIO, A_STEP, A_MULTIPLE = math.log(1.3), math.log(1.15), math.log(1.05)  # least ratio; how far from it
MEDIAN_ERROR = 0.9  # 1.25 for a median, 0.7 for the middle of the day, which moves less than the close
SURE = 3.0  # errors of the median beyond which it is not one
NO_FALL, FAR_FALL = 0.3, 30.0  # times the payment: less is no fall, more is that of another unit
SEEN = 0.03  # of the price: payments below it are not missed in the prices


def prepare(actions: pl.DataFrame, bars: pl.DataFrame, tickers: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Add what the two witnesses say of each dividend (null on splits).

    Added columns: _price (the close before) · _share (of it that is paid) · _visible (whether a fall by so much would
    stand out) · _fall (as a share) · _scale · _usual · _regular · _factor (the error that its value looks like, 1 for
    none) · _wait (days since the regular payment before, as a multiple of the longer of the
    waits beside it; null for payers with fewer than OFTEN) · _silence (for the last payment, days from it to the
    ticker's last bar, as a multiple of the usual wait) · _again (the date of an equal payment just before) · _income
    (what the year to it paid, as a share of the price) · _fell (how far the price fell by that) · _median (of fall /
    payment over the payer's regular payments) · _error (of that median).

    Args:
        actions: row, ticker, date, kind, value, _paid (see actions.paid_at).
        bars: ticker, date, open, close, _scale, sorted by ticker and date.
        tickers: ticker, adjusted (whether dividends have been taken out of its prices, so that they do not fall).
        limits: the numbers that decide.
    """
    payers = actions.filter(pl.col("kind") == "dividend")["ticker"].unique()
    bars = bars.filter(pl.col("ticker").is_in(payers.implode()))
    adjusted = tickers.filter("adjusted")["ticker"]
    splits = actions.filter(pl.col("kind") == "split")
    priced = _priced(actions.filter(pl.col("kind") == "dividend"), bars).sort("ticker", "date")
    priced = priced.with_columns(_fall=pl.when(~pl.col("ticker").is_in(adjusted.implode())).then("_fall"))
    judged = _income(_unit(_factor(_rhythm(_usual(_visible(priced, limits)), limits), splits)))
    return pl.concat([judged, splits], how="diagonal_relaxed").sort("row")


def _priced(dividends: pl.DataFrame, bars: pl.DataFrame) -> pl.DataFrame:
    """Add _price, _fall, _scale and _end (the ticker's last bar)."""
    closes = bars.select("ticker", "date", _price="close")
    days = bars.select("ticker", "_scale", _paid="date", _middle=(pl.col("open") + pl.col("close")) / 2)
    return (
        dividends.sort("ticker", "date")
        .join_asof(
            closes, on="date", by="ticker", strategy="backward", allow_exact_matches=False, check_sortedness=False
        )
        .join(days, on=["ticker", "_paid"], how="left")
        .join(bars.group_by("ticker").agg(_end=pl.col("date").max()), on="ticker", how="left")
        .with_columns(_fall=1 - pl.col("_middle") / pl.col("_price"))
        .drop("_middle")
    )


def _visible(dividends: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Add _share (of the price) and _visible: whether a fall by so much stands out of the ticker's usual moves."""
    share = pl.col("value") / pl.col("_price")
    sight = pl.max_horizontal(limits.dividend_scales * pl.col("_scale"), limits.dividend_share)
    return dividends.with_columns(_share=share, _visible=(share > sight).fill_null(False))


def _usual(dividends: pl.DataFrame) -> pl.DataFrame:
    """Add _usual and _regular."""
    others = pl.concat_list([pl.col("value").shift(k).over("ticker") for k in NEAR]).list.drop_nulls()
    return dividends.with_columns(_usual=pl.when(others.list.len() >= FEWEST).then(others.list.median())).with_columns(
        _regular=pl.col("value").is_between(SMALL * pl.col("_usual"), pl.col("_usual") / SMALL).fill_null(True)
    )


def _rhythm(dividends: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Add _every (the usual days from one regular payment to the next), _missing, _wait, _silence and _again.

    _missing: whether a regular payment would be missing if this one were none, so that it is one, whatever its size.
    """
    before, after, days = _waits("_regular")
    previous = pl.col("date").shift(1).over("ticker")
    same = (pl.col("value") / pl.col("value").shift(1).over("ticker") - 1).abs() <= limits.dividend_noise
    timed = dividends.with_columns(_every=days.median().over("ticker"), _before=before, _after=after)
    quick = (pl.col("date") - previous).dt.total_days() <= pl.min_horizontal(
        limits.dividend_again_days, 0.4 * pl.col("_every").fill_null(math.inf)
    )
    across = (pl.coalesce("_after", "date") - pl.coalesce("_before", "date")).dt.total_days()
    inside = pl.all_horizontal(pl.col(name).is_not_null() for name in ("_before", "_after"))
    timed = timed.with_columns(
        _again=pl.when(same & quick).then(previous),
        _missing=(across > pl.when(inside).then(1.5).otherwise(0.9) * pl.col("_every")).fill_null(False),
    )
    paced = timed.with_columns(_paced=(pl.col("_regular") | pl.col("_missing")) & pl.col("_again").is_null())
    paced = paced.with_columns(_days=_waits("_paced")[2])
    only = paced.filter("_paced").with_columns(
        _beside=pl.max_horizontal(pl.col("_days").shift(1).over("ticker"), pl.col("_days").shift(-1).over("ticker"))
    )
    often = pl.col("_days").count().over("ticker") >= OFTEN - 1
    last = pl.col("date") == pl.col("date").max().over("ticker")
    silent = (pl.col("_end") - pl.col("date")).dt.total_days()
    return (
        paced.join(only.select("row", "_beside"), on="row", how="left", maintain_order="left")
        .with_columns(
            _wait=pl.when(often).then(pl.col("_days") / pl.col("_beside")),
            _silence=pl.when(last).then(silent / pl.when(often).then("_every").otherwise(USUAL_DAYS)),
        )
        .drop("_days", "_beside", "_end", "_before", "_after", "_paced")
    )


def _waits(which: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Find the marked payments before and after each row, and on marked rows the days since the one before."""
    marked = pl.when(which).then(pl.col("date"))
    before = marked.forward_fill().shift(1).over("ticker")
    after = marked.backward_fill().shift(-1).over("ticker")
    return before, after, pl.when(which).then((pl.col("date") - before).dt.total_days())


def _factor(dividends: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """Add _factor: 100 or 0.01 for another unit, a split's ratio for a payment that was not adjusted for it, else 1."""
    hundredfold, hundredth = (_like(pl.col("value") / pl.col("_usual"), factor, A_UNIT) for factor in (100.0, 0.01))
    unit = pl.when(hundredfold).then(100.0).when(hundredth & pl.col("_missing")).then(0.01).otherwise(1.0)
    joined = dividends.join(_of_splits(dividends, splits), on="row", how="left", maintain_order="left")
    factor = pl.when(unit != 1.0).then(unit).otherwise(pl.col("_ratio").fill_null(1.0))
    as_told = (pl.col("_visible") & (pl.col("_fall") >= 0.5 * pl.col("_share"))).fill_null(False)
    return joined.with_columns(_factor=pl.when(as_told).then(1.0).otherwise(factor)).drop("_ratio")


def _like(ratio: pl.Expr, factor: pl.Expr | float, within: float) -> pl.Expr:
    return ((ratio / factor).log().abs() <= within).fill_null(False)


def _of_splits(dividends: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """row, _ratio of payments that stand to the usual as a later split's ratio: one alone, or all before the split."""
    pairs = dividends.join(splits.select("ticker", _split="date", _by="value"), on="ticker").sort(
        "ticker", "_split", "date"
    )
    early, key = pl.col("date") < pl.col("_split"), ("ticker", "_split")
    sides = pairs.group_by(key, maintain_order=True).agg(
        _early=pl.col("value").filter(early).tail(4).median(),
        _late=pl.col("value").filter(~early).head(4).median(),
        _fewest=pl.min_horizontal(early.sum(), (~early).sum()),
    )
    held = pairs.filter(early & (pl.col("_by").log().abs() > A_RATIO)).join(sides, on=key)
    ratio = pl.col("_early") / pl.col("_late")
    step = (pl.col("_fewest") >= 2) & (_like(ratio, pl.col("_by"), A_STEP) | _like(ratio, 1 / pl.col("_by"), A_STEP))
    alone = pl.col("value") / pl.col("_usual")
    odd = _like(alone, pl.col("_by"), A_MULTIPLE) | _like(alone, 1 / pl.col("_by"), A_MULTIPLE)
    matched = held.with_columns(_ratio=pl.when(step.fill_null(False)).then(ratio).when(odd).then(alone))
    return matched.filter(pl.col("_ratio").is_not_null()).group_by("row").agg(pl.col("_ratio").first())


def _unit(dividends: pl.DataFrame) -> pl.DataFrame:
    """Add _median and _error of fall / payment over the regular payments; null where they are too few."""
    seen = dividends.filter(pl.col("_regular") & pl.col("_fall").is_finite() & (pl.col("_share") > 0))
    per_payer = seen.group_by("ticker").agg(
        _median=(pl.col("_fall") / pl.col("_share")).median(),
        _error=MEDIAN_ERROR * (pl.col("_scale") / pl.col("_share")).median() / pl.len().sqrt(),
        _payments=pl.len(),
        _size=pl.col("_share").median(),
    )
    telling = (pl.col("_size") >= SEEN) | (pl.col("_median") > 1)
    enough = per_payer.filter((pl.col("_payments") > FEWEST) & telling).drop("_payments", "_size")
    return dividends.join(enough, on="ticker", how="left", maintain_order="left")


def _income(dividends: pl.DataFrame) -> pl.DataFrame:
    """Add _income and _fell: what the year to each payment paid, and by how much the price fell for it."""
    year = (
        dividends.sort("ticker", "date")
        .rolling("date", period="365d", group_by="ticker")
        .agg(_income=pl.col("_share").sum(), _fell=pl.col("_fall").sum(), row=pl.col("row").last())
    )
    return dividends.join(year.select("row", "_income", "_fell"), on="row", how="left", maintain_order="left")


def _dividend() -> pl.Expr:
    """Say "pays 0.25 on a price of 10"."""
    return pl.format("pays {} on a price of {}", _six("value"), _six("_price"))


def _six(name: str) -> pl.Expr:
    return pl.col(name).round_sig_figs(6)


RULES = (
    Rule(
        "large_dividend",
        "action",
        "warning",
        "a dividend is a large part of the price, which did not fall by it: another unit, or another day",
        lambda _: ~(pl.col("_visible") & (pl.col("_fall") < 0.5 * pl.col("_share"))),
        _dividend,
        ("dividend_share", "dividend_scales"),
    ),
    Rule(
        "odd_dividend",
        "action",
        "warning",
        "a dividend is a hundredth, a hundred times or a split's multiple of the payer's usual one",
        lambda _: pl.col("_factor") == 1.0,
        lambda: pl.format(
            "pays {} where {} is usual{}",
            _six("value"),
            _six("_usual"),
            pl.when(pl.col("_factor").is_in([100.0, 0.01]))
            .then(pl.lit(": another unit"))
            .otherwise(pl.lit(": not adjusted for a split")),
        ),
        ("dividend_share", "dividend_scales"),
    ),
    Rule(
        "dividend_unit",
        "action",
        "warning",
        "on a payer's ex-dates the price falls by a hundred times what is paid, or not at all: another unit",
        lambda limits: (
            ((pl.col("_median") - 1).abs() <= SURE * pl.col("_error"))
            | pl.col("_median").is_between(NO_FALL, FAR_FALL)
            | ~pl.col("_regular")
        ),
        lambda: pl.format(
            "{}; by the median of its ex-dates the price falls by {} times the payment",
            _dividend(),
            pl.col("_median").round_sig_figs(2),
        ),
    ),
    Rule(
        "dividend_again",
        "action",
        "warning",
        "the same sum is paid again within days: one payment told on two dates",
        lambda _: pl.col("_again").is_null(),
        lambda: pl.format("pays {} as on {}", _six("value"), "_again"),
        ("dividend_again_days", "dividend_noise"),
    ),
    Rule(
        "dividend_income",
        "action",
        "warning",
        "a year's dividends are a large part of the price, which did not fall by them",
        lambda limits: (pl.col("_income") <= limits.income_share) | (pl.col("_fell") >= 0.5 * pl.col("_income")),
        lambda: pl.format("the year to it pays {} % of the price", (pl.col("_income") * 100).round(0).cast(pl.Int64)),
        ("income_share",),
    ),
    Rule(
        "dividend_gap",
        "action",
        "warning",
        "a regular payer's dividends have a hole: some may be missing",
        lambda limits: pl.col("_wait") <= limits.dividend_gap,
        lambda: pl.format("comes after {} times the waits beside it", pl.col("_wait").round(1)),
        ("dividend_gap",),
    ),
    Rule(
        "dividend_end",
        "action",
        "warning",
        "dividends stop long before prices do: the payer stopped, or the rest is missing",
        lambda limits: pl.col("_silence") <= limits.dividend_silence,
        lambda: pl.format("is the last; prices go on for {} times the usual wait", pl.col("_silence").round(1)),
        ("dividend_silence",),
    ),
)
