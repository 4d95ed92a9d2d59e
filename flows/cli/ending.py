"""What stands on the terminal after a night: the ranking, where things lie, and a query to start with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Request
    from flows.night.run import NightOutcome

BEST_OF_SWEEP = 3
FIRST_QUERY = "from metrics.ranking select place, scenario, cagr limit 9"


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
    from flows.cli.table import plain_table, terminal_width
    from sdengine.words import first_few
    from warehouse import Results

    with Results.open(folder) as results:
        records = results.records(statement("results/ranking"), {"best": BEST_OF_SWEEP})
        kept = results.records(statement("results/not_asked"))
    if records:
        print(f"\n{_title(records[0])}\n")
        headings = [heading for heading, _ in COLUMNS]
        cells = [[show(record) for _, show in COLUMNS] for record in records]
        right = [heading != "scenario" for heading in headings]
        print(plain_table(headings, cells, right=right, width=terminal_width()) + "\n")
    if kept:
        told = [f"{one['scenario']} (as of {one['as_of']})" for one in kept]
        print(f"kept     {first_few(told, 3)}: nobody asks for it any more; `run --prune` removes it")
    print(f"results  {folder / 'results.duckdb'}")
    print(f'try      sdengine sql "{FIRST_QUERY}"')


def _title(record: dict[str, Any]) -> str:
    rest = record["scenarios"] - record["shown"]
    more = f", without {rest} more members of sweeps" if rest else ""
    return f"Scenarios by growth a year, taxes due taken off{more}"


def _percent(name: str, sign: str = "") -> Any:
    return lambda record: "" if record[name] is None else f"{record[name]:{sign}.1%}"


def _number(name: str, form: str) -> Any:
    return lambda record: "" if record[name] is None else format(record[name], form)


COLUMNS: tuple[tuple[str, Any], ...] = (
    ("#", _number("place", "d")),
    ("scenario", lambda record: record["scenario"]),
    ("growth/yr", _percent("cagr_net")),
    ("vs hold", _percent("excess_cagr", "+")),
    ("total", _percent("total_return")),
    ("drawdown", _percent("max_drawdown")),
    ("Sharpe", _number("sharpe", ".2f")),
    ("synth. div.", _number("synthetic_dividends", ",.0f")),
    ("fills", _number("fills", ",d")),
)
