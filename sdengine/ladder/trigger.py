"""The bracket spacing."""

from __future__ import annotations

import math


def calculate_trigger(sd_n: float) -> float:
    """The bracket spacing r = 2**(1/sd_n) - 1, a fraction: `sd_n` brackets double the price.

    calculate_trigger(8) is 0.0905. Raises ValueError unless `sd_n` is finite and above 0.
    """
    if not (math.isfinite(sd_n) and sd_n > 0):
        raise ValueError(f"sd_n is {sd_n!r}; allowed: a finite number above 0")
    return float(2.0 ** (1.0 / sd_n) - 1.0)
