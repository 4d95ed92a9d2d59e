"""Two halves of what is asked of an open file at once: one by the connection, one by another of the same file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from warehouse.connection import settle

if TYPE_CHECKING:
    import duckdb

First = TypeVar("First")
Second = TypeVar("Second")


def side_by_side(
    con: duckdb.DuckDBPyConnection,
    first: Callable[[duckdb.DuckDBPyConnection], First],
    second: Callable[[duckdb.DuckDBPyConnection], Second],
) -> tuple[First, Second]:
    """Do `first` here and `second` in a thread; both see what is committed, so `con` may be in no transaction.

    Whatever ends `first`, Ctrl-C among others, ends `second`, too; what `second` raises is raised when both are over.
    """
    answers: list[Second] = []
    errors: list[BaseException] = []
    with con.cursor() as other:
        settle(other)

        def beside() -> None:
            try:
                answers.append(second(other))
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=beside, name="beside")
        thread.start()
        try:
            mine = first(con)
        except BaseException:
            while thread.is_alive():  # between two statements there is nothing to interrupt
                other.interrupt()
                thread.join(0.1)
            raise
        thread.join()
    for error in errors:
        raise error
    return mine, answers[0]
