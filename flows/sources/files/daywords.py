"""One cell of dates, taken apart: what kind of spelling it is, and its numbers. What they mean, the column shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """Spellings that do not mix within one column."""

    NONE = "no date"
    SURE = "year, month, day"
    PACKED = "20240131"
    NAMED = "31-Jan-2024"
    SLASHED = "31/01/2024"
    DOTTED = "31.01.2024"
    SLASHED_SHORT = "31/01/24"
    DOTTED_SHORT = "31.01.24"
    SIX = "310124"
    INSTANT = "seconds since 1970"
    EXCEL = "45322"


@dataclass(frozen=True)
class Spelled:
    """A cell taken apart.

    Attributes:
        kind: what it looks like.
        numbers: year, month, day where the kind is sure of them; else as they stand; or the number of the day.
        clock: minutes since midnight that stand behind the date, None where nothing does.
        offset: the zone behind the time, as time ahead of UTC.
        instant: in UTC, of a cell that counts seconds.
    """

    kind: Kind
    numbers: tuple[int, ...] = ()
    clock: int | None = None
    offset: timedelta | None = None
    instant: datetime | None = None


_TIME = re.compile(
    r"^(?P<date>.*?\S)(?:T|[ ,]\s*|(?<=\d):)(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?\d{2}(?:[.,:]\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?:\s*(?:(?P<zulu>Z|z)|(?:UTC|GMT)?(?P<sign>[+-])(?P<ahead>\d{1,2}):?(?P<past>\d{2})?|(?P<name>[A-Z]{2,5})))?"
    r"(?:\s*\[[\w/+-]+\])?$"
)
_TRIPLE = re.compile(r"^(\d{1,4})([-/. ])\s?(\d{1,2})\2\s?(\d{1,4})\.?$")
_COUNT = re.compile(r"^-?(\d+)(?:\.\d*)?$")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NAMED = (
    re.compile(r"^(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/. ,]*(?P<month>[A-Za-z]{3,9})[-/., ]*'?(?P<year>\d{4}|\d{2})$"),
    re.compile(r"^(?P<month>[A-Za-z]{3,9})[-/. ]*(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/, ]+'?(?P<year>\d{4}|\d{2})$"),
    re.compile(r"^(?P<year>\d{4})[-/. ]?(?P<month>[A-Za-z]{3,9})[-/. ]?(?P<day>\d{1,2})$"),
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_UNITS = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}
"""How many digits a count since 1970 has -> how many of its units make a second."""
PIVOT = 69
"""Two-digit years from here on are of the last century, as POSIX has it: 68 is 2068, 69 is 1969."""


@lru_cache(maxsize=1 << 16)
def spell(cell: str) -> Spelled:
    """Take a cell apart; Kind.NONE for what is no spelling of a date."""
    cell = " ".join(cell.split())
    if counted := _COUNT.match(cell):
        return _counted(cell, counted[1])
    plain = _date_of(cell)
    if plain.kind is not Kind.NONE:
        return plain
    timed = _TIME.match(cell)
    if timed is None or int(timed["hour"]) > 24 or int(timed["minute"]) > 59:
        return plain
    day = _date_of(timed["date"].rstrip(","))
    hour = int(timed["hour"]) % 12 + (12 if timed["half"] in "Pp" else 0) if timed["half"] else int(timed["hour"])
    return Spelled(day.kind, day.numbers, hour * 60 + int(timed["minute"]), _offset(timed))


def century(year: int) -> int:
    """Give the year that two digits stand for."""
    return year + (1900 if year >= PIVOT else 2000)


def _offset(timed: re.Match[str]) -> timedelta | None:
    if timed["sign"]:
        ahead = timedelta(hours=int(timed["ahead"]), minutes=int(timed["past"] or 0))
        return ahead if timed["sign"] == "+" else -ahead
    return timedelta(0) if timed["zulu"] or timed["name"] in ("UTC", "GMT") else None


def _counted(cell: str, digits: str) -> Spelled:
    """Read a number alone: 20240131, six digits, a day number of Excel, or a count since 1970."""
    if len(digits) in (8, 14) and "." not in cell and not cell.startswith("-"):
        clock = int(digits[8:10]) * 60 + int(digits[10:12]) if len(digits) == 14 else None
        return Spelled(Kind.PACKED, (int(digits[:4]), int(digits[4:6]), int(digits[6:8])), clock)
    if len(digits) == 6 and "." not in cell and not cell.startswith("-"):
        return Spelled(Kind.SIX, (int(digits[:2]), int(digits[2:4]), int(digits[4:])))
    if len(digits) == 5 and not cell.startswith("-"):
        return Spelled(Kind.EXCEL, (int(digits),))
    if unit := _UNITS.get(len(digits)):
        seconds = int(digits) / unit * (-1 if cell.startswith("-") else 1)
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return Spelled(Kind.INSTANT, (), instant.hour * 60 + instant.minute, timedelta(0), instant)
    return Spelled(Kind.NONE)


def _date_of(cell: str) -> Spelled:
    """Read a date with nothing behind it."""
    if match := _TRIPLE.match(cell):
        first, sign, second, third = match.groups()
        numbers = (int(first), int(second), int(third))
        if len(first) == 4:
            return Spelled(Kind.SURE if len(third) <= 2 else Kind.NONE, numbers)
        if len(first) > 2 or len(third) not in (2, 4):
            return Spelled(Kind.NONE)
        dotted, short = sign == ".", len(third) == 2
        kinds = {
            (False, False): Kind.SLASHED,
            (True, False): Kind.DOTTED,
            (False, True): Kind.SLASHED_SHORT,
            (True, True): Kind.DOTTED_SHORT,
        }
        return Spelled(kinds[dotted, short], numbers)
    if len(cell) == 8 and cell.isascii() and cell.isdigit():
        return _counted(cell, cell)
    bare = _WEEKDAY.sub("", cell)
    for pattern in _NAMED:
        if match := pattern.match(bare):
            return _named(match)
    return Spelled(Kind.NONE)


def _named(match: re.Match[str]) -> Spelled:
    word = match["month"].lower()
    if word == "sept":
        word = "sep"
    months = [number for number, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    if len(months) != 1 or len(word) not in (3, len(_MONTHS[months[0] - 1])):
        return Spelled(Kind.NONE)
    year = int(match["year"]) if len(match["year"]) == 4 else century(int(match["year"]))
    return Spelled(Kind.NAMED, (year, months[0], int(match["day"])))
