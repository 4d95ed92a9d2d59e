"""`sdengine diff`: what happened between two published files, what changed, and why."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.asked import Asked
from flows.cli.answer import present
from flows.cli.asking import asks
from flows.cli.columns import Column, Table
from flows.cli.waiting import waiting
from flows.errors import PipelineError

Old = Annotated[
    Path | None, typer.Argument(help="The older file; without it, the last that was kept.", show_default=False)
]
New = Annotated[Path | None, typer.Argument(help="The newer file; without it, what is published.", show_default=False)]


@asks("limit", "format", "output", "warehouse", limit=20)
def diff(asked: Asked, old: Old = None, new: New = None) -> None:
    """Compare two published files.

    What happened since the older one, then which runs changed, by how much, and whether data, parameters or the engine
    did it. --limit lines of news for each scenario.

    \b
    Examples:
      sdengine diff
      sdengine diff backup/results.duckdb
    """
    from flows.cli.news import count, news_lines, shown_runs
    from flows.detail.door import Irreproducible
    from flows.results.choosing import choose_runs
    from flows.results.news import FIELDS, news_after
    from flows.settings import tell
    from warehouse import NoResults, QueryRefused, Results
    from warehouse.diff import compare

    folder = asked.warehouse
    older, newer = old or last_kept(folder), new or folder / "results.duckdb"
    with waiting("comparing"):
        difference = compare(older, newer)
    items: list[dict[str, Any]] = []
    with suppress(QueryRefused, NoResults):  # a file of an older version that lacks what news are read from
        with Results.open(difference.old) as before:
            known = {run.scenario: run.last_date for run in choose_runs(before)}
        with Results.open(difference.new) as results:
            days = {name: day for name, day in known.items() if day is not None}
            try:
                items = news_after(results, shown_runs(results, None), days)
            except Irreproducible as lost:
                tell(f"no news: {lost}")
    changed = difference.runs.filter(difference.runs["change"] != "same")
    tables = [
        Table("news", FIELDS, items),
        Table.of("runs", changed if asked.format == "table" else difference.runs, RUN_COLUMNS),
        Table.of("metrics", difference.metrics, METRIC_COLUMNS),
    ]
    if asked.format != "table":
        present(asked, tables)
        return
    head = [*news_lines(items, asked.limit), *([""] if items else []), f"{count(items)} since {difference.old.name}"]
    present(asked, [table for table in tables[1:] if table.records], head=[*head, str(difference)])


def last_kept(folder: Path) -> Path:
    """Find the newest of the published files that were kept."""
    from warehouse.kept import kept_files

    kept = kept_files(folder / "results.duckdb")
    if not kept:
        raise PipelineError(
            f"no older published file is kept in {folder} yet; every run that changes something keeps one"
        )
    return kept[0]


RUN_COLUMNS = (
    Column("scenario", importance=0),
    Column("change", importance=1),
    Column("cause", importance=2),
    Column("detail", importance=3),
)
METRIC_COLUMNS = (
    Column("scenario", importance=0),
    Column("metric", importance=1),
    Column("old", importance=4),
    Column("new", importance=3),
    Column("difference", importance=2),
)
