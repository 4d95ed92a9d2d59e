"""A year of income: what came in, what was due, what was paid."""

from __future__ import annotations

from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import NOTHING, money, percent, whole
from schemas.shown import counted


def income(subject: Subject) -> Part | None:
    """Draw the years as bars of income beside the lines of what was due and paid."""
    from sdengine.figures.income import income_by_year

    years = subject.ask("years")
    if not years:
        return None
    columns = {name: [year[name] or 0.0 for year in years] for name in ("synthetic_dividends", "due", "paid")}
    other = [(year["dividends"] or 0.0) + (year["interest"] or 0.0) for year in years]
    figure = income_by_year.drawing(
        [year["year"] for year in years], columns["synthetic_dividends"], other, columns["due"], columns["paid"]
    )
    rows = [
        (
            str(year["year"]),
            *(whole(year[name]) for name in ("synthetic_dividends", "dividends", "interest", "due", "paid")),
            percent(year["paid_share"], 0),
            *(str(NOTHING if year[name] is None else year[name]) for name in ("months_short", "months_none")),
            whole(year["final_value"]),
        )
        for year in years
    ]
    names = (
        "year", "synthetic dividends", "dividends", "interest", "due", "paid", "paid, of due", "months short",
        "months unpaid", "value at the end",
    )  # fmt: skip
    return Part(
        "income",
        "A year of income",
        _lead(subject),
        figure,
        f"Bars of income by year, {years[0]['year']} to {years[-1]['year']}; the figures stand in the table.",
        Table(names, rows),
        sql=subject.sql("years"),
    )


def _lead(subject: Subject) -> str:
    run = subject.figures
    earned = f"The ladder brought {money(run['synthetic_dividends'])} in synthetic dividends, the assets "
    earned += f"{money(run['dividends'])} in dividends."
    due = run.get("withdrawals_due")
    if not due:
        return f"{earned} Nothing was to be paid out."
    gap = run.get("longest_gap_months")
    without = f"; the longest time without any payment was {counted(gap, 'month')}" if gap else ""
    return f"{earned} {_paid(run['withdrawals'], due)}{without}."


def _paid(paid: float, due: float) -> str:
    if abs(due - paid) < 0.5:
        return f"All {whole(due)} that were due were paid"
    return f"Of {whole(due)} that were due, {money(paid)} {'was' if money(paid) == money(0.0) else 'were'} paid"
