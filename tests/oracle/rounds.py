"""The rounds of a day: everyone proposes, sells execute, then buys (`sdengine/RULES.md`, "The portfolio, one day")."""

from __future__ import annotations

from tests.oracle.costs import affordable, buy_price, sell_price, whole_cost
from tests.oracle.ladder import signals_on
from tests.oracle.path import Proposal, Walk, prices_of
from tests.oracle.state import Asset, Book
from tests.oracle.trades import buy, sell

SLACK = 1e-9  # a weight this close to its band's edge is inside: floating point, not money


def signal_price(book: Book, asset: Asset) -> float:
    """Return the price by which orders are ranked and bands judged: the day's close, or the close before."""
    return asset.last_close if book.settings.signal_price == "prev_close" else asset.signal_close


def premium(book: Book, asset: Asset) -> float:
    """Signal price against the NAV as it stood before the day."""
    return (signal_price(book, asset) - asset.nav) / asset.nav


def in_mode_order(book: Book, proposals: list[Proposal], side: str) -> list[Proposal]:
    """Return the proposals of one side as the mode ranks them; `sorted` is stable, so ties keep the order of adding."""
    chosen = [p for p in proposals if p.order.side == side]
    if book.settings.mode in ("nav_opportunistic", "hybrid"):
        sign = -1 if side == "sell" else 1
        chosen = sorted(chosen, key=lambda p: sign * premium(book, p.asset))
    return chosen


def beyond_band(book: Book, proposal: Proposal) -> bool:
    """Would this fill leave the asset's weight beyond its band, on the side the trade moves it to?

    Everything is valued at the signal price, the bank as it would be after the fill, costs included.
    """
    asset, qty = proposal.asset, proposal.order.qty
    if book.settings.mode != "hybrid" or asset.settings.band is None:
        return False
    low, high = asset.settings.band
    if proposal.order.side == "buy":
        price = buy_price(book.settings, proposal.price)
        change, bank = qty, book.bank - whole_cost(book.settings, qty, price)
    else:
        price = sell_price(book.settings, proposal.price)
        change, bank = -qty, book.bank + 2 * qty * price - whole_cost(book.settings, qty, price)
    value = (asset.holdings + change) * signal_price(book, asset)
    others = sum(a.holdings * signal_price(book, a) for a in book.assets if a is not asset)
    total = bank + others + value
    if change > 0:
        return value > (high + SLACK) * total
    return value < (low - SLACK) * total


def execute_sell(book: Book, proposal: Proposal) -> None:
    """Sell what was proposed: it always finds its cash; only a band can refuse it."""
    asset, order = proposal.asset, proposal.order
    if beyond_band(book, proposal):
        asset.sells_rest = True
        book.record(asset, "SKIP_BAND", order.qty, sell_price(book.settings, proposal.price), 0.0)
        return
    sell(book, asset, "SELL", order.qty, proposal.price, order.limit)


def execute_buy(book: Book, proposal: Proposal) -> None:
    """Band first, then cash; a partial buy takes the lots that the bank affords and is a fill like any other."""
    asset, order, settings = proposal.asset, proposal.order, book.settings
    price = buy_price(settings, proposal.price)
    if beyond_band(book, proposal):
        asset.buys_rest = True
        book.record(asset, "SKIP_BAND", order.qty, price, 0.0)
        return
    qty = order.qty
    if not settings.allow_margin and book.bank < whole_cost(settings, qty, price):
        qty = 0.0
        if settings.partial_buys:
            qty = min(order.qty, affordable(settings, book.bank, price, asset.settings.lot_size))
    if qty <= 0:
        asset.buys_rest = True
        book.record(asset, "SKIP_BUY", order.qty, price, 0.0)
        return
    buy(book, asset, "BUY", qty, proposal.price, order.limit)


def play_rounds(book: Book) -> None:
    """Play rounds until nobody proposes. All proposals of a round are made before any of them executes."""
    if not signals_on(book.settings):
        return
    walks = [Walk(book.settings, asset, prices_of(book, asset)) for asset in book.tradable()]
    while True:
        proposals = [p for walk in walks if (p := walk.next_fill()) is not None]
        if not proposals:
            return
        for proposal in in_mode_order(book, proposals, "sell"):
            execute_sell(book, proposal)
        for proposal in in_mode_order(book, proposals, "buy"):
            execute_buy(book, proposal)
