"""What was reached but not done: distinct orders, and the money that lacked."""

from __future__ import annotations

from collections import Counter

from flows.called import spelled
from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import whole
from schemas.shown import counted

SHOWN = 60
"""Rows that the table holds."""


def skipped(subject: Subject) -> Part | None:
    """Draw skipped orders a year by asset, and by reason where there are several; the table has what they lacked."""
    from flows.results.show import REASONS
    from sdengine.figures.counts import skipped_by_year

    answer = subject.ask("skipped")
    if not answer:
        return None
    first, last = subject.run.first_date, subject.run.last_date
    years = list(range(first.year, last.year + 1)) if first and last else []
    several = len({one["action"] for one in answer}) > 1
    counts: dict[str, Counter[int]] = {}
    for one in answer:
        name = f"{one['ticker']}, {REASONS[one['action']]}" if several else one["ticker"]
        counts.setdefault(name, Counter())[one["year"]] += one["orders"]
    by_name = {name: [count[year] for year in years] for name, count in sorted(counts.items())}
    rows = [
        (
            str(one["year"]), one["ticker"], REASONS[one["action"]], f"{one['orders']:,}", f"{one['times']:,}",
            whole(one["wanted"]), whole(one["lacked"]),
        )
        for one in answer[:SHOWN]
    ]  # fmt: skip
    lead = _lead(sum(one["orders"] for one in answer), sum(one["times"] for one in answer))
    notes = [f"Each order: `{spelled('show', name=subject.run.scenario)}`"]
    notes += [f"The newest {SHOWN} of {len(answer)} rows stand in the table."] if len(answer) > SHOWN else []
    return Part(
        "skipped",
        "What was reached but not done",
        lead,
        skipped_by_year.drawing(years, by_name),
        lead,
        Table(("year", "asset", "why", "orders", "times reached", "cost", "lacked in all"), rows),
        sql=subject.sql("skipped"),
        notes=notes,
    )


def _lead(orders: int, times: int) -> str:
    """Say how many orders, how often; each counts once, however often it was reached."""
    alone = orders == 1
    lead = f"{counted(orders, 'order')} {'was' if alone else 'were'} reached and not done"
    lead += f", {counted(times, 'time')} in all" if times > orders else ""
    return f"{lead}; {'it' if alone else 'each'} rests until its asset trades."
