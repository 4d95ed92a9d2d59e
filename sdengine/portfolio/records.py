"""What a portfolio hands out: plain data, in the portfolio's currency, fractions where the name says no `_pct`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Transaction:
    """One fill of an asset's algorithm: `action` BUY or SELL, `qty` shares at `price`."""

    action: str
    qty: float
    price: float


@dataclass(frozen=True)
class BuybackLot:
    """An open lot that the algorithm bought on the way down."""

    date: date
    qty: float
    price: float


@dataclass
class PortfolioTransaction:
    """One row of the transaction history.

    `action` is a name of `sdengine.codes.Action`. `total` is qty * price of a trade, the signed change of the bank of a
    cash-only row (whose `ticker` is empty, but for dividends), 0 of a skip, whose `qty` is what was wanted. `price` of
    a withdrawal, done or skipped, is the amount that was due. `costs` are the commissions. `nav_premium` is
    (price - NAV) / NAV with the NAV (all-time high) as before the day. `date` is None only for an initial purchase
    that was given none, until the first day is processed.
    """

    date: date | None
    ticker: str
    action: str
    qty: float
    price: float
    total: float
    bank_after: float
    nav_premium: float = 0.0
    costs: float = 0.0


@dataclass(frozen=True)
class PortfolioSnapshot:
    """The portfolio at one close. Premiums compare the close with the NAV as it stood before the day."""

    date: date
    total_value: float
    bank: float
    asset_values: dict[str, float]
    asset_navs: dict[str, float]
    holdings: dict[str, float]
    nav_premiums: dict[str, float]


@dataclass(frozen=True)
class PortfolioDayResult:
    """What one day brought."""

    date: date
    transactions: list[PortfolioTransaction]
    snapshot: PortfolioSnapshot
    opportunities: list[ArbitrageOpportunity] = field(default_factory=list)


@dataclass(frozen=True)
class PortfolioPerformance:
    """The performance so far: time-weighted return, drawdown >= 0, Sharpe ratio by the days observed a year."""

    total_return: float = 0.0
    total_value: float = 0.0
    bank_balance: float = 0.0
    max_drawdown: float = 0.0
    total_dividends: float = 0.0
    total_withdrawals: float = 0.0
    sharpe_ratio: float = 0.0


@dataclass(frozen=True)
class ArbitrageOpportunity:
    """A spread of NAV premiums above the threshold."""

    sell_ticker: str
    buy_ticker: str
    spread: float
    date: date | None = None
    sell_premium: float = 0.0
    buy_premium: float = 0.0
    traded: bool = False
