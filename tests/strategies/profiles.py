"""How many random cases a run tries.

`SDENGINE_TEST_EXAMPLES` scales every count: 1 is what CI does in a minute or so, 20 is a night's work.
`SDENGINE_TEST_RANDOM=1` draws new cases each time; otherwise the same cases come every time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

SCALE = float(os.environ.get("SDENGINE_TEST_EXAMPLES", "1"))
REPEATABLE = os.environ.get("SDENGINE_TEST_RANDOM", "") in ("", "0")


def examples(count: int) -> int:
    """`count`, scaled, at least one."""
    return max(1, round(count * SCALE))


def load_profile() -> None:
    """Register and load the profile; no deadline, since the first case may compile the engine."""
    settings.register_profile(
        "sdengine",
        deadline=None,
        derandomize=REPEATABLE,
        database=None,
        max_examples=examples(100),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    settings.load_profile("sdengine")
