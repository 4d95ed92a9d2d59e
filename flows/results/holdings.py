"""What one really owns, from a file, and a scenario's orders scaled to it."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from sdengine.words import did_you_mean, first_few

QUANTITIES = ("quantity", "qty", "shares")
"""What the column of quantities may be called, the one of tickers being `ticker`."""
EXAMPLE = "a CSV file with the columns ticker and quantity, or a TOML file of lines such as AAPL = 120"


def read_holdings(path: Path) -> dict[str, float]:
    """Read the quantity of each ticker from a CSV or TOML file.

    Raises:
        UsageError: what cannot be read, with its line or key and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"--holdings {path}: cannot be read: {why}; allowed is {EXAMPLE}") from None
    owned: dict[str, float] = {}
    for where, ticker, given in _toml(path, text) if path.suffix.lower() == ".toml" else _csv(path, text):
        if ticker in owned:
            raise UsageError(f"{path}, {where}: {ticker} stands there twice; allowed is once")
        owned[ticker] = _quantity(f"{path}, {where}: the quantity of {ticker}", given)
    if not owned:
        raise UsageError(f"{path}: there is no ticker in it; allowed is {EXAMPLE}")
    return owned


def _csv(path: Path, text: str) -> Iterator[tuple[str, str, Any]]:
    rows = csv.reader(text.splitlines(), skipinitialspace=True)
    heading = [name.strip().lower() for name in next(rows, [])]
    quantities = [name for name in heading if name in QUANTITIES]
    if heading.count("ticker") != 1 or len(quantities) != 1:
        raise UsageError(f"{path}, line 1: its columns are {', '.join(heading) or 'none'}; allowed is {EXAMPLE}")
    for row in rows:
        if not any(value.strip() for value in row):
            continue
        where = f"line {rows.line_num}"
        if len(row) != len(heading):
            raise UsageError(f"{path}, {where}: {len(row)} values where the first line names {len(heading)} columns")
        ticker = row[heading.index("ticker")].strip()
        if not ticker:
            raise UsageError(f"{path}, {where}: there is no ticker")
        yield where, ticker, row[heading.index(quantities[0])].strip()


def _toml(path: Path, text: str) -> Iterator[tuple[str, str, Any]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None
    for ticker, given in tables.items():
        if isinstance(given, Mapping):
            raise UsageError(f'{path}, {ticker}: it is a table; allowed is a number, and "BRK.B" for a name with a dot')
        yield f"key {ticker}", ticker, given


def _quantity(what: str, given: Any) -> float:
    try:
        value = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        value = math.nan
    if not 0.0 <= value < math.inf:
        raise UsageError(f"{what} is {given!r}; allowed is a number such as 120 or 0.5, 0 or more")
    return value


@dataclass(frozen=True)
class Scaled:
    """Orders as somebody places them who owns other quantities than the scenario, and what there is to say of that."""

    orders: list[dict[str, Any]]
    remarks: list[str]


def scale(
    orders: Sequence[Mapping[str, Any]], owned: Mapping[str, float], file: Path, held: Mapping[str, float]
) -> Scaled:
    """Scale each order by what is owned of its ticker over what the scenario holds, down to whole lots.

    Added to an order: owned, scenario_qty (its quantity before); one of which less than a lot is left is gone. `held`:
    what the scenario holds of each of its assets.

    Raises:
        UsageError: none of the tickers in the file is the scenario's.
    """
    if not owned.keys() & held.keys():
        has = f"{first_few(list(owned), 6)} is an asset of this scenario; it has {first_few(list(held), 12)}"
        raise UsageError(f"{file}: none of {has}")
    missing = sorted(held.keys() - owned.keys())
    remarks = [
        f"{name} is in {file.name} and no asset of this scenario{did_you_mean(name, missing, '{}')}"
        for name in sorted(owned.keys() - held.keys())
    ]
    remarks += [f"{ticker} is not in {file.name}: no order for it" for ticker in held if ticker not in owned]
    scaled = []
    for order in orders:
        ticker, lot = order["ticker"], order["lot_size"] or 0.0
        if ticker not in owned:
            continue
        if not (owned[ticker] and held[ticker]):
            whose = "you own" if not owned[ticker] else "the scenario holds"
            remarks.append(f"{ticker}: {whose} none, so that its orders cannot be scaled")
            continue
        qty = order["qty"] * owned[ticker] / held[ticker]
        qty = min(qty, owned[ticker]) if order["side"] == "sell" else qty
        qty = math.floor(qty / lot + 1e-9) * lot if lot else qty
        if qty <= 0.0:
            of = f"of {order['qty']:g} for {held[ticker]:g} shares held, is for {owned[ticker]:g} less than one lot"
            remarks.append(f"{ticker}: its {order['side']}, {of}")
            continue
        changes = {"qty": qty, "worth": qty * order["limit_price"]}
        scaled.append({**order, **changes, "owned": owned[ticker], "scenario_qty": order["qty"]})
    return Scaled(scaled, list(dict.fromkeys(remarks)))
