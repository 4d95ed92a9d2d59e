"""`sdengine news`: what happened since a night or a date, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

from flows.asked import Asked
from flows.cli.answer import cut, present
from flows.cli.asking import asks
from flows.cli.columns import Table
from flows.cli.completing import argument
from flows.cli.hints import Line

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun
    from warehouse import Results


RUN = "A scenario, a sweep, a run_id or its beginning; all scenarios, of sweeps the best, without it."


@asks("since", "limit", "format", "output", "warehouse", limit=20)
def news(asked: Asked, run: Annotated[str | None, argument(RUN)] = None) -> None:
    """Tell what happened since the night before, or since a date.

    Fills, payments, what was skipped and why, and the orders that moved, in words; --limit lines of each scenario.

    \b
    Examples:
      sdengine news
      sdengine news full --since 2013-01-01
      sdengine news --since 20261126T0357    a batch, as sdengine status has it
    """
    from flows.results.freshest import published
    from flows.results.news import FIELDS, news_since

    with published(asked.warehouse) as results:
        runs = shown_runs(results, run)
        items, words = news_since(results, runs, asked.since)
    if asked.format != "table":
        present(asked, [Table("news", FIELDS, items)])
        return
    present(asked, [], head=news_lines(items, asked.limit), foot=[f"{count(items)} {words}"])


def shown_runs(results: Results, name: str | None) -> list[PublishedRun]:
    """Find the runs that a name means; without one those of all scenarios, and of a sweep its best alone."""
    from flows.results.choosing import choose_runs
    from flows.results.ranking import read_ranking

    runs = choose_runs(results, name)
    if name is not None:
        return runs
    best = {row["run_id"] for row in read_ranking(results)[1].records()}
    return [run for run in runs if run.run_id in best]


def news_lines(items: Sequence[dict[str, Any]], limit: int) -> list[Line]:
    """Lay out news: a heading for each scenario, and below it its `limit` newest lines."""
    lines: list[Line] = []
    for scenario, group in groupby(items, key=lambda item: item["scenario"]):
        own = list(group)
        shown = list(cut(own[::-1], limit))[::-1]
        lines.append(scenario)
        if len(shown) < len(own):
            lines.append(f"  {len(own) - len(shown):,} earlier ones, with --limit 0")
        lines += [f"  {item['date']}  {item['text']}" for item in shown]
    return lines


def count(items: Sequence[dict[str, Any]]) -> str:
    """Count news by kind, in words."""
    numbers = {kind: sum(item["kind"] == kind for item in items) for kind in KINDS}
    counts = [f"{number:,} {KINDS[kind][number != 1]}" for kind, number in numbers.items() if number]
    return ", ".join(counts) or "nothing happened"


KINDS = {
    "fill": ("fill", "fills"),
    "payment": ("payment", "payments"),
    "skip": ("order skipped", "orders skipped"),
    "order": ("asset with other orders", "assets with other orders"),
}
