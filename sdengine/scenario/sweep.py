"""`[sweep]`: a grid over any settings, given as lists or ranges, alone or coupled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from schemas.backtest import KEEP
from sdengine.scenario.errors import Problem, ScenarioError
from sdengine.scenario.ranges import RANGE_KEYS, values_of
from sdengine.scenario.settings import Place, label_keys, label_value, order_of, place_of, put
from sdengine.scenario.wording import shown

MAX_MEMBERS = 10_000
OWN = ("coupled", "max_members", "keep")
"""Keys of a `[sweep]` that are no axis of it."""
MOST_MEMBERS = 1_000_000
"""What `max_members` may allow: each member is kept in memory from then on."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of the grid: its places, and rows with a value for each. Several keys are a coupled list."""

    keys: tuple[str, ...]
    places: tuple[Place, ...]
    rows: tuple[tuple[Any, ...], ...]


def members(sweep: Any, tables: Mapping[str, Any], base: str, file: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every combination as (name, tables): `base[sd_n=8,profit_sharing_pct=50]`.

    Keys stand in declared order in the name and in the order of the grid, values in the order given.

    Raises:
        ScenarioError: with all that is wrong in the `[sweep]` table.
    """
    axes = _read(sweep, tables, file)
    keys = [key for axis in axes for key in axis.keys]
    short = label_keys(keys)
    places = {key: place for axis in axes for key, place in zip(axis.keys, axis.places, strict=True)}
    # names follow the declared order; whole tables are put in before single settings of them
    in_order = sorted(keys, key=lambda key: order_of(places[key]))
    by_depth = sorted(keys, key=lambda key: len(places[key]))
    for rows in product(*(axis.rows for axis in axes)):
        chosen = {
            key: value for axis, row in zip(axes, rows, strict=True) for key, value in zip(axis.keys, row, strict=True)
        }
        member = dict(tables)
        for key in by_depth:
            member = put(member, places[key], chosen[key])
        settings = ",".join(f"{short[key]}={label_value(chosen[key])}" for key in in_order)
        yield f"{base}[{settings}]", member


def _read(sweep: Any, tables: Mapping[str, Any], file: str | None) -> list[Axis]:
    problems: list[Problem] = []

    def refuse(key: str, text: str) -> None:
        problems.append(Problem(key, text, file))

    if not isinstance(sweep, Mapping):
        raise ScenarioError([Problem("sweep", f"`sweep` is {shown(sweep)}; allowed: a table", file)])
    limit = sweep.get("max_members", MAX_MEMBERS)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_MEMBERS:
        most = f" and at most {MOST_MEMBERS:,}" if isinstance(limit, int) and limit > 1 else ""
        refuse("sweep.max_members", f"`sweep.max_members` is {shown(limit)}; allowed: a whole number 1 or more{most}")
        limit = MAX_MEMBERS
    keep = sweep.get("keep", KEEP[0])
    if keep not in KEEP:
        refuse("sweep.keep", f"`sweep.keep` is {shown(keep)}; allowed: {', '.join(KEEP)}")
    coupled = sweep.get("coupled", [])
    if not isinstance(coupled, list) or not all(isinstance(table, Mapping) and table for table in coupled):
        refuse("sweep.coupled", "`sweep.coupled` is no list of tables; allowed: [[sweep.coupled]] tables of lists")
        coupled = []
    single = {key: value for key, value in sweep.items() if key not in OWN}
    groups = [{key: value} for key, value in _dotted(single)] + [dict(_dotted(table)) for table in coupled]

    axes: list[Axis] = []
    for group in groups:
        places, columns = [], []
        for key, given in group.items():
            where = f'sweep."{key:.80}"'
            if any(key in axis.keys for axis in axes):
                refuse(where, f"`{where}` is swept twice; allowed: once")
            try:
                places.append(place_of(key, tables))
            except ValueError as error:
                refuse(where, f"in the sweep: {error}")
            try:
                columns.append(values_of(given, limit))
            except ValueError as error:
                refuse(where, f"`{where}` {error}")
        lengths = {key: len(column) for key, column in zip(group, columns, strict=False)}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{key} has {length}" for key, length in lengths.items())
            refuse("sweep.coupled", f"the lists of one `sweep.coupled` table move together, but {listed} values")
        elif len(places) == len(columns) == len(group):
            axes.append(Axis(tuple(group), tuple(places), tuple(zip(*columns, strict=True))))
    if not groups and not problems:
        refuse("sweep", "`sweep` is empty; allowed: one key with its values or more")
    size = prod(len(axis.rows) for axis in axes)
    if size > limit:
        listed = " x ".join(str(len(axis.rows)) for axis in axes)
        refuse("sweep", f"`sweep` spans {listed} = {size} scenarios; allowed: at most {limit}; max_members allows more")
    if problems:
        raise ScenarioError(problems)
    return sorted(axes, key=lambda axis: min(order_of(place) for place in axis.places))


def _dotted(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield keys with their values, whether written "portfolio.path" = [...] or portfolio.path = [...], nested."""
    for key, value in table.items():
        nested = isinstance(value, Mapping) and value and not set(value) & set(RANGE_KEYS)
        if nested:
            yield from _dotted(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
