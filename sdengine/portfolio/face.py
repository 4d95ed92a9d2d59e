"""The portfolio: a self-contained object that is fed one day after another."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import numpy as np

from schemas.columns import PRICES
from sdengine.codes import Side
from sdengine.coordination.dynamic import OBSERVES_GAPS
from sdengine.history.plans import plan_of, rule_of
from sdengine.kernel.records import BAR, ENTERED, RULES, Records
from sdengine.kernel.room import Room, new_room
from sdengine.kernel.tolerance import SUM_EXCESS
from sdengine.market.bars import one_bar
from sdengine.market.calendar import calendar_of, date_of, ordinal
from sdengine.portfolio.algorithm import SyntheticDividendAlgorithm
from sdengine.portfolio.asset import Asset
from sdengine.portfolio.history import take_opportunities, take_transactions
from sdengine.portfolio.options import DEFAULT_GAP, read_options
from sdengine.portfolio.performance import performance_of
from sdengine.portfolio.policy import WithdrawalPolicy
from sdengine.portfolio.records import (
    ArbitrageOpportunity,
    PortfolioDayResult,
    PortfolioPerformance,
    PortfolioSnapshot,
    PortfolioTransaction,
    Transaction,
)
from sdengine.portfolio.rooms import grow_room
from sdengine.portfolio.step import Task, work
from sdengine.portfolio.trial import try_bar, try_day, try_withdrawal
from sdengine.scenario import AssetSettings


class Portfolio:
    """Several assets around one bank, coordinated as `rebalancing_mode` says.

    `initial_cash` > 0. `rebalancing_mode`: simple, nav_opportunistic, rebalancing or hybrid. `options` are those of a
    scenario by name: of its [portfolio] table (`path`, `signal_price`, `cash_rate`, `margin_rate`, `allow_margin`,
    `on_insufficient_cash`, `slippage_bps`, `commission`, `commission_bps`, `commission_per_share`, `lot_method`), of
    [rebalancing] (`drift`, `calendar`, `signals`), of [arbitrage] (`threshold`, `fraction`, `cooldown_days`), of
    [dynamic_sd_n] (`gap_threshold`, whose presence turns it on), and `taxes` (a mapping of short_rate and long_rate).

    Raises ValueError with the option, the value given and what is allowed.
    """

    def __init__(
        self,
        initial_cash: float,
        rebalancing_mode: str = "nav_opportunistic",
        withdrawal_policy: WithdrawalPolicy | None = None,
        **options: Any,
    ) -> None:
        scenario = read_options(initial_cash, rebalancing_mode, withdrawal_policy, options)
        self.initial_capital = float(initial_cash)
        self.rebalancing_mode = rebalancing_mode
        self.withdrawal_policy = withdrawal_policy
        self.assets: dict[str, Asset] = {}
        self.transaction_history: list[PortfolioTransaction] = []
        self.daily_snapshots: list[PortfolioSnapshot] = []
        self.opportunities: list[ArbitrageOpportunity] = []
        self.peak_portfolio_value = self.initial_capital
        self.room = new_room(0, 64, 256, 1, 256, 1)
        self.room.book[0]["bank"] = self.room.book[0]["initial_cash"] = self.initial_capital
        self.cash_rate = scenario.portfolio.cash_rate
        self._plan = plan_of(scenario)
        if not self._plan[0]["dynamic"]:
            self._plan["dynamic"], self._plan["gap_threshold"] = OBSERVES_GAPS, DEFAULT_GAP
        self._rules = np.zeros(0, RULES)

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

    def add_asset(
        self,
        ticker: str,
        asset_class: str,
        initial_qty: float,
        initial_price: float,
        sd_n: float = 8,
        profit_sharing_pct: float = 50.0,
        buyback_enabled: bool = True,
        *,
        variant: str | None = None,
        lot_size: float = 1,
        target: float | None = None,
        band: tuple[float, float] | None = None,
        date: date | None = None,
    ) -> None:
        """Buy `initial_qty` shares at `initial_price`; the asset's orders rest from its next bar on.

        NAV and anchor start at that price. The purchase may overdraw the bank: it warns, and buys are skipped until
        sells have filled it again. `date`: of the purchase; the last processed day unless given, or else the first
        one that will be. Before any day was processed a purchase that is given a date opens the books on it: interest
        runs and months count from then on. Raises ValueError for a ticker that is there already, a date before the
        last processed day, targets that add up to more than 1, and impossible values.
        """
        if ticker in self.assets:
            raise ValueError(f"ticker {ticker!r} is in the portfolio already; allowed: each ticker once")
        if date is not None and self.daily_snapshots and date < self.daily_snapshots[-1].date:
            last = self.daily_snapshots[-1].date
            raise ValueError(f"date {date} of the purchase of {ticker} is before {last}, the last day processed")
        targets = float(np.nansum(self._rules["target"])) + (target or 0.0)
        if targets > 1.0 + SUM_EXCESS:
            raise ValueError(f"target {target} of {ticker} makes the targets add up to {targets:g}; allowed: at most 1")
        if not (np.isfinite(initial_price) and initial_price > 0.0):
            raise ValueError(f"initial_price of {ticker} is {initial_price!r}; allowed: a finite price above 0")
        settings = AssetSettings(
            ticker=ticker,
            asset_class=asset_class,
            quantity=float(initial_qty),
            sd_n=float(sd_n),
            profit_sharing_pct=float(profit_sharing_pct),
            variant=cast(Any, variant or ("full" if buyback_enabled else "ath_only")),
            lot_size=float(lot_size),
            target=target,
            band=band,
        )
        rule = np.array([rule_of(settings)], RULES)
        self._plan["sells_at_nav"] |= int(settings.variant == "ath_sell")
        place = len(self.assets)
        self._rules = np.concatenate([self._rules, rule])
        self.room = grow_room(self.room, assets=place + 1)
        algorithm = SyntheticDividendAlgorithm(
            float(rule[0]["trigger"]), profit_sharing_pct, buyback_enabled, variant=settings.variant
        )
        self.assets[ticker] = Asset(self, place, ticker, asset_class, algorithm)
        book = self.room.book[0]
        bought_on = date if date is not None else self.daily_snapshots[-1].date if self.daily_snapshots else None
        if bought_on is not None:
            self.assets[ticker].last_bar_on = bought_on
            self._open_books(bought_on)
        day = calendar_of(np.array([0 if bought_on is None else ordinal(bought_on)], np.int32))
        self._work(Task.PURCHASE, day, self._no_bars(), self.room, place, float(initial_qty), float(initial_price))
        self.room.assets[place]["entered"] = ENTERED
        if book["bank"] < 0.0 and not self._plan[0]["allow_margin"]:
            warnings.warn(
                f"buying {initial_qty:,g} {ticker} at {initial_price:,.2f} overdraws the bank to {book['bank']:,.2f}; "
                "buys are skipped until sells have filled it again",
                stacklevel=2,
            )
        for row in take_transactions(self.room, self.assets):
            row.date = bought_on
            self.transaction_history.append(row)

    def process_day(self, current_date: date, market_data: Mapping[str, Mapping[str, float]]) -> PortfolioDayResult:
        """Process one day: `market_data` maps tickers to open, high, low, close and, if any, dividend.

        A ticker without a bar does nothing and is valued at its last close; tickers that the portfolio does not hold
        are passed over. Raises ValueError for a date that is not after the last one, a day without any bar, and bars
        that can't be used; nothing has changed then.
        """
        day, bars = self._market(current_date, market_data)
        navs = {ticker: asset.nav for ticker, asset in self.assets.items()}
        self._date_purchases(current_date)
        self.room = try_day(self.room, self._plan, self._rules, day, bars)
        for ticker, asset in self.assets.items():
            if ticker in market_data:
                asset.last_bar_on = current_date
        transactions = take_transactions(self.room, self.assets)
        opportunities = take_opportunities(self.room, self.assets)
        snapshot = self._snapshot(current_date, navs)
        self.transaction_history += transactions
        self.opportunities += opportunities
        self.daily_snapshots.append(snapshot)
        self.peak_portfolio_value = max(self.peak_portfolio_value, snapshot.total_value)
        return PortfolioDayResult(current_date, transactions, snapshot, opportunities)

    def get_portfolio_nav(self) -> float:
        """Sum of holdings * NAV."""
        return sum(asset.get_nav_value() for asset in self.assets.values())

    def get_portfolio_market_value(self, market_data: Mapping[str, float]) -> float:
        """Bank plus holdings at the prices given; an asset without a price is left out."""
        held = (asset.get_market_value(market_data[t]) for t, asset in self.assets.items() if t in market_data)
        return self.bank + sum(held)

    def get_portfolio_performance(self) -> PortfolioPerformance:
        """Measure the performance over the days processed so far; all zeros before the first."""
        return performance_of(self)

    def check_arbitrage_opportunity(self) -> ArbitrageOpportunity | None:
        """Find the spread of NAV premiums at the last closes, if it is above the threshold; NAVs as they stand now."""
        held = {t: a.get_nav_premium(a.last_close) for t, a in self.assets.items() if a.holdings > 0.0}
        if not held:
            return None
        dear, cheap = max(held, key=held.__getitem__), min(held, key=held.__getitem__)
        spread = held[dear] - held[cheap]
        if not spread > self._plan[0]["threshold"]:
            return None
        on = self.daily_snapshots[-1].date if self.daily_snapshots else None
        return ArbitrageOpportunity(dear, cheap, spread, on, held[dear], held[cheap])

    def optimize_sd_n_by_gap_frequency(self, ticker: str) -> int:
        """Choose sd_n by the gaps of the asset's last 90 bars: 12, 8 or 6; the present one with fewer bars."""
        if ticker not in self.assets:
            raise ValueError(f"no asset {ticker!r}; there are: {', '.join(self.assets) or 'none'}")
        place = list(self.assets).index(ticker)
        day = calendar_of(np.zeros(1, np.int32))
        found = self._work(Task.SD_N, day, self._no_bars(), self.room, place)
        return round(found or 1.0 / np.log2(1.0 + float(self.room.assets[place]["trigger"])))

    def orders(self) -> list[tuple[str, str, float, float]]:
        """List the orders that rest now: ticker, side, limit price, quantity."""
        return [
            (ticker, side, float(asset.record[f"{side}_limit"]), float(asset.record[f"{side}_qty"]))
            for ticker, asset in self.assets.items()
            for side in (Side.BUY.name.lower(), Side.SELL.name.lower())
            if asset.record[f"{side}_qty"] > 0.0 and self._plan[0]["signals"]
        ]

    def preview_withdrawal(self, current_date: date) -> float | None:
        """Preview what the owner would be paid that day, every price still at its last close; changes nothing.

        None where no withdrawal is due on it, 0 where coverage or the bank does not allow it.
        """
        return try_withdrawal(self.room, self._plan, self._rules, current_date)

    def propose(
        self, place: int, current_date: date, ohlc: Mapping[str, float], holdings: float, cash: float
    ) -> list[Transaction]:
        """Preview the fills of one asset's bar, as if the portfolio held only it and that cash. Changes nothing."""
        rule, ticker = self._rules[place : place + 1], list(self.assets)[place]
        return try_bar(self.room, self._plan, rule, place, current_date, ticker, ohlc, holdings, cash)

    def _work(
        self, task: Task, day: Records, bars: Records, room: Room, place: int = 0, qty: float = 0.0, price: float = 0.0
    ) -> float:
        return float(work(int(task), self._plan, self._rules, day, bars, room, place, qty, price))

    def _market(self, current_date: date, market_data: Mapping[str, Mapping[str, float]]) -> tuple[Records, Records]:
        book = self.room.book[0]
        if self.daily_snapshots and current_date <= self.daily_snapshots[-1].date:
            last = self.daily_snapshots[-1].date
            raise ValueError(f"date {current_date} is not after {last}, the last day processed")
        if book["days"] and ordinal(current_date) < book["last_ordinal"]:
            raise ValueError(f"date {current_date} is before {date_of(book['last_ordinal'])}, the first purchase")
        bars = self._no_bars()
        for place, ticker in enumerate(self.assets):
            if ticker in market_data:
                one_bar(bars[place], ticker, market_data[ticker])
        if np.isnan(bars["close"]).all():
            raise ValueError(f"no bar on {current_date} for any of {', '.join(self.assets) or 'no assets'}")
        day = calendar_of(np.array([ordinal(current_date)], np.int32))
        day["pays"] = (bars["dividend"] != 0.0).any()
        return day, bars

    def _no_bars(self) -> Records:
        bars = np.zeros(len(self.assets), BAR)
        for name in PRICES:
            bars[name] = np.nan
        return bars

    def _open_books(self, bought_on: date) -> None:
        """Let interest and months begin at the first dated purchase, as at the day of entry in a scenario."""
        book = self.room.book[0]
        if not book["days"]:
            day = calendar_of(np.array([ordinal(bought_on)], np.int32))[0]
            book["days"], book["last_ordinal"] = 1, day["ordinal"]
            book["start_month"] = book["last_month"] = day["month"]

    def _date_purchases(self, first: date) -> None:
        """Count initial purchases that were given no date as made on the first day."""
        if self.daily_snapshots:
            return
        for row in self.transaction_history:
            row.date = row.date or first
        day = calendar_of(np.array([ordinal(first)], np.int32))[0]
        for lots in self.room.lots:
            undated = (lots["qty"] > 0.0) & (lots["ordinal"] == 0)
            lots["ordinal"][undated], lots["ymd"][undated] = day["ordinal"], day["ymd"]

    def _snapshot(self, current_date: date, navs: dict[str, float]) -> PortfolioSnapshot:
        """Take down the close of the day; `navs` are the NAVs as they stood before it."""
        items = self.assets.items()
        return PortfolioSnapshot(
            current_date,
            float(self.room.book[0]["total_value"]),
            self.bank,
            {ticker: asset.get_market_value(asset.last_close) for ticker, asset in items},
            {ticker: asset.get_nav_value() for ticker, asset in items},
            {ticker: asset.holdings for ticker, asset in items},
            {ticker: (asset.last_close - navs[ticker]) / navs[ticker] for ticker, asset in items},
        )
