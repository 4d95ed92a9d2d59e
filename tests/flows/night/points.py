"""Points of a night around which it may be killed: each write and commit, the replacement of what is published."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def watch_points(event: Callable[[], None]) -> None:
    """Have `event` called before and after each of them, in this process from now on."""
    from warehouse import store, work
    from warehouse.ledger import Ledger

    def around(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            event()
            result = real(*args, **kwargs)
            event()
            return result

        setattr(owner, name, wrapped)

    class Commits:
        """The connection, with its commit watched."""

        def __init__(self, real: Any) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def commit(self) -> None:
            event()
            self._real.commit()
            event()

    real_open = work.connection.open_work
    work.connection.open_work = lambda *args, **kwargs: Commits(real_open(*args, **kwargs))  # type: ignore[assignment]  # a spy
    for owner, name in ((store, "insert"), (store, "delete"), (os, "replace"), (Ledger, "finish"), (Ledger, "start")):
        around(owner, name)
