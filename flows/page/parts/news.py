"""What happened since the last bar: fills, payments, skips, orders that moved, in words."""

from __future__ import annotations

from flows.called import spelled
from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import day
from schemas.shown import counted

SHOWN = 12
"""Lines told; the command tells all."""


def happened(subject: Subject) -> Part:
    """Tell the news as `sdengine news` does: since the night before, or of the last day where none is known."""
    items, when = subject.answers.news(subject.run.run_id)
    rows = [(day(item["date"]), item["kind"], item["text"]) for item in items[:SHOWN]]
    rest = len(items) - len(rows)
    more = (f"{rest} more: `{spelled('news', name=subject.run.scenario)}`",) if rest > 0 else ()
    lead = f"{counted(len(items), 'thing')} happened {when}." if items else f"Nothing happened {when}."
    return Part(
        "news",
        "What happened",
        lead,
        table=Table(("date", "what", "in words"), rows) if rows else None,
        folded=False,
        notes=more,
    )
