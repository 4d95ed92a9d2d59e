"""The bars as a file at the place: written once, read once by each process that computes parts."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from flows.backtest.parts.place import Place, place_at

if TYPE_CHECKING:
    import polars as pl

FOLDER = "bars"


def leave_bars(place: Place, bars: pl.DataFrame) -> str:
    """Write the bars if they are not there, and return their name: a fingerprint of their very bits."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = bars.to_arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    name = hashlib.blake2b(sink.getvalue(), digest_size=8).hexdigest()
    if _path(name) not in place.sizes(FOLDER):
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
        place.put(_path(name), sink.getvalue())
    return name


@lru_cache(maxsize=2)
def bars_at(where: str, name: str) -> pl.DataFrame:
    """Read the bars of that name, kept for the next part that this process computes."""
    import polars as pl
    import pyarrow.parquet as pq

    with place_at(where).reading(_path(name)) as source:
        return pl.DataFrame(pl.from_arrow(pq.ParquetFile(source, page_checksum_verification=True).read()))


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.parquet"
