"""Why a run is due: what has changed since a scenario was run last, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sdengine.words import first_few

SHOWN = 3
"""Changed parameters named in a reason; the others are counted."""


def parameter_changes(old_json: str, new_json: str) -> str | None:
    """`portfolio.path: nearest → single`, for each parameter that differs; None if none does.

    Assets are matched by ticker, so that one more asset does not read as a change of all that follow it.
    """
    old, new = (dict(_flat(json.loads(text))) for text in (old_json, new_json))
    found = [
        f"{key}: {_text(old.get(key))} → {_text(new.get(key))}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
    if not found:
        return None
    return f"changed {first_few(found, SHOWN)}"


def data_changes(changes: Mapping[str, str]) -> str | None:
    """One phrase for what became of the bars, tickers with the same story together; None if nothing did."""
    by_story: dict[str, list[str]] = {}
    for ticker, story in sorted(changes.items()):
        by_story.setdefault(story, []).append(ticker)
    return ", ".join(f"{', '.join(tickers)}: {story}" for story, tickers in by_story.items()) or None


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list) and all(isinstance(inner, dict) and "ticker" in inner for inner in value):
        yield f"{prefix} (order)", [inner["ticker"] for inner in value]
        for inner in value:
            yield from _flat({key: v for key, v in inner.items() if key != "ticker"}, f"{prefix}.{inner['ticker']}")
    else:
        yield prefix, value


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, bool)) else str(value)
