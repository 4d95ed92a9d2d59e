"""Why two runs of one scenario differ, told from what the warehouse knows: parameters, state of the data, engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.shown import counted
from warehouse.fingerprints import State


def causes(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Tell which of `parameters`, `data`, `engine` differ between two runs, each with a sentence on how."""
    sentences = {}
    if old["parameters"] != new["parameters"]:
        sentences["parameters"] = ", ".join(parameter_differences(old["parameters"], new["parameters"]))
    if old["data"] != new["data"]:
        sentences["data"] = data_differences(old["data"], new["data"])
    if old["engine"] != new["engine"]:
        sentences["engine"] = f"{old['engine']} → {new['engine']}"
    return {cause: sentence or "spelled differently" for cause, sentence in sentences.items()}


def data_differences(old: str, new: str) -> str:
    """Tell what became of each ticker's bars between two states of the data (`backtest.runs.data`)."""
    before, after = _states(old), _states(new)
    parts = []
    for ticker in sorted(before.keys() | after.keys()):
        was, now = before.get(ticker), after.get(ticker)
        if was is None or now is None:
            parts.append(f"{ticker} {'added' if was is None else 'gone'}")
        elif (was.first, was.last, was.rows) != (now.first, now.last, now.rows):
            then, today = (f"{counted(state.rows, 'bar')} to {state.last}" for state in (was, now))
            parts.append(f"{ticker} {then} → {today}")
        elif was.hash != now.hash:
            parts.append(f"{ticker} revised")
    return ", ".join(parts)


def _states(data: str) -> dict[str, State]:
    return {ticker: State(*state) for ticker, state in json.loads(data).items()}


def parameter_differences(old: str, new: str) -> list[str]:
    """`portfolio.path: nearest → single` for each parameter that differs between two texts of JSON.

    Assets are matched by ticker, so that one more asset does not read as a change of all that follow it.
    """
    if old == new:
        return []
    before, after = (dict(_flat(json.loads(text))) for text in (old, new))
    keys = sorted(before.keys() | after.keys())
    return [
        f"{key}: {_text(before.get(key))} → {_text(after.get(key))}"
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each plain value with its dotted path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and all(isinstance(inner, dict) and "ticker" in inner for inner in value):
        yield f"{path} (order)", [inner["ticker"] for inner in value]
        for inner in value:
            yield from _flat({key: v for key, v in inner.items() if key != "ticker"}, f"{path}.{inner['ticker']}")
    else:
        yield path, value


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | bool) else str(value)
