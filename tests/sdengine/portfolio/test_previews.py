"""What only asks changes nothing, and what it answers is what then happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sdengine import Portfolio, WithdrawalPolicy, calculate_trigger
from sdengine.business import LATEST
from tests.sdengine.portfolio.portfolio_case import bar, day, feed, flat, state
from tests.strategies.lively import Case
from tests.strategies.profiles import examples
from tests.strategies.scenarios import cases, fundable, withdrawals, without_nulls


def fed(case: Case) -> Portfolio:
    return feed(case[0], case[1], {asset["ticker"]: 100.0 for asset in case[0]["assets"]})


def lonely(cash: float = 100_000, **options: Any) -> Portfolio:
    """One asset of 100 shares at 100 and a bracket of a doubling: buys rest at 50 (of 50), sells at 200 (of 25)."""
    portfolio = Portfolio(cash, **options)
    portfolio.add_asset("A", "", 100, 100.0, sd_n=1, date=day(0))
    return portfolio


@settings(max_examples=examples(60))
@given(cases(max_days=30), st.integers(1, 40), st.sampled_from((0.9, 1.0, 1.2)))
def test_asking_changes_nothing(case: Case, ahead: int, move: float) -> None:
    portfolio = fed(case)
    before = state(portfolio)
    last = portfolio.daily_snapshots[-1].date if portfolio.daily_snapshots else date(2019, 11, 4)
    today = last + timedelta(days=ahead)
    for asset in portfolio.assets.values():
        ohlc = bar(*(asset.last_close * factor for factor in (1.0, max(1.0, move), min(1.0, move), move)))
        fills, cash = asset.process_day(today, ohlc, portfolio.bank)
        assert asset.algorithm.on_day(today, *ohlc.values(), asset.holdings, portfolio.bank) == fills
        signed = sum(fill.qty * fill.price * (1 if fill.action == "BUY" else -1) for fill in fills)
        assert cash == pytest.approx(signed)
        portfolio.optimize_sd_n_by_gap_frequency(asset.ticker)
    if portfolio.withdrawal_policy:
        portfolio.withdrawal_policy.calculate_withdrawal(portfolio, today)
    portfolio.check_arbitrage_opportunity()
    portfolio.get_portfolio_performance()
    portfolio.orders()
    assert state(portfolio) == before


def test_proposals_are_what_the_portfolio_then_does_where_the_asset_has_the_bank_to_itself() -> None:
    portfolio = lonely(cash_rate=0.05)
    asset = portfolio.assets["A"]
    ohlc = bar(100, 450, 40, 60)  # the low is nearer: 60 down, 350 up
    fills, cash = asset.process_day(day(1), ohlc, portfolio.bank)
    # down to 40: 50 at 50; up to 450: floor(150 * 0.5 / 2) = 37 at 100, 28 at 200, 21 at 400;
    # down to 60: floor(64 * 0.5) = 32 at 200, 48 at 100
    assert [(f.action, f.qty, f.price) for f in fills] == [
        ("BUY", 50.0, 50.0),
        ("SELL", 37.0, 100.0),
        ("SELL", 28.0, 200.0),
        ("SELL", 21.0, 400.0),
        ("BUY", 32.0, 200.0),
        ("BUY", 48.0, 100.0),
    ]
    assert cash == 2500 - 3700 - 5600 - 8400 + 6400 + 4800
    done = portfolio.process_day(day(1), {"A": ohlc}).transactions
    assert [(t.action, t.qty, t.price) for t in done if t.action != "INTEREST"] == [
        (f.action, f.qty, f.price) for f in fills
    ]


def test_an_algorithm_is_asked_for_other_holdings_and_another_bank() -> None:
    algorithm = lonely().assets["A"].algorithm
    assert [f.qty for f in algorithm.on_day(day(1), 100, 200, 100, 200, 10.0, 0.0)] == [2.0]
    assert [f.qty for f in algorithm.on_day(day(1), 100, 100, 50, 50, 1000.0, 25_000.0)] == [500.0]
    assert algorithm.on_day(day(1), 100, 100, 50, 50, 1000.0, 24_999.0) == []
    assert algorithm.on_day(day(1), 100, 150, 60, 100, 1000.0, 1e9) == []


def test_an_algorithm_of_no_asset_says_so() -> None:
    from sdengine import SyntheticDividendAlgorithm

    with pytest.raises(ValueError, match="belongs to no asset"):
        SyntheticDividendAlgorithm(calculate_trigger(8)).on_day(day(1), 1, 1, 1, 1, 1, 1)


@settings(max_examples=examples(150))
@given(cases(max_days=40), withdrawals(), st.integers(1, 45))
def test_a_previewed_withdrawal_is_what_is_then_paid(case: Case, policy: dict[str, Any], ahead: int) -> None:
    scenario = {**case[0], "withdrawal": fundable(without_nulls(policy), case[0]["assets"])}
    portfolio = fed((scenario, case[1]))
    assume(portfolio.daily_snapshots)
    today = portfolio.daily_snapshots[-1].date + timedelta(days=ahead)
    assert portfolio.withdrawal_policy is not None
    preview = portfolio.withdrawal_policy.calculate_withdrawal(portfolio, today)
    unmoved = {ticker: flat(asset.last_close) for ticker, asset in portfolio.assets.items()}
    rows = [row for row in portfolio.process_day(today, unmoved).transactions if "WITHDRAWAL" in row.action]
    last = portfolio.daily_snapshots[-2].date
    if (today.year, today.month) == (last.year, last.month) and last.day >= LATEST:
        assert preview is None, "from the 8th on the month has had its day of business"
    assert preview == (-sum(row.total for row in rows) if rows else None)


def test_a_withdrawal_is_due_on_the_first_day_of_each_new_month() -> None:
    policy = WithdrawalPolicy(500.0, coverage_ratio_min=0.0)
    portfolio = lonely(20_000, withdrawal_policy=policy)
    assert policy.calculate_withdrawal(portfolio, day(31)) == 500.0  # the books were opened in January
    portfolio.process_day(day(1), {"A": flat(100)})
    assert policy.calculate_withdrawal(portfolio, day(1)) is None  # that day is past
    assert policy.calculate_withdrawal(portfolio, day(30)) is None  # 31 January
    assert policy.calculate_withdrawal(portfolio, day(31)) == 500.0
    portfolio.process_day(day(31), {"A": flat(100)})
    assert policy.calculate_withdrawal(portfolio, day(32)) is None
    assert policy.calculate_withdrawal(portfolio, day(60)) == 500.0
    assert portfolio.total_withdrawals == 500.0


def test_coverage_and_an_empty_bank_preview_as_nothing() -> None:
    covered = WithdrawalPolicy(500.0)
    portfolio = lonely(20_000, withdrawal_policy=covered)
    assert covered.calculate_withdrawal(portfolio, day(31)) == 0.0
    portfolio.process_day(day(1), {"A": bar(100, 200, 100, 150)})  # 25 sold at 200: 5,000
    assert covered.calculate_withdrawal(portfolio, day(31)) == 500.0
    poor = WithdrawalPolicy(500.0, coverage_ratio_min=0.0)
    portfolio = lonely(10_300, withdrawal_policy=poor)
    assert poor.calculate_withdrawal(portfolio, day(31)) == 300.0
    funded = WithdrawalPolicy(500.0, coverage_ratio_min=0.0, funding="pro_rata")
    assert funded.calculate_withdrawal(lonely(10_300, withdrawal_policy=funded), day(31)) == 500.0


def test_a_policy_answers_for_its_own_portfolio_only() -> None:
    with pytest.raises(ValueError, match="another withdrawal policy"):
        WithdrawalPolicy(500.0).calculate_withdrawal(lonely(), day(31))


def pair(**options: Any) -> Portfolio:
    portfolio = Portfolio(100_000, **options)
    portfolio.add_asset("DEAR", "", 100, 100.0, variant="buy_and_hold", date=day(0))
    portfolio.add_asset("CHEAP", "", 100, 50.0, variant="buy_and_hold", date=day(0))
    return portfolio


def test_arbitrage_is_the_widest_spread_of_premiums() -> None:
    portfolio = pair()
    assert portfolio.check_arbitrage_opportunity() is None
    result = portfolio.process_day(day(1), {"DEAR": flat(90), "CHEAP": flat(35)})  # -10 % and -30 %
    found = portfolio.check_arbitrage_opportunity()
    assert found is not None
    assert (found.sell_ticker, found.buy_ticker) == ("DEAR", "CHEAP")
    assert (found.sell_premium, found.buy_premium) == pytest.approx((-0.1, -0.3))
    assert found.spread == pytest.approx(0.2)
    assert result.opportunities == portfolio.opportunities == [found]
    portfolio.process_day(day(2), {"DEAR": flat(90), "CHEAP": flat(38)})  # -10 % and -24 %
    assert portfolio.check_arbitrage_opportunity() is None
    assert pair(threshold=0.05).check_arbitrage_opportunity() is None
    assert Portfolio(1.0).check_arbitrage_opportunity() is None


@pytest.mark.parametrize(("gaps", "sd_n"), [(0, 6), (4, 6), (5, 8), (13, 8), (14, 12), (90, 12)])
def test_sd_n_by_the_gaps_of_the_last_ninety_bars(gaps: int, sd_n: int) -> None:
    """5 / 90 is above 5 %, 4 / 90 is not; 14 / 90 is above 15 %, 13 / 90 is not. Older gaps are forgotten."""
    portfolio = Portfolio(100_000)
    portfolio.add_asset("A", "", 100, 100.0, sd_n=20, variant="buy_and_hold", date=day(0))
    price = 100.0
    for number in range(1, 96):
        if number == 90:
            assert portfolio.optimize_sd_n_by_gap_frequency("A") == 20  # 89 bars are too few
        if number <= 5 or number > 95 - gaps:
            price = 205.0 - price  # between 100 and 105
        portfolio.process_day(day(number), {"A": flat(price)})
    assert portfolio.optimize_sd_n_by_gap_frequency("A") == sd_n
