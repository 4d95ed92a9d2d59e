"""A week of bars as Yahoo gives them, and what is said where it gives none."""

from datetime import date

import pytest

from flows.sources.base import SourceError
from flows.sources.yahoo import YahooSource

WEEK = [date(2024, 1, day) for day in (8, 9, 10, 11, 12)]
BARS = {day: (10.0 + n, 12.0 + n, 9.0 + n, 11.0 + n, 1000 + n) for n, day in enumerate(WEEK)}


def refusal(source: YahooSource, ticker: str = "AAA") -> SourceError:
    with pytest.raises(SourceError) as raised:
        source.fetch(ticker, None, None)
    assert "\n" not in raised.value.reason
    return raised.value
