"""What a part leaves: its tables as Parquet files, and `done.json`, written last, that makes them a part."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.errors import PipelineError
from schemas.backtest import DETAIL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from flows.backtest.parts.place import Place
    from sdengine.history.run import Chunk

DONE = "done.json"


@dataclass(frozen=True)
class DonePart:
    """What a worker answers: the part is there. `runs`: how many it has, `again`: it was there before."""

    part_id: str
    runs: int
    again: bool = False


@dataclass(frozen=True)
class Left:
    """The detail of a part, which stays at its place when all else has been loaded.

    name   by which runs name it: that of the part, and of the attempt that left it
    files  by table: path, rows and bytes of each
    """

    name: str
    files: dict[str, dict[str, Any]]


def write(
    place: Place, part_id: str, runs: int, chunks: Iterable[Chunk], run_ids: Sequence[str] | None = None
) -> DonePart:
    """Write the chunks of a part.

    Each attempt has files of its own, and `done.json` names them: two workers at one part never mix their files.
    `run_ids`: of its runs, if their detail is to stay; it is written as the tables of `backtest` have it.
    """
    import pyarrow as pa

    failures: dict[int, str] = {}
    pieces: dict[str, list[pa.Table]] = {}
    for chunk in chunks:
        failures.update(chunk.failures)
        for name, table in chunk.tables.items():
            pieces.setdefault(name, []).append(table)
    attempt = secrets.token_hex(4)
    files, detail = {}, {}
    for name in list(pieces):
        path = f"{part_id}/{name}-{attempt}.parquet"
        table = pa.concat_tables(pieces.pop(name))
        if run_ids is not None and name in DETAIL:
            size = _write_detail(place, path, table, run_ids, f"{part_id}-{attempt}")
            detail[name] = {"path": path, "rows": table.num_rows, "bytes": size}
        else:
            files[name] = {"path": path, "rows": table.num_rows, "bytes": _write_table(place, path, table)}
    done = {"part": part_id, "runs": runs, "files": files, "failures": {str(k): failures[k] for k in sorted(failures)}}
    if detail:
        done |= {"detail": detail, "left": f"{part_id}-{attempt}"}
    place.put(f"{part_id}/{DONE}", json.dumps(done, indent=1).encode())
    return DonePart(part_id, runs)


def is_complete(place: Place, part_id: str) -> bool:
    """Whether the part is there, each file as long as it was when it had been written."""
    sizes = place.sizes(part_id)
    if f"{part_id}/{DONE}" not in sizes:
        return False
    done = _done(place, part_id)
    files = [*done["files"].values(), *done.get("detail", {}).values()]
    return all(sizes.get(file["path"]) == file["bytes"] for file in files)


def left(place: Place, part_id: str) -> Left | None:
    """Tell what of a part stays at its place; None where nothing does."""
    done = _done(place, part_id)
    return Left(done["left"], done["detail"]) if "detail" in done else None


def read(place: Place, part_id: str) -> Chunk:
    """Read the part as one chunk, bit by bit what was written; strike a damaged one out and raise `PipelineError`.

    Detail that stays at the place is not read.
    """
    import pyarrow as pa

    from sdengine.history.run import Chunk

    try:
        done = _done(place, part_id)
        tables = {name: _read_table(place, file["path"]) for name, file in done["files"].items()}
        for name, table in tables.items():
            if table.num_rows != done["files"][name]["rows"]:
                raise OSError(f"{name} has {table.num_rows} rows")
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        place.remove_file(f"{part_id}/{DONE}")  # not the folder: what stays of an earlier night may lie there, too
        reason = " ".join(str(error).split())
        raise PipelineError(
            f"the part {part_id} is damaged ({reason}); it counts no more, and the next run computes it anew"
        ) from error
    failures = {int(position): reason for position, reason in done["failures"].items()}
    return Chunk(list(range(done["runs"])), tables, failures)


def _done(place: Place, part_id: str) -> dict[str, Any]:
    with place.reading(f"{part_id}/{DONE}") as stream:
        done: dict[str, Any] = json.loads(stream.read())
    return done


def _write_detail(place: Place, path: str, table: pa.Table, run_ids: Sequence[str], part: str) -> int:
    """Write a table of detail that stays: as the tables of `backtest` have it, and each row with the name of its part.

    It has plain texts for whoever reads it, and lies on the disk when this returns.
    """
    import pyarrow as pa

    from warehouse.incoming import with_run_ids

    own = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), table.num_rows), [part])
    return _write_table(place, path, with_run_ids(table, run_ids).append_column("part", own), stays=True)


def _write_table(place: Place, path: str, table: pa.Table, *, stays: bool = False) -> int:
    """Write the table and return the bytes of its file. Doubles hardly repeat: a dictionary of them is wasted time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from warehouse.incoming import ROW_GROUP

    repeating = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=ROW_GROUP if stays else max(table.num_rows, 1),  # who asks for one run skips the others
        store_schema=not stays,
        use_dictionary=repeating,
        compression="zstd",
        compression_level=1,
        write_page_checksum=True,
    )
    size = place.put(path, sink.getvalue())
    if stays:
        place.to_disk(path)
    return size


def _read_table(place: Place, path: str) -> pa.Table:
    import pyarrow.parquet as pq

    with place.reading(path) as source:
        return pq.ParquetFile(source, page_checksum_verification=True).read()
