"""What a portfolio holds cannot be changed from outside, and what is refused leaves nothing half done."""

from __future__ import annotations

import copy
import math
import pickle
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from sdengine import Portfolio
from sdengine.ladder import brownian
from tests.sdengine.portfolio.edges import held, refused
from tests.sdengine.portfolio.portfolio_case import bar, day, flat, state


@pytest.mark.parametrize("log", ["transaction_history", "daily_snapshots", "opportunities"])
@pytest.mark.parametrize("change", [lambda x: x.clear(), lambda x: x.append(1), lambda x: x.pop(), lambda x: x.sort()])
def test_what_happened_cannot_be_changed(log: str, change: Callable[[Any], Any]) -> None:
    refused(held(), lambda p: change(getattr(p, log)), "a record of what has happened; allowed: reading")


def test_assets_are_not_taken_away() -> None:
    portfolio = held()
    with pytest.raises(TypeError):
        del portfolio.assets["A"]
    assert list(portfolio.assets) == ["A"]


@pytest.mark.parametrize(
    "name",
    [
        "bank", "withdrawal_policy", "rebalancing_mode", "initial_capital", "cash_rate", "assets", "daily_snapshots",
        "transaction_history", "opportunities", "total_withdrawals",
    ],
)  # fmt: skip
def test_what_is_fixed_cannot_be_set(name: str) -> None:
    portfolio = held()
    with pytest.raises(AttributeError):
        setattr(portfolio, name, None)


@pytest.mark.parametrize("name", ["commission", "path", "drift", "threshold", "gap_threshold", "taxes", "cash_rate"])
def test_an_option_is_not_set_afterwards(name: str) -> None:
    """It would be taken, and have no effect."""
    portfolio = held()
    with pytest.raises(AttributeError, match=rf"{name} is fixed from the start; allowed: Portfolio\(\.\.\., {name}="):
        setattr(portfolio, name, 1)
    portfolio.remark = "of one's own"


@pytest.mark.parametrize("name", ["sd_n", "lot_size", "target", "band", "variant", "quantity", "profit_sharing_pct"])
def test_how_an_asset_trades_is_not_set_afterwards(name: str) -> None:
    portfolio = held()
    with pytest.raises(AttributeError, match=f"{name} of A is fixed from the start"):
        setattr(portfolio.assets["A"], name, 1)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))], ids=["copy", "deepcopy", "pickle"]
)
def test_a_copy_is_a_portfolio_of_its_own(copied: Callable[[Portfolio], Portfolio]) -> None:
    portfolio = held()
    portfolio.process_day(day(1), {"A": flat(100)})
    before, other = state(portfolio), copied(portfolio)
    assert state(other) == before
    other.process_day(day(2), {"A": bar(100, 200, 100, 150)})
    assert state(portfolio) == before
    portfolio.process_day(day(2), {"A": bar(100, 200, 100, 150)})
    assert state(portfolio) == state(other)


def test_a_portfolio_on_random_paths_comes_back_in_a_process_where_they_lie_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pickled = pickle.dumps(Portfolio(1_000.0, path="random"))
    elsewhere = brownian.table().copy()
    monkeypatch.setattr(brownian, "_table", lambda: elsewhere)
    assert pickle.loads(pickled)._plan[0]["walks"] == elsewhere.ctypes.data
    assert pickle.loads(pickle.dumps(Portfolio(1_000.0)))._plan[0]["walks"] == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"initial_qty": "5"}, "initial_qty of B is '5'; allowed: a number"),
        ({"initial_qty": True}, "initial_qty of B is True; allowed: a number"),
        ({"initial_qty": math.nan}, "quantity` is nan; allowed: a number 0 or more"),
        ({"buyback_enabled": "no"}, "buyback_enabled of B is 'no'; allowed: True, False"),
        ({"initial_qty": None}, "initial_qty of B is None; allowed: a number"),
        ({"initial_price": "10"}, "initial_price of B is '10'; allowed: a finite price above 0"),
        ({"initial_price": math.inf}, "initial_price of B is inf; allowed: a finite price above 0"),
        ({"sd_n": "8"}, 'sd_n` is "8"; allowed: a number from 0.01 to 1000'),
        ({"sd_n": True}, "sd_n` is true; allowed: a number from 0.01 to 1000"),
        ({"variant": "half"}, 'variant` is "half"; allowed: full, ath_only, ath_sell, buy_and_hold'),
        ({"band": 0.5}, r"band` is 0.5; allowed: \[min, max\]"),
        ({"ticker": None}, "ticker is None; allowed: a text"),
        ({"ticker": 5}, "ticker is 5; allowed: a text"),
        ({"ticker": " "}, "ticker is ' '; allowed: a text"),
        ({"asset_class": 5}, "asset_class` is 5; allowed: a text"),
    ],
)
def test_an_asset_is_added_whole_or_not_at_all(given: dict[str, Any], sentence: str) -> None:
    asset: dict[str, Any] = {"ticker": "B", "asset_class": "", "initial_qty": 1, "initial_price": 10.0} | given
    portfolio = held()
    refused(portfolio, lambda p: p.add_asset(**asset), sentence)
    portfolio.add_asset("B", "", Decimal(1), np.float32(10.0), sd_n=np.int64(8))
    assert portfolio.bank == 9_990


def test_a_warning_that_is_an_error_leaves_nothing_half_done() -> None:
    portfolio = held()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = state(portfolio)
        with pytest.raises(UserWarning, match=r"overdraws the bank to -5,000\.00"):
            portfolio.add_asset("B", "", 150, 100.0)
        assert state(portfolio) == before
        assert list(portfolio.assets) == ["A"]
        portfolio.add_asset("B", "", 50, 100.0)
    assert [row.ticker for row in portfolio.transaction_history] == ["A", "B"]


def test_bars_before_a_purchase_may_be_a_lazy_frame() -> None:
    past = pl.DataFrame({"open": [100.0, 104.0], "close": [101.0, 103.0]})
    states = []
    for history in (past, past.lazy()):
        portfolio = held()
        portfolio.add_asset("B", "stocks", 1, 100.0, history=history)
        states.append(state(portfolio))
    assert states[0] == states[1]
