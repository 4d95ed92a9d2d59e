"""A line that moves while something goes on that has no steps: what it is, and for how long."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SOON = 2.0
"""Seconds in which nobody asks how long it takes."""


class Waiting:
    """Tells it once a second, from the third on, until `stop`."""

    def __init__(self, stream: TextIO, what: str) -> None:
        self._stream, self._what = stream, what
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, and wipe the line."""
        self._stopped.set()
        self._thread.join()

    def _tell(self) -> None:
        began, shown = time.monotonic(), False
        if self._stopped.wait(SOON):
            return
        while not self._stopped.wait(1.0):
            self._write(f"{self._what}, {time.monotonic() - began:,.0f} s")
            shown = True
        if shown:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\033[K{text}")
        self._stream.flush()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Tell on a terminal how long something goes on that has no steps."""
    shown = Waiting(sys.stderr, what) if sys.stderr.isatty() else None
    try:
        yield
    finally:
        if shown is not None:
            shown.stop()
