"""`sdengine scenarios`: what there is to run, whether it is valid, and what one of them means in full."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.options import Scenarios, Warehouse
from flows.errors import DONE, FAILED
from flows.settings import read_settings


def scenarios(
    name: Annotated[
        str | None, typer.Argument(help="Show this scenario with every parameter.", show_default=False)
    ] = None,
    members: Annotated[bool, typer.Option("--members", help="Each member of a sweep on a line of its own.")] = False,
    warehouse: Warehouse = None,
    scenarios: Scenarios = None,
) -> int:
    """List and check the scenarios.

    With a name, show that one with every parameter.

    \b
    Examples:
      sdengine scenarios
      sdengine scenarios full
      sdengine scenarios --scenarios my-scenarios.toml
    """
    from flows.cli.table import plain_table
    from flows.scenarios.files import load_scenarios
    from flows.scenarios.report import check_lines, expanded, find, list_rows

    loaded = load_scenarios(read_settings(warehouse, scenarios).scenarios)
    if name is not None:
        print(expanded(find(loaded, name)))
        return DONE
    rows = list_rows(loaded, members=members)
    if rows:
        print(plain_table(list(rows[0]), [list(row.values()) for row in rows]))
    for line in check_lines(loaded):
        print(line)
    return FAILED if loaded.invalid else DONE
