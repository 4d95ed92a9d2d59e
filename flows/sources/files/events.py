"""Dividends and splits of one ticker, from the columns of its bars and from files beside them, each told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.currency import read_currency
from flows.sources.base import SourceError, empty_actions

NOISE = 1e-6
"""Relative difference up to which two amounts are one: what is left of 0.24 in single precision is 0.23999999."""

Amount = tuple[float, str | None]
"""An amount and its currency."""


@dataclass(frozen=True)
class Account:
    """What one place tells: the name of the file, and rows with date, dividend, split and currency."""

    file: str
    rows: pl.DataFrame


def actions_of(accounts: Sequence[Account], currency: str | None = None) -> pl.DataFrame:
    """All dividends and splits that these places tell, those told twice once.

    A dividend of 0 and a split of 0 or 1 is how tables say that there was none. `currency` is that of the prices: a
    dividend's is given only where it is another. Two places may tell the same dividends of a day, one their sum.
    Raises SourceError where they tell different ones.
    """
    amounts: list[tuple[object, str, float, str | None]] = []
    for kind in ("dividend", "split"):
        days: dict[object, dict[str, list[Amount]]] = {}
        for account in accounts:
            for day, amount, named in _events(account.rows, kind):
                money = read_currency(named) if named else None
                _add(days.setdefault(day, {}).setdefault(account.file, []), (amount, money))
        for day, places in days.items():
            amounts += [
                (day, kind, amount, money if money != currency else None) for amount, money in _one(places, kind, day)
            ]
    if not amounts:
        return empty_actions()
    schema = {"date": pl.Date, "kind": pl.String, "value": pl.Float64, "currency": pl.String}
    actions = pl.DataFrame(amounts, schema=schema, orient="row")
    return actions if actions["currency"].null_count() < actions.height else actions.drop("currency")


def _events(rows: pl.DataFrame, kind: str) -> list[tuple[object, float, str | None]]:
    nothing = (0.0,) if kind == "dividend" else (0.0, 1.0)
    there = rows.filter(pl.col(kind).is_not_null() & ~pl.col(kind).is_in(nothing))
    return there.select("date", kind, "currency").rows()


def _add(amounts: list[Amount], amount: Amount) -> None:
    """Add an amount; the same twice within noise is one, in the spelling with fewer digits."""
    for place, other in enumerate(amounts):
        if same(amount[0], other[0]):
            amounts[place] = (_shorter(amount[0], other[0]), other[1] or amount[1])
            return
    amounts.append(amount)


def _one(places: dict[str, list[Amount]], kind: str, day: object) -> list[Amount]:
    """Tell what several places tell of a day, as one."""
    (first, amounts), *others = places.items()
    for file, theirs in others:
        matched = [next((one for one in amounts if same(one[0], it[0])), None) for it in theirs]
        if all(matched) and len(theirs) == len(amounts):
            amounts = [
                (_shorter(it[0], one[0]), one[1] or it[1]) for it, one in zip(theirs, matched, strict=True) if one
            ]
        elif kind == "dividend" and same(sum(it[0] for it in theirs), sum(it[0] for it in amounts)):
            amounts = max(theirs, amounts, key=len)
        else:
            one, other = (" and ".join(f"{it[0]:g}" for it in these) for these in (amounts, theirs))
            raise SourceError(f"the {kind} of {day} is {one} in {first}, and {other} in {file}: leave one of them out")
    return amounts


def same(one: float, other: float) -> bool:
    """Whether two amounts differ by no more than the noise of floating point."""
    return abs(one - other) <= NOISE * max(abs(one), abs(other))


def _shorter(one: float, other: float) -> float:
    return min(one, other, key=lambda amount: (len(repr(amount)), amount))
