"""What the tables tell about one asset of one run on one day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun
    from sdengine.scenario import Scenario
    from warehouse import Results

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """Rows as recorded. `before` is at the close of the portfolio's day before, `after` at the close of this day.

    position_*   a row of `backtest.asset_days`, None while the asset is not held
    portfolio_*  a row of `backtest.portfolio_days`, None before the run's first day; `after` None where the portfolio
                 has no such day
    bar          open, high, low, close of the asset on the day, None without a bar
    rows         the day's entries of the whole run's history, each with `bank_before`
    """

    run: PublishedRun
    scenario: Scenario
    ticker: str
    day: date
    bar: Row | None
    position_before: Row | None
    position_after: Row | None
    portfolio_before: Row | None
    portfolio_after: Row | None
    rows: tuple[Row, ...]
    opportunity: Row | None
    bar_before: date | None
    bar_after: date | None
    day_before: date | None
    day_after: date | None
    entered_on: date | None

    @property
    def own(self) -> list[Row]:
        """The entries of the asset itself."""
        return [row for row in self.rows if row["ticker"] == self.ticker]

    @property
    def placed_anew(self) -> bool:
        """Whether sd_n follows the gaps and this is the first day of a month, on which orders are placed anew."""
        before = self.day_before
        new_month = before is not None and (before.year, before.month) != (self.day.year, self.day.month)
        return self.scenario.dynamic_sd_n is not None and new_month

    @property
    def settings(self) -> Any:
        """The asset's settings in the scenario."""
        return next(asset for asset in self.scenario.assets if asset.ticker == self.ticker)


def read_facts(results: Results, run: PublishedRun, day: date, ticker: str) -> Facts:
    """Gather them. `UsageError` for a ticker that is not in the scenario, or a day outside of the run's window."""
    from sdengine.scenario import Scenario

    stored = results.scalar(statement("explain/run_parameters"), {"run_id": run.run_id})
    scenario = Scenario.from_parameters(json.loads(stored), name=run.scenario)
    tickers = [asset.ticker for asset in scenario.assets]
    if ticker not in tickers:
        from sdengine.words import did_you_mean

        hint = did_you_mean(ticker, tickers, "{}")
        raise UsageError(f"ticker {ticker}: {run.scenario} has no such asset{hint}; it has {', '.join(tickers)}")
    if run.first_date is None or run.last_date is None or not run.first_date <= day <= run.last_date:
        near_day = run.first_date if run.first_date is None or day < run.first_date else run.last_date
        window = f"{run.scenario} goes from {run.first_date} to {run.last_date}"
        raise UsageError(f"date {day}: {window}; its nearest day is {near_day}")

    def ask(name: str, **values: Any) -> list[dict[str, Any]]:
        return results.records(statement(f"explain/{name}"), values)

    asset = {"run_id": run.run_id, "ticker": ticker, "day": day}
    of_run = {"run_id": run.run_id, "day": day}
    bars = ask("bar", ticker=ticker, day=day)
    positions = ask("positions", **asset)
    days = ask("days", **of_run)
    opportunities = ask("opportunities", **asset)
    return Facts(
        run=run,
        scenario=scenario,
        ticker=ticker,
        day=day,
        bar=bars[0] if bars else None,
        position_before=_latest(positions, day, on_it=False),
        position_after=_latest(positions, day, on_it=True),
        portfolio_before=_latest(days, day, on_it=False),
        portfolio_after=_latest(days, day, on_it=True),
        rows=tuple(ask("fills", initial_cash=scenario.portfolio.initial_cash, **of_run)),
        opportunity=opportunities[0] if opportunities else None,
        **ask("neighbours", **asset)[0],
    )


def _latest(rows: Iterable[Row], day: date, *, on_it: bool) -> Row | None:
    """Find the newest of the rows that is of the day, or of an earlier one."""
    return next((row for row in rows if (row["date"] == day) == on_it), None)
