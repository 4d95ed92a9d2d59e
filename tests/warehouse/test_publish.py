"""Readers get a new file in one instant or keep the old one; a failed audit or a lost process never shows."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse import books
from warehouse import AuditFailed, BadRequest, NoResults, Results, Warehouse, publish


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
    batch = books.publish_a_night(warehouse, status="failed", reason="1 ticker failed")
    with Results.open(warehouse.directory) as results:
        assert results.rows(f"select status, reason from ops.batches where batch_id = '{batch}'") == [
            ("failed", "1 ticker failed")
        ]


def test_a_failed_audit_keeps_the_old_results_and_says_which_rows_offend(warehouse: Warehouse) -> None:
    first = books.publish_a_night(warehouse)
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
    batches = [books.publish_a_night(warehouse, keep=2) for _ in range(4)]
    kept = sorted(path.name for path in warehouse.directory.glob("results-*"))
    assert kept == [f"results-{batch}.duckdb" for batch in batches[1:3]]
    with Results.open(warehouse.directory / kept[0]) as results:
        assert results.scalar("select max(batch_id) from ops.batches") == batches[1]
    books.publish_a_night(warehouse, keep=0)
    assert not list(warehouse.directory.glob("results-*"))
    with pytest.raises(BadRequest, match="keep"):
        warehouse.publish(batches[0], keep=-1)


def test_a_reader_keeps_its_night_while_the_next_is_published(warehouse: Warehouse) -> None:
    books.publish_a_night(warehouse)
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
    books.publish_a_night(warehouse)
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
    books.publish_a_night(warehouse)
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
    books.publish_a_night(warehouse)
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
        books.publish_a_night(again)
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
    books.publish_a_night(warehouse)
    assert order == ["sync .results", "replace", f"sync {warehouse.directory.name}"]
