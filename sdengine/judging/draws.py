"""Random numbers that depend on a seed and a number alone: not on order, count, threads or the library's version.

Philox is a generator without a state to carry on: the key is (seed, which one), the counter the place in the row
(Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def seed_of(text: str) -> int:
    """Make a seed of a text: 63 bits of its BLAKE2b hash."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def uniforms(seed: int, which: int, count: int) -> Floats:
    """Draw the `count` numbers from 0 to, not including, 1 that belong to `which` under `seed`."""
    words = np.random.Philox(key=np.array([seed, which], np.uint64)).random_raw(count)
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
