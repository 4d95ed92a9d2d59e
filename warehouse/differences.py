"""Why two runs of one scenario differ, told from what the warehouse knows: parameters, state of the data, engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.fingerprints import State

CAUSES = ("parameters", "data", "engine")


def causes(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Which of CAUSES differ between two runs (mappings with these three keys), each with a sentence on how."""
    told = {
        "parameters": lambda: parameter_differences(old["parameters"], new["parameters"]),
        "data": lambda: data_differences(old["data"], new["data"]),
        "engine": lambda: f"{old['engine']} → {new['engine']}",
    }
    return {cause: tell() for cause, tell in told.items() if old[cause] != new[cause]}


def parameter_differences(old: str, new: str) -> str:
    """`portfolio.path: nearest → single` for each parameter that differs between two texts of JSON."""
    before, after = dict(_flat(json.loads(old))), dict(_flat(json.loads(new)))
    keys = sorted(before.keys() | after.keys())
    parts = [f"{key}: {before.get(key)} → {after.get(key)}" for key in keys if before.get(key) != after.get(key)]
    return ", ".join(parts) or "spelled differently"


def data_differences(old: str, new: str) -> str:
    """What became of each ticker's bars between two states of the data (`backtest.runs.data`)."""
    before, after = _states(old), _states(new)
    parts = []
    for ticker in sorted(before.keys() | after.keys()):
        was, now = before.get(ticker), after.get(ticker)
        if was is None or now is None:
            parts.append(f"{ticker} {'added' if was is None else 'gone'}")
        elif (was.first, was.last, was.rows) != (now.first, now.last, now.rows):
            parts.append(f"{ticker} {was.rows} bars to {was.last} → {now.rows} bars to {now.last}")
        elif was.hash != now.hash:
            parts.append(f"{ticker} revised")
    return ", ".join(parts) or "told differently"


def _states(data: str) -> dict[str, State]:
    return {ticker: State(*state) for ticker, state in json.loads(data).items()}


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each plain value with its dotted path; assets by ticker, so that one more does not move those after it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and all(isinstance(item, dict) and "ticker" in item for item in value):
        for item in value:
            yield from _flat(item, f"{path}.{item['ticker']}")
    else:
        yield path, value
