"""Why a run is due: what has changed since a scenario was run last, in words."""

from __future__ import annotations

from collections.abc import Mapping

from sdengine.words import first_few
from warehouse.differences import parameter_differences

SHOWN = 3
"""Changed parameters named in a reason; the others are counted."""


def parameter_changes(old_json: str, new_json: str) -> str | None:
    """Tell `changed portfolio.path: nearest → single`, for each parameter that differs; None if none does."""
    differences = parameter_differences(old_json, new_json)
    return f"changed {first_few(differences, SHOWN)}" if differences else None


def data_changes(changes: Mapping[str, str]) -> str | None:
    """Tell in one phrase what became of the bars, tickers with the same story together; None if nothing did."""
    by_story: dict[str, list[str]] = {}
    for ticker, story in sorted(changes.items()):
        by_story.setdefault(story, []).append(ticker)
    return ", ".join(f"{', '.join(tickers)}: {story}" for story, tickers in by_story.items()) or None
