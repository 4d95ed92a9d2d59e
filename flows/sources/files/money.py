"""What a file's column of currencies says of one ticker's prices."""

from __future__ import annotations

import polars as pl

from flows.currency import read_currency
from flows.sources.base import SourceError


def currency_of(rows: pl.DataFrame, file: str) -> str | None:
    """Find the one currency that these rows name, None where they name none; raises SourceError for several."""
    named = rows["currency"].drop_nulls().unique(maintain_order=True).to_list()
    codes = {code: name for name in named if (code := read_currency(name))}
    if len(codes) > 1:
        one, other = list(codes)[:2]
        day = rows.filter(pl.col("currency") == codes[other])["date"][0]
        raise SourceError(f"{file}: prices are in {one}, and from {day} on in {other}: read is one currency a ticker")
    return next(iter(codes), None)
