"""Text as numbers: one reading, or none.

What surrounds a number (currency, quotes, brackets for a minus, K and M behind a volume) is taken off first. Then the
decimal sign is found, from all cells of the file together:

- a cell fits a decimal point if its commas can only group digits by three, and a decimal comma if its points can;
- `148.02`, `0,5`, `1.234.567` fit one of the two, and prove it for the file; `148,019` fits both, and proves nothing;
- digits that are grouped by spaces or apostrophes are grouped by nothing else;
- where cells prove both, or none does and a cell has two readings, nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from flows.sources.files.refusal import Refused

Sign = Literal[".", ","]
Key = Any
"""What names a column, whatever the caller calls it."""
Place = tuple[Key, int]
"""A cell: its column and its row."""

NOTHING = (
    *("", "nan", "null", "none", "nil", "nat", "n/a", "na", "<na>", "n.a.", "n/d", "-", "--", "---", ".", "..", "..."),
    *("#n/a", "#n/a n/a", "#na", "#value!", "#ref!", "#div/0!", "#num!", "#name?", "#null!", "?", "-.--"),
)
"""What stands for no value, in lower case."""

_SIMPLE = r"^[+-]?[0-9.,]*(?:[eE][+-]?[0-9]+)?$"
_BLANKS = "[\\s\u00a0\u2007\u2009\u202f]"
_UNSEEN = "[\u200b\u200e\u200f\u202a-\u202e\ufeff]"
_CODES = (
    "USD|EUR|GBP|GBX|GBp|JPY|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|RUB|ZAR|ZAc|INR|CNY|CNH|HKD|SGD|KRW|TWD|"
    "THB|IDR|MYR|PHP|VND|BRL|MXN|ARS|CLP|COP|PEN|ILS|ILA|SAR|AED|QAR|KWD|EGP|NGN|KES|USDT|USDC|BTC|ETH"
)
_MONEY = rf"(?:(?:US|A|AU|C|CA|HK|NZ|S|R)?\p{{Sc}}|{_CODES}|kr\.?|Rs\.?|Fr\.?|zł|Kč)"
_GROUPED_BY = (" ", "'", "_")


def _numbers(decimal: str, group: str | None) -> str:
    """Give the pattern of a number with this decimal sign, whose digits may be grouped by three, or as in India."""
    d, end = re.escape(decimal), r"(?:[eE][+-]?[0-9]+)?"
    plain = rf"[0-9]+(?:{d}[0-9]*)?{end}|{d}[0-9]+{end}"
    if group is None:
        return rf"^[+-]?(?:{plain})$"
    g = re.escape(group)
    three, india = rf"[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}})+", rf"[1-9][0-9]?(?:{g}[0-9]{{2}})+{g}[0-9]{{3}}"
    return rf"^[+-]?(?:{plain}|(?:{three}|{india})(?:{d}[0-9]*)?)$"


_FITS = {".": _numbers(".", ","), ",": _numbers(",", ".")}
_UNGROUPED = {".": _numbers(".", None), ",": _numbers(",", None)}
_RATIO = r"(?i)^([0-9]+(?:[.,][0-9]+)?) ?(?::|/|-?for-?| for ) ?([0-9]+(?:[.,][0-9]+)?)$"
_TIMES = {"k": "e3", "m": "e6", "mn": "e6", "mio": "e6", "b": "e9", "bn": "e9", "t": "e12"}


@dataclass(frozen=True)
class Bare:
    """A column of numbers with nothing around them.

    Attributes:
        shown: the cells as they stand in the file, without blanks around them.
        text: sign, digits, points and commas, exponent; null for no value; what is none of this stays as it is.
        power: what the value is still to be multiplied by, as an exponent; '' for nothing.
        grouped: whether blanks, apostrophes or underscores group digits here.
        currencies: codes and signs of money that stand beside the numbers.
    """

    shown: pl.Series
    text: pl.Series
    power: pl.Series | None = None
    grouped: bool = False
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The first cells that prove a decimal sign, and the first that has two readings; None where there is none."""

    point: Place | None = None
    comma: Place | None = None
    either: Place | None = None

    @property
    def contradicts(self) -> bool:
        """Whether some cells prove a point and some a comma."""
        return self.point is not None and self.comma is not None

    @property
    def sign(self) -> Sign | None:
        """The decimal sign, a point where it makes no difference; None: there is no one reading."""
        if self.contradicts or (self.either and not self.point and not self.comma):
            return None
        return "," if self.comma else "."


def strip(cells: pl.Series) -> pl.Series:
    """Cells without blanks around them, and without what cannot be seen."""
    if cells.str.contains("[^ -~]").any():
        cells = cells.str.replace_all(_UNSEEN, "").str.replace_all(_BLANKS, " ")
    return cells.str.strip_chars()


def make_bare(cells: pl.Series, *, volume: bool = False) -> Bare:
    """Take off what surrounds the numbers of a column; `volume`: K, M, B behind them are thousands, millions, ..."""
    shown = strip(cells)
    odd = ~shown.str.contains(_SIMPLE).fill_null(True) | shown.is_in(list(NOTHING)).fill_null(True)
    if not odd.any():
        return Bare(shown, shown)
    text = shown.str.replace_all("[\u2212\u2013\u2014]", "-")
    text = pl.select(pl.when(text.str.to_lowercase().is_in(list(NOTHING))).then(None).otherwise(text)).to_series()
    if not text.filter(odd).drop_nulls().len():
        return Bare(shown, text)
    text = text.str.replace_all("[\u2019\u2018\u02bc\u00b4`]", "'")
    text = text.str.replace(r'^="?(.*?)"?$', "${1}").str.replace(r"^'", "").str.replace(r'^"(.*)"$', "${1}")
    text, currencies = _without_money(text)
    text = text.str.replace(r"^\((.*)\)$", "-${1}").str.replace(r"^([^-].*?) ?-$", "-${1}")
    text, late = _without_money(text)  # within the brackets
    power = None
    if volume:
        suffix = text.str.extract(r"(?i)[0-9.,] ?(k|mn?|mio|bn?|t)$", 1).str.to_lowercase()
        power = suffix.replace_strict(_TIMES, default="").fill_null("")
        without = text.str.replace(r"(?i) ?(k|mn?|mio|bn?|t)$", "")
        text = pl.select(pl.when(power != "").then(without).otherwise(text)).to_series()
    text, grouped = _ungrouped(text.str.strip_chars())
    return Bare(shown, text, power, grouped, tuple(sorted({*currencies, *late})))


def _without_money(text: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    """Take off a currency before or behind the number, its sign before either."""
    before, behind = rf"^([+-]?)({_MONEY}) ?([+-]?[0-9.,(])", rf"([0-9.,)-]) ?({_MONEY}|p)$"
    symbols = pl.concat([text.str.extract(before, 2), text.str.extract(behind, 2)]).drop_nulls().unique().to_list()
    if not symbols:
        return text, ()
    return text.str.replace(before, "${1}${3}").str.replace(behind, "${1}"), tuple(symbols)


def _ungrouped(text: pl.Series) -> tuple[pl.Series, bool]:
    """Digits grouped by three (or as in India) without the blanks, apostrophes or underscores between them."""
    grouped = False
    for sign in _GROUPED_BY:
        if not text.str.contains(sign, literal=True).any():
            continue
        fits = text.str.contains(sign, literal=True).fill_null(False) & (
            text.str.contains(_numbers(".", sign)).fill_null(False)
            | text.str.contains(_numbers(",", sign)).fill_null(False)
        )
        grouped = grouped or bool(fits.any())
        text = pl.select(pl.when(fits).then(text.str.replace_all(sign, "", literal=True)).otherwise(text)).to_series()
    return text, grouped


def split_ratios(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Read splits written as `4:1`, `4/1`, `4-for-1`; and give the other cells, with those left empty."""
    text = strip(cells)
    parts = text.str.extract_groups(_RATIO).struct.unnest()
    new, old = (part.str.replace(",", ".", literal=True).cast(pl.Float64) for part in parts.get_columns())
    ratio = new / old
    ratio = pl.select(pl.when(ratio.is_finite()).then(ratio)).to_series()
    return ratio, pl.select(pl.when(ratio.is_null()).then(text).otherwise(pl.lit(""))).to_series()


def evidence(columns: Mapping[Key, Bare], *, only_point: bool = False) -> Evidence:
    """Tell what the cells of all columns prove together; `only_point`: a comma cannot stand within a cell."""
    grouped = any(column.grouped for column in columns.values())
    patterns = _UNGROUPED if grouped else _FITS
    point = comma = either = None
    for name, column in columns.items():
        if not column.text.str.contains("[.,]").any():
            continue
        signed = column.text.str.contains("[.,]").fill_null(False)
        fits_point = column.text.str.contains(patterns["."]).fill_null(False) & signed
        if only_point:
            point = point or _first(name, fits_point)
            continue
        fits_comma = column.text.str.contains(patterns[","]).fill_null(False) & signed
        point = point or _first(name, fits_point & ~fits_comma)
        comma = comma or _first(name, fits_comma & ~fits_point)
        either = either or _first(name, fits_point & fits_comma)
    return Evidence(point, comma, either)


def _first(name: Key, cells: pl.Series) -> Place | None:
    row = cells.arg_max() if cells.len() else None
    return (name, row) if row is not None and cells[row] else None


def numbers_of(column: Bare, sign: Sign, *, grouped_otherwise: bool = False) -> tuple[pl.Series, pl.Series]:
    """Give the numbers, given the decimal sign, and which cells are none of the finite numbers that they should be."""
    pattern = (_UNGROUPED if grouped_otherwise else _FITS)[sign]
    text = column.text
    other = "," if sign == "." else "."
    if text.str.contains(r"[.,]").any():
        fits = text.str.contains(pattern).fill_null(False)
        text = pl.select(pl.when(fits).then(text)).to_series()
        text = text.str.replace_all(other, "", literal=True).str.replace_all(sign, ".", literal=True)
    if column.power is not None:
        text = text + column.power
    numbers = text.cast(pl.Float64, strict=False)
    wrong = column.text.is_not_null() & ~numbers.is_finite().fill_null(False)
    return pl.select(pl.when(~wrong).then(numbers)).to_series(), wrong


def why_not(shown: str, sign: Sign) -> str:
    """Give the reason why a cell is no number, given the file's decimal sign."""
    if "%" in shown:
        return f"{shown!r} is a percentage, not an amount"
    other = _FITS["," if sign == "." else "."]
    if pl.Series([shown]).str.contains(other)[0] and any(digit.isdigit() for digit in shown):
        return f"{shown!r} is not a number where the decimal sign is {sign!r}"
    return f"{shown!r} is not a number"


def ambiguous(shown: str, row: int) -> Refused:
    """Give the refusal of a file whose numbers have two readings."""
    ungrouped = shown.replace(",", "").replace(".", "")
    decimal = shown.replace(",", ".")
    return Refused(
        row,
        f'{shown!r} may be {decimal} or {ungrouped}, and no number of the file tells which: say decimal = "," or '
        f'decimal = "." in files.toml beside it',
    )


def contradiction(one: str, one_line: int, other: str, row: int) -> Refused:
    """Give the refusal of a file that has both decimal signs."""
    return Refused(row, f"{other!r} and {one!r} of line {one_line} have different decimal signs")
