"""`sdengine diff`: what changed between two published files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.asking import asks
from flows.errors import PipelineError

Old = Annotated[
    Path | None, typer.Argument(help="The older file; without it, the last that was kept.", show_default=False)
]
New = Annotated[Path | None, typer.Argument(help="The newer file; without it, what is published.", show_default=False)]


@asks("warehouse")
def diff(asked: Asked, old: Old = None, new: New = None) -> None:
    """Compare two published files.

    Which runs changed, by how much, and whether data, parameters or the engine did it.

    \b
    Examples:
      sdengine diff
      sdengine diff backup/results.duckdb
    """
    from flows.cli.table import plain_table, terminal_width
    from warehouse.diff import compare

    folder = asked.warehouse
    difference = compare(old or last_kept(folder), new or folder / "results.duckdb")
    print(difference)
    runs = difference.runs
    for frame in (runs.filter(runs["change"] != "same").drop("old_run", "new_run"), difference.metrics):
        if frame.height:
            print(f"\n{plain_table(frame.columns, frame.rows(), width=terminal_width())}")


def last_kept(folder: Path) -> Path:
    """Find the newest of the published files that were kept: their names tell their batch, and so their time."""
    kept = sorted(folder.glob("results-*.duckdb"))
    if not kept:
        raise PipelineError(
            f"no older published file is kept in {folder} yet; every run that changes something keeps one"
        )
    return kept[-1]
