"""The path that a bar takes at random (`sdengine/RULES.md`, "Paths drawn at random"), in whole numbers of Python.

The table of drawn paths is the engine's own: it is data, and `tests/sdengine/ladder/test_brownian.py` holds what it
must be. Which path a bar takes and how it is bent is worked out here again.
"""

from __future__ import annotations

import hashlib
import math
from datetime import date

from tests.oracle.state import Bar

BITS = 2**64
STEPS, BANDS, TOP, INSIDE = 256, 24, 65_535, 1e-9


def scattered(state: int) -> int:
    """SplitMix64."""
    z = (state + 0x9E3779B97F4A7C15) % BITS
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % BITS
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % BITS
    return z ^ (z >> 31)


def band(place: float) -> int:
    """0 and 25 are the ends of the range themselves, 1 to 24 the bands between."""
    if place in (0.0, 1.0):
        return 25 * int(place)
    return 1 + min(int(place * BANDS), BANDS - 1)


def group(table: list[int], opened: int, closed: int) -> tuple[int, int]:
    """Return the first path of a group, and one past its last."""
    at = opened * 26 + closed
    return table[at], table[at + 1]


def points(seed: int, ticker: str, day: date, bar: Bar) -> list[float]:
    """Return the prices of the 257 points of the path."""
    from sdengine.ladder.brownian import table

    numbers, width = table(), math.log(bar.high / bar.low)
    opened, closed = (
        0.0 if p <= bar.low else 1.0 if p >= bar.high else math.log(p / bar.low) / width for p in (bar.open, bar.close)
    )
    begins = [int(n) for n in numbers[: 26 * 26 + 1]]
    first, beyond = group(begins, band(opened), band(closed))
    if first == beyond:
        first, beyond = group(begins, *(min(max(band(place), 1), BANDS) for place in (opened, closed)))
    name = int.from_bytes(hashlib.blake2b(ticker.encode(), digest_size=8).digest(), "big") >> 1
    days = (day - date(1970, 1, 1)).days
    drawn = scattered((scattered(scattered(seed) ^ name) + days) % BITS)
    row = 26 * 26 + 1 + (first + drawn % (beyond - first)) * (STEPS + 1)
    path = [int(n) for n in numbers[row : row + STEPS + 1]]
    places = [bent(path, step, opened, closed) for step in range(STEPS + 1)]
    ends = {0.0: bar.low, 1.0: bar.high}
    prices = [ends[place] if place in ends else bar.low * (bar.high / bar.low) ** place for place in places]
    return [bar.open, *prices[1:-1], bar.close]


def bent(path: list[int], step: int, opened: float, closed: float) -> float:
    """Where the path stands, bent so that it opens and closes where the bar does; only its own ends are the bar's."""
    if step in (0, STEPS):
        return closed if step else opened
    if path[step] in (0, TOP):
        return path[step] / TOP
    part = step / STEPS
    off = (opened - path[0] / TOP) * (1 - part) + (closed - path[-1] / TOP) * part
    return min(max(path[step] / TOP + off, INSIDE), 1 - INSIDE)
