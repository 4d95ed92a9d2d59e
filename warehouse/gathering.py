"""Appending tables that come in pieces: whole row groups at a time, and what is left at the end.

DuckDB stores rows in groups. One that an insert has left half full is filled by the next checkpoint, which writes it
and all that follow it anew: of a night of a thousand scenarios that was as dear as half of all inserting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from warehouse.store import ROW_GROUP

if TYPE_CHECKING:
    import pyarrow as pa

    from warehouse.work import Warehouse


class Gathering:
    """Takes pieces of tables, and appends them in their order; used within one transaction, and finished in it."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._left: dict[str, pa.Table] = {}

    def check(self, pieces: Mapping[str, pa.Table]) -> None:
        """Hold a piece of each table against its declaration, and take none of them.

        Raises:
            InvalidTable: a row breaks a rule.
        """
        for name, rows in pieces.items():
            self._warehouse.check(name, rows)

    def take(self, pieces: dict[str, pa.Table]) -> int:
        """Take pieces that have passed `check`, out of what is given; the number of rows.

        Each is let go of when it is written, and stays in DuckDB's memory no longer.
        """
        count = sum(rows.num_rows for rows in pieces.values())
        for name in list(pieces):
            self._take(name, pieces.pop(name))
        self._warehouse.spare_memory()
        return count

    def finish(self) -> None:
        """Append what is left."""
        for name, rows in self._left.items():
            self._warehouse.append_checked(name, rows)
        self._left = {}

    def _take(self, name: str, rows: pa.Table) -> None:
        import pyarrow as pa

        if (left := self._left.get(name)) is not None:
            missing = ROW_GROUP - left.num_rows
            rows = pa.concat_tables([_joined(left, rows.slice(0, missing)), rows.slice(missing)])
        whole = rows.num_rows - rows.num_rows % ROW_GROUP
        if whole:
            self._warehouse.append_checked(name, rows.slice(0, whole))
        rest = rows.slice(whole)
        middle = rest.num_rows // 2
        self._left[name] = _joined(rest.slice(0, middle), rest.slice(middle))  # a copy: a slice keeps the whole piece


def _joined(first: pa.Table, second: pa.Table) -> pa.Table:
    """Lay two tables behind each other in one piece."""
    import pyarrow as pa

    return pa.concat_tables([first, second]).unify_dictionaries().combine_chunks()
