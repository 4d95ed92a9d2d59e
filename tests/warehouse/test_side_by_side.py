"""Two connections to one file share the work, and end together."""

from __future__ import annotations

import signal
import threading
from typing import Any

import duckdb
import pytest

from warehouse.side_by_side import side_by_side

FOR_EVER = "select count(*) from range(100000000) a, range(100000000) b where hash(a.range, b.range) = 0"


def test_both_halves_see_what_is_committed_and_answer_in_their_order() -> None:
    with duckdb.connect() as con:
        con.execute("create table t as select 7 as seven")
        answers = side_by_side(
            con,
            lambda own: own.execute("select seven from t").fetchall(),
            lambda own: own.execute("select seven + 1, current_setting('TimeZone') from t").fetchall(),
        )
    assert answers == ([(7,)], [(8, "UTC")])


def test_what_ends_the_first_ends_the_second_at_once() -> None:
    def interrupted(_: Any) -> None:
        raise KeyboardInterrupt

    with duckdb.connect() as con, pytest.raises(KeyboardInterrupt):
        side_by_side(con, interrupted, lambda own: own.execute(FOR_EVER))


def test_ctrl_c_while_only_the_second_goes_on_ends_it() -> None:
    first_is_over, ended = threading.Event(), threading.Event()

    def goes_on(own: Any) -> None:
        first_is_over.wait()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        try:
            own.execute(FOR_EVER)
        finally:
            ended.set()

    with duckdb.connect() as con, pytest.raises(KeyboardInterrupt):
        side_by_side(con, lambda _: first_is_over.set(), goes_on)
    assert ended.is_set()


def test_what_the_second_raises_is_raised() -> None:
    with duckdb.connect() as con, pytest.raises(duckdb.CatalogException, match="nowhere"):
        side_by_side(con, lambda _: None, lambda own: own.execute("from nowhere"))
