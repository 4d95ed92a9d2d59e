"""`sdengine scenarios`: what there is to run, whether it is valid, what one means in full, and what keys mean."""

from __future__ import annotations

import json
from typing import Annotated, Any

from flows.asked import Asked
from flows.cli.answer import present, show
from flows.cli.asking import asks
from flows.cli.columns import Column, Table
from flows.cli.completing import argument, scenario_names
from flows.errors import DONE, FAILED
from flows.settings import tell


@asks("members", "keys", "format", "output", "scenario_files", ignored=("warehouse",))
def scenarios(
    asked: Asked,
    name: Annotated[
        str | None, argument("Show this scenario with every parameter; after --keys, explain this key.", scenario_names)
    ] = None,
) -> int:
    """List and check the scenarios.

    With a name, show that one with every parameter. With --keys, explain what may stand in a scenario file.

    \b
    Examples:
      sdengine scenarios
      sdengine scenarios full
      sdengine scenarios --scenario-files my-scenarios.toml
      sdengine scenarios --keys
      sdengine scenarios --keys sd_n
    """
    from flows.scenarios.files import load_scenarios
    from flows.scenarios.report import check_lines, expanded, find, list_rows

    if asked.keys:
        _explain_keys(asked, name)
        return DONE
    loaded = load_scenarios(asked.scenario_files)
    if name is not None:
        scenario = find(loaded, name)
        if asked.format == "table":
            show(expanded(scenario).rstrip("\n"), asked)
        else:
            present(asked, [Table("parameters", ("key", "value"), _flat(scenario.parameters()))])
        return DONE
    rows = list_rows(loaded, members=asked.members)
    problems = check_lines(loaded)
    present(asked, [Table("scenarios", list(rows[0]), rows, COLUMNS)], foot=problems)
    if asked.format != "table":
        for line in problems:
            tell(line)
    return FAILED if loaded.invalid else DONE


def _explain_keys(asked: Asked, name: str | None) -> None:
    from flows.scenarios.keys import explained

    keys = explained(name)
    if name is None or len(keys) > 4 or asked.format != "table":
        present(asked, [Table("keys", list(keys[0]), keys, KEY_COLUMNS)])
        return
    lines = []
    for key in keys:
        first, *others = key["example"].splitlines()
        lines += [key["key"], f"  {key['meaning']}", f"  default   {key['default']}", f"  allowed   {key['allowed']}"]
        lines += [f"  example   {first}", *(f"            {line}" for line in others)]
    present(asked, [], head=lines)


def _flat(value: Any, path: str = "") -> list[dict[str, str]]:
    """List the plain values of nested tables, each with its dotted key; of an asset, with its ticker."""
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in _flat(inner, f"{path}.{key}".removeprefix("."))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [row for inner in value for row in _flat(inner, f"{path}.{inner.get('ticker')}")]
    return [{"key": path, "value": json.dumps(value, ensure_ascii=False)}]


COLUMNS = (
    Column("name", importance=0),
    Column("scenarios", importance=2),
    Column("assets", importance=3),
    Column("window", importance=4),
    Column("description", importance=1),
    Column("mode", importance=5),
    Column("source", importance=6),
)
KEY_COLUMNS = (
    Column("key", importance=0),
    Column("default", importance=2),
    Column("allowed", importance=3),
    Column("meaning", importance=1),
)
