"""`extends`: a scenario that says only what differs from its base."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sdengine.scenario.errors import Location, Problem, ScenarioError
from sdengine.scenario.merge import by_ticker, inherit_from


@dataclass(frozen=True, slots=True)
class Document:
    """One scenario file as read: its tables, the name that others extend it by, and where it came from."""

    name: str
    tables: Mapping[str, Any]
    file: str | None = None


Find = Callable[[str, Document], Document]
"""Finds the base that a document's `extends` refers to, or raises ScenarioError."""


def with_bases(document: Document, find: Find | None) -> tuple[Document, ...]:
    """List the document, its base, the base's base, and so on.

    Raises:
        ScenarioError: when a base cannot be found or the chain comes back to where it was.
    """
    chain = [document]
    while "extends" in chain[-1].tables:
        heir = chain[-1]
        reference = heir.tables["extends"]
        if not isinstance(reference, str) or not reference:
            text = f"`extends` is {reference!r:.80}; allowed: the name of a scenario or a file"
            raise ScenarioError([Problem("extends", text, heir.file)])
        if find is None:
            text = f"`extends` is {reference!r:.80}, but there are no other scenarios to extend"
            raise ScenarioError([Problem("extends", text, heir.file)])
        base = find(reference, heir)
        if any((base.file, base.name) == (seen.file, seen.name) for seen in chain):
            names = " extends ".join([*(seen.name for seen in chain), base.name])
            raise ScenarioError([Problem("extends", f"`extends` goes round in a circle: {names}", document.file)])
        chain.append(base)
    return tuple(chain)


def flatten(chain: Sequence[Document]) -> dict[str, Any]:
    """Lay the chain's tables over each other, the first document on top; `extends` and `sweep` are left out."""
    tables: dict[str, Any] = {}
    for document in reversed(chain):
        tables = inherit_from(tables, document.tables)
    return {key: value for key, value in tables.items() if key not in ("extends", "sweep")}


def file_of(chain: Sequence[Document], tables: Mapping[str, Any]) -> Callable[[Location], str | None]:
    """Tell which file of the chain a location of the flattened `tables` came from; the first one where none says it."""

    def locate(location: Location) -> str | None:
        path: list[Any] = list(location)
        assets = tables.get("assets")
        if len(path) > 1 and path[0] == "assets" and isinstance(assets, list) and isinstance(path[1], int):
            asset = assets[path[1]]
            path[1] = asset.get("ticker") if isinstance(asset, Mapping) else path[1]
        holder = next((document for document in chain if _holds(document.tables, path[:3])), chain[0])
        return holder.file

    return locate


def _holds(tables: Any, path: Sequence[Any]) -> bool:
    for part in path:
        if isinstance(tables, list):
            tables = by_ticker(tables)
        if not isinstance(tables, Mapping) or not isinstance(part, str) or part not in tables:
            return False
        tables = tables[part]
    return True
