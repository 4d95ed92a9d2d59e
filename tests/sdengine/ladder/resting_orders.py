"""What the orders that rest after a bar promise about the next bar, worked out without the engine."""

from __future__ import annotations

import math
from typing import Any

Row = dict[str, Any]
Orders = dict[str, tuple[float, float]]
"""Side -> (limit, quantity)."""

ALGORITHM = ("BUY", "SELL", "SKIP_BUY", "SKIP_BAND")


def expected_first(orders: Orders, bar: dict[str, float], path: str) -> tuple[str, float] | None:
    """Side and price of the fill that comes first; None where the bar stays between the limits, or nobody can know.

    An order beyond which the bar opens fills at the open, any other at its limit; of two orders that are both reached
    later the path decides, and what `calm`, `busy` and `random` choose is not worked out here.
    """
    buy, sell = orders.get("buy", (-math.inf, 0.0))[0], orders.get("sell", (math.inf, 0.0))[0]
    at = {"buy": min(bar["open"], buy), "sell": max(bar["open"], sell)}
    reached = [side for side, hit in (("buy", bar["low"] <= buy), ("sell", bar["high"] >= sell)) if hit]
    if not reached:
        return None
    first = reached[0]
    if len(reached) == 2:
        nearer = bar["high"] - bar["open"] <= bar["open"] - bar["low"]
        high_first = path == "high_first" or (path == "nearest" and nearer)
        first = "buy" if bar["open"] <= buy else "sell" if bar["open"] >= sell or high_first else "buy"
        if path in UNFORESEEN and buy < bar["open"] < sell:
            return None
    return first, at[first]


UNFORESEEN = ("calm", "busy", "random")


def check_next_bar(orders: Orders, bar: dict[str, float], rows: list[Row], settings: dict[str, Any]) -> int:
    """Hold one asset's rows of a day against the orders that rested before it; return how many rows were checked.

    `rows`: its rows of the history in order; `settings`: the [portfolio] table.
    """
    rows = [row for row in rows if row["action"] in ALGORITHM]
    path, once = settings.get("path", "nearest"), settings.get("requote") == "nightly"
    sides = [side for side, (limit, _) in orders.items() if reaches(bar, side, limit)]
    if not sides:
        assert not rows, (orders, bar, rows)
        return 0
    assert rows, (orders, bar)
    if once:
        assert len(rows) == len(sides), (orders, bar, rows)
        for row in rows:
            side = next(one for one in sides if row["action"] == "SKIP_BAND" or one == side_of(row))
            if row["action"] != "SKIP_BAND":
                limit = orders[side][0]
                price = min(bar["open"], limit) if side == "buy" else max(bar["open"], limit)
                check_row(row, side, price, orders, settings)
    expected = expected_first(orders, bar, path)
    if expected is not None:
        check_row(rows[0], *expected, orders, settings)
    return len(rows) if once else 1


def reaches(bar: dict[str, float], side: str, limit: float) -> bool:
    """Whether the bar comes to the limit of an order."""
    return bar["low"] <= limit if side == "buy" else bar["high"] >= limit


def side_of(row: Row) -> str:
    """Return the side of an order that filled or that the bank could not pay."""
    return "sell" if row["action"] == "SELL" else "buy"


def check_row(row: Row, side: str, price: float, orders: Orders, settings: dict[str, Any]) -> None:
    """One row is that order's: side, price with slippage, quantity, and the anchor that it leaves."""
    slippage = settings.get("slippage_bps", 0) / 1e4
    limit, qty = orders[side]
    case = (row, side, price, orders)
    assert row["action"] in ({"BUY", "SKIP_BUY", "SKIP_BAND"} if side == "buy" else {"SELL", "SKIP_BAND"}), case
    assert row["price"] == price * (1.0 + slippage if side == "buy" else 1.0 - slippage), case
    if row["action"] == "BUY" and settings.get("on_insufficient_cash") == "partial":
        assert 0.0 < row["qty"] <= qty, case
    else:
        assert row["qty"] == qty, case
    if row["action"] in ("BUY", "SELL") and "anchor" in row:
        assert row["anchor"] == limit, case
