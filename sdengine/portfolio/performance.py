"""The performance of a portfolio so far, by the same statistics as the metrics of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sdengine.market.calendar import ordinal
from sdengine.portfolio.records import PortfolioPerformance
from sdengine.statistics.annual import observed_periods, period_rate, years_between
from sdengine.statistics.drawdowns import drawdown_series, max_drawdown
from sdengine.statistics.returns import daily_returns, total_return, wealth_index
from sdengine.statistics.risk import sharpe

if TYPE_CHECKING:
    from sdengine.portfolio.state import PortfolioState


def performance_of(portfolio: PortfolioState) -> PortfolioPerformance:
    """Time-weighted, so that a withdrawal is not a loss; the peak starts at the initial capital."""
    days = portfolio.daily_snapshots
    if not days:
        return PortfolioPerformance()
    # the purchase is a close of its own, as the day of entry is in a scenario
    values = np.array([portfolio.opening_value, *(day.total_value for day in days)])
    withdrawn = np.zeros(len(values))
    place = {day.date: k + 1 for k, day in enumerate(days)}
    for row in portfolio.transaction_history:
        if row.action == "WITHDRAWAL" and row.date is not None:
            withdrawn[place[row.date]] -= row.total
    index = wealth_index(values, withdrawn, portfolio.initial_capital)
    opened = portfolio.opened_on
    closes, first = (len(days), days[0].date) if opened is None or opened >= days[0].date else (len(values), opened)
    periods = observed_periods(closes, years_between(ordinal(first), ordinal(days[-1].date)))
    ratio = sharpe(daily_returns(index), periods, period_rate(portfolio.cash_rate, periods))
    return PortfolioPerformance(
        total_return=float(total_return(index)),
        total_value=days[-1].total_value,
        bank_balance=portfolio.bank,
        max_drawdown=float(max_drawdown(drawdown_series(index))),
        total_dividends=portfolio.total_dividends_generated,
        total_withdrawals=portfolio.total_withdrawals,
        sharpe_ratio=float(ratio) if np.isfinite(ratio) else 0.0,
    )
