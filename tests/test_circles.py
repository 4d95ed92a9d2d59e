"""No circles: neither rooms nor the files of a room import each other in a round, be it inside of functions.

What only the type checker imports does not count here; the contracts in pyproject.toml look at that, too.
"""

from __future__ import annotations

import grimp
import pytest


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("flows", "schemas", "sdengine", "warehouse", exclude_type_checking_imports=True)


def circles(graph: grimp.ImportGraph) -> dict[str, set[tuple[str, str]]]:
    """Find the imports of each package that close circles between what it holds."""
    packages = [module for module in graph.modules if graph.find_children(module)]
    found = {package: graph.nominate_cycle_breakers(package) for package in packages}
    return {package: imports for package, imports in found.items() if imports}


def test_nothing_goes_round(graph: grimp.ImportGraph) -> None:
    assert circles(graph) == {}


def test_a_circle_is_noticed(graph: grimp.ImportGraph) -> None:
    graph.add_import(importer="schemas.table", imported="schemas.metrics")
    assert set(circles(graph)) == {"schemas"}
