"""Fingerprints: what a run depends on, as short text. Equal inputs have equal ones, in any order, on any machine.

Prices are taken to `DIGITS` = 6 significant digits, because a source that answers in float32 gives the same price as
150.23 one night and 150.22999573 the next: the 7th digit is noise. Rounding alone cannot absorb noise for certain: a
price close to the middle between two roundings falls on either side of it (of prices with many digits, as after a
split by 7, one in a hundred to one in ten). So `settle` keeps the stored number wherever a source only jitters: use
it where rows are stored, and the rounding is a second line of defence for what did not pass there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.canonical import canonical_json, digest
from warehouse.errors import BadRequest

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

DIGITS = 6
"""Significant digits of a price that count."""

JITTER = 1e-6
"""Relative difference up to which two prices are one: above float32's 1.2e-7, below a cent on a price of 10,000."""

PRICES = ("open", "high", "low", "close")
_UNKNOWN = -(2**62)


class State(NamedTuple):
    """The bars of one ticker in a window: first and last date, how many, and their fingerprint."""

    first: date | None
    last: date | None
    rows: int
    hash: str


class Bars:
    """Fingerprints of any window of any ticker of one frame of bars: ticker, date, open, high, low, close[, dividend].

    A frame without `dividend` counts as one without dividends. Volume does not count: no result depends on it.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        import numpy as np
        import polars as pl

        wanted = ("ticker", "date", *PRICES)
        if missing := [name for name in wanted if name not in frame.columns]:
            raise BadRequest(f"bars to take a fingerprint of lack {', '.join(missing)}; they have {frame.columns}")
        dividend = pl.col("dividend").fill_null(0.0) if "dividend" in frame.columns else pl.lit(0.0).alias("dividend")
        rows = frame.select(*wanted, dividend).sort("ticker", "date")
        self._days = rows["date"].to_physical().to_numpy().astype("<i8")
        columns = [_rounded(rows[name].cast(pl.Float64).to_numpy()) for name in (*PRICES, "dividend")]
        self._table = np.column_stack([self._days, *columns]).astype("<i8") if rows.height else np.empty((0, 6), "<i8")
        counts = rows.group_by("ticker", maintain_order=True).len()
        ends = counts["len"].cum_sum().to_list()
        starts = [0, *ends][: len(ends)]
        self._places = {name: (lo, hi) for name, lo, hi in zip(counts["ticker"], starts, ends, strict=True)}
        self._known: dict[tuple[str, date | None, date | None], State] = {}
        self._texts: dict[tuple[tuple[str, ...], date | None, date | None], str] = {}

    def of(self, ticker: str, start: date | None = None, end: date | None = None) -> State:
        """The state of one ticker from `start` to `end`, both included, None meaning open; no bars: rows 0."""
        asked = (ticker, start, end)
        if asked not in self._known:
            self._known[asked] = self._take(*asked)
        return self._known[asked]

    def data(self, tickers: Iterable[str], start: date | None = None, end: date | None = None) -> str:
        """The state of some tickers as canonical JSON, ticker to [first, last, rows, hash]: `backtest.runs.data`."""
        asked = (tuple(tickers), start, end)
        if asked not in self._texts:
            self._texts[asked] = canonical_json({ticker: list(self.of(ticker, start, end)) for ticker in asked[0]})
        return self._texts[asked]

    def _take(self, ticker: str, start: date | None, end: date | None) -> State:
        import numpy as np

        lo, hi = self._places.get(ticker, (0, 0))
        days = self._days[lo:hi]
        first = int(np.searchsorted(days, _day(start))) if start is not None else 0
        last = int(np.searchsorted(days, _day(end), side="right")) if end is not None else len(days)
        if first >= last:
            return State(None, None, 0, digest(""))
        rows = np.ascontiguousarray(self._table[lo + first : lo + last])
        fingerprint = hashlib.blake2b(rows.tobytes(), digest_size=8).hexdigest()
        return State(_date(days[first]), _date(days[last - 1]), last - first, fingerprint)


def parameters(value: Any) -> str:
    """Fingerprint of parameters: 16 hex over their canonical JSON (given as such, or as plain data)."""
    return digest(canonical_json(json.loads(value) if isinstance(value, str) else value))


def run_id(run_parameters: Any, engine: str, data: str) -> str:
    """Identity of a run: 16 hex over its parameters, the engine's fingerprint and the state of its data."""
    known = json.loads(run_parameters) if isinstance(run_parameters, str) else run_parameters
    return digest(canonical_json([known, engine, data]))


def changes(
    old_data: str, bars: Bars, tickers: Sequence[str], start: date | None = None, end: date | None = None
) -> dict[str, str]:
    """What became of the bars of a run since `old_data` was its state: ticker to a sentence; unchanged: left out."""
    before = {ticker: State(*state) for ticker, state in json.loads(old_data).items()}
    found = {ticker: "no longer part of it" for ticker in before if ticker not in tickers}
    for ticker in tickers:
        was, now = before.get(ticker), bars.of(ticker, start, end)
        if was is None:
            found[ticker] = "was no part of it before"
        elif was.hash != now.hash:
            found[ticker] = _difference(was, now, bars, ticker, start)
    return found


def settle(old: pl.DataFrame, new: pl.DataFrame, columns: Sequence[str] = PRICES) -> pl.DataFrame:
    """`new` (one row per ticker and date) with the numbers of `old` wherever the two agree within JITTER."""
    import polars as pl

    names = [name for name in columns if name in old.columns and name in new.columns]
    stored = old.select("ticker", "date", *(pl.col(name).alias(f"{name}_stored") for name in names))
    joined = new.join(stored, on=["ticker", "date"], how="left", maintain_order="left", validate="m:1")
    kept = [
        pl.when(_same(pl.col(name), pl.col(f"{name}_stored"))).then(f"{name}_stored").otherwise(name).alias(name)
        for name in names
    ]
    return joined.with_columns(kept).select(new.columns)


def first_difference(old: pl.DataFrame, new: pl.DataFrame, columns: Sequence[str] = PRICES) -> dict[str, date]:
    """Ticker to the first date on which the two differ beyond JITTER, or on which only one of them has a bar."""
    import polars as pl

    left = old.select("ticker", "date", *columns, pl.lit(True).alias("in_old"))
    right = new.select("ticker", "date", *columns, pl.lit(True).alias("in_new"))
    joined = left.join(right, on=["ticker", "date"], how="full", coalesce=True)
    agree = [_same(pl.col(name), pl.col(f"{name}_right")) for name in columns]
    differing = joined.filter(~pl.all_horizontal(*agree, pl.col("in_old") & pl.col("in_new")).fill_null(False))
    firsts = differing.group_by("ticker").agg(pl.col("date").min()).sort("ticker")
    return dict(firsts.iter_rows())


def _difference(was: State, now: State, bars: Bars, ticker: str, start: date | None) -> str:
    if not now.rows:
        return "has no bars any more"
    if not was.rows:
        return f"{now.rows} bars from {now.first} where there were none"
    last = date.fromisoformat(str(was.last))
    if bars.of(ticker, start, last).hash == was.hash:
        return f"{now.rows - was.rows} new bars after {last}"
    more = f", {now.rows - was.rows:+d} bars" if now.rows != was.rows else ""
    return f"bars up to {last} revised{more}"


def _same(new: pl.Expr, old: pl.Expr) -> pl.Expr:
    """True where both are null or they are one price within JITTER."""
    return (new.is_null() & old.is_null()) | ((new - old).abs() <= JITTER * old.abs()).fill_null(False)


def _rounded(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Each number as mantissa of DIGITS digits and decimal exponent in one integer; not finite: a sentinel."""
    import numpy as np

    known = np.isfinite(values)
    size = np.abs(np.where(known & (values != 0), values, 1.0))
    exponent = np.floor(np.log10(size))
    mantissa = np.rint(size / 10.0 ** (exponent - (DIGITS - 1)))
    # 999999.7 rounds up to one digit more, and log10 may be off by one beside a power of ten: both come out as 1.00000
    carried = mantissa >= 10.0**DIGITS
    mantissa = np.where(carried, 10.0 ** (DIGITS - 1), mantissa)
    exponent = exponent + carried
    sign = np.where(values < 0, -1, 1)
    packed = sign * (mantissa.astype(np.int64) * 1000 + exponent.astype(np.int64) + 500)
    return np.where(known, np.where(values == 0, 0, packed), _UNKNOWN)


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _date(day: Any) -> date:
    return date.fromordinal(int(day) + date(1970, 1, 1).toordinal())
