"""Which runs of a sweep stand next to each other: an optimum whose neighbours are poor was found by luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def neighbours(settings: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """List each run's neighbours: they differ in one dimension, by one step where it is a number.

    `settings` are the runs' settings by name. What varies is a dimension; settings that move together are one. Words,
    lists and nothing have no order, so all other values are one step away.
    """
    names = sorted({name for run in settings for name in run})
    columns = {name: [_plain(run.get(name)) for run in settings] for name in names}
    dimensions: dict[tuple[int, ...], tuple[list[int], bool]] = {}
    for values in columns.values():
        pattern = _pattern(values)
        if max(pattern) > 0 and not dimensions.get(pattern, ([], False))[1]:  # what moves together goes by its numbers
            dimensions[pattern] = _ranks(values)
    ranks = list(dimensions.values())
    places = list(zip(*(rank for rank, _ in ranks), strict=True)) if ranks else []
    at = {place: k for k, place in enumerate(places)}
    sizes = [max(rank) + 1 for rank, _ in ranks]
    found: list[list[int]] = [[] for _ in settings]
    for k, place in enumerate(places):
        for axis, (_, ordered) in enumerate(ranks):
            steps = (place[axis] - 1, place[axis] + 1) if ordered else range(sizes[axis])
            others = (at.get((*place[:axis], step, *place[axis + 1 :])) for step in steps)
            found[k] += [other for other in others if other is not None and other != k]
    return found


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _pattern(values: Sequence[Any]) -> tuple[int, ...]:
    first: dict[Any, int] = {}
    return tuple(first.setdefault(value, len(first)) for value in values)


def _ranks(values: Sequence[Any]) -> tuple[list[int], bool]:
    """Give each value a number, in order where they are numbers; tell whether they are."""
    distinct = set(values)
    ordered = all(isinstance(value, int | float) and not isinstance(value, bool) for value in distinct)
    rank = {value: k for k, value in enumerate(sorted(distinct, key=None if ordered else repr))}
    return [rank[value] for value in values], ordered
