"""A night that is told to end (SIGTERM: a shutdown, a service that is stopped) ends as one that is interrupted does."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block the signal interrupts, as Ctrl-C does, instead of ending the process without a word."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
