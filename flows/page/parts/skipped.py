"""What was reached but not done: distinct orders, and the money that lacked."""

from __future__ import annotations

from collections import Counter

from flows.page.part import Part, Table
from flows.page.read import Told
from flows.page.wording import day, whole
from schemas.shown import counted

SHOWN = 12


def skipped(told: Told) -> Part | None:
    """Draw skipped orders a year by asset; the newest stand in the table."""
    from flows.results.explain.figures import number
    from flows.results.show import REASONS
    from sdengine.figures.counts import skipped_by_year

    found = told.shown.skipped.records()
    if not found:
        return None
    first, last = told.run.first_date, told.run.last_date
    years = list(range(first.year, last.year + 1)) if first and last else []
    counts: dict[str, Counter[int]] = {}
    for one in found:
        counts.setdefault(one["ticker"], Counter())[one["first_on"].year] += 1
    figure = skipped_by_year(years, {name: [count[year] for year in years] for name, count in sorted(counts.items())})
    rows = [
        (
            one["ticker"], REASONS[one["action"]], day(one["first_on"]), day(one["last_on"]), str(one["times"]),
            number(one["qty"]), whole(one["wanted"]), whole(one["lacked"]),
        )
        for one in found[:SHOWN]
    ]  # fmt: skip
    names = ("asset", "why", "first reached", "last reached", "times", "shares", "cost", "lacked")
    times = sum(one["times"] for one in found)
    lead = f"{counted(len(found), 'order')} reached and not done, {counted(times, 'time')} in all; "
    lead += "each rests until its asset trades."
    return Part(
        "skipped",
        "What was reached but not done",
        lead,
        figure,
        lead,
        Table(names, rows),
        sql=told.sql("results/show/skipped"),
        notes=(f"the newest {SHOWN} of {len(found)} stand in the table",) if len(found) > SHOWN else (),
    )
