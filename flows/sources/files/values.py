"""The cells of a table as dates, numbers and words: one row per ticker and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from flows.sources.files.dates import read_dates
from flows.sources.files.header import Column, Header
from flows.sources.files.money import currency_of_signs
from flows.sources.files.numbers import (
    Bare,
    Sign,
    ambiguous,
    contradiction,
    evidence,
    make_bare,
    numbers_of,
    split_ratios,
    strip,
    why_not,
)
from flows.sources.files.options import FileOptions
from flows.sources.files.refusal import Refused
from flows.sources.files.spellings import NUMBERS, read_name
from schemas.columns import PRICES

ROWS = ("ticker", "date", *NUMBERS, "currency")


@dataclass(frozen=True)
class Trouble:
    """What cannot be read: line and column, why, and the ticker that it concerns; None: all of the file."""

    reason: str
    line: int | None = None
    column: str | None = None
    ticker: str | None = None


@dataclass(frozen=True)
class Values:
    """Rows with the columns ROWS, what could not be read, what a person should know, and the amounts' currency."""

    rows: pl.DataFrame
    troubles: tuple[Trouble, ...] = ()
    remarks: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True)
class _Unreadable(Exception):
    """The table as a whole has no one reading."""

    trouble: Trouble


def read_values(frame: pl.DataFrame, header: Header, options: FileOptions, *, only_point: bool = False) -> Values:
    """Read the cells of a table.

    Args:
        frame: columns c0, c1, ... as the header has them, as text or already as numbers or dates; and `line`.
        header: which column is what.
        options: what a person has said of the file.
        only_point: whether a comma cannot stand within a number here.

    A table of several tickers that has no one reading as a whole is read ticker by ticker, each for itself.
    """
    reader = _Reader(header, options, only_point)
    named = [f"c{place}" for place, (_, meaning) in enumerate(header.columns) if meaning == "ticker"]
    ownerless: tuple[str, ...] = ()
    if named:
        frame, ownerless = _with_tickers(frame, named[0])
    try:
        values = reader.read(frame)
        return replace(values, remarks=(*ownerless, *values.remarks))
    except _Unreadable as whole:
        if not named or frame[named[0]].n_unique() < 2:
            return Values(_no_rows(), (whole.trouble,))
    parts: list[Values] = []
    for (ticker,), part in frame.group_by(named[0], maintain_order=True):
        try:
            parts.append(reader.read(part))
        except _Unreadable as one:
            trouble = one.trouble
            parts.append(Values(_no_rows(), (Trouble(trouble.reason, trouble.line, trouble.column, str(ticker)),)))
    troubles = tuple(trouble for part in parts for trouble in part.troubles)
    remarks = tuple(dict.fromkeys([*ownerless, *(remark for part in parts for remark in part.remarks)]))
    return Values(pl.concat([part.rows for part in parts]), troubles, remarks, parts[0].currency)


def _with_tickers(frame: pl.DataFrame, column: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give the rows that name a ticker, and a remark on those that do not: nobody can ask for them."""
    tickers = frame[column]
    if tickers.dtype == pl.String or (strip(kinds := tickers.unique().cast(pl.String)) != kinds).any():
        frame = frame.with_columns(strip(tickers.cast(pl.String)).replace("", None).alias(column))
    lost = frame[column].is_null()
    if not lost.any():
        return frame, ()
    rows = f"{lost.sum()} rows" if lost.sum() > 1 else "1 row"
    first = frame["line"].filter(lost)[0]
    return frame.filter(~lost), (f"read past: {rows} without a ticker, from line {first} on",)


@dataclass(frozen=True)
class _Reader:
    """What holds for all rows of a file."""

    header: Header
    options: FileOptions
    only_point: bool

    def read(self, frame: pl.DataFrame) -> Values:
        """Read some rows; raises _Unreadable where they have no one reading."""
        places = {column: f"c{place}" for place, column in enumerate(self.header.columns) if column[1]}
        columns: dict[Column, pl.Series] = {}
        troubles: list[Trouble] = []
        tickers = frame[places[None, "ticker"]] if (None, "ticker") in places else None
        if tickers is not None:
            columns[None, "ticker"] = tickers
        columns[None, "date"], remark = self._dates(frame, frame[places[None, "date"]], tickers, troubles)
        if (None, "currency") in places:
            text = strip(frame[places[None, "currency"]].cast(pl.String))
            columns[None, "currency"] = text.replace("", None)
        cells = {one: frame[place] for one, place in places.items() if one[1] in NUMBERS}
        numbers, wrong, currency = self._numbers(frame, cells)
        columns |= numbers
        for column, reason_of in wrong.items():
            owner = column[0]
            for row in _firsts(reason_of.rows, tickers):
                whose = owner if owner is not None else _at(tickers, row)
                line = int(frame["line"][row])
                troubles.append(Trouble(reason_of.reason(row), line, self._name(column), whose))
        remarks = (f"column date: {remark}",) if remark else ()
        return Values(_long(columns, self.header), tuple(troubles), remarks, currency)

    def _dates(
        self, frame: pl.DataFrame, cells: pl.Series, tickers: pl.Series | None, troubles: list[Trouble]
    ) -> tuple[pl.Series, str | None]:
        if cells.dtype == pl.Date:
            return cells, None
        try:
            days = read_dates(cells.fill_null(""), self.options.date_order, self.options.timezone)
        except Refused as trouble:
            line = None if trouble.row is None else int(frame["line"][trouble.row])
            raise _Unreadable(Trouble(trouble.reason, line, "date")) from None
        firsts = _firsts(pl.Series(sorted(days.wrong), dtype=pl.UInt32), tickers)
        lines = frame["line"]
        troubles += [Trouble(days.wrong[row], int(lines[row]), "date", _at(tickers, row)) for row in firsts]
        return days.dates, days.remark

    def _numbers(
        self, frame: pl.DataFrame, text: Mapping[Column, pl.Series]
    ) -> tuple[dict[Column, pl.Series], dict[Column, _Wrong], str | None]:
        numbers = {column: cells for column, cells in text.items() if cells.dtype == pl.Float64}
        ratios = {one: split_ratios(cells) for one, cells in text.items() if one[1] == "split" and one not in numbers}
        bare = {
            column: make_bare(cells if column not in ratios else ratios[column][1], volume=column[1] == "volume")
            for column, cells in text.items()
            if column not in numbers
        }
        sign = self._sign(frame, bare)
        grouped = any(column.grouped for column in bare.values())
        wrong: dict[Column, _Wrong] = {}
        for column, cells in bare.items():
            values, odd = numbers_of(cells, sign, grouped_otherwise=grouped)
            if column in ratios:
                values = pl.select(pl.coalesce(ratios[column][0], values)).to_series()
            numbers[column] = values
            if odd.any():
                wrong[column] = _Wrong(odd.arg_true(), cells.shown, sign)
        signs = {sign for column, cells in bare.items() if column[1] != "volume" for sign in cells.currencies}
        try:
            return numbers, wrong, currency_of_signs(signs)
        except Refused as trouble:
            raise _Unreadable(Trouble(trouble.reason)) from None

    def _sign(self, frame: pl.DataFrame, bare: Mapping[Column, Bare]) -> Sign:
        """Give the decimal sign; raises _Unreadable where there is none, or two."""
        if self.options.decimal is not None:
            return self.options.decimal
        verdict = evidence(bare, only_point=self.only_point)
        if verdict.sign is None and not verdict.contradicts:
            past = evidence(self._past(frame), only_point=self.only_point)
            if past.point or past.comma:
                verdict = past
        if verdict.sign is not None:
            return verdict.sign
        lines = frame["line"]
        if verdict.point and verdict.comma:
            (one, first), (other, second) = sorted((verdict.point, verdict.comma), key=lambda place: place[1])
            trouble = contradiction(bare[one].shown[first], int(lines[first]), bare[other].shown[second], second)
            raise _Unreadable(Trouble(trouble.reason, int(lines[second]), self._name(other)))
        assert verdict.either is not None
        column, row = verdict.either
        raise _Unreadable(Trouble(ambiguous(bare[column].shown[row], row).reason, int(lines[row]), self._name(column)))

    def _name(self, column: Column) -> str:
        """Tell what the file calls a column."""
        place = self.header.columns.index(column)
        return self.header.names[place].strip() or column[1]

    def _past(self, frame: pl.DataFrame) -> dict[Column, Bare]:
        """Columns of numbers that are read past, as an adjusted close: they show the decimal sign, too."""
        past: dict[Column, Bare] = {}
        for place, name in enumerate(self.header.names):
            is_number = read_name(name).meaning == "" and f"c{place}" in frame.columns
            if is_number and frame.schema[f"c{place}"] == pl.String:
                cells = make_bare(frame[f"c{place}"].str.strip_suffix("%"))
                if not any(numbers_of(cells, sign)[1].any() for sign in self._signs(cells)):
                    past[None, f"{name}{place}"] = cells
        return past

    @staticmethod
    def _signs(cells: Bare) -> tuple[Sign, ...]:
        proof = evidence({"": cells})
        return () if proof.sign is None else (proof.sign,)


@dataclass(frozen=True)
class _Wrong:
    """Cells of a column that are no numbers."""

    rows: pl.Series
    shown: pl.Series
    sign: Sign

    def reason(self, row: int) -> str:
        """Why one of them is none."""
        return why_not(self.shown[row], self.sign)


def _firsts(rows: pl.Series, tickers: pl.Series | None) -> list[int]:
    """Of these rows the first, and the first of each ticker where rows name theirs."""
    if not rows.len():
        return []
    if tickers is None:
        return [int(rows[0])]
    picked = pl.DataFrame({"row": rows, "ticker": tickers.gather(rows)})
    return picked.unique("ticker", keep="first", maintain_order=True)["row"].to_list()


def _at(tickers: pl.Series | None, row: int) -> str | None:
    return None if tickers is None else tickers[row]


def _no_rows() -> pl.DataFrame:
    return _complete(pl.DataFrame(schema={"ticker": pl.String, "date": pl.Date}))


def _long(columns: Mapping[Column, pl.Series], header: Header) -> pl.DataFrame:
    """One row per ticker and date, also from a header that puts tickers side by side; without those that have no
    date."""
    parts = []
    for ticker in header.tickers or (None,):
        own = {name: series for (whose, name), series in columns.items() if whose == ticker or whose is None}
        frame = pl.DataFrame([series.alias(name) for name, series in own.items()])
        if "ticker" not in frame.columns:
            frame = frame.with_columns(ticker=pl.lit(ticker, dtype=pl.String))
        if len(header.tickers) > 1:  # side by side, a ticker that did not trade has a row of nothing
            there = [name for name in PRICES if name in frame.columns]
            frame = frame.filter(~pl.all_horizontal(pl.col(name).is_null() for name in there))
        parts.append(_complete(frame.filter(pl.col("date").is_not_null())))
    return pl.concat(parts)


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    absent = {name: pl.lit(None, dtype=pl.Float64) for name in NUMBERS if name not in frame.columns}
    if "currency" not in frame.columns:
        absent["currency"] = pl.lit(None, dtype=pl.String)
    return frame.with_columns(**absent).select(ROWS)
