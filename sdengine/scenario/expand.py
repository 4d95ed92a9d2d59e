"""From a scenario file's tables to scenarios: inheritance, then the sweep, then validation of every member."""

from collections.abc import Mapping
from typing import Any

from schemas.backtest import KEEP
from sdengine.scenario.errors import Location, Problem, ScenarioError
from sdengine.scenario.inherit import Document, Find, file_of, flatten, with_bases
from sdengine.scenario.model import Scenario
from sdengine.scenario.reading import read
from sdengine.scenario.sharing import Shared
from sdengine.scenario.sweep import members
from sdengine.scenario.wording import FileOf, value_at

RESERVED = "[]~"
"""Brackets mark a sweep's members, the tilde marks twins."""
MAX_TOLD = 20
"""So many failing members are put into words; a grid that is wrong in one value has hundreds."""


def expand(
    tables: Mapping[str, Any], *, name: str, file: str | None = None, find: Find | None = None
) -> list[Scenario]:
    """Read one file's tables: one scenario, or all members of its sweep. `name` is used where the file gives none.

    Raises:
        ScenarioError: with all problems, also those of a base's file, each naming the file where it stands.
    """
    given = tables.get("name", name)
    base = given if isinstance(given, str) else name
    if any(mark in base for mark in RESERVED):
        text = f'`name` is "{base}"; allowed: a name without {" ".join(RESERVED)}, which mark sweeps and twins'
        raise ScenarioError([Problem("name", text, file)])
    chain = with_bases(Document(base, tables, file), find)
    flat = {"name": given} | flatten(chain)
    if "sweep" not in tables:
        return [read(Scenario, flat, file_of=file_of(chain, flat))]
    return _sweep(tables["sweep"], flat, base, chain)


def _sweep(sweep: Any, flat: dict[str, Any], base: str, chain: tuple[Document, ...]) -> list[Scenario]:
    scenarios: list[Scenario] = []
    failing: dict[Problem, list[str]] = {}
    failed = 0
    shared = Shared()
    for name, member in members(sweep, flat, base, chain[0].file):
        try:
            scenario = read(Scenario, {**member, "name": name}, file_of=_file_of_member(chain, flat, member))
        except ScenarioError as error:
            failed += 1
            for problem in error.problems:
                failing.setdefault(problem, []).append(name)
            if failed == MAX_TOLD:
                break
        else:
            beside = {"sweep_of": base, "keep": sweep.get("keep", KEEP[0])}
            scenarios.append(scenario.changed(beside | shared.of(scenario)))
    if failing:
        raise ScenarioError(
            Problem(
                problem.key, f"{problem.text} (in {names[0]}{' and others' if len(names) > 1 else ''})", problem.file
            )
            for problem, names in failing.items()
        )
    _refuse_doubles(scenarios, chain[0].file)
    return scenarios


def _file_of_member(chain: tuple[Document, ...], flat: dict[str, Any], member: dict[str, Any]) -> FileOf:
    """Find what the sweep has put in in the sweep's own file; the rest, where the chain has it."""
    inherited = file_of(chain, member)

    def locate(location: Location) -> str | None:
        swept = value_at(member, location) is not value_at(flat, location)
        return chain[0].file if swept else inherited(location)

    return locate


def _refuse_doubles(scenarios: list[Scenario], file: str | None) -> None:
    """Refuse two members that compute the same: a value given twice, or a key that an asset overrides."""
    by_content: dict[tuple[object, ...], str] = {}
    names: set[str] = set()
    texts = []
    for scenario in scenarios:
        content = scenario.content()
        if content in by_content:
            texts.append(f"the members {by_content[content]} and {scenario.name} of `sweep` are the same scenario")
        elif scenario.name in names:
            texts.append(f"two different members of `sweep` are called {scenario.name}")
        by_content.setdefault(content, scenario.name)
        names.add(scenario.name)
    if texts:
        raise ScenarioError(Problem("sweep", text, file) for text in texts[:MAX_TOLD])
