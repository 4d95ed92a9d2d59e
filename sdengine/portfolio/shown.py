"""A portfolio to look at: as frames, as a few figures, as text and HTML."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sdengine.portfolio.performance import performance_of
from sdengine.results.summary import summary_of

if TYPE_CHECKING:
    import polars as pl

    from sdengine.portfolio.state import PortfolioState


def frames_of(portfolio: PortfolioState) -> dict[str, pl.DataFrame]:
    """Make frames of what a portfolio remembers.

    `transactions`: its history. `days`: value and bank at each close. `asset_days`: each asset at each close; premiums
    compare it with the NAV as it stood before the day.
    """
    import polars as pl

    words: dict[str, type[pl.DataType]] = {"date": pl.Date, "ticker": pl.String, "action": pl.String}
    numbers = ("qty", "price", "total", "bank_after", "nav_premium", "costs")
    days = portfolio.daily_snapshots
    values = [(day.date, day.total_value, day.bank) for day in days]
    held = [
        (day.date, ticker, day.holdings[ticker], day.asset_values[ticker], day.asset_navs[ticker], premium)
        for day in days
        for ticker, premium in day.nav_premiums.items()
    ]
    amounts = ("holdings", "value", "nav_value", "nav_premium")
    return {
        "transactions": pl.DataFrame(
            [asdict(row) for row in portfolio.transaction_history],
            schema={**words, **dict.fromkeys(numbers, pl.Float64)},
        ),
        "days": pl.DataFrame(
            values, schema={"date": pl.Date, "total_value": pl.Float64, "bank": pl.Float64}, orient="row"
        ),
        "asset_days": pl.DataFrame(
            held, schema={"date": pl.Date, "ticker": pl.String, **dict.fromkeys(amounts, pl.Float64)}, orient="row"
        ),
    }


def summary_of_portfolio(portfolio: PortfolioState) -> pl.DataFrame:
    """Tell how it did so far, under the names of a run's metrics."""
    done = performance_of(portfolio)
    if not portfolio.daily_snapshots:
        return summary_of({"final_value": portfolio.opening_value})
    return summary_of(
        {
            "final_value": done.total_value,
            "total_return": done.total_return,
            "max_drawdown": done.max_drawdown,
            "sharpe": done.sharpe_ratio,
            "synthetic_dividends": done.total_dividends,
            "withdrawals": done.total_withdrawals,
        }
    )


def line_of(portfolio: PortfolioState) -> str:
    """Tell mode, assets, the last day, value and bank in one line."""
    from sdengine.words import first_few

    assets, days = first_few(list(portfolio.assets), 5) or "no assets", portfolio.daily_snapshots
    value, at = (days[-1].total_value, f"on {days[-1].date}") if days else (portfolio.opening_value, "before a day")
    return f"Portfolio({portfolio.rebalancing_mode}: {assets}, value {value:,.2f} {at}, bank {portfolio.bank:,.2f})"
