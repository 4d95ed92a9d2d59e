"""What the columns of a file are called: usual spellings, and the three-line header that yfinance writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Spelling (lower case, letters and digits only) -> what it is here; '' is a column that is read past.
SPELLINGS = {
    **dict.fromkeys(("date", "datetime", "timestamp", "time", "day", "dt", "index"), "date"),
    **dict.fromkeys(("open", "o", "openprice", "pxopen"), "open"),
    **dict.fromkeys(("high", "h", "highprice", "max", "pxhigh"), "high"),
    **dict.fromkeys(("low", "l", "lowprice", "min", "pxlow"), "low"),
    **dict.fromkeys(("close", "c", "closeprice", "last", "pxlast", "settle", "closelast"), "close"),
    **dict.fromkeys(("volume", "vol", "v", "shares", "turnovershares"), "volume"),
    **dict.fromkeys(("ticker", "symbol", "sym", "instrument", "code"), "ticker"),
    **dict.fromkeys(("dividend", "dividends", "div", "cashdividend"), "dividend"),
    **dict.fromkeys(("split", "splits", "stocksplit", "stocksplits", "splitratio"), "split"),
    **dict.fromkeys(("adjclose", "adjustedclose", "closeadj", "adj", "capitalgains", "repaired"), ""),
}
PRICES = ("open", "high", "low", "close")
EVENTS = ("dividend", "split")


class HeaderError(ValueError):
    """The first lines do not tell which column is what; the message says why."""


@dataclass(frozen=True)
class Header:
    """What a file's first lines say.

    Attributes:
        columns: for each column, (ticker or None, what it is; '' is read past).
        lines: how many lines the header takes.
    """

    columns: tuple[tuple[str | None, str], ...]
    lines: int

    @property
    def names(self) -> frozenset[str]:
        """What the columns are, without those read past."""
        return frozenset(name for _, name in self.columns if name)

    @property
    def tickers(self) -> tuple[str, ...]:
        """The tickers that the header itself names."""
        return tuple(dict.fromkeys(ticker for ticker, _ in self.columns if ticker))


def meaning(spelling: str) -> str | None:
    """What a column called this is: 'date', 'open', ..., '' for one that is read past, None for one that is not
    known."""
    bare = re.sub(r"[^a-z0-9]", "", re.sub(r"^\s*\d+\.\s*", "", spelling).lower())
    return SPELLINGS.get(bare)


def read_header(lines: Sequence[Sequence[str]]) -> Header:
    """The header of a file whose first lines are given, cells apart.

    One line of names; or yfinance's three: `Price,Close,High,...`, `Ticker,AAPL,AAPL,...`, `Date,,,`; or its two with
    the tickers first. Raises HeaderError.
    """
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise HeaderError("the file is empty")
    if len(lines) > 2 and lines[1] and lines[1][0].strip().lower() == "ticker":
        three = meaning(lines[2][0]) == "date" and not any(cell.strip() for cell in lines[2][1:])
        names, tickers = lines[0], lines[1]
        return _checked(_paired(names, tickers), 3 if three else 2)
    if len(lines) > 1 and lines[0][0].strip().lower() in ("ticker", "") and meaning(lines[1][0]) in ("date", None):
        known = [meaning(cell) for cell in lines[1][1:]]
        if lines[0][0].strip().lower() == "ticker" and all(name is not None for name in known) and known:
            three = len(lines) > 2 and meaning(lines[2][0]) == "date" and not any(c.strip() for c in lines[2][1:])
            return _checked(_paired(lines[1], lines[0]), 3 if three else 2)
    return _checked(_single(lines[0]), 1)


def _paired(names: Sequence[str], tickers: Sequence[str]) -> tuple[tuple[str | None, str], ...]:
    columns: list[tuple[str | None, str]] = [(None, "date")]
    for name, ticker in zip(names[1:], tickers[1:], strict=False):
        columns.append((ticker.strip() or None, meaning(name) or ""))
    return tuple(columns)


def _single(names: Sequence[str]) -> tuple[tuple[str | None, str], ...]:
    columns: list[tuple[str | None, str]] = []
    for position, name in enumerate(names):
        known = meaning(name)
        if known is None and position == 0 and not name.strip():
            known = "date"  # an index without a name
        columns.append((None, known or ""))
    return tuple(columns)


def _checked(columns: tuple[tuple[str | None, str], ...], lines: int) -> Header:
    named = [column for column in columns if column[1]]
    if repeated := sorted({name for ticker, name in named if named.count((ticker, name)) > 1}):
        raise HeaderError(f"more than one column is {', '.join(repeated)}")
    names = {name for _, name in named}
    if "date" not in names:
        raise HeaderError("no column is the date")
    missing = [name for name in PRICES if name not in names]
    if missing and not names & set(EVENTS):
        raise HeaderError(f"no column is {', '.join(missing)}")
    if missing and len(missing) < len(PRICES):
        raise HeaderError(f"no column is {', '.join(missing)}")
    return Header(columns, lines)
