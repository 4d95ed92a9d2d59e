"""Which column is what, told by one line of names, or by the two and three that yfinance writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.sources.files.spellings import EVENTS, PAST, Named, bare, read_name
from schemas.columns import PRICES

Column = tuple[str | None, str]
"""(the ticker that the header names for it, or None; what it is, PAST for one that is read past)."""

_AS_TRADED = {"splitcoefficient", "splitfactor", "splitratio"}
_ADJUSTED_CLOSE = {"adjclose", "adjustedclose"}
"""One of each stands in the tables of Alpha Vantage, Tiingo and Quandl, whose prices are those that were traded."""


_NAMELESS = Named(None)


class HeaderError(ValueError):
    """The names do not tell which column is what; the message says why."""


@dataclass(frozen=True)
class Header:
    """What a file's first lines say.

    Attributes:
        columns: what each column is.
        lines: how many lines the header takes.
        names: what each column is called.
        as_traded: whether these are the columns of a vendor whose prices are not adjusted for splits.
    """

    columns: tuple[Column, ...]
    lines: int
    names: tuple[str, ...] = ()
    as_traded: bool = False

    @property
    def meanings(self) -> frozenset[str]:
        """What the columns are, without those read past."""
        return frozenset(meaning for _, meaning in self.columns if meaning)

    @property
    def tickers(self) -> tuple[str, ...]:
        """The tickers that the header itself names."""
        return tuple(dict.fromkeys(ticker for ticker, _ in self.columns if ticker))

    @property
    def has_prices(self) -> bool:
        """Whether it is a table of bars; else of dividends and splits."""
        return set(PRICES) <= self.meanings

    @property
    def past(self) -> tuple[str, ...]:
        """The names of the columns that are read past."""
        unread = (name for name, (_, meaning) in zip(self.names, self.columns, strict=True) if not meaning)
        return tuple(dict.fromkeys(name.strip() or "(nameless)" for name in unread))

    @property
    def has_adjusted_close(self) -> bool:
        """Whether there is an adjusted close beside the close, which then is not adjusted for dividends."""
        return not _ADJUSTED_CLOSE.isdisjoint(map(bare, self.past))


def read_header(lines: Sequence[Sequence[str]], *, events: bool = False) -> Header:
    """Give the header of a table whose first lines are given, cells apart.

    One line of names; or yfinance's three: `Price,Close,High,...`, `Ticker,AAPL,AAPL,...`, `Date,,,`, in either order,
    the first cells empty in older ones, the third line sometimes left out. `events`: the file is one of dividends or
    splits. Raises HeaderError.
    """
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise HeaderError("the file is empty")
    return _two_levels(lines) or _single(lines[0], events)


def header_of(names: Sequence[str], meanings: Sequence[Column], lines: int) -> Header:
    """Give a header whose meanings are known; raises HeaderError where they make no table."""
    return _checked(tuple(names), tuple(meanings), lines)


def _two_levels(lines: Sequence[Sequence[str]]) -> Header | None:
    """Names over tickers, or tickers over names; None where these lines are not that."""
    if len(lines) < 2 or len(lines[0]) != len(lines[1]) or len(lines[0]) < 2:
        return None
    corner = [line[0].strip().lower() for line in lines[:2]]
    below = lines[2] if len(lines) > 2 else []
    third = bool(below) and read_name(below[0]).meaning == "date" and not any(cell.strip() for cell in below[1:])
    if "ticker" not in corner and not (third and corner == ["", ""]):
        return None
    known = [sum(read_name(cell).meaning is not None for cell in line[1:]) for line in lines[:2]]
    named = 1 if corner[0] == "ticker" or (corner[1] != "ticker" and known[1] > known[0]) else 0
    if known[named] <= known[1 - named]:
        return None
    names, tickers = lines[named], lines[1 - named]
    columns: list[Column] = [(None, "date")]
    for name, ticker in zip(names[1:], tickers[1:], strict=True):
        columns.append((ticker.strip() or None, read_name(name).meaning or PAST))
    return _checked(("Date", *names[1:]), tuple(columns), 3 if third else 2)


def _single(names: Sequence[str], events: bool) -> Header:
    """One line of names: of two columns that may be the same thing, the surer name is taken."""
    named = [
        read_name(name, events=events) if name.strip() or not place else _NAMELESS for place, name in enumerate(names)
    ]
    best: dict[str, int] = {}
    for column in named:
        if column.meaning:
            best[column.meaning] = min(column.rank, best.get(column.meaning, column.rank))
    columns = [
        (None, column.meaning if column.meaning and column.rank == best[column.meaning] else PAST) for column in named
    ]
    return _checked(tuple(names), tuple(columns), 1)


def _checked(names: tuple[str, ...], columns: tuple[Column, ...], lines: int) -> Header:
    read = [column for column in columns if column[1]]
    if repeated := sorted({meaning for ticker, meaning in read if read.count((ticker, meaning)) > 1}):
        rivals = [name.strip() for name, (_, what) in zip(names, columns, strict=True) if what == repeated[0]]
        raise HeaderError(f"more than one column is {', '.join(repeated)}: {', '.join(dict.fromkeys(rivals))}")
    meanings = {meaning for _, meaning in read}
    if "date" not in meanings:
        raise HeaderError("no column is the date")
    missing = [name for name in PRICES if name not in meanings]
    if missing and (len(missing) < len(PRICES) or not meanings & set(EVENTS)):
        raise HeaderError(f"no column is {', '.join(missing)}")
    spelled = {bare(name) for name in names}
    return Header(columns, lines, names, bool(spelled & _AS_TRADED and spelled & _ADJUSTED_CLOSE))
