"""The part of a history that plans are played on: all assets have bars, and the prices of a life are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sdengine.business import GONE, LATEST
from sdengine.market.bars import BarStore, Market
from sdengine.market.calendar import date_of
from sdengine.retirement.terms import Cpi, StudyError
from sdengine.statistics.annual import years_between


@dataclass(frozen=True)
class Span:
    """A market with the rows `first` to `last` (included) that are common to its assets; `cut` says what else there is.

    Sentences without a full stop: nothing is left out in silence.
    """

    market: Market
    first: int
    last: int
    cut: tuple[str, ...] = ()

    @property
    def dates(self) -> tuple[date, date]:
        """Return the first and the last day."""
        return date_of(self.market.days["ordinal"][self.first]), date_of(self.market.days["ordinal"][self.last])

    @property
    def years(self) -> float:
        """Return the length, in years."""
        return float(years_between(*(int(self.market.days["ordinal"][row]) for row in (self.first, self.last))))

    @property
    def months(self) -> tuple[int, int]:
        """Return the first month that can be a start, and the last in which a payment is sure to come."""
        days = self.market.days
        late = int(days["ymd"][self.first]) % 100 >= LATEST
        open_still = int(days["ymd"][self.last]) % 100 < LATEST
        return int(days["month"][self.first]) + late, int(days["month"][self.last]) - open_still


def span_of(tickers: tuple[str, ...], store: BarStore, start: date | None, end: date | None, cpi: Cpi | None) -> Span:
    """Find the common span of some tickers from `start` to `end` (None: open), in the months of the cpi.

    Raises StudyError where there is none, or where one of them ends long before the others: nobody knows what came of
    it. BarsError for a ticker without bars.
    """
    whole = store.market(tickers)
    begin, beyond = whole.window(start, end)
    quoted = ~np.isnan(whole.bars["low"][begin:beyond])
    if begin == beyond or not quoted.any(axis=0).all():
        asked = f"from {start or 'the first bar'} to {end or 'the last bar'}"
        raise StudyError(f"not all of {', '.join(tickers)} have bars {asked}")
    ordinals, lasts = whole.days["ordinal"][begin:beyond], beyond - begin - 1 - quoted[::-1].argmax(axis=0)
    for ticker, last in zip(tickers, lasts, strict=True):
        if ordinals[-1] - ordinals[last] > GONE:
            raise StudyError(
                f"{ticker} has no bars after {date_of(ordinals[last])}, the others go on to {date_of(ordinals[-1])};"
                " allowed: assets that are all traded still, or an `end` before that"
            )
    cut, firsts = [], quoted.argmax(axis=0)
    first, last = begin + int(firsts.max()), begin + int(lasts.min())
    if ordinals[firsts.max()] - ordinals[0] > GONE:
        cut.append(f"the past begins with {tickers[firsts.argmax()]}, on {date_of(ordinals[firsts.max()])}")
    if cpi is not None:
        months, uncut = whole.days["month"], (first, last)
        first = max(first, int(np.searchsorted(months, cpi.first)))
        last = min(last, int(np.searchsorted(months, cpi.last, side="right")) - 1)
        if (first, last) != uncut:
            cut.append("the past is cut to the months of the cpi")
    if first >= last:
        known = "" if cpi is None else " and the cpi is known"
        raise StudyError(f"there are no days on which all of {', '.join(tickers)} have bars{known}")
    return Span(whole, first, last, tuple(cut))
