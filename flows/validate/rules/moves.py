"""Jumps from bar to bar, and what they look like: a split, a wrong unit, a level that comes back, an outlier.

A ticker's **scale** is how far it usually moves in a day: the 80 % quantile of its absolute log moves over the 60 bars
before, divided by 1.2816, which is the standard deviation if moves are normal. Unlike a standard deviation it does not
grow with the jump that it is to judge, and unlike a median it is not zero for a share that trades every other day. It
is at least a quarter of a percent.

Each jump gets one cause, the most telling first, so that one defect is one finding:

* `unit`: the price is a hundred, a thousand or ten thousand times what it was, or the reverse, within a quarter.
* `split`: the open stands to the close before as the ratio of a split would have it, and so does the close, within
  what the ticker may well move overnight and in a day. Ratios are those companies use, and those that this ticker has
  declared itself (a split applied to part of the rows jumps on the wrong date). A real crash can halve a price too;
  but then everybody trades. So for ratios below 4, trading beyond four times the usual, after allowing for the split,
  says that the fall is real. And a share that moves so much that six of its scales make the ratio is let be.
* `shift`: a large move that a second one undoes within some bars, in times in which such moves are not usual.
* `outlier`: any other move, or a high or low, beyond what the ticker's scale explains.

A jump is first held against what is declared for its day: a fall by the dividend that is paid on it is none. A declared
split is in the adjusted prices already; one that is not is what `split` is for.
Limits: a real fall overnight by a ratio of 1.25 or more on usual volume looks like a split; a split of a share that
trades at six of its scales a day is not found.
"""

from __future__ import annotations

import math

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule
from flows.validate.rules.sessions import is_reuse

#: New shares for old that companies have used; from MERGED on also the other way round.
RATIOS = (1.25, 4 / 3, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)
MERGED = 2.0  # nobody merges five shares into four
UNITS = (100.0, 1000.0, 10000.0)
UNIT_TOLERANCE = math.log(1.25)
LEAST_MOVE = 0.18  # below the smallest ratio, ln 1.25 = 0.22, no move is looked at for a split
CROWD, SMALL_CROWD, CROWD_WINDOW = (
    4.0,
    2.0,
    20,
)  # times the usual volume; for ratios below 1.4; bars that tell the usual
WINDOW = 60
AROUND = 11  # bars, the day in the middle, that tell how wild a time it is
CALM = 3.0  # a level that comes back began with a move of so many times the usual one around it
SPLIT_SCALES = 6.0  # what a split makes of a price is more than what the ticker does of itself
FLOOR = 0.0025
QUANTILE, PER_SCALE = 0.8, 1.2816
#: Up to which ratio: how far (scales, at least, at most) the open and the close may be from what the split would make
#: of them.
TOLERANCES = (
    (1.4, (1.0, 0.01, 0.02), (3.0, 0.03, 0.05)),
    (3.9, (2.5, 0.03, 0.06), (4.0, 0.05, 0.20)),
    (math.inf, (3.0, 0.05, 0.18), (5.0, 0.08, 0.30)),
)


def prepare(bars: pl.DataFrame, splits: pl.DataFrame, paid: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Add _move, _days, _wick, _scale, _cause and _declared to bars that passed, sorted by ticker and date.

    _move: log of close over the close before (null on a ticker's first bar) · _days: calendar days since that bar ·
    _wick: how far high or low reach beyond open and close, as a log · _scale · _cause: 'none', 'unit', 'split',
    'shift', 'outlier' · _declared: whether a split is declared for the day of a jump, to which prices were said to be
    adjusted, or have been.

    Args:
        bars: row, ticker, date, open, high, low, close, volume.
        splits: ticker, date, value of the splits that the tickers have declared.
        paid: ticker, kind, value, _paid: dividends, on the bars at which they are paid.
        limits: the numbers that decide.
    """
    first = (pl.col("ticker") != pl.col("ticker").shift(1)).fill_null(True)
    before = pl.when(~first).then(pl.col("close").shift(1))
    place = pl.int_range(pl.len())
    measured = bars.with_columns(
        _move=(pl.col("close") / before).log(),
        _gap=(pl.col("open") / before).log(),
        _days=pl.when(~first).then((pl.col("date") - pl.col("date").shift(1)).dt.total_days()),
        _nth=place - pl.when(first).then(place).forward_fill(),
        _wick=pl.max_horizontal(
            (pl.col("high") / pl.max_horizontal("open", "close")).log(),
            (pl.min_horizontal("open", "close") / pl.col("low")).log(),
        ),
        _crowd=pl.col("volume") / pl.col("volume").rolling_median(CROWD_WINDOW, min_samples=5).shift(1),
    )
    scaled = _scaled(measured)
    causes = _causes(_far(scaled, paid, limits), splits, limits)
    joined = scaled.join(causes, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.col("_cause").fill_null("none")).drop("_gap", "_nth", "_crowd")


def _scaled(measured: pl.DataFrame) -> pl.DataFrame:
    """Add _scale; a ticker's first bars, with no window of their own, take the scale of its whole history."""
    size = pl.col("_move").abs()
    rolling = size.rolling_quantile(QUANTILE, window_size=WINDOW, min_samples=WINDOW // 2).shift(1) / PER_SCALE
    whole = measured.group_by("ticker").agg(_whole=size.quantile(QUANTILE) / PER_SCALE)
    joined = measured.join(whole, on="ticker", how="left", maintain_order="left").with_columns(_rolling=rolling)
    scale = pl.when(pl.col("_nth") <= WINDOW).then("_whole").otherwise("_rolling")
    return joined.with_columns(_scale=pl.max_horizontal(scale, pl.lit(FLOOR))).drop("_rolling", "_whole")


def _far(scaled: pl.DataFrame, paid: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Pick the few rows that moved far, with _wild: the usual move of the days around.

    What is paid on a day is part of its move: a fall by a dividend is none.
    """
    move, scale = pl.col("_move").abs(), pl.col("_scale")
    far = (move > LEAST_MOVE) | ((move > limits.shift_scales * scale) & (move > limits.shift_move))
    spiky = (pl.col("_wick") > limits.outlier_scales * scale) & (pl.col("_wick") > limits.outlier_move)
    marked = scaled.with_columns(_spiky=spiky.fill_null(False), _jump=far.fill_null(False))
    jumps = marked.filter(pl.col("_jump") | pl.col("_spiky"))
    around = pl.col("_move").abs().rolling_median(AROUND, center=True, min_samples=1).over("ticker")
    wild = scaled.filter(pl.col("ticker").is_in(jumps["ticker"].unique().implode())).select("row", _wild=around)
    jumps = jumps.join(wild, on="row", how="left", maintain_order="left")
    cash = paid.filter(pl.col("kind") == "dividend").group_by("ticker", date="_paid").agg(_cash=pl.col("value").sum())
    held = jumps.join(cash, on=["ticker", "date"], how="left", maintain_order="left")
    before = pl.col("close") / pl.col("_move").exp()
    whole = ((pl.col("close") + pl.col("_cash")) / before).log()
    at_open = ((pl.col("open") + pl.col("_cash")) / before).log()
    explained = (whole.abs() < move).fill_null(False)
    net = held.with_columns(
        _move=pl.when(explained).then(whole).otherwise("_move"), _gap=pl.when(explained).then(at_open).otherwise("_gap")
    )
    return net.with_columns(_jump=pl.col("_jump") & far.fill_null(False)).filter(pl.col("_jump") | pl.col("_spiky"))


def _causes(jumps: pl.DataFrame, splits: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """row, _cause, _declared of the few rows that moved far."""
    move, scale = pl.col("_move").abs(), pl.col("_scale")
    resumed = is_reuse(limits).fill_null(False)  # the jump belongs to the hole before it, see sessions
    jumps = jumps.filter((pl.col("_jump") & ~resumed) | pl.col("_spiky"))
    unit = pl.any_horizontal((move - math.log(factor)).abs() < UNIT_TOLERANCE for factor in UNITS)
    outlier = (move > limits.outlier_scales * scale) & (move > limits.outlier_move)
    return (
        jumps.with_columns(
            _split=_like_a_split(RATIOS, MERGED) | pl.col("row").is_in(_own_ratio(jumps, splits).implode())
        )
        .with_columns(_shift=_comes_back(limits))
        .with_columns(
            _cause=pl.when(unit & ~resumed)
            .then(pl.lit("unit"))
            .when(pl.col("_split") & ~resumed)
            .then(pl.lit("split"))
            .when(pl.col("_shift"))
            .then(pl.lit("shift"))
            .when((outlier & ~resumed) | pl.col("_spiky"))
            .then(pl.lit("outlier"))
        )
        .filter(pl.col("_cause").is_not_null())
        .join(splits.select("ticker", "date", _declared=True).unique(), on=["ticker", "date"], how="left")
        .select("row", "_cause", "_declared")
    )


def _like_a_split(ratios: tuple[float, ...], merged: float) -> pl.Expr:
    """Open and close both where one of these ratios would put them, and no crowd that makes a crash of it; a rise only
    counts for ratios from `merged` on."""
    falls = [_fits(-math.log(ratio), ratio) for ratio in ratios]
    rises = [_fits(math.log(ratio), ratio) for ratio in ratios if ratio >= merged]
    return pl.any_horizontal(falls + rises).fill_null(False)


def _fits(step: float, ratio: float) -> pl.Expr:
    """Whether a bar stands `step` (a log) from the close before, as exactly as a split of this ratio leaves it."""
    _, at_open, at_close = next(row for row in TOLERANCES if max(ratio, 1 / ratio) < row[0])
    beyond = pl.col("_scale") * SPLIT_SCALES < abs(step)
    near_open = beyond & ((pl.col("_gap") - step).abs() <= (at_open[0] * pl.col("_scale")).clip(*at_open[1:]))
    near_close = (pl.col("_move") - step).abs() <= (at_close[0] * pl.col("_scale")).clip(*at_close[1:])
    if max(ratio, 1 / ratio) >= TOLERANCES[1][0]:
        return near_open & near_close
    crowd = CROWD if max(ratio, 1 / ratio) >= TOLERANCES[0][0] else SMALL_CROWD
    crowded = (pl.col("_crowd") * math.exp(step) > crowd).fill_null(False) & pl.col("_crowd").is_finite()
    return near_open & near_close & ~crowded


def _own_ratio(jumps: pl.DataFrame, splits: pl.DataFrame) -> pl.Series:
    """Rows of jumps that fit a ratio which their own ticker has declared."""
    rows: list[int] = []
    for ticker, ratio in splits.select("ticker", "value").unique().iter_rows():
        if ratio > 0 and abs(math.log(ratio)) > LEAST_MOVE:
            own = jumps.filter((pl.col("ticker") == ticker) & _like_a_split((ratio,), 0.0))
            rows += own["row"].to_list()
    return pl.Series(rows, dtype=pl.Int64)


def _comes_back(limits: Limits) -> pl.Expr:
    """Tell whether this jump and the ticker's next one, or the one before, undo each other within a quarter.

    They are not many bars apart, the price stood still between them within a quarter of the jump, and they are far
    larger than what was usual around: in a crash prices jump back and forth for days, and mean it.
    """

    def undone_by(other: int) -> pl.Expr:
        paired = pl.col("ticker") == pl.col("ticker").shift(other)
        near = (pl.col("_nth") - pl.col("_nth").shift(other)).abs() <= limits.shift_bars
        rest = (pl.col("_move") + pl.col("_move").shift(other)).abs()
        log_close = pl.col("close").log()
        log_before = log_close - pl.col("_move")
        drift = log_before.shift(-1) - log_close if other < 0 else log_before - log_close.shift(1)
        big = pl.min_horizontal(pl.col("_move").abs(), pl.col("_move").shift(other).abs())
        far = pl.all_horizontal(
            pl.col("_move").abs().shift(k) > limits.shift_scales * pl.col("_scale").shift(k) for k in (0, other)
        )
        stays = drift.abs() < 0.25 * big
        calm = big > CALM * pl.max_horizontal(pl.col("_wild"), pl.col("_wild").shift(other))
        return (paired & near & far & stays & calm & (rest < 0.25 * big)).fill_null(False)

    return undone_by(-1) | undone_by(1)


SPLIT = "like a split that was not applied"
DECLARED = (
    "and a split is declared for the day: prices that should be adjusted to it are as traded"
    " (of files, `adjusted = false` in files.toml says so)"
)


def _reason(words: str) -> pl.Expr:
    return pl.format(f"the close is {{}} times the close before, {words}", pl.col("_move").exp().round_sig_figs(4))


RULES = (
    Rule(
        "unit_error",
        "bar",
        "warning",
        "the price is a hundred, a thousand or ten thousand times what it was, or the reverse: another unit",
        lambda _: pl.col("_cause") != "unit",
        lambda: _reason("like another unit"),
    ),
    Rule(
        "unapplied_split",
        "bar",
        "warning",
        "the price jumps as a split would make it: a split that is not declared, or applied to part of the rows",
        lambda _: pl.col("_cause") != "split",
        lambda: pl.when("_declared").then(_reason(DECLARED)).otherwise(_reason(SPLIT)),
    ),
    Rule(
        "level_shift",
        "bar",
        "warning",
        "the price jumps to another level and comes back to the old one",
        lambda _: pl.col("_cause") != "shift",
        lambda: _reason("and another jump undoes it"),
        ("shift_scales", "shift_move", "shift_bars"),
    ),
    Rule(
        "outlier",
        "bar",
        "warning",
        "a move, a high or a low is beyond what the ticker's own scale explains",
        lambda _: pl.col("_cause") != "outlier",
        lambda: pl.format(
            "the price moves by {} times the ticker's scale{}",
            (pl.max_horizontal(pl.col("_move").abs(), pl.col("_wick")) / pl.col("_scale")).round(0).cast(pl.Int64),
            pl.when(pl.col("_wick") > pl.col("_move").abs()).then(pl.lit(" (high or low)")).otherwise(pl.lit("")),
        ),
        ("outlier_scales", "outlier_move"),
    ),
)
