"""What a reader should know of a scenario's prices before its figures are believed; none of it stops a run.

Nothing is converted: a portfolio whose tickers are quoted in several currencies, or in pounds and in pence, adds apples
and pears. Prices that dividends were taken out of stand beside prices of which they were not as if both told the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    from sdengine.scenario import Scenario
    from warehouse import Warehouse


def remarks_on(warehouse: Warehouse, scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Scenario -> the sentence about its prices, of those about which there is something to say."""
    claims = {ticker: (currency, adjusted) for ticker, currency, adjusted in warehouse.rows(statement("backtest/said"))}
    known: dict[tuple[str, ...], str] = {}  # members of a sweep have the same tickers
    remarks = {}
    for scenario in scenarios:
        tickers = tuple(asset.ticker for asset in scenario.assets)
        if tickers not in known:
            known[tickers] = _remark(tickers, claims)
        remarks[scenario.name] = known[tickers]
    return {name: remark for name, remark in remarks.items() if remark}


def _remark(tickers: Sequence[str], claims: Mapping[str, tuple[str | None, bool | None]]) -> str:
    """Say what does not go together; what a source does not say is no mixture."""
    nothing = (None, None)
    currencies = _groups(tickers, {ticker: claims.get(ticker, nothing)[0] for ticker in tickers})
    adjusted = _groups(tickers, {ticker: claims.get(ticker, nothing)[1] for ticker in tickers})
    parts = []
    if len(currencies) > 1:
        listed = ", ".join(f"{name} ({', '.join(held)})" for name, held in sorted(currencies.items()))
        parts.append(f"mixes currencies, and nothing is converted: {listed}")
    if len(adjusted) > 1:
        parts.append(
            f"mixes prices adjusted for dividends ({', '.join(adjusted[True])}) "
            f"with prices that are not ({', '.join(adjusted[False])})"
        )
    return "; ".join(parts)


def _groups(tickers: Sequence[str], by_ticker: Mapping[str, Any]) -> dict[Any, list[str]]:
    groups: dict[Any, list[str]] = {}
    for ticker in tickers:
        if by_ticker[ticker] is not None:
            groups.setdefault(by_ticker[ticker], []).append(ticker)
    return groups
