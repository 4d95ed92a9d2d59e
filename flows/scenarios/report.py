"""What `sdengine scenarios` shows: a list, a check, and one scenario written out whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError

if TYPE_CHECKING:
    from flows.scenarios.files import LoadedScenarios
    from sdengine.scenario import Scenario


def list_rows(loaded: LoadedScenarios, *, members: bool = False) -> list[dict[str, Any]]:
    """One row per scenario; a sweep is one row with its number of members, or with `members` one row for each.

    Columns: name, scenarios (how many), assets, mode, window, source, description. Invalid files follow, with 0
    scenarios and the first problem as description.
    """
    groups: dict[str, list[Scenario]] = {}
    for scenario in loaded.scenarios:
        key = scenario.name if members else scenario.sweep_of or scenario.name
        groups.setdefault(key, []).append(scenario)
    rows = [_row(name, group) for name, group in groups.items()]
    rows += [
        dict.fromkeys(rows[0] if rows else _COLUMNS, "")
        | {"name": bad.name, "scenarios": 0, "description": f"invalid: {bad.problems[0].text}"}
        for bad in loaded.invalid
    ]
    return rows


_COLUMNS = ("name", "scenarios", "assets", "mode", "window", "source", "description")


def _row(name: str, group: list[Scenario]) -> dict[str, Any]:
    tickers = {asset.ticker: None for scenario in group for asset in scenario.assets}
    windows = [scenario.portfolio for scenario in group]
    return {
        "name": name,
        "scenarios": len(group),
        "assets": ", ".join(tickers),
        "mode": _shared({scenario.portfolio.rebalancing_mode for scenario in group}),
        "window": _shared({f"{p.start or 'first bar'} to {p.end or 'last bar'}" for p in windows}),
        "source": group[0].source or "any",
        "description": group[0].description,
    }


def _shared(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else "several"


def check_lines(loaded: LoadedScenarios) -> list[str]:
    """Every problem as a line of its own, each naming its file; no line when all is well."""
    return list(dict.fromkeys(str(problem) for bad in loaded.invalid for problem in bad.problems))


def find(loaded: LoadedScenarios, name: str) -> Scenario:
    """Find the scenario, or the member of a sweep, with this name.

    Raises:
        UsageError: when there is none, with the nearest name, a sweep's first member, or an invalid file's problems.
    """
    by_name = {scenario.name: scenario for scenario in loaded.scenarios}
    if name in by_name:
        return by_name[name]
    swept = [scenario.name for scenario in loaded.scenarios if scenario.sweep_of == name]
    if swept:
        raise UsageError(f"{name} is a sweep of {len(swept)} scenarios; ask for one of them, such as '{swept[0]}'")
    problems = [str(problem) for bad in loaded.invalid if bad.name == name for problem in bad.problems]
    if problems:
        raise UsageError("\n".join(problems))
    from sdengine.words import did_you_mean

    raise UsageError(f"there is no scenario {name}{did_you_mean(name, by_name) or '; `sdengine scenarios` lists them'}")


def expanded(scenario: Scenario) -> str:
    """Write a scenario as a TOML file with every setting: reading it gives the same parameters again.

    A name that no file may give (of a sweep's member, of a twin) stands in a comment.
    """
    from sdengine.scenario.expand import RESERVED
    from sdengine.scenario.tables import LABELS

    dumped = scenario.model_dump(exclude={"sweep_of", "keep"})
    top = [f"{key} = {_toml(value)}" for key, value in dumped.items() if key in LABELS and value not in (None, "")]
    if any(mark in scenario.name for mark in RESERVED):
        top[0] = f"# {scenario.name}"
    blocks = ["\n".join(top)]
    for key, value in dumped.items():
        if key == "assets":
            blocks += [_table("[[assets]]", asset) for asset in value]
        elif isinstance(value, dict):
            blocks.append(_table(f"[{key}]", value))
    return "\n\n".join(blocks) + "\n"


def _table(head: str, settings: Mapping[str, Any]) -> str:
    first = ["ticker"] if "ticker" in settings else []
    order = first + [key for key in settings if key not in first]
    return "\n".join([head, *(f"{key} = {_toml(settings[key])}" for key in order if settings[key] is not None)])


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{json.dumps(key)} = {_toml(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
