"""Dotted keys: where a swept setting stands, in which order settings are named, and how one is put in its place."""

from collections.abc import Mapping, Sequence
from typing import Any

from sdengine.scenario.asset import ALTERNATIVES
from sdengine.scenario.merge import GROUPS, lay_over, lay_over_withdrawal
from sdengine.scenario.schema import TABLES, known_keys
from sdengine.scenario.wording import unknown_key
from sdengine.words import did_you_mean

Place = tuple[str | int, ...]
LABEL = "label"
"""What a table among swept values may carry to be short in the members' names; it is no setting."""


def place_of(key: str, tables: Mapping[str, Any]) -> Place:
    """Find a dotted key's place: ("portfolio", "path"), ("assets", 0, "sd_n") for `assets.AAPL.sd_n`, ("withdrawal",).

    Raises:
        ValueError: a sentence about an unknown key or ticker.
    """
    table, _, rest = key.partition(".")
    if table not in TABLES:
        hint = did_you_mean(table, TABLES) or f"; a sweep can vary: {', '.join(TABLES)}"
        raise ValueError(f"unknown key `{key:.80}`{hint}")
    if not rest:
        return (table,)
    if table == "assets":
        return _asset_place(key, rest, tables)
    if rest not in known_keys((table,)):
        raise ValueError(unknown_key((table, rest), key))
    return (table, rest)


def _asset_place(key: str, rest: str, tables: Mapping[str, Any]) -> Place:
    ticker, _, setting = rest.rpartition(".")  # a ticker may hold a dot (BRK.B), a setting never does
    tickers = [asset.get("ticker") for asset in tables.get("assets") or () if isinstance(asset, Mapping)]
    if ticker not in tickers:
        hint = did_you_mean(ticker, [known for known in tickers if isinstance(known, str)])
        raise ValueError(f"`{key:.80}`: the scenario has no asset {ticker or rest!r:.80}{hint}")
    if setting not in known_keys(("assets", 0)):
        raise ValueError(unknown_key(("assets", 0, setting), key))
    return ("assets", tickers.index(ticker), setting)


def order_of(place: Place) -> tuple[int, int, int]:
    """Give a sort key that follows the declared order of tables and settings, whatever the order in a file."""
    table = TABLES.index(str(place[0]))
    position = place[1] if len(place) == 3 and isinstance(place[1], int) else -1
    known = known_keys(("assets", 0) if table == TABLES.index("assets") else (str(place[0]),))
    return table, position, known.index(str(place[-1])) if len(place) > 1 else -1


def put(tables: Mapping[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """Copy `tables` with one setting put in; alternatives of it (another kind of budget, say) give way."""
    table = str(place[0])
    if isinstance(value, Mapping):
        value = {key: inner for key, inner in value.items() if key != LABEL}
    if len(place) == 1:
        return {**tables, table: value}
    own = {str(place[-1]): value}
    under = tables.get(table)
    if table == "assets":
        position = place[1]
        assets = list(under or ())
        assets[int(position)] = lay_over(own, assets[int(position)], ALTERNATIVES)
        return {**tables, table: assets}
    under = under if isinstance(under, Mapping) else {}
    if table == "withdrawal":
        return {**tables, table: lay_over_withdrawal(own, under)}
    return {**tables, table: lay_over(own, under, GROUPS.get(table, ()))}


def label_keys(keys: Sequence[str]) -> dict[str, str]:
    """Shorten dotted keys: `sd_n`; `AAPL.sd_n` of one asset; the whole key where short ones would be equal."""
    short = {key: key.removeprefix("assets.") if key.startswith("assets.") else key.rpartition(".")[2] for key in keys}
    taken = list(short.values())
    return {key: key if taken.count(name) > 1 else name for key, name in short.items()}


def label_value(value: Any) -> str:
    """Spell a value in a name: 8 and 8.0 read 8, a band 0.1..0.3, assets AAPL+IBM, a table floor:0.1+rate:0.04.

    A table's own `label`, when it has one, is all that is said of it.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Mapping):
        settings = [f"{key}:{label_value(value[key])}" for key in sorted(value)]
        return str(value[LABEL]) if LABEL in value else "+".join(settings) or "on"
    if isinstance(value, list):
        tickers = [item.get("ticker") for item in value if isinstance(item, Mapping)]
        return "+".join(map(str, tickers)) if tickers else "..".join(map(label_value, value))
    return str(value)
