"""A Brownian path through a bar's open, high, low and close (`sdengine/RULES.md`, "Paths drawn at random").

Paths of 256 steps are drawn once, each scaled to its own range from 0 to 1, and sorted by where in that range they open
and close: 24 bands, and the edges themselves. A bar takes one of those that open and close where it does, bent by the
little that is left, so that it runs from the bar's open to its close and touches high and low exactly. Which one it
takes depends on seed, ticker and date alone.
"""

from __future__ import annotations

import hashlib
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import short_at

STEPS = 256
"""Fine enough: growth lies within 0.02 points a year of finer paths, where 64 steps lack half a point."""
PATHS = 60_000
AT_ONCE = 1_000
"""Paths that are drawn together: few enough to stay in the processor's cache."""
BANDS = 24
EDGES = BANDS + 2
"""Bands of the range, and its two ends apart: only a path that begins at its low is at its low when it begins."""
TOP = 65_535
"""The range in whole numbers: 0 is a path's low, TOP its high, both touched by these points alone."""
INSIDE = 1e-9
"""How near to the ends a bent path comes elsewhere, as a share of the range."""

GOLDEN, FIRST_FACTOR, SECOND_FACTOR = (
    np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB),
)  # fmt: skip
"""Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (SplitMix64)."""


def scattered(state: Any) -> Any:
    """Scatter 64 bits, of one number or of many."""
    z = state + GOLDEN
    z = (z ^ (z >> np.uint64(30))) * FIRST_FACTOR
    z = (z ^ (z >> np.uint64(27))) * SECOND_FACTOR
    return z ^ (z >> np.uint64(31))


def band_of(place: float) -> int:
    """Return the band of a place in the range: 0 and `EDGES - 1` are its ends."""
    if place <= 0.0:
        return 0
    if place >= 1.0:
        return EDGES - 1
    return 1 + min(int(place * BANDS), BANDS - 1)


mixed, edge_of = kernel(scattered), kernel(band_of)
"""The same for kernels. NumPy draws the paths, in the same time; a kernel that does takes a second to compile."""


def _draw(numbers: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Draw the paths of those numbers, each scaled to its own range (Box and Muller, two steps at a time)."""
    keys, pairs = scattered(numbers)[:, np.newaxis], np.arange(0, 2 * STEPS, 4, dtype=np.uint64)
    drop, one = np.uint64(11), np.uint64(1)
    first = ((scattered(keys + pairs) >> drop) + one) * 2.0**-53
    second = (scattered(keys + pairs + one) >> drop) * 2.0**-53
    radius, angle = np.sqrt(-2.0 * np.log(first)), 2.0 * np.pi * second
    points = np.zeros((len(numbers), STEPS + 1))
    points[:, 1::2] = radius * np.cos(angle)
    points[:, 2::2] = radius * np.sin(angle)
    np.cumsum(points, axis=1, out=points)
    low, high = points.min(axis=1, keepdims=True), points.max(axis=1, keepdims=True)
    return (points - low) / (high - low)


def table() -> NDArray[np.uint16]:
    """Return where each group of paths begins, `EDGES * EDGES + 1` numbers, and behind them the paths: 31 MB.

    Kernels know it by its address, so there is one for the whole process, even where several threads ask at first.
    """
    with _one_at_a_time:
        return _table()


_one_at_a_time = Lock()


@cache
def _table() -> NDArray[np.uint16]:
    walks, ends = np.empty((PATHS, STEPS + 1), np.uint16), np.empty((PATHS, 2))
    for first in range(0, PATHS, AT_ONCE):
        points = _draw(np.arange(first, first + AT_ONCE, dtype=np.uint64))
        some, ends[first : first + AT_ONCE] = walks[first : first + AT_ONCE], points[:, [0, STEPS]]
        some[:] = 1 + (points * (TOP - 2)).astype(np.int64)
        some[points <= 0.0], some[points >= 1.0] = 0, TOP
    groups = np.array([band_of(opened) * EDGES + band_of(closed) for opened, closed in ends.tolist()])
    begins = np.searchsorted(np.sort(groups), np.arange(EDGES * EDGES + 1)).astype(np.uint16)
    return np.concatenate([begins, walks[np.argsort(groups, kind="stable")].ravel()])


def key_of(ticker: str) -> int:
    """Return a ticker as a number of 63 bits."""
    return int.from_bytes(hashlib.blake2b(ticker.encode(), digest_size=8).digest(), "big") >> 1


@kernel
def choose(walks: int, seed: int, ticker: int, ordinal: int, opened: float, closed: float) -> int:
    """Return the number of the path that a bar takes, which opens and closes at those places of its range.

    `walks` is the address of `table()`. Where no path has both ends of the range for its own, one of the bands beside
    them is taken.
    """
    group = edge_of(opened) * EDGES + edge_of(closed)
    begin, end = short_at(walks, group), short_at(walks, group + 1)
    if begin == end:
        group = min(max(edge_of(opened), 1), BANDS) * EDGES + min(max(edge_of(closed), 1), BANDS)
        begin, end = short_at(walks, group), short_at(walks, group + 1)
    drawn = mixed(mixed(mixed(np.uint64(seed)) ^ np.uint64(ticker)) + np.uint64(ordinal))
    return begin + int(drawn % np.uint64(end - begin))


@inlined
def point_at(walks: int, walk: int, step: int) -> int:
    """Return where a path stands as it was drawn, from 0 to `TOP`."""
    return short_at(walks, EDGES * EDGES + 1 + walk * (STEPS + 1) + step)


@inlined
def bends(walks: int, walk: int, opened: float, closed: float) -> tuple[float, float]:
    """Return what is added to a path at its first point and at its last, so that it runs from open to close."""
    return opened - point_at(walks, walk, 0) / TOP, closed - point_at(walks, walk, STEPS) / TOP


@inlined
def out_of_reach(
    walks: int, walk: int, opened: float, closed: float, buy_at: float, sell_at: float
) -> tuple[float, float]:
    """Return two points between which a path meets neither place, however it is bent: most of its steps lie there.

    A point more on either side is for rounding; the ends of the range, which do not bend, lie outside.
    """
    first, last = bends(walks, walk, opened, closed)
    below = max((buy_at - min(first, last)) * TOP + 1.0, 0.0) if buy_at < 1.0 - INSIDE else float(TOP)
    above = min((sell_at - max(first, last)) * TOP - 1.0, float(TOP)) if sell_at > INSIDE else 0.0
    return below, above


@inlined
def place_at(walks: int, walk: int, step: int, opened: float, closed: float) -> float:
    """Return where in the bar's range, from 0 (its low) to 1 (its high), the path stands after so many steps."""
    if step == 0:
        return opened
    if step == STEPS:
        return closed
    point = point_at(walks, walk, step)
    if point == 0:
        return 0.0
    if point == TOP:
        return 1.0
    passed = step / STEPS
    first, last = bends(walks, walk, opened, closed)
    bent = first * (1.0 - passed) + last * passed
    return min(max(point / TOP + bent, INSIDE), 1.0 - INSIDE)
