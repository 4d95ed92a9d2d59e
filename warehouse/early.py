"""An empty database in memory, begun while the command is still being read: half the time of opening a file is this.

DuckDB leaves the interpreter to others while it lists its functions, and needs it for moments in between.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

SHARED: dict[str, Any] = {
    "autoinstall_known_extensions": False,  # a missing extension fails at once instead of asking the network
    "autoload_known_extensions": False,
}
"""The configuration that all databases share."""
TURN = 0.0005
"""Seconds for which the interpreter is left to one thread meanwhile: a tenth of the usual."""
_begun: list[tuple[Thread, float]] = []
_made: list[duckdb.DuckDBPyConnection] = []


def begin() -> None:
    """Begin to make a database for whoever is the first to ask for one; one that is begun is enough."""
    if _begun:
        return
    _begun.append((Thread(target=_make, name="database", daemon=True), sys.getswitchinterval()))
    sys.setswitchinterval(TURN)
    with suppress(RuntimeError):  # no memory for a thread: it is made when it is asked for
        _begun[0][0].start()


def open_memory(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a connection to no file, to which files are attached.

    `threads`: how many answer; None: as many as there are cores.
    """
    if threads is None and _begun:
        thread, turn = _begun.pop()
        if thread.ident:
            thread.join()
        sys.setswitchinterval(turn)
        if _made:
            return _made.pop()
    return _connect({} if threads is None else {"threads": threads})


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Set what holds for each connection."""
    con.execute("set TimeZone = 'UTC'")
    con.execute("set enable_progress_bar = false")  # it would be written among the rows that another program reads


def _make() -> None:
    """Make it; whatever goes wrong, `open_memory` meets it again, and tells it."""
    with suppress(Exception):
        _made.append(_connect({}))


def _connect(config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    from warehouse.client import duckdb

    con = duckdb.connect(config=SHARED | config)
    settle(con)
    return con
