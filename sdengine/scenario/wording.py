"""From pydantic's findings to our sentences: which key, what was given, what is allowed, the nearest known key."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from sdengine.scenario.errors import Location, Problem, Refused
from sdengine.scenario.schema import known_keys, node_at
from sdengine.words import did_you_mean

FileOf = Callable[[Location], str | None]
LONGEST_KEY = 80
"""Letters of a part of a key that are written."""


def problems_from(error: ValidationError, data: Any, file_of: FileOf, prefix: Location = ()) -> list[Problem]:
    """Make a problem of each finding. `data` is what was validated, `prefix` the model's place in the file."""
    problems: dict[Problem, None] = {}
    for finding in error.errors(include_url=False):
        location = (*prefix, *finding["loc"])
        cause = finding.get("ctx", {}).get("error")
        if isinstance(cause, Refused):
            for where, text in cause.findings:
                place = (*location, *where)
                key = dotted(place, data)
                problems[Problem(key, text.replace("{key}", key), file_of(place))] = None
            continue
        given, kind = finding["input"], finding["type"]
        # an element of a pair is reported with the pair: [0.2] lacks its maximum, ["a", 1] its minimum
        if location and isinstance(location[-1], int) and "prefixItems" in (node_at(location[:-1]) or {}):
            location, given, kind = location[:-1], value_at(data, location[:-1], given), "pair"
        text = _sentence(kind, location, given, data)
        problems[Problem(dotted(location, data), text, file_of(location))] = None
    return list(problems)


def dotted(location: Location, data: Any) -> str:
    """Write a location as the user does: `assets.AAPL.sd_n` where the asset has a ticker, else `assets[0].sd_n`."""
    parts: list[str] = []
    for position, part in enumerate(location):
        if isinstance(part, str):
            parts.append(_cut(part))
            continue
        item = value_at(data, location[: position + 1], None)
        ticker = item.get("ticker") if isinstance(item, Mapping) else getattr(item, "ticker", None)
        if location[:position] == ("assets",) and isinstance(ticker, str):
            parts.append(_cut(ticker))
        else:
            parts[-1] += f"[{part}]"
    return ".".join(parts)


def _cut(part: str) -> str:
    return part if len(part) <= LONGEST_KEY else f"{part[: LONGEST_KEY - 3]}..."


def value_at(data: Any, location: Location, otherwise: Any = None) -> Any:
    """Find what stands at a location in plain tables; `otherwise` where nothing does."""
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return otherwise
    return data


def _sentence(kind: str, location: Location, given: Any, data: Any) -> str:
    key = dotted(location, data)
    node = node_at(location)
    if kind == "extra_forbidden" and node is None:
        return unknown_key(location, key)
    if kind == "missing":
        return f"`{key}` is missing; allowed: {allowed(node)}"
    hint = ""
    if isinstance(given, str) and node and "enum" in node:
        hint = did_you_mean(given, node["enum"], '"{}"')
    return f"`{key}` is {shown(given)}; allowed: {allowed(node)}{hint}"


def unknown_key(location: Location, key: str) -> str:
    """Write the sentence about a key that no table has there, with the nearest one that exists."""
    word, siblings = str(location[-1]), known_keys(location[:-1])
    hint = did_you_mean(word, siblings)
    if not hint:
        homes = [table for table in known_keys(()) if word in known_keys((table,))]
        hint = f"; did you mean `{homes[0]}.{word}`?" if homes else f"; known here: {', '.join(siblings)}"
    return f"unknown key `{_cut(key)}`{hint}"


def shown(value: Any) -> str:
    """Write a value as TOML does, cut when long."""
    if isinstance(value, bool | str):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, Mapping):
        text = "a table" if value else "an empty table"
    else:
        try:
            text = repr(value)
        except (ValueError, RecursionError):  # thousands of digits, or of brackets
            text = f"{type(value).__name__} too long to be written"
    return text if len(text) <= 80 else text[:77] + "..."


def allowed(node: Mapping[str, Any] | None) -> str:
    """Say in words what a schema node lets through."""
    if node is None:
        return "nothing"
    if "enum" in node:
        return ", ".join(node["enum"])
    kind = node.get("type")
    if kind in ("number", "integer"):
        return ("a whole number" if kind == "integer" else "a number") + _bounds(node)
    if kind == "boolean":
        return "true or false"
    if kind == "string":
        return "a date such as 2004-08-19" if node.get("format") == "date" else _text(node)
    if "prefixItems" in node:
        return f"[min, max], each {allowed(node['prefixItems'][0])}"
    if kind == "array" and "type" in node.get("items", {}):
        return f"a list, each {allowed(node['items'])}"
    return {"array": "a list of tables ([[assets]])", "object": "a table"}.get(str(kind), "something else")


def _text(node: Mapping[str, Any]) -> str:
    pattern = node.get("pattern")
    if pattern is None:
        return "a text"
    return "a text without blanks" if pattern == r"^\S+$" else "a text in one line, without blanks at its ends"


def _bounds(node: Mapping[str, Any]) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    above, below = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    words = [
        f"above {above:g}" if above is not None else "",
        f"{low:g} or more" if low is not None else "",
        f"below {below:g}" if below is not None else "",
        f"at most {high:g}" if high is not None else "",
    ]
    bounds = [word for word in words if word]
    return f" {' and '.join(bounds)}" if bounds else ""
