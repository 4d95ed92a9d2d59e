"""The portfolio: a self-contained object that is fed one day after another."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from sdengine.codes import Side
from sdengine.coordination.dynamic import recall_gaps
from sdengine.days import engine
from sdengine.history.overdraft import overdrawn
from sdengine.history.plans import rule_of
from sdengine.kernel.records import ENTERED, GAP_BARS, RULES, Records
from sdengine.kernel.tolerance import SUM_EXCESS
from sdengine.market.calendar import calendar_of, date_of, ordinal
from sdengine.market.numbers import number_of
from sdengine.market.sound import ALLOWED, one_bar
from sdengine.portfolio.algorithm import SyntheticDividendAlgorithm
from sdengine.portfolio.asset import Asset
from sdengine.portfolio.days import day_of
from sdengine.portfolio.history import take_opportunities, take_transactions
from sdengine.portfolio.options import read_options
from sdengine.portfolio.past import Floats, gaps_before
from sdengine.portfolio.performance import performance_of
from sdengine.portfolio.policy import WithdrawalPolicy
from sdengine.portfolio.reading import read_settings
from sdengine.portfolio.records import (
    ArbitrageOpportunity,
    PortfolioDayResult,
    PortfolioPerformance,
    PortfolioSnapshot,
    Transaction,
)
from sdengine.portfolio.rooms import grow_room, no_bars, open_books
from sdengine.portfolio.state import PortfolioState
from sdengine.portfolio.step import Task, work
from sdengine.portfolio.trial import try_bar, try_day, try_withdrawal
from sdengine.scenario import AssetSettings
from sdengine.scenario.checks import Finding, check_funding, cross_check


class Portfolio(PortfolioState):
    """Several assets around one bank, coordinated as `rebalancing_mode` says.

    `initial_cash` > 0. `rebalancing_mode`: simple, nav_opportunistic, rebalancing or hybrid. `options` are those of a
    scenario by name: of its [portfolio] table (`path`, `requote`, `seed`, `signal_price`, `cash_rate`, `margin_rate`,
    `allow_margin`, `on_insufficient_cash`, `slippage_bps`, `commission`, `commission_bps`, `commission_per_share`,
    `lot_method`), of [rebalancing] (`drift`, `calendar`, `signals`), of [arbitrage] (`threshold`, `fraction`,
    `cooldown_days`), of [dynamic_sd_n] (`gap_threshold`, whose presence turns it on), and `taxes` (a mapping of
    short_rate and long_rate).

    Raises ValueError with the option, the value given and what is allowed.
    """

    def __init__(
        self,
        initial_cash: float,
        rebalancing_mode: str = "nav_opportunistic",
        withdrawal_policy: WithdrawalPolicy | None = None,
        **options: Any,
    ) -> None:
        super().__init__(read_options(initial_cash, rebalancing_mode, withdrawal_policy, options), withdrawal_policy)

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
        history: Any = None,
    ) -> None:
        """Buy `initial_qty` shares at `initial_price`; the asset's orders rest from its next bar on.

        NAV and anchor start at that price. The purchase may overdraw the bank: it warns, and buys are skipped until
        sells have filled it again. `date`: of the purchase; the last processed day unless given, or else the first
        one that will be. Before any day was processed a purchase that is given a date opens the books on it: interest
        runs and months count from then on. `history`: the asset's bars up to the purchase, oldest first (a frame or
        mappings of open and close), of which the last 91 tell how often it gaps.

        Raises ValueError for a ticker that is there already, a date before the last processed day, targets that add up
        to more than 1, and impossible values.
        """
        if not isinstance(ticker, str) or not ticker.strip():
            raise ValueError(f"ticker is {ticker!r}; allowed: a text")
        if ticker in self.assets:
            raise ValueError(f"ticker {ticker!r} is in the portfolio already; allowed: each ticker once")
        if not isinstance(buyback_enabled, bool | np.bool_):
            raise ValueError(f"buyback_enabled of {ticker} is {buyback_enabled!r}; allowed: True, False")
        bought_on = self._bought_on(ticker, date)
        asked = {
            "ticker": ticker, "asset_class": asset_class, "target": target, "band": band, "lot_size": lot_size,
            "quantity": number_of(initial_qty, f"initial_qty of {ticker}"), "sd_n": sd_n,
            "profit_sharing_pct": profit_sharing_pct,
            "variant": variant or ("full" if buyback_enabled else "ath_only"),
        }  # fmt: skip
        settings = read_settings(AssetSettings, asked, "assets", ticker)
        price = number_of(initial_price, f"initial_price of {ticker}", ALLOWED)
        if not (np.isfinite(price) and price > 0.0):
            raise ValueError(f"initial_price of {ticker} is {initial_price!r}; allowed: {ALLOWED}")
        gaps = gaps_before(history, ticker)
        targets = float(np.nansum(self._rules["target"])) + (settings.target or 0.0)
        if targets > 1.0 + SUM_EXCESS:
            raise ValueError(f"target {target} of {ticker} makes the targets add up to {targets:g}; allowed: at most 1")
        self._refuse(cross_check(self.rebalancing_mode, (*self._asked, settings)), ticker)
        self._buy(settings, price, bought_on, gaps)

    def _buy(self, settings: AssetSettings, price: float, bought_on: date | None, gaps: Floats) -> None:
        """Buy on a copy, warn, and only then let the portfolio be that copy: a warning may be made an error."""
        ticker, place = settings.ticker, len(self._assets)
        rule = np.array([rule_of(settings)], RULES)
        rules, plan = np.concatenate([self._rules, rule]), self._plan.copy()
        plan["sells_at_nav"] |= int(settings.variant == "ath_sell")
        room = grow_room(self.room, assets=place + 1)
        if bought_on is not None:
            open_books(room, bought_on)
        day = calendar_of(np.array([0 if bought_on is None else ordinal(bought_on)], np.int32))
        bars = no_bars(place + 1)
        quantity = settings.quantity or 0.0
        work(engine(), int(Task.PURCHASE), plan, rules, day, bars, room, place, quantity, price)
        room.assets[place]["entered"] = ENTERED
        past = np.full((place + 1, GAP_BARS), np.nan)
        past[place] = gaps
        recall_gaps(room, float(plan[0]["gap_threshold"]), past)
        bank = float(room.book[0]["bank"])
        if bank < 0.0 and not plan[0]["allow_margin"]:
            warnings.warn(overdrawn(ticker, quantity, price, bank), stacklevel=3)
        self.room, self._rules, self._plan = room, rules, plan
        self._asked = (*self._asked, settings)
        algorithm = SyntheticDividendAlgorithm(
            float(rule[0]["trigger"]), settings.profit_sharing_pct, variant=settings.variant
        )
        self._assets[ticker] = asset = Asset(self, place, ticker, settings.asset_class, algorithm)
        asset.last_bar_on = bought_on
        rows = take_transactions(self.room, self._assets)
        for row in rows:
            row.date = bought_on
        self._history.take(rows)
        if not self._snapshots:
            self.opened_on = bought_on
            held = (one.holdings * one.last_close for one in self._assets.values())
            self.opening_value = self.bank + sum(held)

    def process_day(self, current_date: date, market_data: Mapping[str, Mapping[str, float]]) -> PortfolioDayResult:
        """Process one day: `market_data` maps tickers to open, high, low, close and, if any, dividend.

        A ticker without a bar does nothing and is valued at its last close; tickers that the portfolio does not hold
        are passed over. Raises ValueError for a date that is not after the last one, a day without any bar, and bars
        that can't be used; nothing has changed then.
        """
        current_date = day_of(current_date, "date")
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
        self._history.take(transactions)
        self._opportunities.take(opportunities)
        self._snapshots.take([snapshot])
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
        day, bars = calendar_of(np.zeros(1, np.int32)), no_bars(len(self._assets))
        found = float(work(engine(), int(Task.SD_N), self._plan, self._rules, day, bars, self.room, place, 0.0, 0.0))
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

    @staticmethod
    def _refuse(findings: list[Finding], owner: str) -> None:
        """Raise ValueError for what a check of the scenario's model has found."""
        if findings:
            raise ValueError("; ".join(text.replace("{key}", f"{owner}.{where[-1]}") for where, text in findings))

    def _bought_on(self, ticker: str, given: Any) -> date | None:
        """Return the day of a purchase: the one given, else the last one processed, None before the first."""
        last = self._snapshots[-1].date if self._snapshots else None
        if given is None:
            return last
        bought_on = day_of(given, f"date of the purchase of {ticker}")
        if last is not None and bought_on < last:
            raise ValueError(f"date {bought_on} of the purchase of {ticker} is before {last}, the last day processed")
        return bought_on

    def _market(self, current_date: date, market_data: Any) -> tuple[Records, Records]:
        book = self.room.book[0]
        if self._snapshots and current_date <= self._snapshots[-1].date:
            last = self._snapshots[-1].date
            raise ValueError(f"date {current_date} is not after {last}, the last day processed")
        if book["days"] and ordinal(current_date) < book["last_ordinal"]:
            raise ValueError(f"date {current_date} is before {date_of(book['last_ordinal'])}, the first purchase")
        if not isinstance(market_data, Mapping):
            raise ValueError(f"market_data is a {type(market_data).__name__}; allowed: a mapping of tickers to bars")
        if self._policy is not None:
            self._refuse(check_funding(self._policy.settings.funding, self._asked), "withdrawal_policy")
        bars = no_bars(len(self._assets))
        for place, ticker in enumerate(self._assets):
            if ticker in market_data:
                one_bar(bars[place], ticker, market_data[ticker])
        if np.isnan(bars["close"]).all():
            raise ValueError(f"no bar on {current_date} for any of {', '.join(self._assets) or 'no assets'}")
        day = calendar_of(np.array([ordinal(current_date)], np.int32))
        day["pays"] = (bars["dividend"] != 0.0).any()
        return day, bars

    def _date_purchases(self, first: date) -> None:
        """Count initial purchases that were given no date as made on the first day."""
        if self.daily_snapshots:
            return
        for row in self.transaction_history:
            row.date = row.date or first
        day = calendar_of(np.array([ordinal(first)], np.int32))[0]
        for asset in self.room.assets:
            asset["last_bar"] = asset["last_bar"] or day["ordinal"]
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
