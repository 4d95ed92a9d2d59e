"""Appending tables that come in pieces: whole row groups at a time, and what is left at the end.

DuckDB stores rows in groups. One that an insert has left half full is filled by the next checkpoint, which writes it
and all that follow it anew: of a night of a thousand scenarios that was as dear as half of all inserting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from warehouse.incoming import ROW_GROUP

if TYPE_CHECKING:
    import pyarrow as pa

    from warehouse.work import Warehouse


TOGETHER = 2 * ROW_GROUP
"""Rows of a table that are appended at once: DuckDB gives each thread a group."""


class Gathering:
    """Takes pieces of tables, and appends them in their order; used within one transaction, and finished in it."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._left: dict[str, list[pa.Table]] = {}

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
        for name, pieces in self._left.items():
            self._warehouse.append_checked(name, _joined(pieces))
        self._left = {}

    def _take(self, name: str, rows: pa.Table) -> None:
        """Append what makes whole groups with what was left before, and keep a copy of the rest alone."""
        import pyarrow as pa

        left = self._left.setdefault(name, [])
        waiting = sum(piece.num_rows for piece in left)
        whole = (waiting + rows.num_rows) // TOGETHER * TOGETHER
        if whole:
            first = TOGETHER - waiting if left else 0
            groups = [_joined([*left, rows.slice(0, first)])] if left else []
            groups.append(rows.slice(first, whole - waiting - first))
            self._warehouse.append_checked(name, pa.concat_tables(groups))
            left.clear()
        rest = rows.slice(whole - waiting if whole else 0)
        middle = rest.num_rows // 2
        left.append(_joined([rest.slice(0, middle), rest.slice(middle)]))  # a slice would keep the whole piece


def _joined(pieces: Sequence[pa.Table]) -> pa.Table:
    """Lay tables behind each other in one piece, which is a copy where there are several."""
    import pyarrow as pa

    return pa.concat_tables(pieces).unify_dictionaries().combine_chunks()
