"""Would it have lasted? On windows of the past, and on futures drawn from it; and the starts that were worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import NOTHING, capital, day, percent, whole
from flows.results import lasting
from flows.retire.terms import retire_from
from schemas.shown import counted

if TYPE_CHECKING:
    from sdengine.figures.look import Drawing
    from sdengine.scenario import Retire

Row = dict[str, Any]


def would_it_last(subject: Subject) -> Part | None:
    """Tell how often the income was paid, for the scenario and what it is compared with; draw the fan by year."""
    plans = subject.ask("plans")
    if not plans:
        return None
    terms = retire_from(plans[0]["asked"])
    own = [row for row in plans if row["who"] == "scenario" and row["plan"] == plans[0]["plan"]]
    asks = f"{lasting.income(own[0], terms)}, for {counted(own[0]['years'], 'year')}."
    lead = " ".join([capital(asks), *lasting.answers(own)])
    drawn = _fan(subject)
    return Part(
        "retirement",
        "Would it have lasted?",
        lead,
        drawn,
        f"Value by year in money of the start: bands of drawn futures. {lead}" if drawn is not None else "",
        Table(NAMES, [_cells(row, terms) for row in plans if row["cases"]]),
        folded=False,
        sql=subject.sql("plans"),
        notes=[*lasting.remarks(plans, terms), f"Answered on the bars until {plans[0]['last_date']}."],
    )


NAMES = (
    "income a year", "from", "on", "every amount paid", "could be", "paid, of asked", "safe rate", "safe in 95 %",
    "left, median",
)  # fmt: skip


def _cells(row: Row, terms: Retire) -> tuple[str, ...]:
    low, high = row["success_low"], row["success_high"]
    return (
        lasting.income(row, terms) if row["rate"] is None else lasting.percent(row["rate"]),
        lasting.WHO[row["who"]],
        lasting.ON[row["basis"]],
        percent(row["success"]),
        NOTHING if low is None else f"{percent(low, 0)} to {percent(high, 0)}",
        percent(row["paid_share"]),
        percent(row["swr_0"]),
        percent(row["swr_5"]),
        whole(row["final_real_50"]),
    )


def _fan(subject: Subject) -> Drawing | None:
    """Draw the first plan's drawn futures, or the past where none were drawn; None where there is neither."""
    from sdengine.figures.fan import BANDS, MIDDLE, fan_by_year

    rows = subject.ask("fan")
    basis = "drawn" if any(row["basis"] == "drawn" for row in rows) else "windows"
    values: dict[tuple[str, float], list[float]] = {}
    for row in rows:
        if row["basis"] == basis:
            values.setdefault((row["who"], row["quantile"]), []).append(row["value_real"])
    if ("scenario", MIDDLE) not in values:
        return None
    wanted = [MIDDLE, *(quantile for band in BANDS for quantile in band)]
    beside = {lasting.WHO[who]: values[who, MIDDLE] for who in ("buy_and_hold", "benchmark") if (who, MIDDLE) in values}
    own = {quantile: values["scenario", quantile] for quantile in wanted}
    return fan_by_year.drawing(np.arange(len(own[MIDDLE])), own, beside)


def worst_starts(subject: Subject) -> Part | None:
    """List the ten starts that paid least."""
    answer = subject.ask("worst_starts")
    if not answer:
        return None
    worst = answer[0]
    lead = f"Begun {worst['first_date']}, {percent(worst['paid_share'])} was paid of what was asked"
    lead += "." if worst["failed_on"] is None else f", the first payment short on {worst['failed_on']}."
    rows = [
        (
            day(row["first_date"]),
            day(row["last_date"]),
            percent(row["paid_share"]),
            str(row["months_short"]),
            str(row["longest_short"]),
            day(row["failed_on"]),
            whole(row["final_value_real"]),
            percent(row["swr"]),
        )
        for row in answer
    ]
    names = (
        "begun", "until", "paid, of asked", "months short", "in a row", "first short on", "left, real", "safe rate",
    )  # fmt: skip
    table = Table(names, rows)
    return Part("worst-starts", "The worst starts", lead, table=table, folded=False, sql=subject.sql("worst_starts"))
