"""What a portfolio knows, to be read: it is changed by purchases and by days, and by nothing else."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.shown import html_table
from sdengine.coordination.dynamic import OBSERVES_GAPS
from sdengine.history.plans import plan_of
from sdengine.kernel.records import RULES
from sdengine.kernel.room import new_room
from sdengine.ladder.brownian import table
from sdengine.portfolio.log import Log
from sdengine.portfolio.options import DEFAULT_GAP, OPTIONS
from sdengine.portfolio.policy import WithdrawalPolicy
from sdengine.portfolio.records import ArbitrageOpportunity, PortfolioSnapshot, PortfolioTransaction
from sdengine.portfolio.shown import frames_of, line_of, summary_of_portfolio
from sdengine.scenario import AssetSettings, Scenario

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd
    import polars as pl

    from sdengine.portfolio.asset import Asset


class PortfolioState:
    """Settings, assets, books and history of a portfolio.

    `opened_on` is the day of the purchases before the first day processed, None where they were given none;
    `opening_value` what the portfolio was worth right after them.
    """

    def __init__(self, scenario: Scenario, policy: WithdrawalPolicy | None) -> None:
        self._settings = scenario.portfolio
        self._policy = policy
        self._assets: dict[str, Asset] = {}
        self._asked: tuple[AssetSettings, ...] = ()
        self._history: Log[PortfolioTransaction] = Log()
        self._snapshots: Log[PortfolioSnapshot] = Log()
        self._opportunities: Log[ArbitrageOpportunity] = Log()
        self.opened_on: date | None = None
        self.opening_value = self.peak_portfolio_value = self.initial_capital
        self.room = new_room(0, 64, 256, 1, 256, 1)
        self.room.book[0]["bank"] = self.room.book[0]["initial_cash"] = self.initial_capital
        self._plan = plan_of(scenario)
        if not self._plan[0]["dynamic"]:
            self._plan["dynamic"], self._plan["gap_threshold"] = OBSERVES_GAPS, DEFAULT_GAP
        self._rules = np.zeros(0, RULES)

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse what would have no effect: an option is read once, when the portfolio is made."""
        if name in OPTIONS:
            raise AttributeError(f"{name} is fixed from the start; allowed: Portfolio(..., {name}=...)")
        super().__setattr__(name, value)

    def __copy__(self) -> Self:
        """Copy all of it: two portfolios on one set of arrays would be one portfolio."""
        return copy.deepcopy(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come back from pickle, perhaps in another process: there random paths have another address."""
        self.__dict__.update(state)
        if self._plan[0]["walks"]:
            self._plan["walks"] = table().ctypes.data

    @property
    def initial_capital(self) -> float:
        """The cash that it began with."""
        return self._settings.initial_cash

    @property
    def rebalancing_mode(self) -> str:
        """How its assets are coordinated; fixed from the start."""
        return self._settings.rebalancing_mode

    @property
    def cash_rate(self) -> float:
        """Interest a year on a positive bank, a fraction; fixed from the start."""
        return self._settings.cash_rate

    @property
    def withdrawal_policy(self) -> WithdrawalPolicy | None:
        """What the owner is paid; fixed from the start."""
        return self._policy

    @property
    def assets(self) -> Mapping[str, Asset]:
        """The assets by ticker, in the order of adding; to be read."""
        return MappingProxyType(self._assets)

    @property
    def transaction_history(self) -> list[PortfolioTransaction]:
        """Everything that happened, in its order; to be read."""
        return self._history

    @property
    def daily_snapshots(self) -> list[PortfolioSnapshot]:
        """The portfolio at the close of each day processed; to be read."""
        return self._snapshots

    @property
    def opportunities(self) -> list[ArbitrageOpportunity]:
        """The arbitrage opportunities so far; to be read."""
        return self._opportunities

    @property
    def bank(self) -> float:
        """The shared cash pool; negative is margin debt."""
        return float(self.room.book[0]["bank"])

    @property
    def total_dividends_generated(self) -> float:
        """Synthetic dividends: the proceeds of the algorithm's sells."""
        return float(self.room.book[0]["synthetic_dividends"])

    @property
    def total_withdrawals(self) -> float:
        """Cash that the owner has taken out."""
        return float(self.room.book[0]["withdrawals"])

    def summary(self) -> pl.DataFrame:
        """Tell how it did so far in a few figures: figure, value and meaning, with its unit."""
        return summary_of_portfolio(self)

    def to_polars(self) -> dict[str, pl.DataFrame]:
        """Give `transactions`, `days` and `asset_days` as polars frames, by name."""
        return frames_of(self)

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Give `transactions`, `days` and `asset_days` as pandas frames, by name."""
        return {name: frame.to_pandas() for name, frame in frames_of(self).items()}

    def __repr__(self) -> str:
        return line_of(self)

    def _repr_html_(self) -> str:
        return html_table(repr(self), ("figure", "value", "meaning"), self.summary().rows())
