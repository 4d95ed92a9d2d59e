"""The warehouse with the bars of the run that is worked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import schemas
from tests.sdengine.metrics import metrics_case as case
from warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path, validation="sql") as opened:
        bars = case.bars().with_columns(
            open="close",
            high="close",
            low="close",
            volume=pl.lit(1.0),
            split_factor=pl.lit(1.0),
            source=pl.lit("sample"),
        )
        opened.append("clean.bars", schemas.table("clean.bars").conform(bars))
        yield opened
