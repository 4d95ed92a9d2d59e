"""What every night works out or loads first, done once in the process that is forked for each.

Nothing is begun here that a fork would tear: no connection of DuckDB's, no work for polars' threads.
"""

from __future__ import annotations

import sys
from itertools import chain
from typing import Any

from numba.core.dispatcher import Dispatcher

from sdengine.judging.version import judging_fingerprint
from sdengine.metrics.version import metrics_fingerprint
from sdengine.version import engine_fingerprint


def load_kernels() -> int:
    """Load the machine code of kernels that are imported, as far as it was made and kept; how many."""
    modules = [module for name, module in sys.modules.items() if name.startswith("sdengine.")]
    names = chain.from_iterable(vars(module).values() for module in modules)
    kernels: list[Any] = list({id(one): one for one in names if isinstance(one, Dispatcher)}.values())
    for one in kernels:
        for signature, *_ in one._cache._cache_file._load_index():
            one.compile(signature)
    return len(kernels)


KNOWN = engine_fingerprint(), metrics_fingerprint(), judging_fingerprint()
KERNELS = load_kernels()
