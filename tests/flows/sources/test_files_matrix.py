"""Every way to spell a number, in a file of its own: none is read wrong, and what is refused has two readings.

The spelling is made here from whole numbers, by cutting their digits, and the value from the same digits by Decimal:
neither knows of the code under test.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.sources.base import SourceError
from flows.sources.files import FilesSource


class Spelling(NamedTuple):
    """One cell of the matrix."""

    separator: str
    decimal: str
    thousands: str
    decimals: int
    magnitude: int
    quoted: bool


SPELLINGS = [
    Spelling(separator, decimal, thousands, decimals, magnitude, quoted)
    for separator, quoted in ((",", False), (",", True), (";", False), (";", True), ("\t", False), ("|", False))
    for decimal, thousands, decimals, magnitude in product(
        ".,", ("", "other", "\u2019"), (0, 2, 3, 4, 8), (-8, 0, 2, 3, 6)
    )
    if quoted or separator != "," or (decimal == "." and thousands != "other")
]
"""Magnitude 2 is a price from 100 to 999. Between commas, what has commas needs quotes."""


def spelled(digits: int, one: Spelling) -> str:
    """Give a number of which `digits` are all digits, the last `decimals` of them behind the sign."""
    text = str(digits).rjust(one.decimals + 1, "0")
    whole, part = (text[: -one.decimals], text[-one.decimals :]) if one.decimals else (text, "")
    group = {"other": "," if one.decimal == "." else "."}.get(one.thousands, one.thousands)
    if group:
        groups: list[str] = []
        while len(whole) > 3:
            whole, groups = whole[:-3], [whole[-3:], *groups]
        whole = group.join([whole, *groups])
    number = whole + (one.decimal + part if part else "")
    return f'"{number}"' if one.quoted else number


def value(digits: int, one: Spelling) -> float:
    return float(Decimal(digits).scaleb(-one.decimals))


def numbers(one: Spelling) -> list[tuple[int, int, int, int, int]]:
    """Three bars and their volumes in whole numbers of the last decimal, at about ten to the power of the magnitude."""
    base = max(1, int(Decimal(137).scaleb(one.magnitude - 2 + one.decimals)))
    volume = 1495435 * 10**one.decimals
    steps = (3, 8, 5)
    return [(base + step, base + step + 2, base + step - 1, base + step + 1, volume + step) for step in steps]


def verdict(folder: Path, one: Spelling, *, volume: bool) -> str:
    """'right', 'refused' or 'wrong'."""
    rows = numbers(one)
    names = ["Date", "Open", "High", "Low", "Close"] + (["Volume"] if volume else [])
    lines = [one.separator.join(names)]
    for day, row in enumerate(rows, 2):
        cells = [spelled(digits, one) for digits in row[: len(names) - 1]]
        lines.append(one.separator.join([f"2024-01-0{day}", *cells]))
    (folder / "AAA.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        got = FilesSource(folder).fetch("AAA", None, None).bars
    except SourceError:
        return "refused"
    columns = ["open", "high", "low", "close", "volume"][: len(names) - 1]
    want = [tuple(value(digits, one) for digits in row[: len(columns)]) for row in rows]
    return "right" if got.select(columns).rows() == want else "wrong"


def two_readings(one: Spelling, *, volume: bool) -> bool:
    """Whether the file can be read in two ways: each sign in it stands before exactly three digits, once a number.

    Between commas without quotes a point is the decimal sign; a zero, or four digits, before the sign show that it
    does not group; a number with two groups shows that it does.
    """
    if one.separator == "," and not one.quoted:
        return False
    cells = [spelled(digits, one).strip('"') for row in numbers(one) for digits in row[: 5 if volume else 4]]
    return all(not {".", ","} & set(cell) or _both(cell) for cell in cells) and any({".", ","} & set(c) for c in cells)


def _both(cell: str) -> bool:
    if {" ", "'", "_", "\u00a0", "\u202f", "\u2019"} & set(cell):
        return False
    parts = cell.replace(",", ".").split(".")
    return len(parts) == 2 and len(parts[1]) == 3 and len(parts[0]) <= 3 and not parts[0].startswith("0")


@pytest.mark.parametrize(
    ("separator", "quoted", "volume"),
    [
        (",", False, True),
        (",", True, True),
        (";", False, True),
        (";", True, True),
        ("\t", False, True),
        ("|", False, True),
        (";", False, False),
        ("\t", False, False),
    ],
)
def test_no_spelling_is_read_wrong_and_only_two_readings_are_refused(
    tmp_path: Path, separator: str, quoted: bool, volume: bool
) -> None:
    told: Counter[str] = Counter()
    for one in SPELLINGS:
        if (one.separator, one.quoted) == (separator, quoted):
            found = verdict(tmp_path, one, volume=volume)
            told[found] += 1
            assert found == ("refused" if two_readings(one, volume=volume) else "right"), one
    assert told["wrong"] == 0
    assert told["right"] > 0.85 * told.total()


def test_the_matrix_is_large_and_its_speller_can_spell() -> None:
    assert len(SPELLINGS) >= 700
    assert spelled(1234567, Spelling(";", ",", "other", 2, 4, False)) == "12.345,67"
    assert spelled(5, Spelling(";", ".", "", 8, 0, True)) == '"0.00000005"'
    assert value(1234567, Spelling(";", ",", "other", 2, 4, False)) == 12345.67
