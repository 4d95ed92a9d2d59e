"""The spending rules: pure functions of a year's or a month's numbers.

V is the portfolio's value at the withdrawal, before it; amounts are cash a year (guyton_klinger, vpw, vanguard) or a
month (constant, percent). Where V is not above 0 a share of it is 0.
"""

from __future__ import annotations

from sdengine.kernel.compiled import kernel

LAST_YEARS = 15.0
"""Guyton and Klinger: with this many years or fewer to go, nothing is cut to preserve capital."""


@kernel
def constant(first: float, inflation: float, year: int) -> float:
    """Return a constant real amount: first * (1 + inflation)**year, `year` counted from 0.

    With 4 % of the initial value a year as `first` the rule of Bengen, "Determining Withdrawal Rates Using Historical
    Data", Journal of Financial Planning, October 1994.
    """
    return first * (1.0 + inflation) ** year


@kernel
def percent(rate: float, value: float) -> float:
    """Return a percentage of the portfolio: rate * V a year; it can't run out, and the amount moves with the market."""
    return rate * max(value, 0.0)


@kernel
def guyton_klinger(
    last: float,
    value: float,
    lost: bool,
    years_left: float,
    initial_rate: float,
    growth: float,
    upper: float,
    lower: float,
    adjustment: float,
) -> float:
    """Return the next year's amount W from last year's, by the decision rules of Guyton and Klinger.

    1 Withdrawal: W grows by `growth` (inflation, capped), but not after a year that `lost` money if W / V would then
    exceed `initial_rate`. 2 Capital preservation: W / V > initial_rate * (1 + upper) cuts W by `adjustment`, unless 15
    or fewer years are left. 3 Prosperity: W / V < initial_rate * (1 - lower) raises W by `adjustment`. (4, where the
    cash comes from, is the policy's `funding`.) 0 where V is not above 0.

    Source: J. T. Guyton and W. J. Klinger, "Decision Rules and Maximum Initial Withdrawal Rates", Journal of Financial
    Planning, March 2006.
    """
    if value <= 0.0:
        return 0.0
    amount = last * (1.0 + growth)
    if lost and amount > initial_rate * value:
        amount = last
    if amount > initial_rate * (1.0 + upper) * value:
        return amount * (1.0 - adjustment) if years_left > LAST_YEARS else amount
    if amount < initial_rate * (1.0 - lower) * value:
        return amount * (1.0 + adjustment)
    return amount


@kernel
def vpw(value: float, years_left: float, growth: float) -> float:
    """Return the variable percentage withdrawal: the payment, begin of year, that uses V up in `years_left` years.

    V * g / ((1 + g) * (1 - (1 + g)**-n)) with the assumed real return g = `growth`; V / n where g = 0; after the last
    year all of V. Source: Bogleheads wiki, "Variable percentage withdrawal" (longinvest 2013): an annuity due.
    """
    n = max(years_left, 1.0)
    capital = max(value, 0.0)
    if growth == 0.0:
        return capital / n
    return capital * growth / ((1.0 + growth) * (1.0 - (1.0 + growth) ** -n))


@kernel
def guarded(amount: float, year_ago: float, floor: float, ceiling: float) -> float:
    """Hold `amount` within [1 - floor, 1 + ceiling] of the amount a year ago (grown by inflation); NaN is no bound.

    With rate * V as the amount this is dynamic spending: C. M. Jaconetti, F. M. Kinniry, M. A. DiJoseph, "A more
    dynamic approach to spending for investors in retirement", Vanguard 2013.
    """
    # a comparison with NaN is false: a bound that is not set never binds
    if amount < year_ago * (1.0 - floor):
        return year_ago * (1.0 - floor)
    if amount > year_ago * (1.0 + ceiling):
        return year_ago * (1.0 + ceiling)
    return amount
