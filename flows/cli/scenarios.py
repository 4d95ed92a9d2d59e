"""`sdengine scenarios`: what there is to run, whether it is valid, and what one of them means in full."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asked import Asked
from flows.cli.asking import asks
from flows.errors import DONE, FAILED


@asks("members", "scenario_files", ignored=("warehouse",))
def scenarios(
    asked: Asked,
    name: Annotated[
        str | None, typer.Argument(help="Show this scenario with every parameter.", show_default=False)
    ] = None,
) -> int:
    """List and check the scenarios.

    With a name, show that one with every parameter.

    \b
    Examples:
      sdengine scenarios
      sdengine scenarios full
      sdengine scenarios --scenario-files my-scenarios.toml
    """
    from flows.cli.table import plain_table, terminal_width
    from flows.scenarios.files import load_scenarios
    from flows.scenarios.report import check_lines, expanded, find, list_rows

    loaded = load_scenarios(asked.scenario_files)
    if name is not None:
        print(expanded(find(loaded, name)))
        return DONE
    rows = list_rows(loaded, members=asked.members)
    if rows:
        print(plain_table(list(rows[0]), [list(row.values()) for row in rows], width=terminal_width()))
    for line in check_lines(loaded):
        print(line)
    return FAILED if loaded.invalid else DONE
