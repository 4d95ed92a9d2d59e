"""Initial purchases that take the bank below zero: allowed, and told by both faces in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def overdrawn(ticker: str, quantity: float, price: float, bank: float) -> str:
    """Write the sentence about one purchase that left the bank at `bank`, below zero."""
    return (
        f"buying {quantity:,g} {ticker} at {price:,.2f} overdraws the bank to {bank:,.2f}; "
        "buys are skipped until sells have filled it again"
    )


def overdrafts(fills: pl.DataFrame) -> list[str]:
    """Write a sentence for each initial purchase of a run that left its bank below zero."""
    import polars as pl

    bought = fills.filter((pl.col("action") == "INITIAL_BUY") & (pl.col("bank_after") < 0.0))
    return [overdrawn(*row) for row in bought.select("ticker", "qty", "price", "bank_after").iter_rows()]
