"""Ctrl-C ends a statement at once, and not when the statement is done.

DuckDB's client looks for signals between two of its tasks, and one task may be the whole of a statement. So while the
main thread is in one, another thread hears of signals, as Python offers it (`signal.set_wakeup_fd`), and interrupts the
connection.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

ENDING = (signal.SIGINT, signal.SIGTERM)
"""Signals that end a statement, where this program does anything about them."""
AGAIN = 0.1
"""Seconds after which a statement that goes on is interrupted again: at the first time it may not have begun."""
NOBODY = -1
"""The handle of whoever hears of signals, where nobody does."""


@contextmanager
def interruptible(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within the block, a statement and the reading of its answer, a signal to end interrupts the connection.

    What the program does about the signal, which for Ctrl-C is to raise KeyboardInterrupt, it does at the end of the
    block, and so not in the middle of anything. Signals come to the main thread: in others nothing is different.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ear = _ear()
    before = signal.set_wakeup_fd(ear.handle)
    if before != NOBODY:  # an event loop hears of signals, or this is a block within a block
        signal.set_wakeup_fd(before)
        yield
        return
    heard: list[int] = []
    handlers = {number: handler for number in ENDING if callable(handler := signal.getsignal(number))}
    try:
        for number in handlers:
            signal.signal(number, lambda number, _: heard.append(number))
        ear.begin(con)
        yield
    finally:
        ear.end()
        signal.set_wakeup_fd(NOBODY)
        for number, handler in reversed(handlers.items()):  # Ctrl-C last: from then on it may come at any time
            signal.signal(number, handler)
        for came in heard:
            handlers[signal.Signals(came)](came, None)
        if heard:
            raise KeyboardInterrupt


class _Ear:
    """Hears of signals in a thread of its own, and interrupts the connection that the main thread waits for."""

    def __init__(self) -> None:
        self._heard, self.handle = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self.handle, False)
        self._turn = threading.Lock()
        self._con: duckdb.DuckDBPyConnection | None = None
        self._ending = False
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(self, con: duckdb.DuckDBPyConnection) -> None:
        """Note the statement that begins. What was heard before is not about it."""
        with self._turn:
            self._hear()
            self._con, self._ending = con, False

    def end(self) -> None:
        """Note that no statement goes on any more."""
        with self._turn:
            self._con = None

    def _listen(self) -> None:
        while True:
            select.select([self._heard], [], [], AGAIN if self._ending else None)
            with self._turn:
                con, to_end = self._con, not set(ENDING).isdisjoint(self._hear())
                self._ending = con is not None and (self._ending or to_end)
                if con is not None and self._ending:
                    con.interrupt()

    def _hear(self) -> bytes:
        """Take the numbers of the signals that have come."""
        with suppress(BlockingIOError):
            return os.read(self._heard, 4096)
        return b""


_ears: list[_Ear] = []


def _ear() -> _Ear:
    """Find the ear of this process; a child that is forked has none of its parent's threads."""
    if not _ears:
        _ears.append(_Ear())
    return _ears[0]


os.register_at_fork(after_in_child=_ears.clear)
