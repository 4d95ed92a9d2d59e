"""What the portfolio knows between two bars, and the rows that it has written so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle.settings import AssetSettings, Settings

Row = dict[str, Any]

DUST = 1e-12  # of a quantity or an amount: what floating point leaves over


@dataclass
class Lot:
    """Shares bought in one fill that are still held."""

    number: int
    opened_on: date
    opened_by: str
    qty: float
    open_price: float
    unit_cost: float


@dataclass
class Bar:
    """One ticker's prices on one date."""

    open: float
    high: float
    low: float
    close: float
    dividend: float


@dataclass
class Asset:
    """One holding. `entered_on` is None until the close of its first bar."""

    settings: AssetSettings
    order: int
    sd_n: float
    entered_on: date | None = None
    holdings: float = 0.0
    anchor: float = 0.0
    nav: float = 0.0
    last_close: float = 0.0
    lots: list[Lot] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    past: list[Bar] = field(default_factory=list)
    last_bar_on: date | None = None
    last_arbitrage: date | None = None
    # of this day only
    bar: Bar | None = None
    buys_rest: bool = False
    sells_rest: bool = False

    @property
    def ticker(self) -> str:
        return self.settings.ticker

    @property
    def signal_close(self) -> float:
        """The day's close, or the last close where there is no bar."""
        return self.bar.close if self.bar is not None else self.last_close


@dataclass
class Book:
    """The portfolio: cash, assets, and every row of its tables."""

    settings: Settings
    bank: float
    assets: list[Asset]
    today: date = date.min
    first_day: date | None = None
    last_day: date | None = None
    synthetic_dividends: float = 0.0
    withdrawn_today: float = 0.0
    due: list[float] = field(default_factory=list)
    served: date | None = None
    withdrawal_due: bool = False
    rebalancing_due: bool = False
    memory: dict[str, float] = field(default_factory=dict)
    gains: dict[str, float] = field(default_factory=lambda: {"short": 0.0, "long": 0.0})
    carried: dict[str, float] = field(default_factory=lambda: {"short": 0.0, "long": 0.0})
    tax_due: float = 0.0
    fills: list[Row] = field(default_factory=list)
    days: list[Row] = field(default_factory=list)
    closed_lots: list[Row] = field(default_factory=list)
    opportunities: list[Row] = field(default_factory=list)

    def pay(self, amount: float) -> None:
        """Cash leaves the bank; what is then left within 1e-12 of the amount is floating point, not money."""
        self.bank -= amount
        if abs(self.bank) <= DUST * amount:
            self.bank = 0.0

    def tradable(self) -> list[Asset]:
        """Assets with a bar today that entered on an earlier day: a new asset does not trade before its next bar."""
        return [a for a in self.assets if a.bar is not None and a.entered_on is not None and a.entered_on < self.today]

    def total_value(self) -> float:
        """Bank plus holdings at the day's close (or the last close of those without a bar)."""
        return self.bank + sum(a.holdings * a.signal_close for a in self.assets)

    def new_month(self) -> bool:
        """Is this the first portfolio day of a calendar month, other than the very first day?"""
        last = self.last_day
        return last is not None and (last.year, last.month) != (self.today.year, self.today.month)

    def record(
        self, asset: Asset | None, action: str, qty: float, price: float, total: float, costs: float = 0.0
    ) -> int:
        """Append one row of fills, with the state as it stands after it, and return its sequence number."""
        cash_row = asset is None or action == "DIVIDEND"
        premium = 0.0 if asset is None or cash_row else (price - asset.nav) / asset.nav
        self.fills.append(
            {
                "seq": len(self.fills),
                "date": self.today,
                "ticker": None if asset is None else asset.ticker,
                "action": action,
                "qty": qty,
                "price": price,
                "total": total,
                "costs": costs,
                "bank_after": self.bank,
                "nav_premium": premium,
                "anchor": None if asset is None else asset.anchor,
                "holdings_after": None if asset is None else asset.holdings,
            }
        )
        return len(self.fills) - 1
