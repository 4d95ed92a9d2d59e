"""What all tests share: the profile of the random ones, and bounds checks in the engine."""

from __future__ import annotations

import os
import sys

from tests.strategies.profiles import load_profile

# before numba is imported, here and in the processes that tests start; what is timed runs as it runs for users
if "--benchmark-only" not in sys.argv:
    os.environ.setdefault("NUMBA_BOUNDSCHECK", "1")

load_profile()
