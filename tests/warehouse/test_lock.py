"""One writer: a second one waits, bounded, then names the first; a dead holder's lock is taken over."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.warehouse import books
from tests.warehouse.story import last_batches
from warehouse import Warehouse, WarehouseLocked

HOLD = (
    "import sys, time\nfrom warehouse import Warehouse\n"
    "wh = Warehouse.open(sys.argv[1], verb='run --night', threads=1)\n"
    "if len(sys.argv) > 2: wh.ledger.start('run', 'sample')\n"
    "print('held', flush=True)\ntime.sleep(60)"
)


def holder(directory: Path, *more: str) -> subprocess.Popen[str]:
    """Another process that has the warehouse open."""
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(directory), *more], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_writer_waits_then_names_the_first(tmp_path: Path) -> None:
    child = holder(tmp_path)
    try:
        began = time.monotonic()
        with pytest.raises(WarehouseLocked) as caught:
            books.open_here(tmp_path, wait_seconds=0.4)
        assert 0.4 <= time.monotonic() - began < 30
        message = str(caught.value)
        assert f"'sdengine run --night' (process {child.pid} on " in message
        assert re.search(r"since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", message)
        assert "waited 0.4 s" in message
    finally:
        child.kill()
        child.communicate()


def test_who_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    child = holder(tmp_path)
    waiter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom warehouse import Warehouse\nprint(Warehouse.open(sys.argv[1], wait_seconds=100).version)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)
    assert waiter.poll() is None
    child.terminate()
    child.communicate()
    output, _ = waiter.communicate(timeout=120)
    assert output.strip().isdigit()


def test_a_dead_holder_s_lock_is_taken_over_and_its_batch_marked(tmp_path: Path) -> None:
    child = holder(tmp_path, "with a batch")
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    with books.open_here(tmp_path) as warehouse:
        assert warehouse.takeover is not None
        assert warehouse.takeover.pid == child.pid
        assert warehouse.takeover.verb == "run --night"
        [batch] = last_batches(warehouse).rows(named=True)
        assert warehouse.crashed == (batch["batch_id"],)
        assert batch["status"] == "crashed"
        assert batch["reason"].startswith(f"process {child.pid} on ")
    with books.open_here(tmp_path) as again:
        assert again.takeover is None
        assert again.crashed == ()


def test_the_note_is_there_while_held_and_gone_after(tmp_path: Path) -> None:
    with books.open_here(tmp_path, verb="plan"):
        note = json.loads((tmp_path / "work.lock").read_text())
        assert (note["pid"], note["verb"]) == (os.getpid(), "plan")
        with pytest.raises(WarehouseLocked, match="'sdengine plan'"):
            books.open_here(tmp_path)
    assert (tmp_path / "work.lock").read_text() == ""


def test_a_forked_child_does_not_keep_its_parent_s_lock(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\nfrom datetime import datetime\nfrom pathlib import Path\n"
        "from warehouse.lock import WriterLock\n"
        "lock = WriterLock(Path(sys.argv[1]), verb='x', wait_seconds=0, clock=datetime.now)\n"
        "if os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)\n"
        "print('forked', flush=True)\nos._exit(0)"
    )
    done = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert done.stdout is not None
    assert done.stdout.readline() == "forked\n"
    done.wait(60)
    with books.open_here(tmp_path, wait_seconds=1) as warehouse:
        assert warehouse.takeover is not None
    done.stdout.close()


def test_a_file_open_in_another_program_is_named(tmp_path: Path) -> None:
    books.open_here(tmp_path).close()
    code = "import duckdb, sys, time\nopened = duckdb.connect(sys.argv[1])\nprint('held', flush=True)\ntime.sleep(60)"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "work.duckdb")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    try:
        began = time.monotonic()
        with pytest.raises(WarehouseLocked, match=rf"open in another program.*PID {child.pid}"):
            books.open_here(tmp_path, wait_seconds=0.5)
        assert time.monotonic() - began >= 0.5
        ender = threading.Timer(0.3, child.terminate)
        ender.start()
        books.open_here(tmp_path, wait_seconds=60).close()  # who waits gets it when the other program is done
        ender.join()
    finally:
        child.kill()
        child.communicate()
    books.open_here(tmp_path).close()


def test_a_failed_opening_gives_the_lock_back(tmp_path: Path) -> None:
    (tmp_path / "work.duckdb").write_bytes(b"this is no database" * 1000)
    for _ in range(2):
        with pytest.raises(Exception, match="cannot be read as a DuckDB file"):
            books.open_here(tmp_path)


def test_the_file_is_in_the_format_of_duckdb_1_4(tmp_path: Path) -> None:
    with books.open_here(tmp_path) as warehouse:
        assert isinstance(warehouse, Warehouse)
    with duckdb.connect(str(tmp_path / "work.duckdb"), read_only=True) as con:
        [(tags,)] = con.execute("select tags from duckdb_databases() where database_name = 'work'").fetchall()
    assert tags["storage_version"].startswith("v1.4.0")
