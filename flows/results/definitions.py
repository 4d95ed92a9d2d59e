"""What figures are: the definitions that the declarations make, by name or by any word in them."""

from __future__ import annotations

from typing import Any

from flows.errors import UsageError
from schemas.registry import definitions

Definition = dict[str, Any]


def figures(word: str | None = None) -> list[Definition]:
    """List the figures; with a word those of that name or table, or else those in which it stands.

    Raises:
        UsageError: it stands in none.
    """
    known = [row for row in definitions() if row["kind"] == "figure"]
    if word is None:
        return known
    asked = word.strip().lower()
    if not asked:
        raise UsageError("the word is empty; without one all figures are listed")
    named = [row for row in known if asked in (row["name"], row["table_name"], row["id"])]
    matching = named or [row for row in known if any(asked in str(row[field]).lower() for field in SEARCHED)]
    if not matching:
        from sdengine.words import did_you_mean

        hint = did_you_mean(word, [row["name"] for row in known], "{}") or "; `sdengine metrics` lists all"
        raise UsageError(f"no figure is called {word}, and none speaks of it{hint}")
    return matching


SEARCHED = ("id", "meaning", "formula", "source")


def by_name(definitions: list[Definition]) -> list[Definition]:
    """Join figures of several tables that are the same: one row each, `tables` names where it stands."""
    joined: dict[tuple[Any, ...], Definition] = {}
    for row in definitions:
        same = tuple(row[field] for field in row if field not in ("id", "table_name"))
        first = joined.setdefault(same, row | {"tables": ""})
        first["tables"] += (", " if first["tables"] else "") + row["table_name"]
    return list(joined.values())
