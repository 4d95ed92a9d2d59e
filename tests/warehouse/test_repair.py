"""A work file that is gone or cannot be read: told with the command that helps, and built anew, whatever dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import schemas
from tests.warehouse import books
from warehouse import NoResults, StorageDamaged, StorageFailed, WarehouseDiffers, WarehouseLocked, WarehouseNewer
from warehouse.places import KEPT, RESULTS, WORK, write_ahead
from warehouse.repair import Repaired, repair
from warehouse.work import utc_now


def mend(folder: Path, wait: float = 0.0) -> Repaired | None:
    return repair(folder, wait_seconds=wait, clock=utc_now)


def rows(folder: Path) -> dict[str, list[str]]:
    """Every row of every table, as text; the end of a batch is told a moment later in the work file."""
    with books.open_here(folder) as warehouse:
        frames = {table.name: warehouse.read(table.name) for table in schemas.tables()}
    return {name: sorted(map(repr, frame.drop("finished_at", strict=False).rows())) for name, frame in frames.items()}


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """Make a folder whose work file has been published, and closed."""
    shutil.copytree(finished, tmp_path / "w")
    with books.open_here(tmp_path / "w") as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "hand", "published"))
    return tmp_path / "w"


def truncate(work: Path) -> None:
    os.truncate(work, work.stat().st_size // 2)


def scribble(work: Path) -> None:
    """Overwrite every block but the headers, which only reading the rows can show."""
    with work.open("r+b") as file:
        file.seek(12288 + 5000)
        file.write(b"\xa5" * (work.stat().st_size - 12288 - 5000))


def foreign(work: Path) -> None:
    work.unlink()
    duckdb.connect(str(work)).execute("create table somebodys (i integer)").close()


def altered(work: Path) -> None:
    duckdb.connect(str(work)).execute("drop table raw.fetches").close()


def bad_log(work: Path) -> None:
    """Leave what a killed process had not yet brought into the file, and spoil it."""
    code = (
        "import duckdb, os, sys\ncon = duckdb.connect(sys.argv[1])\n"
        "con.execute(\"insert into ops.migrations select 99 + range, repeat('x', 99), now(), null from range(50)\")\n"
        "con.execute('delete from ops.migrations where version >= 99')\nos._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(work)], check=True)
    log = bytearray(write_ahead(work).read_bytes())
    log[len(log) // 2] ^= 255
    write_ahead(work).write_bytes(log)


SPOILED: dict[str, tuple[Callable[[Path], object], type[Exception], str]] = {
    "gone": (lambda work: work.unlink(), StorageDamaged, "is missing, and results.duckdb was published from it"),
    "empty": (lambda work: os.truncate(work, 0), StorageDamaged, "is empty, and results.duckdb was published from it"),
    "one byte": (lambda work: os.truncate(work, 1), StorageDamaged, "cannot be read as a DuckDB file"),
    "cut in half": (truncate, StorageDamaged, "cannot be read as a DuckDB file"),
    "text": (lambda work: work.write_text("no database " * 999), StorageDamaged, "cannot be read as a DuckDB file"),
    "scribbled over": (scribble, StorageDamaged, "cannot be read as a DuckDB file"),
    "a spoiled log": (bad_log, StorageDamaged, "cannot be read as a DuckDB file"),
    "another program's": (foreign, WarehouseDiffers, "no warehouse of this program: it holds main.somebodys"),
    "altered": (altered, WarehouseDiffers, "raw.fetches in this warehouse is not the table"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_is_broken_is_told_with_the_remedy_which_loses_nothing_published(folder: Path, how: str) -> None:
    before = rows(folder)
    spoil, kind, sentence = SPOILED[how]
    spoil(folder / WORK)
    with pytest.raises(kind) as told:
        books.open_here(folder)
    assert sentence in str(told.value)
    assert str(folder / WORK) in str(told.value)
    assert "`sdengine repair`" in str(told.value)
    repaired = mend(folder)
    assert repaired is not None
    assert sentence in repaired.why
    assert (repaired.source.name, repaired.bars, repaired.runs) == (RESULTS, 5, 1)
    assert (repaired.aside is None) == (how == "gone")
    assert repaired.aside is None or repaired.aside.exists()
    assert not write_ahead(folder / WORK).exists()
    assert rows(folder) == before
    assert mend(folder) is None, "what is sound is left alone"


def test_batches_that_were_not_published_are_named_where_the_old_file_still_tells(folder: Path) -> None:
    with books.open_here(folder) as warehouse:
        later = warehouse.ledger.start("run", "hand", "not published")
    altered(folder / WORK)
    repaired = mend(folder)
    assert repaired is not None
    assert repaired.later == (later,)


def test_a_kept_file_serves_where_the_published_one_is_broken_too(folder: Path) -> None:
    with books.open_here(folder) as warehouse:
        warehouse.publish(warehouse.ledger.start("run", "hand", "second"), keep=3)
    [kept] = folder.glob(KEPT)
    truncate(folder / RESULTS)
    truncate(folder / WORK)
    repaired = mend(folder)
    assert repaired is not None
    assert repaired.source == kept


def test_without_a_sound_published_file_nothing_is_touched(folder: Path) -> None:
    for name in (RESULTS, WORK):
        truncate(folder / name)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(NoResults, match=r"no published file to build it from .*begin anew"):
        mend(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_later_versions_file_is_no_case_for_it(folder: Path) -> None:
    duckdb.connect(str(folder / WORK)).execute("update ops.migrations set version = 999").close()
    with pytest.raises(WarehouseNewer, match="update the program"):
        mend(folder)


def test_an_older_versions_file_is_sound(folder: Path) -> None:
    duckdb.connect(str(folder / WORK)).execute("update ops.migrations set version = 1").close()
    assert mend(folder) is None


def test_who_writes_is_not_disturbed(folder: Path) -> None:
    with books.open_here(folder), pytest.raises(WarehouseLocked, match="'sdengine run'"):
        mend(folder)


def test_an_empty_folder_needs_nothing(tmp_path: Path) -> None:
    assert mend(tmp_path) is None
    (tmp_path / WORK).touch()  # a process died when it had made the file
    books.open_here(tmp_path).close()


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("precious")
    (tmp_path / "work.lock").symlink_to(tmp_path / "theirs")
    with pytest.raises(StorageFailed, match="is a link"):
        books.open_here(tmp_path)
    assert (tmp_path / "theirs").read_text() == "precious"


DIE_AT = """
import os, signal, sys
from pathlib import Path
import warehouse.repair as place
from warehouse.work import utc_now
steps = int(sys.argv[2])
def counted(original):
    def call(*a, **k):
        global steps
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        return original(*a, **k)
    return call
place.os.rename = counted(os.rename)
place.to_disk = counted(place.to_disk)
place.migrations.migrate = counted(place.migrations.migrate)
place.repair(Path(sys.argv[1]), wait_seconds=0, clock=utc_now)
print("repaired")
"""


def test_killed_at_any_step_another_repair_goes_on(folder: Path, tmp_path: Path) -> None:
    """Migrate, sync, rename the old file, rename its log, sync, rename the new file, sync: killed before each."""
    before = rows(folder)
    bad_log(folder / WORK)
    for step in range(8):
        shutil.copytree(folder, tmp_path / "copy")
        done = subprocess.run(
            [sys.executable, "-c", DIE_AT, str(tmp_path / "copy"), str(step)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == ((-signal.SIGKILL, "") if step < 7 else (0, "repaired\n")), done.stderr
        if step < 6:  # what is not yet mended is refused, never begun anew
            with pytest.raises((StorageDamaged, StorageFailed), match="sdengine repair"):
                books.open_here(tmp_path / "copy")
        mend(tmp_path / "copy")
        assert rows(tmp_path / "copy") == before
        assert not [path.name for path in (tmp_path / "copy").iterdir() if path.name.startswith(".work")]
        shutil.rmtree(tmp_path / "copy")


def test_a_full_disk_leaves_all_as_it_was(folder: Path) -> None:
    truncate(folder / WORK)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom warehouse import StorageFailed\n"
        "from warehouse.repair import repair\nfrom warehouse.work import utc_now\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "try: repair(Path(sys.argv[1]), wait_seconds=0, clock=utc_now)\nexcept StorageFailed as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert "what was published before is untouched" in done.stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
