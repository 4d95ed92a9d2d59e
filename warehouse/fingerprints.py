"""Fingerprints: what a run depends on, as short text. Equal inputs have equal ones, in any order, on any machine.

Prices are taken to `DIGITS` = 6 significant digits, because a source that answers in float32 gives the same price as
150.23 one night and 150.22999573 the next: the 7th digit is noise. Rounding alone cannot absorb noise for certain: a
price close to the middle between two roundings falls on either side of it (of prices with many digits, as after a
split by 7, one in a hundred to one in ten). So ingest keeps the stored number wherever a source only jitters, and the
rounding is a second line of defence for what did not pass there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.canonical import canonical_json
from schemas.columns import PRICES
from schemas.shown import counted
from warehouse.errors import BadRequest

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

DIGITS = 6
"""Significant digits of a price that count."""

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
        self._known: dict[tuple[str, date | None, date | None, int], State] = {}
        self._texts: dict[tuple[tuple[str, ...], date | None, date | None, int], str] = {}

    def of(self, ticker: str, start: date | None = None, end: date | None = None, before: int = 0) -> State:
        """Tell the state of one ticker from `start` to `end`, both included, None meaning open; no bars: rows 0.

        `before`: so many bars before `start` belong to it, as far as there are any.
        """
        asked = (ticker, start, end, before)
        if asked not in self._known:
            self._known[asked] = self._take(*asked)
        return self._known[asked]

    def data(self, tickers: Iterable[str], start: date | None = None, end: date | None = None, before: int = 0) -> str:
        """Write `backtest.runs.data`, the state of some tickers as JSON: ticker to [first, last, rows, hash]."""
        asked = (tuple(tickers), start, end, before)
        if asked not in self._texts:
            states = {ticker: list(self.of(ticker, start, end, before)) for ticker in asked[0]}
            self._texts[asked] = canonical_json(states)
        return self._texts[asked]

    def _take(self, ticker: str, start: date | None, end: date | None, before: int) -> State:
        import numpy as np

        lo, hi = self._places.get(ticker, (0, 0))
        days = self._days[lo:hi]
        first = int(np.searchsorted(days, _day(start))) if start is not None else 0
        last = int(np.searchsorted(days, _day(end), side="right")) if end is not None else len(days)
        if first >= last:
            return State(None, None, 0, digest(""))
        first = max(first - before, 0)
        rows = np.ascontiguousarray(self._table[lo + first : lo + last])
        fingerprint = hashlib.blake2b(rows.tobytes(), digest_size=8).hexdigest()
        return State(_date(days[first]), _date(days[last - 1]), last - first, fingerprint)


def run_id(of: Mapping[str, str], engine: str, data: str) -> str:
    """Identity of a run: 16 hex over what is run, the engine's fingerprint and the state of its data."""
    return digest(canonical_json([of, engine, data]))


def digest(text: str) -> str:
    """16 hex characters of BLAKE2b over `text`."""
    return digest_of([text])


def digest_of(pieces: Iterable[str]) -> str:
    """Take the digest of a text that comes in pieces and is too long to be had whole."""
    own = hashlib.blake2b(digest_size=8)
    for piece in pieces:
        own.update(piece.encode("utf-8"))
    return own.hexdigest()


def changes(
    old_data: str,
    bars: Bars,
    tickers: Sequence[str],
    start: date | None = None,
    end: date | None = None,
    before: int = 0,
) -> dict[str, str]:
    """Tell what became of the bars of a run since `old_data`: ticker to a sentence; unchanged ones are left out."""
    known = {ticker: State(*state) for ticker, state in json.loads(old_data).items()}
    stories = {ticker: "no longer part of it" for ticker in known if ticker not in tickers}
    for ticker in tickers:
        was, now = known.get(ticker), bars.of(ticker, start, end, before)
        if was is None:
            stories[ticker] = "was no part of it before"
        elif was.hash != now.hash:
            stories[ticker] = _difference(was, now, bars, ticker, start, before)
    return stories


def _difference(was: State, now: State, bars: Bars, ticker: str, start: date | None, before: int) -> str:
    if not now.rows:
        return "has no bars any more"
    if not was.rows:
        return f"{counted(now.rows, 'bar')} from {now.first} where there were none"
    last = date.fromisoformat(str(was.last))
    if bars.of(ticker, start, last, before).hash == was.hash:
        return f"{counted(now.rows - was.rows, 'new bar')} after {last}"
    more = f", {now.rows - was.rows:+d} bars" if now.rows != was.rows else ""
    return f"bars up to {last} revised{more}"


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
