"""Pieces of tables come out of a gathering as they went in, in whole groups of rows."""

from __future__ import annotations

from typing import Any, cast

import pyarrow as pa
import pytest

from schemas import InvalidTable
from warehouse import Warehouse, gathering
from warehouse.gathering import Gathering

GROUP = 10


class Written:
    """Stands for a warehouse: takes what has no row below zero, and keeps what it is given."""

    def __init__(self) -> None:
        self.tables: dict[str, list[pa.Table]] = {}

    def check(self, table: str, rows: pa.Table) -> None:
        if min(rows["seq"].to_pylist(), default=0) < 0:
            raise InvalidTable(table)

    def append_checked(self, table: str, rows: pa.Table) -> None:
        self.tables.setdefault(table, []).append(rows)

    def spare_memory(self) -> None:
        """Keep what a warehouse may forget: here it lies nowhere else."""

    def rows(self, table: str) -> list[Any]:
        return pa.concat_tables(self.tables[table]).to_pylist()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    monkeypatch.setattr(gathering, "TOGETHER", GROUP)
    return Written()


def piece(first: int, count: int) -> pa.Table:
    """Make rows whose words are encoded by a dictionary that no other piece has."""
    names = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([f"from {first}"]))
    return pa.table({"seq": pa.array(range(first, first + count), pa.int64()), "name": names})


@pytest.mark.parametrize("sizes", [[3, 4, 5, 0, 1], [25, 5], [10, 10], [9, 1, 31, 2], [1], []])
def test_all_rows_come_in_their_order_in_whole_groups(written: Written, sizes: list[int]) -> None:
    gathered = Gathering(cast(Warehouse, written))
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    pieces = [{"fills": piece(*each)} for each in zip(starts, sizes, strict=True)]
    assert [gathered.take(each) for each in pieces] == sizes
    assert not any(pieces), "nobody holds them any longer"
    gathered.finish()
    expected = [
        {"seq": start + k, "name": f"from {start}"}
        for start, size in zip(starts, sizes, strict=True)
        for k in range(size)
    ]
    assert (written.rows("fills") if sizes else []) == expected
    inserted = [rows.num_rows for rows in written.tables.get("fills", [])]
    assert all(rows % GROUP == 0 for rows in inserted[:-1])


def test_pieces_of_which_one_is_refused_leave_nothing(written: Written) -> None:
    gathered = Gathering(cast(Warehouse, written))
    with pytest.raises(InvalidTable):
        gathered.check({"fills": piece(0, 3), "lots": piece(-1, 3)})
    sound = {"fills": piece(7, 1)}
    gathered.check(sound)
    gathered.take(sound)
    gathered.finish()
    assert written.rows("fills") == [{"seq": 7, "name": "from 7"}]
    assert "lots" not in written.tables
