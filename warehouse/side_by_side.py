"""Two halves of what is asked of an open file at once: one by the connection, one by another of the same file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from warehouse.connection import settle
from warehouse.interrupting import AGAIN

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

    Whatever ends `first`, or the waiting for `second`, ends `second`, too: Ctrl-C among others. What `second` raises is
    raised when both are over.
    """
    answers: list[Second] = []
    errors: list[BaseException] = []
    over = threading.Event()  # a thread that is waited for when Ctrl-C comes counts as ended to Python 3.11
    with con.cursor() as other:
        settle(other)

        def beside() -> None:
            try:
                answers.append(second(other))
            except BaseException as error:
                errors.append(error)
            finally:
                over.set()

        threading.Thread(target=beside, name="beside").start()
        try:
            mine = first(con)
            while not over.wait(AGAIN):  # not for ever: no signal that comes just before would end that
                pass
        except BaseException:
            while not over.is_set():  # between two statements there is nothing to interrupt
                other.interrupt()
                over.wait(AGAIN)
            raise
    for error in errors:
        raise error
    return mine, answers[0]
