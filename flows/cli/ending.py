"""What stands on the terminal after a night: the ranking, where things lie, and what to type next."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.called import as_called
from flows.cli.answer import present
from flows.cli.hints import Hint, Line, again, command, folded_lines
from flows.cli.table import terminal_width
from flows.stages import METRICS
from flows.text import say
from schemas.shown import counted
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.asked import Asked
    from flows.night.request import Request
    from flows.night.run import NightOutcome
    from flows.settings import Settings

FIRST_QUERY = "from metrics.ranking select place, scenario, cagr limit 9"


def show_ending(request: Request, outcome: NightOutcome, asked: Asked) -> None:
    """Print it; of a quiet run only what went wrong, for programs only the ranking."""
    settings = request.settings
    if outcome.failed and asked.format == "table":
        lines = [
            Hint("failed; what and why", command(settings, "status")),
            Hint("to try it again", command(settings, "retry")),
        ]
        print("\n".join(folded_lines(lines, terminal_width())))
    if asked.quiet:
        return
    folder = settings.warehouse
    if not outcome.published:
        if asked.format == "table":
            if METRICS in request.stages:
                say(as_called("nothing is published: there is no run yet; `sdengine run` makes some"))
            else:
                say(f"stored    in {folder}; results are published by a run that goes on to metrics")
        return
    from flows.cli.ranking import ranking_table
    from sdengine.words import first_few
    from warehouse import Results

    with Results.open(folder) as results:
        title, table, more = ranking_table(results, settings)
        rejected = results.scalar(statement("results/turned_away"))
        kept = [] if request.scenarios else results.records(statement("results/not_asked"))
    if kept:
        some = first_few([f"{one['scenario']} (as of {one['as_of']})" for one in kept], 3)
        left = f"kept, though nobody asks for it any more: {some}"
        more.append(Hint(f"{left}; to remove it", again("--prune")) if request.verb == "run" else left)
    if rejected:
        more.append(turned_away(rejected, settings))
    where: list[Line] = [
        f"results  {folder / 'results.duckdb'}",
        *([f"page     {page}"] if (page := folder / "report" / "index.html").is_file() else []),
        *by_name(),
        Hint("what one of them did", command(settings, "show", name=most_telling(table.records)))
        if table.records
        else "no scenario has results",
        Hint("any question", command(settings, "sql", FIRST_QUERY)),
    ]
    whole = command(settings, "ranking", "--format", "csv")
    tables = [table] if table.records or asked.format != "table" else []
    present(asked, tables, head=["", title] if table.records else [], foot=[*more, *where], whole=whole)


def most_telling(ranked: Sequence[Mapping[str, Any]]) -> str:
    """Name the best scenario that differs from holding what it bought; the best, if none does."""
    best: str = next((one for one in ranked if one["excess_cagr"]), ranked[0])["scenario"]
    return best


def turned_away(rows: int, settings: Settings) -> Hint:
    """Say how to see the rows of sources that validation has turned away."""
    sentence = f"{counted(rows, 'row')} of what the source gave {'is' if rows == 1 else 'are'} turned away"
    return Hint(f"{sentence}; which and why", command(settings, "sql", "from rejects"))


def by_name() -> list[Line]:
    """Say how a terminal finds the command by its name, where it was called by a path out of its environment."""
    activate = Path(sys.executable).with_name("activate")
    if shutil.which("sdengine") or not activate.is_file():
        return []
    return [Hint("so that this terminal knows `sdengine`", f". {shlex.quote(str(activate))}")]
