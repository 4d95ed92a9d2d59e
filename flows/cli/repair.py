"""`sdengine repair`: the warehouse built anew from what was published, when its own file cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.asked import Asked
from flows.called import as_called
from flows.cli.asking import asks
from flows.errors import PipelineError
from flows.text import say
from schemas.shown import counted
from sdengine.words import first_few

if TYPE_CHECKING:
    from warehouse.repair import Repaired


@asks("wait", "warehouse")
def repair(asked: Asked) -> None:
    """Rebuild a damaged or missing work.duckdb.

    From the newest published file that is sound: it holds all tables, raw bars included. The damaged file is kept
    under another name. A warehouse that is sound is left as it is.

    \b
    Examples:
      sdengine repair
      sdengine repair --warehouse backup --wait 600
    """
    from warehouse.kept import published_files
    from warehouse.places import WORK
    from warehouse.repair import repair as build_anew
    from warehouse.work import utc_now

    if not (asked.warehouse / WORK).exists() and not published_files(asked.warehouse):
        raise PipelineError(
            f"there is no warehouse in {asked.warehouse}: nothing to repair, and nothing to build it from"
        )
    built = build_anew(asked.warehouse, wait_seconds=asked.wait, clock=utc_now)
    if built is None:
        say(f"{asked.warehouse / 'work.duckdb'} is sound: nothing to repair")
        return
    for line in sentences(built):
        say(as_called(line))


def sentences(built: Repaired) -> list[str]:
    """Say what was wrong, what there is now, what is lost and what to do next."""
    ended = f", which ended {built.ended:%Y-%m-%d %H:%M} UTC" if built.ended else ""
    holds = f"{counted(built.bars, 'bar')} and {counted(built.runs, 'run')}, as of batch {built.batch}{ended}"
    lines = [f"was       {built.why}", f"built     from {built.source.name}: {holds}"]
    if built.later:
        lines.append(f"lost      what {len(built.later)} later batches stored: {first_few(built.later, 3)}")
    else:
        lines.append("lost      what later batches may have stored and not published")
    if built.aside:
        lines.append(f"kept      the old file, as {built.aside}; remove it when you like")
    return [*lines, "next      `sdengine run` fetches and computes what is missing"]
