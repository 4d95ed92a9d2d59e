"""Disk full, a folder that may not be written, a killed process: a clear word, and what was there is not lost."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse import books
from warehouse import Results, StorageFailed

FILL_THE_DISK = """
import resource, sys
from pathlib import Path
import polars as pl
from tests.warehouse import books
from warehouse import StorageFailed
wh = books.open_here(Path(sys.argv[1]))
batch = wh.ledger.start('run', 'hand')
# a published copy is as large as that of the night before
written = 'work.duckdb' if sys.argv[3] == 'write' else 'results.duckdb'
size = (wh.directory / written).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + int(sys.argv[2]), size + int(sys.argv[2])))
try:
    if sys.argv[3] == 'write':
        many = pl.concat([books.bars()] * 40_000).with_columns(pl.int_range(pl.len()).cast(pl.String).alias('source'))
        wh.append('clean.bars', many)
    else:
        wh.publish(batch)
except StorageFailed as error:
    print('StorageFailed:', error)
"""


@pytest.mark.parametrize(("what", "room"), [("write", 100_000), ("publish", -400_000)])
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(
    finished: Path, tmp_path: Path, what: str, room: int
) -> None:
    shutil.copytree(finished, tmp_path / "w")
    directory = tmp_path / "w"
    with books.open_here(directory) as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "hand", "the night before"))
    before = (directory / "results.duckdb").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(directory), str(room), what],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("StorageFailed: "), done.stdout + done.stderr
    assert "what was published before is untouched" in done.stdout
    assert (directory / "results.duckdb").read_bytes() == before
    with books.open_here(directory) as again:
        assert again.read("clean.bars").equals(books.bars())
        assert again.audit() == []
        again.publish(again.ledger.start("run", "hand"))


OPEN_READ_ONLY = (
    "import sys\nfrom warehouse import Results, StorageFailed, Warehouse\n"
    "print(Results.open(sys.argv[1]).scalar('select count(*) from clean.bars'))\n"
    "try: Warehouse.open(sys.argv[1], threads=1)\nexcept StorageFailed as error: print('told:', error)"
)


def with_folder_read_only(directory: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run Python where `directory` may not be written: by its mode; for root, by a mount of the child's own."""
    command = [sys.executable, "-c", code, str(directory)]
    if os.getuid() == 0:
        mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", mount, "sh", str(directory), *command]
        try:
            subprocess.run([*command[:6], str(directory), "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("root may write everywhere, and mounts are not allowed here")
    for path in directory.iterdir():
        path.chmod(0o444)
    directory.chmod(0o555)
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_folder_that_may_only_be_read_serves_readers_and_tells_writers(finished: Path, tmp_path: Path) -> None:
    directory = tmp_path / "w"
    shutil.copytree(finished, directory)
    with books.open_here(directory) as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "hand"))
    done = with_folder_read_only(directory, OPEN_READ_ONLY)
    count, told = done.stdout.splitlines()
    assert count == "5"
    assert told.startswith(f"told: cannot write into the warehouse folder {directory}: "), done.stderr
    assert told.endswith(("Permission denied", "Read-only file system"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailed, match=r"cannot write into the warehouse folder .*file/below: Not a directory"):
        books.open_here(tmp_path / "file" / "below")


WRITE_FOR_EVER = """
import sys
from pathlib import Path
import polars as pl
from tests.warehouse import books
wh = books.open_here(Path(sys.argv[1]))
print('open', flush=True)
night = 0
while True:
    night += 1
    source = pl.lit(f'{night:06d}')
    batch = wh.ledger.start('run', 'hand')
    with wh.ledger.stage(batch, 'validate') as receipt:
        for ticker in ('A', 'B'):
            rows = books.bars().filter(ticker=ticker).with_columns(source=source)
            receipt.rows += wh.replace('clean.bars', rows, {'ticker': ticker})
        wh.replace('clean.actions', books.example('clean.actions').with_columns(source=source))
        receipt.reason = f'{night:06d}'
    print('written', flush=True)
    wh.publish(batch)
    print('published', flush=True)
"""


def test_killed_at_any_instant_the_last_complete_state_is_found(finished: Path, tmp_path: Path) -> None:
    """SIGKILL soon after 0 to 5 steps of a writer: rows of two nights are never mixed, and each has its receipt."""
    directory = tmp_path / "w"
    shutil.copytree(finished, directory)
    with books.open_here(directory) as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "hand"))
    moments = random.Random(20240106)
    nights = []
    for steps in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(directory)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        for _ in range(steps):
            writer.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.05))
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        with Results.open(directory) as results:
            published = results.rows("select distinct source from clean.bars union select source from clean.actions")
            assert len(published) in (1, 2)
        with books.open_here(directory) as warehouse:
            assert warehouse.audit() == []
            assert warehouse.count("ops.batches", {"status": "running"}) == 0
            stored = warehouse.rows("select distinct source from clean.bars union select source from clean.actions")
            receipt = warehouse.rows(
                "select reason from ops.stage_runs where status = 'done' order by started_at desc limit 1"
            )
            assert stored in (receipt, [("hand",)]), "rows and receipt are one commit"
            assert warehouse.count("clean.bars") == 5
            nights.append(stored[0][0])
    assert len(set(nights)) > 1, "no writer came far enough for the test to mean anything"
