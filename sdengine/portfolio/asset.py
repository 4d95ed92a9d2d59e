"""One asset of a portfolio: a view of its record, never a second copy of its state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sdengine.codes import Action
from sdengine.kernel.records import Record
from sdengine.market.calendar import date_of
from sdengine.market.measures import premium
from sdengine.portfolio.algorithm import SyntheticDividendAlgorithm
from sdengine.portfolio.records import BuybackLot, Transaction
from sdengine.scenario import AssetSettings

if TYPE_CHECKING:
    from sdengine.portfolio.face import Portfolio

FIXED = frozenset(AssetSettings.model_fields) - {"ticker", "asset_class"}
"""Settings of an asset that its record and its algorithm have, and that are no attributes of it."""


class Asset:
    """A ticker with its holdings, NAV (all-time high), anchor, algorithm and buyback stack.

    `last_bar_on` is the day of its last bar, or of its purchase while it had none since: where it lies far behind the
    portfolio's last day, the ticker has stopped trading and is carried at `last_close`.
    """

    def __init__(
        self, portfolio: Portfolio, place: int, ticker: str, asset_class: str, algorithm: SyntheticDividendAlgorithm
    ) -> None:
        self.ticker = ticker
        self.asset_class = asset_class
        self.algorithm = algorithm
        algorithm.asset = self
        self.total_dividends_generated = 0.0
        self.total_invested = 0.0
        self.transaction_count = 0
        self.last_bar_on: date | None = None
        self._portfolio = portfolio
        self._place = place

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse what would have no effect: how an asset trades is read once, when it is added."""
        if name in FIXED:
            raise AttributeError(f"{name} of {self.ticker} is fixed from the start; allowed: as add_asset takes it")
        super().__setattr__(name, value)

    @property
    def record(self) -> Record:
        """The ASSET record of the engine."""
        return self._portfolio.room.assets[self._place]

    @property
    def holdings(self) -> float:
        """Shares held."""
        return float(self.record["holdings"])

    @property
    def nav(self) -> float:
        """The all-time high since the asset entered; never falls."""
        return float(self.record["nav"])

    @property
    def anchor(self) -> float:
        """The price that the two resting orders stand around."""
        return float(self.record["anchor"])

    @property
    def last_close(self) -> float:
        """The last close, the entry price before the first."""
        return float(self.record["mark"])

    @property
    def buyback_stack(self) -> list[BuybackLot]:
        """The open lots that the algorithm bought on the way down, in the order of their line."""
        record, lots = self.record, self._portfolio.room.lots[self._place]
        return [
            BuybackLot(date_of(lot["ordinal"]), float(lot["qty"]), float(lot["price"]))
            for lot in lots[record["lots_from"] : record["lots_to"]]
            if lot["action"] == Action.BUY
        ]

    def get_market_value(self, current_price: float) -> float:
        """Multiply holdings by price."""
        return self.holdings * current_price

    def get_nav_value(self) -> float:
        """Multiply holdings by NAV."""
        return self.holdings * self.nav

    def get_nav_premium(self, current_price: float) -> float:
        """(price - NAV) / NAV: below 0 a discount, above 0 a new high; 0 without a NAV."""
        return float(premium(float(current_price), self.nav))

    def process_day(
        self, date: date, ohlc: Mapping[str, float], available_cash: float
    ) -> tuple[list[Transaction], float]:
        """Preview the fills of one bar if the asset had `available_cash` for itself; changes nothing.

        Returns them with the cash they require, negative where they bring cash in; commissions are not part of it.
        """
        fills = self.propose(date, ohlc, self.holdings, available_cash)
        spent = sum(fill.qty * fill.price * (1.0 if fill.action == "BUY" else -1.0) for fill in fills)
        return fills, spent

    def propose(self, date: date, ohlc: Mapping[str, float], holdings: float, cash: float) -> list[Transaction]:
        """Preview the fills of one bar for those holdings and that cash, by the portfolio's own day step."""
        return self._portfolio.propose(self._place, date, ohlc, holdings, cash)
