"""What a part leaves: its tables as Parquet files, and `done.json`, written last, that makes them a part."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def write(place: Place, part_id: str, runs: int, chunks: Iterable[Chunk]) -> DonePart:
    """Write the chunks of a part.

    Each attempt has files of its own, and `done.json` names them: two workers at one part never mix their files.
    """
    import pyarrow as pa

    failures: dict[int, str] = {}
    pieces: dict[str, list[pa.Table]] = {}
    for chunk in chunks:
        failures.update(chunk.failures)
        for name, table in chunk.tables.items():
            pieces.setdefault(name, []).append(table)
    attempt = secrets.token_hex(4)
    files = {}
    for name in list(pieces):
        path = f"{part_id}/{name}-{attempt}.parquet"
        table = pa.concat_tables(pieces.pop(name))
        files[name] = {"path": path, "rows": table.num_rows, "bytes": _write_table(place, path, table)}
    done = {"part": part_id, "runs": runs, "files": files, "failures": {str(k): failures[k] for k in sorted(failures)}}
    place.put(f"{part_id}/{DONE}", json.dumps(done, indent=1).encode())
    return DonePart(part_id, runs)


def is_complete(place: Place, part_id: str) -> bool:
    """Whether the part is there, each file as long as it was when it had been written."""
    sizes = place.sizes(part_id)
    if f"{part_id}/{DONE}" not in sizes:
        return False
    return all(sizes.get(file["path"]) == file["bytes"] for file in _done(place, part_id)["files"].values())


def read(place: Place, part_id: str) -> Chunk:
    """Read the part as one chunk, bit by bit what was written; remove a damaged one and raise `PipelineError`."""
    import pyarrow as pa

    from sdengine.history.run import Chunk

    try:
        done = _done(place, part_id)
        tables = {name: _read_table(place, file["path"]) for name, file in done["files"].items()}
        for name, table in tables.items():
            if table.num_rows != done["files"][name]["rows"]:
                raise OSError(f"{name} has {table.num_rows} rows")
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        place.remove(part_id)
        reason = " ".join(str(error).split())
        raise PipelineError(
            f"the part {part_id} is damaged ({reason}); it has been removed, and the next run computes it anew"
        ) from error
    failures = {int(position): reason for position, reason in done["failures"].items()}
    return Chunk(list(range(done["runs"])), tables, failures)


def _done(place: Place, part_id: str) -> dict[str, Any]:
    with place.reading(f"{part_id}/{DONE}") as stream:
        done: dict[str, Any] = json.loads(stream.read())
    return done


def _write_table(place: Place, path: str, table: pa.Table) -> int:
    """Write the table and return the bytes of its file. Doubles hardly repeat: a dictionary of them is wasted time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    repeating = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=max(table.num_rows, 1),
        use_dictionary=repeating,
        compression="zstd",
        compression_level=1,
        write_page_checksum=True,
    )
    return place.put(path, sink.getvalue())


def _read_table(place: Place, path: str) -> pa.Table:
    import pyarrow.parquet as pq

    with place.reading(path) as source:
        return pq.ParquetFile(source, page_checksum_verification=True).read()
