"""The bracket spacing."""

from __future__ import annotations

import math

from sdengine.kernel.compiled import inlined


def calculate_trigger(sd_n: float) -> float:
    """Return the bracket spacing r = 2**(1/sd_n) - 1, a fraction: `sd_n` brackets double the price.

    calculate_trigger(8) is 0.0905. Raises ValueError unless `sd_n` is finite and above 0.
    """
    if not (math.isfinite(sd_n) and sd_n > 0):
        raise ValueError(f"sd_n is {sd_n!r}; allowed: a finite number above 0")
    return _spacing(float(sd_n))


def _spacing(sd_n: float) -> float:
    return float(2.0 ** (1.0 / sd_n) - 1.0)


trigger_of = inlined(_spacing)
"""trigger_of(sd_n): the same inside a kernel, for an `sd_n` that is known to be above 0."""
