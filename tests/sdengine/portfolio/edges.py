"""A portfolio to try the edges of, and how a refusal is held against what it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sdengine import Portfolio
from tests.sdengine.portfolio.portfolio_case import day, state

FOREIGN = ("ufunc", "pydantic", "https://", "Traceback", "object has no attribute", "not supported between")


def held(**options: Any) -> Portfolio:
    """Half of 20,000 in A, bought at 100 on the first of January 2024."""
    portfolio = Portfolio(20_000, **options)
    portfolio.add_asset("A", "", 100, 100.0, date=day(0))
    return portfolio


def refused(portfolio: Portfolio, call: Callable[[Portfolio], Any], sentence: str) -> None:
    """Expect a refusal in a sentence of ours, the portfolio being what it was."""
    before = state(portfolio)
    with pytest.raises((ValueError, TypeError), match=sentence) as refusal:
        call(portfolio)
    assert not any(word in str(refusal.value) for word in FOREIGN), str(refusal.value)
    assert state(portfolio) == before
