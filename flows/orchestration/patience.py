"""How long a night waits for Prefect: each wait is bounded, whatever Prefect's client is doing at the time.

Its own limits are not enough: a server may ask for a pause of an hour, or for maintenance without an end. So an alarm
ends the wait, as Prefect itself ends a flow that takes too long. While the night works, the alarm is off.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 30.0
"""Seconds for what Prefect does before a night or stage begins, or after it has ended."""
LAST = 2.0
"""Seconds for what it does at the end of a night that has left it out already."""

_limits = [0.0]


class TooSlow(Exception):
    """Prefect took too long."""


@contextmanager
def waiting(seconds: float | None = None) -> Iterator[None]:
    """Within the block, Prefect may take so long (LIMIT); then `TooSlow` is raised, and again while it goes on.

    0: as long as it takes, for it is our work.

    Blocks lie within each other; where an inner one has ended, the outer one's time begins anew. Alarms are heard in a
    process's main thread only: elsewhere nothing is bounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _too_slow)
    _limits.append(LIMIT if seconds is None else seconds)
    _set_alarm()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        _limits.pop()
        _set_alarm()


def _set_alarm() -> None:
    signal.setitimer(signal.ITIMER_REAL, _limits[-1], LAST)


def lose_patience() -> None:
    """Shorten all waits that are still to come in the blocks that are open."""
    _limits[:] = [min(limit, LAST) for limit in _limits]


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"no answer within {_limits[-1]:.0f} s")
