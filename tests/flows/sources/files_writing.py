"""Small files of our own invention, written and read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flows.sources.base import Fetched
from flows.sources.files import FilesSource

DAYS = [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)]
HEADER = "date,open,high,low,close,volume"
PLAIN = f"{HEADER}\n2024-01-02,1,3,0.5,2,10\n2024-01-03,2,4,1.5,3,20\n2024-01-04,3,5,2.5,4,30\n"
EXPECTED = dict(zip(DAYS, [2.0, 3.0, 4.0], strict=True))


def fetched(
    folder: Path, ticker: str = "AAA", text: str | bytes | None = None, name: str = "", **options: Any
) -> Fetched:
    """Tell what the source says of a ticker, after a file has been written for it."""
    if text is not None:
        raw = text.encode() if isinstance(text, str) else text
        (folder / (name or f"{ticker}.csv")).write_bytes(raw)
    return FilesSource(folder, **options).fetch(ticker, None, None)


def closes(got: Fetched) -> dict[date, float]:
    return dict(got.bars.select("date", "close").iter_rows())
