"""Defective files as found in the wild, read by the source `files` and judged."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.sources.files.events import Account, actions_of
from flows.sources.files.reading import read_file
from flows.validate.examination import Examined
from tests.flows.data_shared import SHARED
from tests.flows.validate.rules_market import judged

DIRTY = SHARED / "dirty"


def read(path: Path) -> pl.DataFrame:
    """All rows of a file in which nothing is amiss for the source."""
    content = read_file(path)
    assert not content.troubles
    return content.rows


def examined(path: Path, ticker: str, adjustment: str = "split", **options: Any) -> Examined:
    """Judge a file as the history of a ticker, as if stored in the summer of 2026."""
    rows = read(path)
    bars = rows.select("date", "open", "high", "low", "close", "volume")
    return judged(
        bars,
        actions_of([Account(path.name, rows)]),
        ticker=ticker,
        adjustment=adjustment,
        stored=datetime(2026, 6, 1),
        **options,
    )


def judge_frame(rows: pl.DataFrame, actions: pl.DataFrame, ticker: str, adjustment: str) -> Examined:
    """Rows already read, with actions of our own."""
    return judged(rows, actions, ticker=ticker, adjustment=adjustment, stored=datetime(2026, 6, 1))


def hits(examined_file: Examined, rule: str) -> int:
    """How many rows a rule named."""
    failed = examined_file.checks.filter(pl.col("rule") == rule)["rows_failed"]
    return failed.item() if len(failed) else 0


def detail(examined_file: Examined, rule: str) -> str:
    return examined_file.checks.filter(pl.col("rule") == rule)["detail"].item() or ""


def suspects(examined_file: Examined) -> set[str]:
    return set(examined_file.checks.filter(pl.col("verdict") == "suspect")["rule"])


def rejected(examined_file: Examined) -> dict[str, int]:
    return dict(examined_file.rejects.group_by("rule").len().iter_rows())


__all__ = ["DIRTY", "detail", "examined", "hits", "read", "rejected", "suspects"]
