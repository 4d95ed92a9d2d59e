"""Ctrl-C ends a statement whatever it does, and leaves the connection and the signals as they were.

The statements would take years. One that nothing has ended within a minute is ended by the test, which then fails.
"""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.warehouse import books
from warehouse import Results, Warehouse, interrupting
from warehouse.interrupting import interruptible

MANY = "range(100000000) a, range(100000000) b where hash(a.range, b.range) = 0"
COUNT = f"select count(*) from {MANY}"
LIST = f"select a.range from {MANY}"

ASKS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "rows of the work file": (Warehouse, lambda it: it.rows(COUNT)),
    "rows of it that are read as they come": (Warehouse, lambda it: it.rows(LIST)),
    "a frame of it": (Warehouse, lambda it: it.frame(COUNT)),
    "a frame of it that is read as it comes": (Warehouse, lambda it: it.frame(LIST)),
    "a statement that writes": (Warehouse, lambda it: it.rows(f"create table t as {LIST}")),
    "rows of results": (Results, lambda it: it.rows(COUNT)),
    "a frame of results": (Results, lambda it: it.frame(LIST)),
    "an export": (Results, lambda it: it.export(LIST, io.BytesIO())),
}


class Ended(Exception):
    """What a program's own handler raises."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[type, Any]]:
    folder = tmp_path_factory.mktemp("interrupted")
    with books.open_here(folder) as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "hand", "first"))
        with Results.open(folder) as results:
            yield {Warehouse: warehouse, Results: results}


@pytest.fixture
def signalled() -> Iterator[Callable[[Any, int], None]]:
    """Give who sends this process a signal once a connection works on a statement, and ends that after a minute."""
    threads: list[threading.Thread] = []
    over = threading.Event()
    late: list[str] = []

    def wait(con: Any, number: int) -> None:
        while not (interrupting._ears and interrupting._ears[0]._con is con) and not over.wait(0.01):
            pass
        os.kill(os.getpid(), number)
        if not over.wait(60):
            late.append("nothing has ended the statement")
            con.interrupt()

    def send(con: Any, number: int) -> None:
        threads.append(threading.Thread(target=wait, args=(con, number)))
        threads[-1].start()

    yield send
    over.set()
    for thread in threads:
        thread.join()
    assert late == []


@pytest.mark.parametrize("what", ASKS)
def test_ctrl_c_ends_a_statement(what: str, opened: dict[type, Any], signalled: Callable[[Any, int], None]) -> None:
    kind, ask = ASKS[what]
    before = signal.getsignal(signal.SIGINT)
    signalled(opened[kind]._con, signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        ask(opened[kind])
    assert opened[kind].rows("select 1") == [(1,)]
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_the_signal_is_answered_as_the_program_answers_it(
    opened: dict[type, Any], signalled: Callable[[Any, int], None]
) -> None:
    def end(*_: object) -> None:
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        signalled(opened[Warehouse]._con, signal.SIGTERM)
        with pytest.raises(Ended):
            opened[Warehouse].rows(COUNT)
        assert signal.getsignal(signal.SIGTERM) is end
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_transaction_that_is_interrupted_is_undone(
    opened: dict[type, Any], signalled: Callable[[Any, int], None]
) -> None:
    warehouse = opened[Warehouse]
    signalled(warehouse._con, signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), warehouse.transaction():
        warehouse.rows(f"create table half (n int); {COUNT}")
    assert warehouse.rows("select * from duckdb_tables() where table_name = 'half'") == []


def test_a_signal_while_nothing_is_asked_ends_no_later_statement(opened: dict[type, Any]) -> None:
    con = opened[Warehouse]._con
    with pytest.raises(KeyboardInterrupt), interruptible(con):
        os.kill(os.getpid(), signal.SIGINT)
    assert opened[Warehouse].rows("select sum(range) from range(3)") == [(3,)]


def test_who_hears_of_signals_already_goes_on_doing_so(opened: dict[type, Any]) -> None:
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told)
    try:
        assert opened[Warehouse].rows("select 1") == [(1,)]
    finally:
        assert signal.set_wakeup_fd(-1) == told
        os.close(heard)
        os.close(told)


def test_other_threads_ask_as_ever(opened: dict[type, Any]) -> None:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(opened[Warehouse].rows("select 1")))
    thread.start()
    thread.join()
    assert answers == [[(1,)]]
