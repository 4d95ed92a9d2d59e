"""Which lots a sell consumes, and what each piece gains (engine.md section 6)."""

from __future__ import annotations

from datetime import date

from tests.oracle.state import Asset, Book, Lot


def in_order_of_sale(lots: list[Lot], method: str) -> list[Lot]:
    """The open lots in the order in which a sell takes them; equals go oldest first (newest first in lifo)."""
    if method == "lifo":
        return sorted(lots, key=lambda lot: -lot.number)
    if method == "hifo":
        return sorted(lots, key=lambda lot: (-lot.unit_cost, lot.number))
    if method == "lofo":
        return sorted(lots, key=lambda lot: (lot.unit_cost, lot.number))
    return sorted(lots, key=lambda lot: lot.number)


def is_long_term(opened: date, closed: date) -> bool:
    """Held for a calendar year at least: sold on the same month and day of the next year or later."""
    return (closed.year, closed.month, closed.day) >= (opened.year + 1, opened.month, opened.day)


def open_lot(book: Book, asset: Asset, number: int, action: str, qty: float, price: float, costs: float) -> None:
    """A new lot; its commissions are part of what a share cost."""
    asset.lots.append(Lot(number, book.today, action, qty, price, (qty * price + costs) / qty))


def consume(
    book: Book, asset: Asset, number: int, action: str, qty: float, price: float, costs: float, only: Lot | None = None
) -> None:
    """Take ``qty`` shares out of the lots, one row per piece, and count the gain for the year's taxes.

    ``only`` names the one lot that is sold (funding by least tax), whatever the method.
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
