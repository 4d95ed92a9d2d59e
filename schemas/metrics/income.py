"""What a run brought in, what was taken out of it, and what it cost."""

from __future__ import annotations

from schemas.columns import money, whole
from schemas.figures import FLOW, MONEY, NO_DENOMINATOR, OVER_YEARS, Figure
from schemas.metrics.kinds import rate, ratio, share, total

_NO_POLICY = "no policy"
_NOTHING_DUE = "no policy, or nothing was due"


class Income:
    """Sums over the run's history."""

    synthetic_dividends = total("Proceeds of the algorithm's sells", "price * qty of fills SELL", flows=MONEY, ge=0)
    synthetic_dividend_yield = rate(
        "Synthetic dividends a year over the mean value",
        Figure(
            "synthetic_dividends / (mean_value * years)", annualised=OVER_YEARS, flows=MONEY, zero=NO_DENOMINATOR,
            nothing="no time has passed, or mean_value is not above 0",
        ),
        ge=0,
    )  # fmt: skip
    dividends = total("Cash dividends", "rows DIVIDEND", flows=MONEY, ge=0)
    interest = total(
        "Interest on the bank; negative where margin cost more than cash earned",
        "rows INTEREST",
        flows=MONEY,
        sign="below 0 was paid",
    )


class Payments:
    """What a policy of withdrawals asked for and got; a month is due once its day of business has come."""

    withdrawals = total("Cash taken out", "W", ge=0)
    withdrawals_due = money(
        "Cash that the policy would have taken out by the last day",
        ge=0,
        nullable=True,
        figure=Figure(
            "sum of monthly_amount * (1 + inflation) ** (month // 12) over the months due; else what months asked for",
            flows=FLOW,
            nothing=_NO_POLICY,
        ),
    )
    paid_share = share(
        "Cash taken out over what was due; null where nothing was",
        Figure("withdrawals / due", flows=FLOW, zero=NO_DENOMINATOR, nothing=_NOTHING_DUE),
        ge=0,
    )


def _months(of: str) -> Figure:
    return Figure(f"number of months due {of}".rstrip(), flows=FLOW, nothing=_NO_POLICY)


class Months:
    """The months that came due, by what they were paid."""

    months_due = whole(
        "Months whose withdrawal has come due; null without a policy", ge=0, nullable=True, figure=_months("")
    )
    months_in_full = whole(
        "Months that were paid all that was due", ge=0, nullable=True, figure=_months("with paid = due")
    )
    months_short = whole(
        "Months that were paid something, but less than was due",
        ge=0,
        nullable=True,
        figure=_months("with 0 < paid < due"),
    )
    months_none = whole("Months that were paid nothing", ge=0, nullable=True, figure=_months("with paid = 0"))


class Worst:
    """The worst of the payments, and what synthetic dividends covered."""

    longest_gap_months = whole(
        "Most due months in a row that were paid nothing",
        unit="months",
        ge=0,
        nullable=True,
        figure=Figure("longest run of months due with paid = 0", flows=FLOW, nothing=_NO_POLICY),
    )
    worst_year = whole(
        "Calendar year that was paid the least share of what was due",
        unit="year",
        nullable=True,
        figure=Figure("first year with paid / due = worst_year_paid_share", sign="a year", flows=FLOW,
                      nothing=_NOTHING_DUE),
    )  # fmt: skip
    worst_year_paid_share = share(
        "That share", Figure("min over years of paid / due", flows=FLOW, nothing=_NOTHING_DUE), ge=0
    )
    coverage = ratio(
        "Synthetic dividends over the withdrawals due",
        Figure(
            "synthetic_dividends / withdrawals_due", flows="by what was due, not by what was paid",
            zero=NO_DENOMINATOR, nothing=_NOTHING_DUE,
        ),
        ge=0,
    )  # fmt: skip


class Charges:
    """What went to others."""

    costs = total("Commissions; slippage is in the prices", "costs of all fills", flows=MONEY, ge=0)
    taxes = total("Taxes paid", "rows TAX", flows=MONEY, ge=0)
    taxes_due = money(
        "Taxes due and unpaid, or accrued on gains realised since the last year was closed",
        ge=0,
        figure=Figure("tax of each year's gains by sdengine/RULES.md, the last as if it ended now - taxes",
                      zero="rounding counts as 0"),
    )  # fmt: skip
