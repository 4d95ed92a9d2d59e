"""Whether too many of a ticker's bars were turned away in a scenario's window; the rest of its history is no matter."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from sdengine.scenario import Scenario
    from warehouse import Warehouse


class LostBars:
    """Dates that were turned away of the tickers asked for, held against those that are trusted.

    Args:
        warehouse: the open warehouse.
        tickers: which.
        bars: their trusted bars.
    """

    def __init__(self, warehouse: Warehouse, tickers: Sequence[str], bars: pl.DataFrame) -> None:
        from flows.validate.policy_file import policy_in
        from flows.validate.rules.listing import rules_of

        rules = [rule.name for grain in ("raw_bar", "bar") for rule in rules_of(grain)]
        lost = warehouse.frame(statement("backtest/lost"), {"tickers": list(tickers), "rules": rules})
        self._share = policy_in(warehouse.directory).blocked_share
        self._lost = _dates(lost)
        self._kept = _dates(bars.join(lost.select("ticker").unique(), on="ticker", how="semi"))

    def problem(self, scenario: Scenario) -> str | None:
        """Say which tickers of a scenario have lost more of its window than is allowed; None if none have."""
        sentences = []
        for ticker in (asset.ticker for asset in scenario.assets if asset.ticker in self._lost):
            window = scenario.portfolio.start, scenario.portfolio.end
            lost, kept = (_inside(dates.get(ticker, []), *window) for dates in (self._lost, self._kept))
            if lost > self._share * (lost + kept):
                sentences.append(
                    f"{ticker} is blocked: {lost} of {lost + kept} bars of the scenario's window were turned away "
                    f"({lost / (lost + kept):.1%}), more than the {self._share:.0%} allowed"
                )
        return "; ".join(sentences) or None


def _dates(rows: pl.DataFrame) -> dict[str, list[date]]:
    """Ticker -> its dates, which are sorted."""
    return {str(key[0]): part["date"].to_list() for key, part in rows.partition_by("ticker", as_dict=True).items()}


def _inside(dates: Sequence[date], first: date | None, last: date | None) -> int:
    """How many of some sorted dates lie from first to last, both included."""
    return bisect_right(dates, last or date.max) - bisect_left(dates, first or date.min)
