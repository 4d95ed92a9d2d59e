"""One row a calendar year of a run."""

from __future__ import annotations

from schemas.columns import RUN_ID, Table, fraction, money, whole
from schemas.figures import FLOW, GAIN, MONEY, NO_DENOMINATOR, TIME_WEIGHTED, Figure
from schemas.metrics.activity import Trades
from schemas.metrics.income import Charges, Income, Months
from schemas.metrics.kinds import total


class Years(
    Table,
    name="metrics.years",
    key=("run_id", "year"),
    written_by="metrics",
    grain="one row is one calendar year of one run, from its first day's to its last day's",
):
    """What the year was asked for and what it paid. The years' returns compound to the run's total return."""

    run_id = RUN_ID
    year = whole("The calendar year", unit="year")
    days = whole("Closes in the year", ge=0, figure=Figure("number of closes in the year"))
    due = money(
        "Cash that the policy asked for; null without a policy",
        ge=0,
        nullable=True,
        figure=Figure("sum of what its months due asked for", flows=FLOW, nothing="no policy"),
    )
    paid = total("Cash taken out", "W", ge=0)
    paid_share = fraction(
        "Paid over due; null where nothing was due",
        ge=0,
        nullable=True,
        figure=Figure("paid / due", flows=FLOW, zero=NO_DENOMINATOR, nothing="no policy, or nothing was due"),
    )
    months_due = Months.months_due
    months_in_full = Months.months_in_full
    months_short = Months.months_short
    months_none = Months.months_none
    synthetic_dividends = Income.synthetic_dividends
    dividends = Income.dividends
    interest = Income.interest
    costs = Charges.costs
    taxes = Charges.taxes
    fills = Trades.fills
    total_return = fraction(
        "Time-weighted return of the year; the first from the initial capital",
        ge=-1,
        figure=Figure("I at the year's end / I at the end before - 1", sign=GAIN, flows=TIME_WEIGHTED,
                      zero="0 once I is 0"),
    )  # fmt: skip
    final_value = money(
        "Bank and holdings at the year's last close, or at the last one before it",
        figure=Figure("V at the year's last close", sign="below 0 is a debt", flows=MONEY),
    )
