"""Scenarios as a person names them: by their own name, or all members of a sweep by its."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.errors import UsageError

if TYPE_CHECKING:
    from flows.scenarios.files import LoadedScenarios
    from sdengine.scenario import Scenario


def choose(loaded: LoadedScenarios, names: Sequence[str]) -> tuple[Scenario, ...]:
    """Pick the scenarios with these names, a sweep's name standing for its members; all without a name.

    `UsageError` for a name that there is not, with the nearest that there is. One that is invalid chooses nothing: it
    is among the night's failures.
    """
    if not names:
        return loaded.scenarios
    known = {name for scenario in loaded.scenarios for name in (scenario.name, scenario.sweep_of) if name is not None}
    for name in names:
        if name not in known | {bad.name for bad in loaded.invalid}:
            from sdengine.words import did_you_mean

            hint = did_you_mean(name, sorted(known), "{}") or "; `sdengine scenarios` lists them"
            raise UsageError(f"--scenario {name}: there is no such scenario{hint}")
    return tuple(scenario for scenario in loaded.scenarios if {scenario.name, scenario.sweep_of} & set(names))
