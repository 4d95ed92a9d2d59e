"""NumPy arrays reach Arrow as they are: values, nulls, dates, names; without pandas."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sdengine.history.arrow import array, dates, names, words

NULL = np.array([False, True, False, False, True, False, False, False, False, True])


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float64, np.bool_])
@pytest.mark.parametrize("step", [1, 2])
def test_numbers(dtype: type, step: int) -> None:
    values: Any = (np.arange(20) % 3).astype(dtype)[:: 2 // step][:10]
    null = NULL
    assert array(values).equals(pa.array(values.copy()))
    assert array(values, null).equals(pa.array(values.copy(), mask=null))
    assert array(values[:0]).equals(pa.array(values[:0].copy()))
    array(values, null).validate(full=True)


def test_dates() -> None:
    assert dates(np.array([0, 19_723], np.int32)).to_pylist() == [date(1970, 1, 1), date(2024, 1, 1)]
    assert dates(np.array([0, 19_723], np.int32), np.array([True, False])).to_pylist() == [None, date(2024, 1, 1)]


def test_names() -> None:
    assert words(["", "A", "Ünï", "B"]).to_pylist() == ["", "A", "Ünï", "B"]
    assert words([]).to_pylist() == []
    codes = np.array([1, 0, -1], np.int32)
    found = names(codes, ["A", "BTC-USD"], codes < 0)
    found.validate(full=True)
    assert found.to_pylist() == ["BTC-USD", "A", None]
    assert found.type == pa.dictionary(pa.int32(), pa.string())


def test_a_run_does_not_import_pandas() -> None:
    code = """
import sys, polars as pl, datetime as dt
from sdengine import run_scenario
day = {"ticker": ["A"], "date": [dt.date(2024, 1, 1)]}
bars = pl.DataFrame(day | {name: [9.0] for name in ("open", "high", "low", "close")})
result = run_scenario({"assets": [{"ticker": "A", "weight": 0.5}]}, bars)
assert result.fills.height == 1 and result.asset_days.height == 1
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
