"""Readers get a new file in one instant or keep the old one; a failed audit or a lost process never shows."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.warehouse import books
from warehouse import AuditFailed, BadRequest, NoResults, Results, StorageDamaged, Warehouse, publish, stamp
from warehouse.stamp import is_as_published


def publish_a_night(warehouse: Warehouse, **settings: Any) -> str:
    batch = warehouse.ledger.start("run", "hand", "a night")
    warehouse.publish(batch, **settings)
    return batch


def test_what_is_published_is_what_was_written(warehouse: Warehouse) -> None:
    batch = warehouse.ledger.start("run", "hand", "a night")
    told = warehouse.publish(batch)
    assert (told.path, told.batch_id, told.kept) == (warehouse.directory / "results.duckdb", batch, ())
    assert told.bytes == told.path.stat().st_size
    with Results.open(warehouse.directory) as results:
        for table in ("raw.bars", "clean.bars", "backtest.fills", "backtest.lots", "metrics.runs"):
            assert results.frame(f"from {table}").equals(warehouse.read(table, order=False)), table
        rows = results.rows("select value from backtest.asset_days where ticker = 'A' order by date")
        assert rows == [(500.0,), (432.0,), (432.0,), (404.0,)]
        assert results.scalar("select status from ops.batches where batch_id = $b", {"b": batch}) == "done"
        where = "schema_name = 'backtest' and table_name = 'fills' and column_name = 'costs'"
        comment = f"select comment from duckdb_columns() where {where}"
        assert results.scalar(comment) == "Commissions of the fill; slippage is in the price [money]"
        view = "select comment from duckdb_views() where view_name = 'asset_days' and not temporary"
        assert str(results.scalar(view)).startswith("one row is one asset of one run")
    done = warehouse.ledger.last_batch()
    assert done is not None
    assert (done["batch_id"], done["status"], done["reason"]) == (batch, "done", "a night")
    assert sorted(path.name for path in warehouse.directory.iterdir()) == [
        ".results.stamp",
        "results.duckdb",
        "work.duckdb",
        "work.duckdb.wal",
        "work.lock",
    ]


def test_a_night_with_failures_is_published_as_such(warehouse: Warehouse) -> None:
    batch = publish_a_night(warehouse, status="failed", reason="1 ticker failed")
    with Results.open(warehouse.directory) as results:
        assert results.rows(f"select status, reason from ops.batches where batch_id = '{batch}'") == [
            ("failed", "1 ticker failed")
        ]


def test_a_failed_audit_keeps_the_old_results_and_says_which_rows_offend(warehouse: Warehouse) -> None:
    first = publish_a_night(warehouse)
    before = warehouse.results_path.read_bytes()
    warehouse.rows("update backtest.fills set bank_after = 500 where seq = 1")
    second = warehouse.ledger.start("run", "hand")
    with pytest.raises(AuditFailed) as caught:
        warehouse.publish(second)
    message = str(caught.value)
    assert "assert_bank_follows_fills: 2 offending rows" in message
    assert "'seq': 1" in message
    # the bank jumps by -107 and back by +107 (two fills), and the day of the 3rd carries another one (one day)
    found = {finding.check: finding.count for finding in caught.value.findings}
    assert found == {"assert_bank_follows_fills": 2, "assert_days_carry_the_bank": 1}
    assert warehouse.results_path.read_bytes() == before
    last = warehouse.ledger.last_batch()
    assert last is not None
    assert (last["batch_id"], last["status"]) == (second, "failed")
    assert "assert_bank_follows_fills" in last["reason"]
    with Results.open(warehouse.directory) as results:
        assert results.scalar("select max(batch_id) from ops.batches where verb = 'run'") == first


def test_older_results_are_kept_as_many_as_asked(warehouse: Warehouse) -> None:
    batches = [publish_a_night(warehouse, keep=2) for _ in range(4)]
    kept = sorted(path.name for path in warehouse.directory.glob("results-*"))
    assert kept == [f"results-{batch}.duckdb" for batch in batches[1:3]]
    with Results.open(warehouse.directory / kept[0]) as results:
        assert results.scalar("select max(batch_id) from ops.batches") == batches[1]
    publish_a_night(warehouse, keep=0)
    assert not list(warehouse.directory.glob("results-*"))
    with pytest.raises(BadRequest, match="keep"):
        warehouse.publish(batches[0], keep=-1)


def test_a_reader_keeps_its_night_while_the_next_is_published(warehouse: Warehouse) -> None:
    publish_a_night(warehouse)
    code = (
        "import sys\nfrom warehouse import Results\nr = Results.open(sys.argv[1])\n"
        "sql = 'select max(close) from clean.bars'\nprint(r.scalar(sql), flush=True)\nsys.stdin.readline()\n"
        "print(r.scalar(sql), flush=True)\nr.close()\nprint(Results.open(sys.argv[1]).scalar(sql), flush=True)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse.directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "108.0\n"
    warehouse.rows("update clean.bars set close = 109 where close = 108")
    warehouse.rows("update backtest.portfolio_days set total_value = total_value + 4 where date in ('2024-01-03')")
    publish_a_night(warehouse)
    output, _ = reader.communicate("go on\n", timeout=20)
    assert output.split() == ["108.0", "109.0"]


READER = """
import sys
from warehouse import Results
directory, seen, reads = sys.argv[1], set(), 0
while reads < 20 or len(seen) < 4:
    with Results.open(directory) as r:
        [(fills, days, source)] = r.rows(
            "select (select count(*) from backtest.fills), (select count(*) from backtest.asset_days),"
            " (select string_agg(distinct source, '+') from clean.bars)")
    assert (fills, days) == (7, 6), (fills, days)
    seen.add(source)
    reads += 1
print(reads, len(seen), max(map(len, seen)))
"""


def test_readers_in_a_loop_never_see_a_lock_or_half_a_night(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "audit", lambda con, **_: [])  # for more nights in the time
    warehouse.rows("update clean.bars set source = '00'")
    publish_a_night(warehouse)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(warehouse.directory)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    night = 0
    while any(reader.poll() is None for reader in readers):
        night += 1
        batch = warehouse.ledger.start("run", "hand")
        with warehouse.transaction():  # each night rewrites everything, in pieces
            for ticker in ("A", "B"):
                rows = books.bars().filter(ticker=ticker).with_columns(source=pl.lit(f"{night % 100:02d}"))
                warehouse.replace("clean.bars", rows, {"ticker": ticker})
            warehouse.delete("backtest.fills", None)
            warehouse.append("backtest.fills", books.fills())
        warehouse.publish(batch, keep=night % 3)
        time.sleep(0.05)
    for reader in readers:  # which end when they have met several nights
        output, errors = reader.communicate()
        assert reader.returncode == 0, errors
        _reads, _nights, longest = map(int, output.split())
        assert longest == 2, "two nights' bars in one answer"


DIE_AT = """
import os, signal, sys
from tests.warehouse import books
from warehouse import publish
import warehouse.publish as place
where = sys.argv[2]
def die(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
def after(original):
    def call(*a, **k):
        original(*a, **k)
        die()
    return call
wh = books.open_here(__import__('pathlib').Path(sys.argv[1]))
batch = wh.ledger.start('run', 'hand', 'to die')
wh.rows("update clean.bars set source = 'new'")
print(batch, flush=True)
if where == 'before the audit': place.audit = die
if where == 'in the copy': place._copy = die
if where == 'after the copy': place.to_disk = die
if where == 'before the replacement': place.os.replace = die
if where == 'after the replacement': place.os.replace = after(os.replace)
if where == 'before the last line': wh.ledger.finish = die
wh.publish(batch)
"""


@pytest.mark.parametrize(
    ("where", "published"),
    [
        ("before the audit", False),
        ("in the copy", False),
        ("after the copy", False),
        ("before the replacement", False),
        ("after the replacement", True),
        ("before the last line", True),
    ],
)
def test_killed_while_publishing(warehouse: Warehouse, where: str, published: bool) -> None:
    publish_a_night(warehouse)
    directory = warehouse.directory
    warehouse.close()
    done = subprocess.run(
        [sys.executable, "-c", DIE_AT, str(directory), where], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    batch = done.stdout.strip()
    with Results.open(directory) as results:
        assert results.scalar("select min(source) from clean.bars") == ("new" if published else "hand")
    with books.open_here(directory) as again:
        last = again.ledger.last_batch()
        assert last is not None
        assert last["batch_id"] == batch
        assert last["status"] == ("done" if published else "crashed")
        assert again.crashed == (() if published else (batch,))
        assert again.scalar("select min(source) from clean.bars") == "new"
        publish_a_night(again)
        assert not [path for path in directory.iterdir() if path.name.endswith(".tmp")], "unfinished copies go"
    with Results.open(directory) as results:
        assert results.scalar("select min(source) from clean.bars") == "new"


def test_nothing_published_yet_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoResults, match=r"nothing has been published yet; `sdengine run` does that"):
        Results.open(tmp_path)


def test_the_copy_is_on_the_disk_before_it_gets_its_name(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        order.append(f"sync {os.path.basename(os.readlink(f'/proc/self/fd/{descriptor}'))[:8]}")
        real_sync(descriptor)

    def replace(source: Path, target: Path) -> None:
        order.append("replace")
        real_replace(source, target)

    monkeypatch.setattr(publish.os, "fsync", sync)
    monkeypatch.setattr(publish.os, "replace", replace)
    publish_a_night(warehouse)
    assert order == ["sync .results", "replace", f"sync {warehouse.directory.name}"]


def test_a_published_file_that_somebody_touched_shows(warehouse: Warehouse) -> None:
    publish_a_night(warehouse)
    path = warehouse.results_path
    assert is_as_published(path)
    content = path.read_bytes()
    path.write_bytes(content[:-100_000])
    assert not is_as_published(path)
    path.write_bytes(content)
    assert is_as_published(path), "put back, it is a copy of what was published"
    with duckdb.connect(str(path)) as con:
        con.execute("update metrics.runs set final_value = 0.75")
    assert not is_as_published(path)
    path.unlink()
    assert not is_as_published(path)


def test_a_copy_of_a_published_file_is_read_whole_once(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a project that was copied: the same bytes, of another time."""
    publish_a_night(warehouse)
    path, read = warehouse.results_path, list[Path]()
    monkeypatch.setattr(stamp, "damage", lambda file: read.append(file))
    for _ in range(2):
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert is_as_published(path)
    assert read == [path], "the second time it is what its note says"
    monkeypatch.undo()
    path.write_bytes(b"\xa5" * 4096 + path.read_bytes()[4096:])
    assert not is_as_published(path)


LEAVING_A_LOG = """
import duckdb, os, sys
con = duckdb.connect(sys.argv[1])
con.execute("update metrics.runs set final_value = 0.75")
os._exit(0)
"""


def test_what_another_program_wrote_beside_a_published_file_neither_stays_nor_spoils_the_next(
    warehouse: Warehouse,
) -> None:
    """It was killed with the file open: DuckDB's log of it would be replayed on the next file, or forbid it to all."""
    publish_a_night(warehouse)
    path = warehouse.results_path
    log = path.with_name("results.duckdb.wal")
    subprocess.run([sys.executable, "-c", LEAVING_A_LOG, str(path)], check=True)
    assert log.exists()
    assert not is_as_published(path)
    left = log.read_bytes()
    publish_a_night(warehouse)
    assert not log.exists()
    assert is_as_published(path)
    with Results.open(path) as results:
        assert results.scalar("select final_value from metrics.runs") == 1014.0
    log.write_bytes(left)
    with pytest.raises(StorageDamaged, match=r"another program has left results\.duckdb\.wal: remove it, or the next"):
        Results.open(path)


HOLDING = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_night_that_another_program_holds_open_is_kept_as_an_older_one(warehouse: Warehouse) -> None:
    """Open for writing, as DuckDB's own client opens by default, it can be read by nobody else."""
    first = publish_a_night(warehouse)
    words = [sys.executable, "-c", HOLDING, str(warehouse.results_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        batch = warehouse.ledger.start("run", "hand", "a night")
        kept = warehouse.publish(batch, keep=3).kept
        holder.communicate()
    assert kept == (warehouse.directory / f"results-{first}.duckdb",)
    with Results.open(warehouse.results_path) as results:
        assert results.scalar("select count(*) from ops.batches where batch_id = $b", {"b": batch}) == 1


def test_a_note_of_before_still_counts(warehouse: Warehouse) -> None:
    """It was without how the file begins."""
    publish_a_night(warehouse)
    path, note = warehouse.results_path, warehouse.directory / ".results.stamp"
    note.write_text(note.read_text().splitlines(keepends=True)[0])
    assert is_as_published(path)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert not is_as_published(path)


def test_without_a_note_a_published_file_is_read_whole(warehouse: Warehouse) -> None:
    """As versions before left it."""
    publish_a_night(warehouse)
    path = warehouse.results_path
    (path.parent / ".results.stamp").unlink()
    assert is_as_published(path)
    assert (path.parent / ".results.stamp").exists(), "and noted, so that it is read once"
    (path.parent / ".results.stamp").unlink()
    with path.open("r+b") as file:
        file.seek(12288 + 5000)
        file.write(b"\xa5" * 300_000)
    assert not is_as_published(path)


def test_a_damaged_file_is_not_kept_as_an_older_night(warehouse: Warehouse) -> None:
    publish_a_night(warehouse)
    os.truncate(warehouse.results_path, 100_000)
    published = warehouse.publish(warehouse.ledger.start("run", "hand", "a night"), keep=3)
    assert published.kept == ()
    assert not list(warehouse.directory.glob("results-*"))
