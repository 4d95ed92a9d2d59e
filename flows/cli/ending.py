"""What stands on the terminal after a night: the ranking, where things lie, and a query to start with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Request
    from flows.night.run import NightOutcome

BEST_OF_SWEEP = 3
FIRST_QUERY = "from metrics.runs select scenario, cagr, max_drawdown, fills where role = 'scenario' order by cagr desc"


def show_ending(request: Request, outcome: NightOutcome, *, quiet: bool = False) -> None:
    """Print it; `quiet`: only what went wrong."""
    if outcome.failed:
        print("failed    `sdengine status` says what and why, `sdengine retry` tries it again")
    if quiet:
        return
    folder = request.settings.warehouse
    if not outcome.published:
        print(f"stored    in {folder}; results are published by a run that goes on to metrics")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from warehouse import Results

    with Results.open(folder) as results:
        names, rows = results.rows(statement("results/ranking"), {"best": BEST_OF_SWEEP})
    if rows:
        # A pipe has no width: nothing is folded there. On a terminal long names are, figures never.
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
        table = Table(box=box.SIMPLE_HEAD, title=_title(dict(zip(names, rows[0], strict=True))), title_justify="left")
        for heading, align, _ in COLUMNS:
            name = heading == "scenario"
            table.add_column(
                heading, justify=align, no_wrap=not name, overflow="fold", min_width=0 if name else len(heading)
            )
        for row in rows:
            record = dict(zip(names, row, strict=True))
            table.add_row(*(Text(show(record)) for _, _, show in COLUMNS))
        console.print(table)
    print(f"results   {folder / 'results.duckdb'}")
    print(f'try       sdengine sql "{FIRST_QUERY}"')


def _title(record: dict[str, Any]) -> str:
    rest = record["scenarios"] - record["shown"]
    more = f", without {rest} more members of sweeps" if rest else ""
    return f"Scenarios by growth a year{more}"


def _percent(name: str, sign: str = "") -> Any:
    return lambda record: "" if record[name] is None else f"{record[name]:{sign}.1%}"


def _number(name: str, form: str) -> Any:
    return lambda record: "" if record[name] is None else format(record[name], form)


COLUMNS: tuple[tuple[str, Any, Any], ...] = (
    ("#", "right", _number("place", "d")),
    ("scenario", "left", lambda record: record["scenario"]),
    ("growth/yr", "right", _percent("cagr")),
    ("vs hold", "right", _percent("excess_cagr", "+")),
    ("total", "right", _percent("total_return")),
    ("drawdown", "right", _percent("max_drawdown")),
    ("Sharpe", "right", _number("sharpe", ".2f")),
    ("synth. div.", "right", _number("synthetic_dividends", ",.0f")),
    ("fills", "right", _number("fills", ",d")),
)
