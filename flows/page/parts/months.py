"""Months, deepest falls, and what the portfolio was made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import NOTHING, capital, day, percent, signed
from schemas.shown import counted, of_all


def months(subject: Subject) -> Part | None:
    """Draw monthly returns as a heat map."""
    from sdengine.figures.tables import MONTHS, monthly_returns

    answer = subject.ask("months")
    if not answer:
        return None
    years = sorted({one["year"] for one in answer})
    returns = np.full((len(years), 12), np.nan)
    for one in answer:
        returns[years.index(one["year"]), one["month"] - 1] = one["total_return"]
    gains = int((returns > 0.0).sum())
    lead = f"{capital(of_all(gains, len(answer), 'month'))} ended higher than begun, payments left out."
    rows = [
        (str(year), *(NOTHING if np.isnan(month) else signed(month) for month in row))
        for year, row in zip(years, returns, strict=True)
    ]
    figure = monthly_returns.drawing(years, returns)
    return Part("months", "Months", lead, figure, lead, Table(("year", *MONTHS), rows), sql=subject.sql("months"))


def deepest_falls(subject: Subject) -> Part | None:
    """List the ten deepest falls."""
    answer = subject.ask("falls")
    rows = [
        (
            percent(one["depth"]),
            day(one["peak_on"]),
            day(one["trough_on"]),
            day(one["recovered_on"]),
            f"{one['days']:,}",
        )
        for one in answer
    ]
    if not rows:
        return None
    deepest = answer[0]
    lead = f"The deepest took {counted(deepest['days'], 'day')} from high to high"
    lead += "." if deepest["recovered_on"] else " so far, and is not over."
    names = ("depth", "high on", "low on", "high again on", "days")
    return Part("falls", "The deepest falls", lead, table=Table(names, rows), folded=False, sql=subject.sql("falls"))


def allocations(subject: Subject) -> Part | None:
    """Draw what the portfolio was made of, week by week."""
    from sdengine.figures.shares import allocation

    weeks = subject.asset_weeks
    if not weeks:
        return None
    days = np.unique(np.concatenate([rows["date"] for rows in weeks.values()]))
    shares = {ticker: np.full(days.size, np.nan) for ticker in weeks}
    for ticker, rows in weeks.items():
        shares[ticker][np.searchsorted(days, rows["date"])] = rows["weight"]
    held = np.nansum(np.array(list(shares.values())), axis=0)
    figure = allocation.drawing(days, shares, 1.0 - held)
    last = {ticker: weight[-1] for ticker, weight in shares.items()} | {"bank": 1.0 - held[-1]}
    shown = [(name, percent(weight)) for name, weight in last.items() if not np.isnan(weight)]
    lead = "At the end: " + ", ".join(f"{name} {share}" for name, share in shown) + "."
    bounds = {one["ticker"]: (percent(one["target"]), _band(one)) for one in subject.ask("bounds")}
    table = Table(
        ("of", "share at the end", "target", "band"),
        [(*row, *bounds.get(row[0], (NOTHING, NOTHING))) for row in shown],
    )
    return Part("allocation", "What it is made of", lead, figure, lead, table, sql=subject.sql("asset_weeks"))


def _band(asset: dict[str, Any]) -> str:
    low, high = asset["band_min"], asset["band_max"]
    return NOTHING if low is None or high is None else f"{percent(low)} to {percent(high)}"
