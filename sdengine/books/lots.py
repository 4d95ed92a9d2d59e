"""Open lots: what was bought in one fill, and which of them a sell consumes (`sdengine/RULES.md`, "Lots").

An asset's open lots stand in a line, kept so that consumption is always at one end: FIFO takes from the front, every
other method from the back (HIFO and LOFO by inserting in order of unit cost; among equals the oldest is the first to
go; costs within a hair of each other are equal). A partial sale splits a lot; each closed piece is one row of the
lots table.

Realised gain of a piece: (unit proceeds - unit cost) * quantity, commissions in both.
Source of the one-year rule: U.S. Internal Revenue Code section 1222, in whole calendar years.
"""

from __future__ import annotations

from sdengine.codes import LotMethod
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import Record
from sdengine.kernel.room import Desk, asset_of, next_row, no_branch
from sdengine.kernel.tolerance import DUST

ONE_YEAR = 10_000
"""Difference of two yyyymmdd dates from which a lot has been held for a year."""

NOT_CLOSED = -1


@inlined
def lot_of(desk: Desk, a: int, at: int) -> Record:
    """Return the lot at index `at` of asset `a`; open are those from `lots_from` up to, not including, `lots_to`.

    Nobody looks whether `at` lies inside the room: `open_lot`, which alone lengthens the line, has.
    """
    return nth(desk.lots, a * desk.book["lots_room"] + at)


@inlined
def open_lot(desk: Desk, a: int, qty: float, price: float, costs: float, action: int) -> None:
    """Add what a fill bought to the asset's open lots; without room the book's `overflow` is set."""
    asset = asset_of(desk, a)
    if asset["lots_to"] == desk.book["lots_room"]:
        _move_to_front(desk, a)
        if asset["lots_to"] == desk.book["lots_room"]:
            desk.book["overflow"] = 1
            return
    cost = (qty * price + costs) / qty
    at = asset["lots_to"]
    method = desk.plan["lot_method"]
    if method == LotMethod.HIFO:
        while at > asset["lots_from"] and lot_of(desk, a, at - 1)["cost"] >= cost * (1.0 - DUST):
            _copy(lot_of(desk, a, at - 1), lot_of(desk, a, at))
            at -= 1
    elif method == LotMethod.LOFO:
        while at > asset["lots_from"] and lot_of(desk, a, at - 1)["cost"] <= cost * (1.0 + DUST):
            _copy(lot_of(desk, a, at - 1), lot_of(desk, a, at))
            at -= 1
    elif not (method == LotMethod.LIFO or method == LotMethod.FIFO):
        no_branch(desk)
    lot = lot_of(desk, a, at)
    lot["qty"] = qty
    lot["price"] = price
    lot["cost"] = cost
    lot["ordinal"] = desk.day["ordinal"]
    lot["ymd"] = desk.day["ymd"]
    lot["seq"] = desk.book["seq"]
    lot["action"] = action
    asset["lots_to"] += 1


@inlined
def close_lots(desk: Desk, a: int, qty: float, price: float, costs: float, action: int) -> None:
    """Consume open lots for a sell of `qty` at `price`, book the gains, record each closed piece."""
    asset = asset_of(desk, a)
    fifo = sells_from_the_front(desk)
    proceeds = (qty * price - costs) / qty
    left = qty
    while left > DUST * qty and asset["lots_to"] > asset["lots_from"]:
        lot = lot_of(desk, a, asset["lots_from"] if fifo else asset["lots_to"] - 1)
        whole = left >= lot["qty"] * (1.0 - DUST)
        piece = lot["qty"] if whole else left
        close_piece(desk, lot, a, piece, price, proceeds, action)
        left -= piece
        if not whole:
            lot["qty"] -= piece
        elif fifo:
            asset["lots_from"] += 1
        else:
            asset["lots_to"] -= 1


@inlined
def sells_from_the_front(desk: Desk) -> bool:
    """Return whether a sell takes the lot at the front of the line."""
    method = desk.plan["lot_method"]
    if method == LotMethod.LIFO or method == LotMethod.HIFO or method == LotMethod.LOFO:
        return False
    if method != LotMethod.FIFO:
        no_branch(desk)
    return True


@inlined
def close_piece(desk: Desk, lot: Record, a: int, qty: float, price: float, proceeds: float, action: int) -> None:
    """Book the gain of `qty` shares of one lot and record the piece. `proceeds` is per share, costs taken off."""
    gain = (proceeds - lot["cost"]) * qty
    long_term = desk.day["ymd"] - lot["ymd"] >= ONE_YEAR
    if long_term:
        desk.book["gain_long"] += gain
    else:
        desk.book["gain_short"] += gain
    row = _append(desk, lot, a, qty)
    row["close_seq"] = desk.book["seq"]
    row["closed"] = desk.day["ordinal"]
    row["closed_by"] = action
    row["long_term"] = 1 if long_term else 0
    row["close_price"] = price
    row["gain"] = gain


@kernel
def take_from_lot(desk: Desk, a: int, at: int, qty: float) -> None:
    """Take `qty` shares out of the open lot at index `at`, wherever it stands in the line."""
    asset = asset_of(desk, a)
    lot = lot_of(desk, a, at)
    if qty < lot["qty"] * (1.0 - DUST):
        lot["qty"] -= qty
        return
    for k in range(at, asset["lots_to"] - 1):
        _copy(lot_of(desk, a, k + 1), lot_of(desk, a, k))
    asset["lots_to"] -= 1


@kernel
def record_open_lots(desk: Desk) -> None:
    """Record every lot that is still open after the last day, in the order of its line."""
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        for at in range(asset["lots_from"], asset["lots_to"]):
            lot = lot_of(desk, a, at)
            row = _append(desk, lot, a, lot["qty"])
            row["close_seq"] = NOT_CLOSED
            row["closed"] = 0
            row["closed_by"] = NOT_CLOSED
            row["long_term"] = 0
            row["close_price"] = 0.0
            row["gain"] = 0.0


@inlined
def _append(desk: Desk, lot: Record, a: int, qty: float) -> Record:
    """Take the next row of pieces, the lot's side of it filled in."""
    book = desk.book
    if book["pieces"] == book["pieces_room"]:
        book["pieces"] = next_row(book, book["pieces_room"])
    row = nth(desk.pieces, book["pieces"])
    book["pieces"] += 1
    row["asset"] = a
    row["lot"] = lot["seq"]
    row["opened"] = lot["ordinal"]
    row["opened_by"] = lot["action"]
    row["qty"] = qty
    row["open_price"] = lot["price"]
    row["unit_cost"] = lot["cost"]
    return row


@kernel
def _move_to_front(desk: Desk, a: int) -> None:
    """Move a FIFO line to the front of its room."""
    asset = asset_of(desk, a)
    shift = asset["lots_from"]
    if shift == 0:
        return
    for at in range(shift, asset["lots_to"]):
        _copy(lot_of(desk, a, at), lot_of(desk, a, at - shift))
    asset["lots_from"] = 0
    asset["lots_to"] -= shift


@kernel
def _copy(source: Record, target: Record) -> None:
    target["qty"] = source["qty"]
    target["price"] = source["price"]
    target["cost"] = source["cost"]
    target["ordinal"] = source["ordinal"]
    target["ymd"] = source["ymd"]
    target["seq"] = source["seq"]
    target["action"] = source["action"]
