"""Which lots a sell consumes, and what each piece gains (`sdengine/RULES.md`, "Lots")."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from tests.oracle.state import DUST, Asset, Book, Lot

T = TypeVar("T")


def smallest_first(items: list[T], key: Callable[[T], float], slack: Callable[[float], float]) -> list[T]:
    """Sorted by `key`; keys that lie within `slack` of each other are equal and keep the order they came in.

    Found by walking the list again and again: another item is better only if its key is smaller by more than that.
    """
    left, ranked = list(items), []
    while left:
        best = left[0]
        for item in left[1:]:
            if key(item) < key(best) - slack(key(best)):
                best = item
        left.remove(best)
        ranked.append(best)
    return ranked


def in_order_of_sale(lots: list[Lot], method: str) -> list[Lot]:
    """Return the open lots in the order in which a sell takes them; equals go oldest first (newest first in lifo).

    Lots bought at the same price of the ladder differ in the last digits of their unit cost; they count as equal.
    """
    oldest_first = sorted(lots, key=lambda lot: lot.number)
    if method == "lifo":
        return oldest_first[::-1]
    if method == "hifo":
        return smallest_first(oldest_first, lambda lot: -lot.unit_cost, lambda cost: DUST * abs(cost))
    if method == "lofo":
        return smallest_first(oldest_first, lambda lot: lot.unit_cost, lambda cost: DUST * abs(cost))
    return oldest_first


def is_long_term(opened: date, closed: date) -> bool:
    """Held for a calendar year at least: sold on the same month and day of the next year or later."""
    return (closed.year, closed.month, closed.day) >= (opened.year + 1, opened.month, opened.day)


def open_lot(book: Book, asset: Asset, number: int, action: str, qty: float, price: float, costs: float) -> None:
    """Open a new lot; its commissions are part of what a share cost."""
    asset.lots.append(Lot(number, book.today, action, qty, price, (qty * price + costs) / qty))


def consume(
    book: Book, asset: Asset, number: int, action: str, qty: float, price: float, costs: float, only: Lot | None = None
) -> None:
    """Take `qty` shares out of the lots, one row per piece, and count the gain for the year's taxes.

    `only` names the one lot that is sold (funding by least tax), whatever the method.
    """
    unit_proceeds = (qty * price - costs) / qty
    left = qty
    for lot in [only] if only is not None else in_order_of_sale(asset.lots, book.settings.lot_method):
        piece = min(lot.qty, left)
        if piece <= 0:
            continue
        gain = piece * (unit_proceeds - lot.unit_cost)
        long_term = is_long_term(lot.opened_on, book.today)
        book.gains["long" if long_term else "short"] += gain
        book.closed_lots.append(
            lot_row(asset, lot, piece)
            | {
                "close_seq": number,
                "closed_on": book.today,
                "closed_by": action,
                "close_price": price,
                "gain": gain,
                "long_term": long_term,
            }
        )
        lot.qty -= piece
        left -= piece
    asset.lots = [lot for lot in asset.lots if lot.qty > 0]


def lot_row(asset: Asset, lot: Lot, qty: float) -> dict[str, object]:
    """One piece of a lot, open until a sale says otherwise."""
    return {
        "ticker": asset.ticker,
        "lot": lot.number,
        "opened_on": lot.opened_on,
        "opened_by": lot.opened_by,
        "qty": qty,
        "open_price": lot.open_price,
        "unit_cost": lot.unit_cost,
        "close_seq": None,
        "closed_on": None,
        "closed_by": None,
        "close_price": None,
        "gain": None,
        "long_term": None,
    }
