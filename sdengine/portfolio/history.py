"""The engine's rows as the records that a portfolio hands out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sdengine.codes import Action, member
from sdengine.kernel.logs import NO_ASSET
from sdengine.kernel.room import Room
from sdengine.market.calendar import date_of
from sdengine.portfolio.records import ArbitrageOpportunity, PortfolioTransaction

if TYPE_CHECKING:
    from sdengine.portfolio.asset import Asset

NUMBERS = ("qty", "price", "total", "bank_after", "nav_premium", "costs")


def take_transactions(room: Room, assets: Mapping[str, Asset]) -> list[PortfolioTransaction]:
    """Take the rows recorded since the last time, counted for their assets; the record is empty afterwards."""
    book, tickers = room.book[0], list(assets)
    taken = []
    for row in room.fills[: book["fills"]]:
        action = member(Action, row["action"])
        ticker = "" if row["asset"] == NO_ASSET else tickers[row["asset"]]
        numbers = (float(row[name]) for name in NUMBERS)
        taken.append(PortfolioTransaction(date_of(row["ordinal"]), ticker, action.name, *numbers))
        if action in (Action.BUY, Action.SELL):
            asset = assets[ticker]
            asset.transaction_count += 1
            asset.total_invested += float(row["total"]) if action == Action.BUY else 0.0
            asset.total_dividends_generated += float(row["total"]) if action == Action.SELL else 0.0
    book["fills"] = book["pieces"] = 0
    return taken


def take_opportunities(room: Room, assets: Mapping[str, Asset]) -> list[ArbitrageOpportunity]:
    """Take the opportunities recorded since the last time; the record is empty afterwards."""
    book, tickers = room.book[0], list(assets)
    rows = room.opportunities[: book["opportunities"]]
    book["opportunities"] = 0
    return [
        ArbitrageOpportunity(
            tickers[row["sell_asset"]],
            tickers[row["buy_asset"]],
            float(row["spread"]),
            date_of(row["ordinal"]),
            float(row["sell_premium"]),
            float(row["buy_premium"]),
            bool(row["traded"]),
        )
        for row in rows
    ]
