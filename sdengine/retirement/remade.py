"""A drawn future remade from its number, to look at it, or to run anything on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.columns import PRICES
from sdengine.kernel.records import GAP_BARS, Records
from sdengine.market.bars import BarStore
from sdengine.market.calendar import date_of
from sdengine.retirement import frames
from sdengine.retirement.cast import cast_of, drawn_of
from sdengine.retirement.drawn import Teller
from sdengine.retirement.policy import plans_asked
from sdengine.retirement.terms import MONTHS, Terms
from sdengine.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class OnePath:
    """A drawn future remade: its bars as `run_scenario` reads them, the run's scenario, and its months."""

    scenario: Scenario
    bars: pl.DataFrame
    months: pl.DataFrame


def one_path(scenario: Scenario, bars: BarStore | Any, terms: Terms, path: int) -> OnePath:
    """Remake drawn future number `path`, with the terms' first horizon and rate.

    Bars of a scenario with dynamic sd_n begin with those that its first days look back on. With a cpi the scenario that
    is returned has no growth of its amounts: the months have it.
    """
    import polars as pl

    store = bars if isinstance(bars, BarStore) else BarStore(bars)
    plans = plans_asked(scenario, terms)
    cast = cast_of(scenario, plans, store, terms.cpi)
    drawn = drawn_of(cast, terms, plans[0].policy.inflation)
    teller = Teller(drawn, drawn.groups[0])
    batch, prices = teller.tell(path)
    life = teller.stage.months_of(batch, 0, prices)
    days = batch.days[: batch.windows[0, 1]]
    rows = [
        {
            "month": m + 1, "date": date_of(int(life.day[m])),
            "value": life.worth[m], "asked": life.asked[m], "paid": life.paid[m],
            "value_real": life.worth[m] / prices.levels[(m + 1) // MONTHS],
            "asked_real": life.asked[m] / prices.levels[m // MONTHS],
            "paid_real": life.paid[m] / prices.levels[m // MONTHS],
        }
        for m in range(len(life.asked))
    ]  # fmt: skip
    window = scenario.portfolio.model_copy(update={"start": date_of(days["ordinal"][0]), "end": None})
    lived = plans[0].scenario.model_copy(update={"portfolio": window})
    tickers = tuple(asset.ticker for asset in scenario.assets)
    frame = _bars(tickers, days, batch.bars[: len(days)])
    if lived.bars_before > 0:
        past = store.frame(list(tickers)).filter(pl.col("date") <= date_of(drawn.groups[0].weeks.last))
        before = past.group_by("ticker", maintain_order=True).tail(GAP_BARS + 1)
        frame = pl.concat([before.select(frame.columns), frame])
    return OnePath(lived, frame, frames.frame(frames.MONTHS, rows))


def _bars(tickers: tuple[str, ...], days: Records, bars: Records) -> pl.DataFrame:
    """Return bars as people have them: a row for each ticker and date that has one."""
    import polars as pl

    parts = []
    for a, ticker in enumerate(tickers):
        there = np.flatnonzero(~np.isnan(bars["low"][:, a]))
        columns = {name: bars[name][there, a] for name in (*PRICES, "dividend")}
        dates = pl.Series(days["ordinal"][there]).cast(pl.Date)
        parts.append(pl.DataFrame({"ticker": [ticker] * len(there), "date": dates, **columns}))
    return pl.concat(parts)
