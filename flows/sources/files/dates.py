"""Text as dates: the one spelling that all cells of a column follow, or a refusal that lists what is read.

The date is the local one that stands there; a time and a zone behind it move nothing, unless a person names the zone
in which dates are meant (`timezone` in files.toml). Counts since 1970 are in UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from flows.sources.files.daywords import Kind, Spelled, century, spell
from flows.sources.files.refusal import Refused

Order = Literal["day first", "month first", "year first"]
ORDERS: tuple[Order, ...] = ("day first", "month first", "year first")

READ = (
    "read are 2024-01-31 (also with / or .), 20240131, 31.01.2024, 31/01/2024 and 01/31/2024 where the file shows the "
    "order, two-digit years (69 to 99: 1969 to 1999), 31-Jan-2024, January 31, 2024, seconds or milliseconds since "
    "1970, and Excel's day numbers; a time may follow"
)
EXCEL_ZERO = date(1899, 12, 30)
EXCEL_SURE = 25569
"""1970-01-01 in Excel. A smaller number may count days since 1970 instead."""
EVENING = 20 * 60
LAST_MINUTE = 23 * 60 + 58
"""A time of day between these, in UTC, may be a midnight further east: the date would be a day early."""


@dataclass(frozen=True)
class Days:
    """A column of dates: null where a cell is none, why it is none by row, and what a person should know of them."""

    dates: pl.Series
    wrong: dict[int, str]
    remark: str | None = None


@dataclass(frozen=True)
class _Unclear(Exception):
    """A cell that may be more than one date."""

    cell: str
    reason: str


def read_dates(cells: pl.Series, order: Order | None = None, zone: str | None = None) -> Days:
    """Read a column of text as dates.

    Args:
        cells: the text.
        order: what a person said of the order of day, month and year; None: the file itself has to show it.
        zone: the zone in which dates are meant, where a time with its zone stands behind them, or an instant.

    Raises Refused: nothing tells day and month, or the year, apart.
    """
    text = cells.str.strip_chars()
    plain = text.str.to_date("%Y-%m-%d", strict=False)
    if plain.null_count() == 0 and bool((text.str.len_bytes() == 10).all()):
        return Days(plain.alias("date"), {})
    spelled = {cell: spell(cell) for cell in text.unique(maintain_order=True).drop_nulls()}
    try:
        days_of, reasons, remark = _judged(spelled, order, zone)
    except _Unclear as trouble:
        row = (text == trouble.cell).arg_max()
        raise Refused(row, trouble.reason) from None
    dates = text.replace_strict(days_of, default=None, return_dtype=pl.Date).alias("date")
    missing = dates.is_null().arg_true().to_list()
    return Days(dates, {row: reasons.get(text[row] or "", "the date is missing") for row in missing}, remark)


def _judged(
    spelled: dict[str, Spelled], order: Order | None, zone: str | None
) -> tuple[dict[str, date], dict[str, str], str | None]:
    """Give the date of each cell, or the reason why it is none; and a remark on all of them."""
    kinds = Counter(one.kind for one in spelled.values() if one.kind is not Kind.NONE)
    if not kinds:
        return {}, {cell: _no_date(cell) for cell in spelled}, None
    kind = kinds.most_common(1)[0][0]
    same = {cell: one for cell, one in spelled.items() if one.kind is kind}
    reasons = _odd_ones(spelled, kind, next(iter(same)))
    days: dict[str, date] = {}
    day_of = _reader(kind, same, order)
    for cell, one in same.items():
        day = day_of(one)
        if day is None:
            reasons[cell] = f"{cell!r} is not a date that exists"
        else:
            days[cell] = day if zone is None else _local(one, day, zone)
    if len(days) >= 4 and len(days) >= 2 * len(set(days.values())):
        first = next(iter(days.values()))
        second = [cell for cell, day in days.items() if day == first][1:2] or list(days)[1:2]
        raise _Unclear(second[0], f"{second[0]!r} is one of several times of a day: read are daily bars")
    return days, reasons, None if zone else _remark([(same[cell], day) for cell, day in days.items()])


def _odd_ones(spelled: dict[str, Spelled], kind: Kind, like: str) -> dict[str, str]:
    """Give the reason of each cell that is not spelled as most are."""
    reasons, seen = {}, False
    for cell, one in spelled.items():
        seen = seen or cell == like
        if one.kind is Kind.NONE:
            reasons[cell] = _no_date(cell)
        elif one.kind is not kind:
            reasons[cell] = f"{cell!r} is not a date like the ones {'before' if seen else 'after'} it ({like!r})"
    return reasons


def _no_date(cell: str) -> str:
    return f"{cell!r} is not a date; {READ}" if cell else "the date is missing"


def _reader(kind: Kind, same: Mapping[str, Spelled], order: Order | None) -> Callable[[Spelled], date | None]:
    """How the numbers of cells of this kind become a date."""
    if kind is Kind.INSTANT:
        return lambda one: one.instant.date() if one.instant else None
    if kind is Kind.EXCEL:
        early = next((cell for cell, one in same.items() if one.numbers[0] < EXCEL_SURE), None)
        if early is not None:
            raise _Unclear(early, f"{early!r} may be a day number of Excel, or count days since 1970; {READ}")
        return lambda one: EXCEL_ZERO + timedelta(days=one.numbers[0])
    layout = "Ymd" if kind in (Kind.SURE, Kind.PACKED, Kind.NAMED) else _layout(kind, same, order)
    return lambda one: _arranged(one.numbers, layout)


def _layout(kind: Kind, same: Mapping[str, Spelled], order: Order | None) -> str:
    """Give the order of year (Y, or y of two digits), month and day, told by a person or by the cells themselves."""
    layouts = ("dmY", "mdY") if kind in (Kind.SLASHED, Kind.DOTTED) else ("dmy", "mdy", "ymd")
    if order is not None:
        return next((it for it in layouts if it[0] == order[0]), "Ymd")
    possible = {cell: one for cell, one in same.items() if any(_fits(one.numbers, it) for it in layouts)}
    if not possible:
        return layouts[0]
    fits = [it for it in layouts if all(_fits(one.numbers, it) for one in possible.values())]
    if not fits:
        odd = next(cell for cell, one in possible.items() if not _fits(one.numbers, layouts[1]))
        raise _Unclear(odd, f"{odd!r} is ambiguous: both orders of day and month occur")
    if kind in (Kind.DOTTED, Kind.DOTTED_SHORT) and fits[0] == layouts[0]:
        fits = [it for it in fits if it != layouts[1]]  # between points, the day stands before the month
    if len(fits) > 1 and fits[-1] == "ymd":  # read with the year in the wrong place, a table is out of order
        fits = [it for it in fits if _in_order(possible.values(), it)] or fits
    if len(fits) > 1:
        first = next(iter(possible))
        words = {"d": "day", "m": "month", "y": "year"}
        which = " or ".join(words[it[0]] for it in fits)
        say = " or ".join(f'"{words[it[0]]} first"' for it in fits)
        doubt = f"it may be {which} first; no date in the file tells: say date_order = {say} in files.toml beside it"
        raise _Unclear(first, f"{first!r} is ambiguous: {doubt}")
    return fits[0]


def _fits(numbers: tuple[int, ...], layout: str) -> bool:
    """Whether month and day are such in this order."""
    return 1 <= numbers[layout.index("m")] <= 12 and 1 <= numbers[layout.index("d")] <= 31


def _arranged(numbers: tuple[int, ...], layout: str) -> date | None:
    """Give the date of three numbers in this order, None where there is none; years of two digits get their century."""
    parts = dict(zip(layout, numbers, strict=True))
    try:
        return date(parts["Y"] if "Y" in parts else century(parts["y"]), parts["m"], parts["d"])
    except ValueError:
        return None


def _in_order(spelled: Iterable[Spelled], layout: str) -> bool:
    """Whether the dates only rise, or only fall."""
    days = [day for one in spelled if (day := _arranged(one.numbers, layout))]
    return days in (sorted(days), sorted(days, reverse=True))


def _local(one: Spelled, day: date, zone: str) -> date:
    """Give the date in the zone that a person named; a cell without a zone is local already."""
    if one.instant is not None:
        return one.instant.astimezone(ZoneInfo(zone)).date()
    if one.clock is None or one.offset is None:
        return day
    midnight = datetime.combine(day, time(), timezone(one.offset))
    return (midnight + timedelta(minutes=one.clock)).astimezone(ZoneInfo(zone)).date()


def _midnight_of_utc(one: Spelled) -> bool:
    """Whether a time is written in a zone further west than UTC, in which it is a midnight."""
    if one.clock is None or one.offset is None or one.offset >= timedelta():
        return False
    return (one.clock - one.offset // timedelta(minutes=1)) % (24 * 60) == 0


def _remark(days: list[tuple[Spelled, date]]) -> str | None:
    """Give a sentence where dates may be a day early: midnights of a zone further east, written in another."""
    zoned = [(one, day) for one, day in days if one.offset is not None and one.clock is not None]
    evening = [(one, day) for one, day in zoned if EVENING <= (one.clock or 0) < LAST_MINUTE or _midnight_of_utc(one)]
    clocks = {one.clock for one, _ in zoned}
    sundays = [day for _, day in zoned if day.isoweekday() == 7]
    fridays = any(day.isoweekday() == 5 for _, day in zoned)
    if evening and len(clocks) <= 3:
        one, day = evening[0]
        clock = one.clock or 0
        first = f"{day} is written as {clock // 60:02d}:{clock % 60:02d}"
    elif len(zoned) >= 10 and sundays and not fridays:
        first = f"{sundays[0]} is a Sunday, and no date is a Friday"
    else:
        return None
    return (
        f"{first}: midnights of another time zone, so that dates may be a day early; timezone in files.toml, for "
        f'example timezone = "Europe/London", sets them right'
    )
