"""Runs are measured in stretches: every row once, whole runs together, and the same figures as all at once."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest

from flows.detail import stretches as module
from flows.detail.stretches import stretches

RUNS = [1, 2, 4, 7]
DAYS = pa.table({"run": pa.array([1] * 3 + [2] * 3 + [4] * 5 + [7] * 2, pa.int32()), "day": list(range(13))})
FILLS = pa.table({"run": pa.array([1, 4, 4, 7], pa.int32()), "seq": [1, 1, 2, 1]})


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (1, [[1], [2], [4], [7]]),
        (6, [[1, 2], [4], [7]]),  # 3 and 3 days; 5, and 2 more would be 7
        (8, [[1, 2], [4, 7]]),
        (100, [[1, 2, 4, 7]]),
    ],
)
def test_whole_runs_stand_together_as_far_as_they_fit(
    monkeypatch: pytest.MonkeyPatch, most: int, expected: list[list[int]]
) -> None:
    monkeypatch.setattr(module, "STRETCH", most)
    cut = list(stretches({"portfolio_days": DAYS, "fills": FILLS}, RUNS))
    assert [list(runs) for runs, _ in cut] == expected
    for name, table in (("portfolio_days", DAYS), ("fills", FILLS)):
        assert pa.concat_tables([tables[name] for _, tables in cut]).equals(table)
        for runs, tables in cut:
            assert set(tables[name]["run"].to_pylist()) <= set(runs)


def test_rows_that_are_not_in_the_order_of_the_runs_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STRETCH", 1)
    mixed = {"portfolio_days": DAYS, "fills": pl.DataFrame({"run": [4, 1], "seq": [1, 1]})}
    assert list(stretches(mixed, RUNS)) == [(RUNS, mixed)]
    back = RUNS[::-1]
    assert [runs for runs, _ in stretches({"portfolio_days": DAYS}, back)] == [back]


def test_no_runs_are_one_stretch_of_nothing() -> None:
    tables = {"portfolio_days": DAYS.slice(0, 0)}
    assert list(stretches(tables, [])) == [([], tables)]
