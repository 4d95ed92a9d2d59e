"""Detail that stays as Parquet files where it was computed, and how it is read together with the rows of the tables.

`backtest.parts` lists the files, `backtest.runs.part` says in which of them a run's rows stand: files also hold rows of
runs that are gone. In a published file the tables of detail are views over both. Who opens one by `open_published` has
no access to files, and a list of allowed ones would not do, for DuckDB writes to them, too: there the files are laid
beside by pyarrow, which also reaches the object stores that workers reach.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from warehouse.client import take_tables
from warehouse.statements import literal, statement

if TYPE_CHECKING:
    import duckdb
    from pyarrow import dataset, fs

LOST_PARTS = "lost_parts"
"""The variable of an open file that says which detail is missing; see `detail/lost.sql`."""
STORED = "stored_"
"""How the names of a published file's tables of detail begin, where views over both have the names themselves."""
BESIDE = "beside_"
"""How the names begin under which the files are laid beside a published one."""
LOST = (
    "the detail of some runs is not where it was left, in {place} ({why}): put it back, or `sdengine run` computes it"
    " anew; figures, orders and verdicts answer without it, and show, explain, the pages and `sdengine sql --detail"
    " NAME` compute what they need"
)
UNREADABLE = (
    "the parts that hold the {holds} of some runs cannot be read ({why}): `sdengine doctor` names the file; once it is"
    " removed, show, explain, the pages and `sdengine sql --detail NAME` compute what they need, and `sdengine run`"
    " computes it anew"
)
_READING = re.compile(rf"registered as '{BESIDE}(?P<holds>\w+)' failed: (?P<why>.*)")


class PartFile(NamedTuple):
    """A row of `backtest.parts`."""

    part: str
    holds: str
    place: str
    file: str
    bytes: int


def used_files(con: duckdb.DuckDBPyConnection) -> list[PartFile]:
    """List the files in which the detail of the present database's runs stands."""
    from warehouse.client import duckdb

    try:
        there_are_any = con.execute(statement("parts/any")).fetchall()
        return [PartFile(*row) for row in con.execute(statement("parts/used")).fetchall()] if there_are_any else []
    except duckdb.CatalogException:  # a file of a version that left no parts
        return []


@cache
def file_system(where: str) -> tuple[fs.FileSystem, str]:
    """Find the file system of an absolute path or URI, and the path in it.

    Raises:
        OSError: there is no such file system, or it does not answer; or ValueError.
    """
    from pyarrow import fs

    return fs.FileSystem.from_uri(where) if "://" in where else (fs.LocalFileSystem(), where)


def whole_place(place: str, folder: Path) -> str:
    """Give the place of a `PartFile` as an absolute path or URI; `folder`: the warehouse's."""
    return place if "://" in place else str(folder.absolute() / place)


def damage_of(file: PartFile, folder: Path) -> str:
    """Read a file whole, each page held against its checksum; what is wrong with it, "" for nothing."""
    from pyarrow import ArrowException, parquet

    system, root = file_system(whole_place(file.place, folder))
    try:
        with system.open_input_file(f"{root}/{file.file}") as source:
            for _ in parquet.ParquetFile(source, page_checksum_verification=True).iter_batches():
                pass
    except (OSError, ArrowException) as error:
        return " ".join(str(error).split())
    return ""


def offer(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Put views over tables and parts in the place of the present database's tables of detail, if it has parts.

    DuckDB looks into the first file of each as it makes the view: where it is missing, the view says so.
    """
    import schemas  # who merely reads brings no declarations
    from warehouse import ddl
    from warehouse.client import duckdb

    for name, own in _by_table(used_files(con)).items():
        paths = ", ".join(literal(_address(file, folder)) for file in own)
        rows = _rows(f"read_parquet([{paths}])", "backtest.runs")
        con.execute(f"alter table backtest.{name} rename to {STORED}{name}")
        view = f"create view backtest.{name} as from backtest.{STORED}{name} union all by name "
        with _standing_in(con, own):
            try:
                con.execute(view + rows)
            except duckdb.IOException as error:
                con.execute(view + _refusal(literal(_lost(own, folder, error))))
        for comment in ddl.comments_on_view(schemas.table(f"backtest.{name}")):
            con.execute(comment)


def withdraw(con: duckdb.DuckDBPyConnection) -> None:
    """Undo what `offer` has done: the tables have their names again."""
    for (stored,) in con.execute(statement("parts/stored")).fetchall():
        name = stored.removeprefix(STORED)
        con.execute(f"drop view backtest.{name}")
        con.execute(f"alter table backtest.{stored} rename to {name}")


def lay_open(con: duckdb.DuckDBPyConnection, database: str, folder: Path, *, needed: bool) -> dict[str, str]:
    """Register the files of the present database's parts; by table, the SQL of their rows.

    Where files are missing, that is said when they are asked for, if they are `needed`. Else no part is laid open: what
    was in it is brought, and would stand there twice in the tables whose files are where they were left.
    """
    selects, lost = {}, False
    for name, own in _by_table(used_files(con)).items():
        take_tables()
        try:
            con.register(f"{BESIDE}{name}", _dataset(own, folder))
        except (OSError, ValueError) as error:
            con.execute(f"set variable {LOST_PARTS} = {literal(_lost(own, folder, error))}")
            selects[name], lost = _refusal(f"getvariable('{LOST_PARTS}')"), True
        else:
            selects[name] = _rows(f"{BESIDE}{name}", f"{database}.backtest.runs")
    return {} if lost and not needed else selects


def what_parts_lack(error: Exception) -> str:
    """Tell what an error says of files of parts, in our sentence; "" where it is about something else."""
    text = " ".join(str(error).split())
    if reading := _READING.search(text):
        return UNREADABLE.format(**reading.groupdict())
    _, lost, rest = text.partition(LOST.partition("{")[0])
    return lost + rest


def _by_table(files: Sequence[PartFile]) -> dict[str, list[PartFile]]:
    by_table: dict[str, list[PartFile]] = defaultdict(list)
    for file in files:
        by_table[file.holds].append(file)
    return by_table


def _rows(source: str, runs: str) -> str:
    """Write SQL of the rows in files, without those of runs that are gone or have other files by now."""
    return f"select * exclude (part) from {source} semi join {runs} using (run_id, part)"


def _refusal(sentence: str) -> str:
    """Write SQL that fails with a sentence when it is asked for rows, be they counted or those of one run."""
    return f"select error({sentence})::varchar as run_id where error({sentence})"


def _lost(files: Sequence[PartFile], folder: Path, error: Exception) -> str:
    why = " ".join(str(error).splitlines()[0].split())
    if isinstance(error, FileNotFoundError):  # it says which file, and no more
        why = f"there is no {why}"
    return LOST.format(place=whole_place(files[0].place, folder), why=why)


def _address(file: PartFile, folder: Path) -> str:
    """Write where a file lies as DuckDB reads it; what follows a `?` is for pyarrow."""
    return f"{whole_place(file.place, folder).partition('?')[0].rstrip('/')}/{file.file}"


def _dataset(files: Sequence[PartFile], folder: Path) -> dataset.Dataset:
    """Open the files of one table, wherever they lie; FileNotFoundError where one is missing in a folder.

    Each page is held against its checksum as it is read: a bit that has turned over is no figure.
    """
    from pyarrow import dataset

    proven = dataset.ParquetFileFormat(
        default_fragment_scan_options=dataset.ParquetFragmentScanOptions(page_checksum_verification=True)
    )
    children = []
    for place in sorted({file.place for file in files}):
        system, root = file_system(whole_place(place, folder))
        own = [f"{root}/{file.file}" for file in files if file.place == place]
        children.append(dataset.dataset(own, filesystem=system, format=proven))
    return dataset.dataset(children)


@contextmanager
def _standing_in(con: duckdb.DuckDBPyConnection, files: Sequence[PartFile]) -> Iterator[None]:
    """Have an empty file stand for each that lies in an object store, which DuckDB reaches by an extension alone.

    Views over them are made without the network. Who opens the published file by itself loads the extension `httpfs`.
    """
    schemes = {scheme for scheme, found, _ in (file.place.partition("://") for file in files) if found}
    if not schemes:
        yield
        return
    from warehouse.stand_in import StandIn

    take_tables()

    for scheme in schemes:
        con.register_filesystem(StandIn(scheme, f"backtest.{files[0].holds}"))
    try:
        yield
    finally:
        for scheme in schemes:
            con.unregister_filesystem(scheme)
