"""What the run of `metrics_case` amounts to, worked by hand."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np

from tests.sdengine.metrics import metrics_case as case

# the wealth index: 0.998, 0.956, (951 + 100) / 1000 = 1.051, then 935 after 951
RETURNS = (956 / 998 - 1, 1051 / 956 - 1, 935 / 951 - 1)
END = 1.051 * 935 / 951
YEARS = 3 / 365.25
MEAN = sum(RETURNS) / 3
SPREAD = sqrt(sum((r - MEAN) ** 2 for r in RETURNS) / 2)
SHORTFALL = sqrt((RETURNS[0] ** 2 + RETURNS[2] ** 2) / 3)
GAINED, LOST = RETURNS[1], -RETURNS[0] - RETURNS[2]
# the 5 % quantile is a tenth of the way from the worst to the second worst, the 95 % quantile a tenth below the best
LOW, HIGH = -(RETURNS[0] + 0.1 * (RETURNS[2] - RETURNS[0])), RETURNS[1] - 0.1 * (RETURNS[1] - RETURNS[2])
LOGS = (log(0.956), log(1.051), log(END))
JANUARY, FEBRUARY = 0.956 - 1, END / 0.956 - 1

# 1000 are put in, 100 come out after two days, 935 are there after three: the root above zero of a polynomial
DAILY = max(root.real for root in np.roots([1000, 0, -100, -935]) if abs(root.imag) < 1e-12)
# what a unit of cash is in units of the wealth index, day by day: index over value, both at the close before
UNITS = (1 / 1000, 0.998 / 998, 0.956 / 956, 1.051 / 951)

FIGURES: dict[str, Any] = {
    "first_date": case.DAYS[0],
    "last_date": case.DAYS[3],
    "days": 4,
    "years": YEARS,
    "periods_per_year": 365.25,  # three intervals in three days
    "final_value": 935.0,
    "final_value_net": 935.0,  # nothing is taxed
    "final_bank": 419.0,
    "final_nav_value": 560.0,
    "mean_value": 960.0,
    "lowest_bank": 406.0,
    "days_negative_bank": 0,
    "depleted_on": None,
    "total_return": END - 1,
    "cagr": END ** (1 / YEARS) - 1,
    "cagr_net": END ** (1 / YEARS) - 1,
    "money_weighted_return": DAILY**365.25 - 1,
    "volatility": SPREAD * sqrt(365.25),
    "sharpe": MEAN / SPREAD * sqrt(365.25),
    "sortino": MEAN / SHORTFALL * sqrt(365.25),
    "calmar": (END ** (1 / YEARS) - 1) / 0.044,
    "max_drawdown": 0.044,  # from the initial 1000 to 956
    "max_drawdown_peak_on": case.DAYS[0],
    "max_drawdown_trough_on": case.DAYS[1],
    "max_drawdown_recovered_on": case.DAYS[2],
    "longest_drawdown_days": 2,
    "current_drawdown": 1 - 935 / 951,
    "drawdowns": 2,
    "ulcer_index": sqrt((0.002**2 + 0.044**2 + (16 / 951) ** 2) / 4),
    "mean_drawdown": (0.002 + 0.044 + 16 / 951) / 4,
    "time_under_water": 3 / 4,
    "martin_ratio": (END ** (1 / YEARS) - 1) / sqrt((0.002**2 + 0.044**2 + (16 / 951) ** 2) / 4),
    "recovery_factor": (END - 1) / 0.044,
    "downside_volatility": SHORTFALL * sqrt(365.25),
    "omega": GAINED / LOST,
    "profit_factor": GAINED / LOST,
    "payoff_ratio": GAINED / (LOST / 2),
    "common_sense_ratio": GAINED / LOST * HIGH / LOW,
    "gain_to_pain": (JANUARY + FEBRUARY) / -JANUARY,
    "tail_ratio": HIGH / LOW,
    "skewness": sqrt(6) * sum((r - MEAN) ** 3 for r in RETURNS) / 3 / (SPREAD**2 * 2 / 3) ** 1.5,
    "kurtosis": None,  # of fewer than four returns
    "autocorrelation": -1.0,  # two pairs: up from the first to the second, down from there to the third
    "stability": (LOGS[2] - LOGS[0]) ** 2 / 2 / sum((x - sum(LOGS) / 3) ** 2 for x in LOGS),
    "gaining_streak": 1,
    "losing_streak": 1,
    "best_month": FEBRUARY,
    "worst_month": JANUARY,
    "gaining_months": 1 / 2,
    "best_year_return": END - 1,
    "worst_year_return": END - 1,
    "value_at_risk": LOW,  # a tenth of the way to the second worst
    "expected_shortfall": -RETURNS[0],
    "best_day": RETURNS[1],
    "worst_day": RETURNS[0],
    "gaining_days": 1 / 3,
    "synthetic_dividends": 216.0,
    "synthetic_dividend_yield": 216 / YEARS / 960,
    "dividends": 1.0,
    "interest": 2.0,
    "withdrawals": 100.0,
    "withdrawals_due": 100.0,
    "paid_share": 1.0,
    "months_due": 1,
    "months_in_full": 1,
    "months_short": 0,
    "months_none": 0,
    "longest_gap_months": 0,
    "worst_year": 2024,
    "worst_year_paid_share": 1.0,
    "coverage": 2.16,
    "costs": 5.0,
    "taxes": 3.0,
    "taxes_due": 0.0,
    "fills": 5,
    "buys": 2,
    "sells": 1,
    "skipped_buys": 1,
    "skipped_bands": 0,
    "skipped_withdrawals": 0,
    "opportunities": 0,
    "turnover": (92 + 216 + 100) / 2 / 960 / YEARS,
    "exposure": (500 / 998 + 550 / 956 + 430 / 951 + 516 / 935) / 4,
    "bank_return_contribution": (2 - 3) * UNITS[3],
    "bank_drawdown_contribution": 0.0,  # the fall is that of the first two days
    "income_correlation": None,  # Y sold nothing
    "realised_gain": 21.75,
    "unrealised_gain": 3 * (99 - 100.25) + (99 - 101) + 2 * (60 - 50.5),
    "realised_volatility_alpha": 14.5,
    "unrealised_volatility_alpha": -1.0,
    "tickers": "X Y",
    "assets": 2,
    "initial_cash": 1000.0,
    "sd_n": 6.0,
    "variant": None,  # the two differ
    "rebalancing_mode": "nav_opportunistic",
    "withdrawal_rule": "constant",
    "withdrawal_monthly_amount": 100.0,
    "withdrawal_rate": None,
    "coverage_ratio_min": 1.0,
}
