"""A whole history, day by day, and the tables that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.day import play_day
from tests.oracle.ladder import buy_order, sell_order, signals_on
from tests.oracle.lots import lot_row
from tests.oracle.settings import Settings, read_settings
from tests.oracle.state import Asset, Bar, Book, Row


@dataclass
class OracleResult:
    """The tables of a run, each a list of rows with the columns of the warehouse."""

    fills: list[Row]
    portfolio_days: list[Row]
    lots: list[Row]
    opportunities: list[Row]
    orders: list[Row]


def run_oracle(parameters: dict[str, Any], bars: list[dict[str, Any]]) -> OracleResult:
    """Play `bars` (rows of ticker, date, open, high, low, close[, dividend]) against a scenario's parameters."""
    settings = read_settings(parameters)
    book = new_book(settings)
    calendar = bars_by_date(settings, bars)
    for asset in book.assets:
        asset.past = bars_before(settings, asset.ticker, bars)
    for today in sorted(calendar):
        play_day(book, today, calendar[today])
    return OracleResult(book.fills, book.days, lots_table(book), book.opportunities, orders_table(book))


def new_book(settings: Settings) -> Book:
    """Return the portfolio before its first day: cash only."""
    assets = [Asset(asset, order, asset.sd_n) for order, asset in enumerate(settings.assets)]
    return Book(settings, settings.initial_cash, assets)


def bars_by_date(settings: Settings, bars: list[dict[str, Any]]) -> dict[date, dict[str, Bar]]:
    """Return the bars of the scenario's tickers inside its window."""
    tickers = {asset.ticker for asset in settings.assets}
    calendar: dict[date, dict[str, Bar]] = {}
    for row in bars:
        before = settings.start is not None and row["date"] < settings.start
        after = settings.end is not None and row["date"] > settings.end
        if row["ticker"] in tickers and not before and not after:
            bar = Bar(row["open"], row["high"], row["low"], row["close"], row.get("dividend") or 0.0)
            calendar.setdefault(row["date"], {})[row["ticker"]] = bar
    return calendar


def bars_before(settings: Settings, ticker: str, bars: list[dict[str, Any]]) -> list[Bar]:
    """One ticker's bars before the window, in order."""
    if settings.start is None:
        return []
    rows = sorted((r for r in bars if r["ticker"] == ticker and r["date"] < settings.start), key=lambda r: r["date"])
    return [Bar(row["open"], row["high"], row["low"], row["close"], 0.0) for row in rows]


def lots_table(book: Book) -> list[Row]:
    """Every piece of every lot: the sold ones in their order, then what is still open, asset by asset."""
    still_open = [lot_row(asset, lot, lot.qty) for asset in book.assets for lot in asset.lots]
    return [*book.closed_lots, *still_open]


def orders_table(book: Book) -> list[Row]:
    """Return what rests after the last bar: buy, then sell, of every asset that has entered."""
    if not signals_on(book.settings):
        return []
    rows = []
    for asset in book.assets:
        if asset.entered_on is not None:
            orders = (buy_order(asset), sell_order(book.settings, asset))
            rows += [order_row(asset, order) for order in orders if order is not None]
    return rows


def order_row(asset: Asset, order: Any) -> Row:
    """One resting order and how far the price is from it."""
    return {
        "ticker": asset.ticker,
        "side": order.side,
        "limit_price": order.limit,
        "qty": order.qty,
        "last_close": asset.last_close,
        "distance": order.limit / asset.last_close - 1,
    }
