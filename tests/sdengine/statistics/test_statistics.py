"""Statistics worked by hand: the arithmetic stands beside each figure."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdengine import statistics as s


def array(*numbers: float) -> np.ndarray:
    return np.array(numbers, np.float64)


def index_of(values: list[float], withdrawn: list[float] | None = None, initial: float = 100.0) -> np.ndarray:
    return s.wealth_index(array(*values), array(*(withdrawn or [0.0] * len(values))), initial)


class TestWealthIndex:
    def test_without_withdrawals_is_value_over_capital(self) -> None:
        assert index_of([100, 110, 99]).tolist() == [1.0, 1.1, 0.99]

    def test_a_withdrawal_is_not_a_loss(self) -> None:
        # 100 grows to 120, 20 are taken out and 100 remain; 100 grows to 110: 1.2 * 1.1
        assert index_of([100, 100, 110], [0, 20, 0]) == pytest.approx([1.0, 1.2, 1.32], abs=1e-15)

    def test_equal_values_around_a_withdrawal_leave_no_rounding(self) -> None:
        # every value is what the day before left, so every return is exactly zero
        index = index_of([100 / 3, 70 / 3, 70 / 3, 53 / 3], [0, 10, 0, 17 / 3], initial=100 / 3)
        assert np.ptp(index[1:3]) == 0.0
        assert s.daily_returns(index) == pytest.approx([0, 0, 0], abs=1e-15)

    def test_the_first_close_stands_against_the_initial_capital(self) -> None:
        assert index_of([98, 98]).tolist() == [0.98, 0.98]

    def test_brought_to_zero_by_the_market_is_lost_for_good(self) -> None:
        assert index_of([100, 0, 50]).tolist() == [1.0, 0.0, 0.0]

    def test_a_debt_beyond_the_assets_is_no_more_than_everything(self) -> None:
        assert index_of([100, -40, 60]).tolist() == [1.0, 0.0, 0.0]

    def test_emptied_by_a_withdrawal_keeps_what_it_had_earned(self) -> None:
        # 100 grows to 130, all of it is taken out: the money earned 30 %, and nothing moves afterwards
        assert index_of([100, 0, 0], [0, 130, 0]).tolist() == [1.0, 1.3, 1.3]

    @pytest.mark.parametrize("initial", [0.0, -5.0, math.nan])
    def test_no_capital_no_index(self, initial: float) -> None:
        assert np.isnan(index_of([1, 2], initial=initial)).all()


class TestReturns:
    def test_between_closes(self) -> None:
        assert s.daily_returns(array(1.0, 1.1, 0.99)) == pytest.approx([0.1, -0.1], abs=1e-15)

    def test_none_of_one_close(self) -> None:
        assert s.daily_returns(array(1.0)).size == 0
        assert s.daily_returns(array()).size == 0

    def test_nothing_after_a_total_loss(self) -> None:
        assert s.daily_returns(array(1.0, 0.0, 0.0)).tolist() == [-1.0, 0.0]

    def test_total(self) -> None:
        assert s.total_return(array(1.0, 1.32)) == pytest.approx(0.32, abs=1e-15)
        assert math.isnan(s.total_return(array()))


class TestAnnual:
    def test_a_leap_cycle_is_four_years(self) -> None:
        # 2020-01-01 is ordinal 18262, 2024-01-01 is 19723: 1461 days
        assert s.years_between(18262, 19723) == 4.0

    def test_doubling_in_two_years(self) -> None:
        assert s.annual_growth(1.0, 2.0) == pytest.approx(math.sqrt(2) - 1, abs=1e-15)

    def test_total_loss(self) -> None:
        assert s.annual_growth(-1.0, 3.0) == -1.0

    def test_no_time(self) -> None:
        assert math.isnan(s.annual_growth(0.5, 0.0))
        assert math.isnan(s.observed_periods(1, 0.0))

    def test_crypto_trades_every_day(self) -> None:
        assert s.observed_periods(1462, s.years_between(18262, 19723)) == 365.25

    def test_period_rate_compounds_to_the_annual_rate(self) -> None:
        assert (1 + s.period_rate(0.05, 252.0)) ** 252 == pytest.approx(1.05, abs=1e-12)


class TestRisk:
    returns = array(0.01, -0.02, 0.03, 0.0)
    # mean 0.005; deviations 0.005, -0.025, 0.025, -0.005; squares sum 0.0013; / 3
    spread = math.sqrt(0.0013 / 3)

    def test_volatility(self) -> None:
        assert s.volatility(self.returns, 252.0) == pytest.approx(self.spread * math.sqrt(252), abs=1e-15)

    def test_sharpe(self) -> None:
        assert s.sharpe(self.returns, 252.0, 0.001) == pytest.approx(0.004 / self.spread * math.sqrt(252), abs=1e-12)

    def test_sortino(self) -> None:
        # one shortfall of 0.02 among four periods: sqrt(0.0004 / 4) = 0.01
        assert s.sortino(self.returns, 252.0, 0.0) == pytest.approx(0.5 * math.sqrt(252), abs=1e-12)

    def test_value_at_risk_interpolates(self) -> None:
        # ordered -0.02, 0, 0.01, 0.03; 5 % of three steps is 0.15 of the way from -0.02 to 0
        assert s.value_at_risk(self.returns, 0.05) == pytest.approx(0.017, abs=1e-15)

    def test_expected_shortfall_is_the_mean_of_the_worst(self) -> None:
        # floor(0.5 * 3) + 1 = 2 worst: -0.02 and 0
        assert s.expected_shortfall(self.returns, 0.5) == pytest.approx(0.01, abs=1e-15)

    def test_without_dispersion_there_is_no_ratio(self) -> None:
        flat = np.full(10, 0.1) + np.array([0.0, 1e-17] * 5)
        assert s.volatility(flat, 252.0) == 0.0
        assert math.isnan(s.sharpe(flat, 252.0, 0.0))

    def test_without_a_loss_there_is_no_sortino(self) -> None:
        assert math.isnan(s.sortino(array(0.01, 0.02), 252.0, 0.0))

    @pytest.mark.parametrize("few", [array(), array(0.01)])
    def test_one_return_has_no_dispersion(self, few: np.ndarray) -> None:
        assert math.isnan(s.volatility(few, 252.0))
        assert math.isnan(s.sharpe(few, 252.0, 0.0))
        assert math.isnan(s.sortino(few, 252.0, 0.0))

    def test_nothing_of_nothing(self) -> None:
        assert math.isnan(s.mean(array()))
        assert math.isnan(s.value_at_risk(array(), 0.05))
        assert math.isnan(s.expected_shortfall(array(), 0.05))


class TestDrawdowns:
    # highs at 1.2 and 1.5; 1.2 -> 0.9 is a quarter, 1.5 -> 1.2 a fifth and never made good
    index = array(1.0, 1.2, 0.9, 1.08, 1.2, 1.5, 1.2, 1.35)

    def test_series(self) -> None:
        assert s.drawdown_series(self.index) == pytest.approx([0, 0, 0.25, 0.1, 0, 0, 0.2, 0.1], abs=1e-15)

    def test_the_first_peak_is_the_initial_capital(self) -> None:
        assert s.drawdown_series(array(0.9, 0.8)) == pytest.approx([0.1, 0.2], abs=1e-15)

    def test_deepest(self) -> None:
        assert s.max_drawdown(s.drawdown_series(self.index)) == pytest.approx(0.25, abs=1e-15)
        assert s.max_drawdown(array(0.0, 0.0)) == 0.0
        assert math.isnan(s.max_drawdown(array()))

    def test_ulcer_index(self) -> None:
        # 0.0625 + 0.01 + 0.04 + 0.01 = 0.1225 over 8 closes
        expected = math.sqrt(0.1225 / 8)
        assert s.ulcer_index(s.drawdown_series(self.index)) == pytest.approx(expected, abs=1e-15)
        assert math.isnan(s.ulcer_index(array()))

    def test_table(self) -> None:
        peaks, troughs, recoveries, depths = s.find_drawdowns(s.drawdown_series(self.index))
        assert peaks.tolist() == [1, 5]
        assert troughs.tolist() == [2, 6]
        assert recoveries.tolist() == [4, s.NEVER]
        assert depths == pytest.approx([0.25, 0.2], abs=1e-15)

    def test_peak_is_the_last_close_at_the_high_and_trough_the_first_at_the_bottom(self) -> None:
        peaks, troughs, recoveries, _ = s.find_drawdowns(s.drawdown_series(array(1.0, 1.0, 0.5, 0.5, 1.0)))
        assert (peaks.tolist(), troughs.tolist(), recoveries.tolist()) == ([1], [2], [4])

    def test_below_the_capital_from_the_first_close(self) -> None:
        peaks, troughs, recoveries, _ = s.find_drawdowns(s.drawdown_series(array(0.9, 0.8, 1.1)))
        assert (peaks.tolist(), troughs.tolist(), recoveries.tolist()) == ([0], [1], [2])

    def test_none(self) -> None:
        assert all(part.size == 0 for part in s.find_drawdowns(s.drawdown_series(array(1.0, 1.0, 1.1))))

    def test_calmar(self) -> None:
        assert s.calmar(0.1, 0.25) == pytest.approx(0.4, abs=1e-15)
        assert math.isnan(s.calmar(0.1, 0.0))


class TestMonths:
    def test_ends_and_returns(self) -> None:
        ends = s.month_ends(np.array([24000, 24000, 24001, 24003], np.int32))
        assert ends.tolist() == [1, 2, 3]
        # 1 -> 1.1 -> 0.99 -> 0.99
        assert s.returns_between(array(1.05, 1.1, 0.99, 0.99), ends) == pytest.approx([0.1, -0.1, 0.0], abs=1e-15)

    def test_nothing(self) -> None:
        assert s.month_ends(np.array([], np.int32)).size == 0
        assert s.returns_between(array(), np.array([], np.int64)).size == 0

    def test_after_a_total_loss(self) -> None:
        assert s.returns_between(array(0.0, 0.0), np.array([0, 1])).tolist() == [-1.0, 0.0]


class TestMoneyWeighted:
    def test_without_payments_it_is_the_growth_a_year(self) -> None:
        # 100 become 121 in two years
        assert s.money_weighted_return(100.0, array(), array(), 121.0, 2.0) == pytest.approx(0.1, rel=1e-14)

    def test_a_payment_earns_nothing_after_it_is_out(self) -> None:
        # 100 * 1.1 = 110, 60 are taken out; 50 * 1.1 = 55
        assert s.money_weighted_return(100.0, array(60), array(1), 55.0, 2.0) == pytest.approx(0.1, rel=1e-14)

    def test_a_loss_is_below_zero(self) -> None:
        # 100 * 0.5 = 50, 20 are taken out; 30 * 0.5 = 15
        assert s.money_weighted_return(100.0, array(20), array(1), 15.0, 2.0) == pytest.approx(-0.5, rel=1e-14)

    def test_late_gains_on_little_money_weigh_little(self) -> None:
        # 100 stand still for a year, 90 are taken out, the 10 left double: 100 = 90 / x + 20 / x**2
        rate = s.money_weighted_return(100.0, array(90), array(1), 20.0, 2.0)
        assert 1 + rate == pytest.approx((90 + math.sqrt(90**2 + 4 * 100 * 20)) / 200, rel=1e-14)

    def test_many_payments_against_a_slow_search(self) -> None:
        random = np.random.default_rng(3)
        for _ in range(20):
            payments, years = random.uniform(0, 50, 200), np.sort(random.uniform(0.1, 30, 200))
            final = random.choice([0.0, 1.0, 5000.0])
            rate = s.money_weighted_return(1000.0, payments, years, final, 30.0)
            low, high = -0.999, 1e6
            while high - low > 1e-12 * max(1.0, abs(low)):
                middle = (low + high) / 2
                worth = float((payments * (1 + middle) ** -years).sum()) + final * (1 + middle) ** -30.0
                low, high = (middle, high) if worth > 1000.0 else (low, middle)
            assert rate == pytest.approx(low, abs=1e-9)

    def test_where_it_does_not_exist(self) -> None:
        assert s.money_weighted_return(100.0, array(), array(), 0.0, 2.0) == -1.0
        assert math.isnan(s.money_weighted_return(100.0, array(), array(), 120.0, 0.0))
        assert math.isnan(s.money_weighted_return(100.0, array(10), array(1), -5.0, 2.0))


class TestCorrelation:
    def test_by_hand(self) -> None:
        # deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2)
        assert s.correlation(array(1, 2, 3), array(4, 6, 5)) == pytest.approx(0.5, rel=1e-15)
        assert s.correlation(array(1, 2, 3), array(3, 2, 1)) == pytest.approx(-1.0, rel=1e-15)

    def test_a_series_that_does_not_vary_has_none(self) -> None:
        assert math.isnan(s.correlation(array(1, 2, 3), array(0.1, 0.1, 0.1)))
        assert math.isnan(s.correlation(array(5), array(7)))

    def test_the_mean_over_pairs_is_numpys(self) -> None:
        series = np.random.default_rng(4).normal(size=(5, 40))
        wanted = np.asarray(np.corrcoef(series))[np.triu_indices(5, 1)].mean()
        assert s.mean_correlation(series) == pytest.approx(wanted, rel=1e-12)
        flat = np.vstack([series, np.full(40, 2.0)])
        assert s.mean_correlation(flat) == pytest.approx(wanted, rel=1e-12)
        assert math.isnan(s.mean_correlation(series[:1]))
