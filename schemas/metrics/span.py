"""When a run was, and what it was worth."""

from __future__ import annotations

from schemas.columns import day, money, number, whole
from schemas.figures import ALWAYS, MONEY, NO_TIME, Figure
from schemas.metrics.kinds import count


class Span:
    """Days and years."""

    first_date = day("First day of the run: its first asset enters at that day's close", figure=Figure("min(date)"))
    last_date = day("Last day of the run", figure=Figure("max(date)"))
    days = whole("Days of the run, each with a bar of some asset", ge=1, figure=Figure("number of closes"))
    years = number(
        "Years from the first to the last day, by the calendar",
        unit="years",
        ge=0,
        figure=Figure("(last_date - first_date) / 365.25"),
    )
    periods_per_year = number(
        "Closes a year as the run had them: what annualises daily figures",
        unit="closes a year",
        nullable=True,
        figure=Figure("(days - 1) / years", nothing=NO_TIME),
    )


class Values:
    """Value and bank at closes."""

    final_value = money(
        "Bank and holdings at the last close",
        figure=Figure("V at the last close", sign="below 0 is a debt", flows=MONEY, nothing=ALWAYS),
    )
    final_value_net = money(
        "The same less the taxes that are due", figure=Figure("final_value - taxes_due", flows=MONEY)
    )
    final_bank = money(
        "Bank at the last close; negative is margin debt",
        figure=Figure("bank at the last close", sign="below 0 is a debt", flows=MONEY),
    )
    final_nav_value = money(
        "Holdings at their all-time highs, at the last close",
        figure=Figure("sum of holdings * all-time high", flows=MONEY),
    )
    mean_value = money(
        "Mean of the total value over all closes", figure=Figure("mean(V)", sign="below 0 is a debt", flows=MONEY)
    )
    lowest_bank = money("Lowest bank at any close", figure=Figure("min(bank)", sign="below 0 is a debt", flows=MONEY))
    days_negative_bank = count("Closes at which the bank was negative", "closes with bank < 0")
    depleted_on = day(
        "First close at which the portfolio was worth nothing; null if it never was",
        nullable=True,
        figure=Figure("first date with V <= 0", flows=MONEY, nothing="it never was"),
    )
