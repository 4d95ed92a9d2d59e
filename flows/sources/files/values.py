"""Text to dates and numbers, refusing what is ambiguous; a refusal names the first cell that is to blame."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

NOTHING = ("", "nan", "null", "none", "n/a", "na", "-", "#n/a")
ISO = r"^\d{4}-\d{2}-\d{2}([ T].*)?$"
#: pattern -> strptime format; read only if every cell of the column follows the same one.
FORMATS = {
    r"^\d{8}$": "%Y%m%d",
    r"^\d{4}/\d{1,2}/\d{1,2}$": "%Y/%m/%d",
    r"^\d{1,2}\.\d{1,2}\.\d{4}$": "%d.%m.%Y",
    r"^\d{1,2}-[A-Za-z]{3}-\d{4}$": "%d-%b-%Y",
    r"^\d{1,2} [A-Za-z]{3} \d{4}$": "%d %b %Y",
    r"^[A-Za-z]{3} \d{1,2}, \d{4}$": "%b %d, %Y",
}
SLASHED = r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$"


@dataclass(frozen=True)
class Refused(Exception):
    """A cell that cannot be read: its row (from 0, None: the column as a whole), and the reason."""

    row: int | None
    reason: str


def dates(cells: pl.Series) -> pl.Series:
    """Text as dates, in the one format that all cells follow; a time of day and its zone are left out (the date is
    local).

    Two numbers before the year are day and month in the order that the file itself proves by some number above 12.
    Raises Refused.
    """
    text = cells.str.strip_chars()
    if text.str.contains(ISO).fill_null(False).all():
        return _parsed(text.str.slice(0, 10), text, "%Y-%m-%d")
    for pattern, layout in FORMATS.items():
        if text.str.contains(pattern).fill_null(False).all():
            return _parsed(text, text, layout)
    if text.str.contains(SLASHED).fill_null(False).all():
        return _slashed(text)
    first = text[0]
    shape = next((p for p in (ISO, SLASHED, *FORMATS) if pl.Series([first]).str.contains(p).fill_null(False)[0]), None)
    odd = 0 if shape is None else int((~text.str.contains(shape).fill_null(False)).arg_true()[0])
    reason = f"{text[odd]!r} is not a date" if text[odd] else "the date is missing"
    if shape is not None and text[odd]:
        reason = f"{text[odd]!r} is not a date like the ones before it ({first!r})"
    raise Refused(odd, reason)


def _slashed(text: pl.Series) -> pl.Series:
    parts = text.str.extract_groups(SLASHED).struct.unnest().cast(pl.Int32)
    first, second = parts.to_series(0), parts.to_series(1)
    day_first, month_first = bool((first > 12).any()), bool((second > 12).any())
    if day_first == month_first:
        both = (
            "both orders of day and month occur"
            if day_first
            else "it may be day or month first; no date in the file tells"
        )
        row = int((first > 12).arg_true()[0]) if day_first else 0
        raise Refused(row, f"{text[row]!r} is ambiguous: {both}")
    return _parsed(text.str.replace_all("-", "/"), text, "%d/%m/%Y" if day_first else "%m/%d/%Y")


def _parsed(text: pl.Series, shown: pl.Series, layout: str) -> pl.Series:
    found = text.str.to_date(layout, strict=False)
    if found.null_count():
        row = int(found.is_null().arg_true()[0])
        raise Refused(row, f"{shown[row]!r} is not a date that exists")
    return found


def numbers(cells: pl.Series, decimal_comma: bool) -> pl.Series:
    """Text as finite numbers; what usually stands for nothing becomes null; thousands may be grouped. Raises
    Refused."""
    text = cells.str.strip_chars()
    nothing = text.is_null() | text.str.to_lowercase().is_in(list(NOTHING))
    bare = (
        text.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True) if decimal_comma else text
    )
    if not decimal_comma and text.str.contains(",", literal=True).any():
        grouped = text.str.contains(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$").fill_null(False)
        bare = pl.select(pl.when(grouped).then(text.str.replace_all(",", "", literal=True)).otherwise(text)).to_series()
    found = bare.str.strip_prefix("$").cast(pl.Float64, strict=False)
    wrong = ~nothing & ~found.is_finite().fill_null(False)
    if wrong.any():
        row = int(wrong.arg_true()[0])
        raise Refused(row, f"{text[row]!r} is not a number")
    return pl.select(pl.when(~nothing).then(found)).to_series()
