"""What `sdengine scenarios --keys` tells of a scenario file's keys: made from the models, which say it once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from flows.errors import UsageError


@dataclass(frozen=True)
class Key:
    """One key of a scenario file.

    key      with its table, dotted: `portfolio.path`
    meaning  one sentence
    default  what holds where it is not given; or that it has to be
    allowed  what it may be, in words
    example  lines of TOML
    """

    key: str
    meaning: str
    default: str
    allowed: str
    example: str


def key_names() -> list[str]:
    """List all keys, in the order of the tables."""
    return [key.key for key in keys()]


@cache
def keys() -> tuple[Key, ...]:
    """Explain all keys, in the order of the tables."""
    return tuple(_keys())


def explained(name: str | None) -> list[dict[str, str]]:
    """Explain the keys that a name means: one, dotted or not, or all of a table; all without a name.

    `UsageError` for a name that means none, with the nearest that there is.
    """
    asked = None if name is None else name.strip("[]").replace("asset_defaults", "assets")
    matching = [
        key for key in keys() if asked is None or asked in (key.key, *key.key.split(".")[:1], *key.key.split(".")[-1:])
    ]
    if not matching:
        from sdengine.words import did_you_mean

        known = dict.fromkeys(word for key in key_names() for word in (key, key.rpartition(".")[2]))
        hint = did_you_mean(asked or "", known, "{}")
        raise UsageError(f"--keys {name}: no key is called so{hint}; `sdengine scenarios --keys` lists them")
    return [asdict(key) for key in matching]


def _keys() -> Iterator[Key]:
    from sdengine.scenario.schema import known_keys, node_at

    for top in known_keys(()):
        inner = known_keys(("assets", 0) if top == "assets" else (top,))
        if top == "asset_defaults":
            continue  # what assets may have, which is told there
        if not inner or top == "sweep":
            yield _key((top,), node_at((top,)) or {}, required=False)
            for name in OF_SWEEPS if top == "sweep" else ():
                yield _key((top, name), node_at((top, name)) or {}, required=False)
            continue
        table = ("assets", 0) if top == "assets" else (top,)
        required = (node_at(table) or {}).get("required", ())
        for name in inner:
            yield _key((top, name), node_at((*table, name)) or {}, required=name in required)


def _key(place: tuple[str, ...], node: Mapping[str, Any], *, required: bool) -> Key:
    from sdengine.scenario.wording import allowed

    rules, meaning = _rules_of(place), " ".join(node.get("description", "").split())
    if rules and not any(rule in meaning for rule in rules):
        meaning += f" For the rules {', '.join(rules)}."
    default = ", ".join(f"{value:g} ({rule})" for rule, value in rules.items() if value is not None)
    if not default:
        default = _toml(node["default"]) if "default" in node else "has to be given" if required else "none"
    return Key(".".join(place), meaning, default, allowed(node), _example(place, node, list(rules.values())))


def _rules_of(place: tuple[str, ...]) -> dict[str, float | None]:
    """Find the withdrawal rules that take a key, each with its own default of it."""
    from sdengine.scenario.withdrawal import COMMON, SPENDING_RULES

    if place[0] != "withdrawal" or place[1] in COMMON:
        return {}
    name = place[1]
    return {
        rule: keys.defaults.get(name)
        for rule, keys in SPENDING_RULES.items()
        if name in (*keys.amount, *keys.defaults, *keys.optional)
    }


OF_SWEEPS = ("keep", "max_members")
"""What a `[sweep]` may say beside its grid."""
EXAMPLES: dict[str, Any] = {
    "amount": 1500.0,
    "asset_class": "growth_stocks",
    "band": [0.1, 0.3],
    "cash_rate": 0.02,
    "commission": 1.0,
    "commission_bps": 5.0,
    "commission_per_share": 0.005,
    "cooldown_days": 30,
    "cpi": "cpi.csv",
    "description": "Two stocks, a fifth in cash.",
    "end": "2013-03-01",
    "extends": "full",
    "fraction": 0.1,
    "inflation": 0.02,
    "initial_rate": 0.04,
    "long_rate": 0.15,
    "margin_rate": 0.05,
    "monthly_amount": 1500.0,
    "name": "mine",
    "quantity": 100.0,
    "rate": 0.04,
    "rates": [0.03, 0.04],
    "short_rate": 0.35,
    "slippage_bps": 5.0,
    "source": "yfinance",
    "start": "2004-08-19",
    "sweep": {"asset_defaults.sd_n": [6, 8, 12]},
    "target": 0.25,
    "ticker": "AAPL",
    "value": 25_000.0,
    "weight": 0.25,
    "weights": {"AAPL": 0.6, "IBM": 0.4},
}
"""What a key may be, where neither a default nor a choice of words tells."""


def _example(place: tuple[str, ...], node: Mapping[str, Any], defaults: list[float | None]) -> str:
    *tables, name = place
    value = EXAMPLES.get(name)
    if value is None:
        value = next((value for value in (node.get("default"), *defaults) if value), None)
    if "enum" in node:
        value = next(word for word in node["enum"] if word != node.get("default"))
    if value is None or node.get("type") == "boolean":
        value = not node.get("default", False) if node.get("type") == "boolean" else _within(node)
    if isinstance(value, dict):
        return "\n".join([f"[{'.'.join(place)}]", *(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items())])
    table = "asset_defaults" if tables == ["assets"] and name != "ticker" else "".join(tables)
    if tables == ["sweep"]:
        return "\n".join([_example(("sweep",), {}, []), f"{name} = {_toml(value)}"])
    heading = [f"[[{table}]]" if table == "assets" else f"[{table}]"] if tables else []
    return "\n".join([*heading, f"{name} = {_toml(value)}"])


def _within(node: Mapping[str, Any]) -> Any:
    """Find a value between the bounds of a number, or any text."""
    if node.get("type") not in ("number", "integer"):
        return "text"
    low = node.get("minimum", node.get("exclusiveMinimum", 0))
    value = (low + node.get("maximum", node.get("exclusiveMaximum", low + 2))) / 2
    return int(value) if node["type"] == "integer" else float(value)


def _toml(value: Any) -> str:
    """Write a value as TOML does; a date stands without marks."""
    if isinstance(value, str) and value[:4].isdecimal() and value[4:5] == "-":
        return value
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
