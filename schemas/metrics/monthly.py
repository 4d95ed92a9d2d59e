"""One row a month of a run."""

from __future__ import annotations

from schemas.columns import RUN_ID, Table, day, fraction, money, whole
from schemas.figures import GAIN, MONEY, TIME_WEIGHTED, Figure
from schemas.metrics.activity import Trades
from schemas.metrics.income import Charges, Income, Payments


class Monthly(
    Table,
    name="metrics.monthly",
    key=("run_id", "month"),
    written_by="metrics",
    grain="one row is one calendar month of one run in which it had at least one close",
):
    """The months' returns compound to the run's total return."""

    run_id = RUN_ID
    month = day("First day of the month")
    days = whole("Closes in the month", ge=1, figure=Figure("number of closes in the month"))
    total_return = fraction(
        "Time-weighted return from the last close of the month before; first from the initial capital",
        ge=-1,
        figure=Figure("I at the month's end / I at the end before - 1", sign=GAIN, flows=TIME_WEIGHTED,
                      zero="0 once I is 0"),
    )  # fmt: skip
    final_value = money(
        "Bank and holdings at the month's last close",
        figure=Figure("V at the month's last close", sign="below 0 is a debt", flows=MONEY),
    )
    final_bank = money(
        "Bank at the month's last close",
        figure=Figure("bank at the month's last close", sign="below 0 is a debt", flows=MONEY),
    )
    deepest_drawdown = fraction(
        "Deepest drawdown at any close of the month, from the high of the whole run so far",
        ge=0,
        le=1,
        figure=Figure("max(d) in the month", flows=TIME_WEIGHTED),
    )
    synthetic_dividends = Income.synthetic_dividends
    dividends = Income.dividends
    interest = Income.interest
    withdrawals = Payments.withdrawals
    costs = Charges.costs
    taxes = Charges.taxes
    fills = Trades.fills
