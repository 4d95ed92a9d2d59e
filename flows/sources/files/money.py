"""What a file's column of currencies, and the signs beside its numbers, say of what its prices are in."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from flows.currency import read_currency
from flows.sources.base import SourceError
from flows.sources.files.refusal import Refused

_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₪": "ILS",
    "₫": "VND",
    "₱": "PHP",
    "p": "GBp",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "R$": "BRL",
    "zł": "PLN",
    "Kč": "CZK",
}
"""Signs that mean one currency; `$`, `¥` and `kr` mean several, and so say nothing."""


def currency_of(rows: pl.DataFrame, file: str) -> str | None:
    """Give the one currency that these rows name, None where they name none; raises SourceError for several."""
    named = rows["currency"].drop_nulls().unique(maintain_order=True).to_list()
    codes = {code: name for name in named if (code := read_currency(name))}
    if len(codes) > 1:
        one, other = list(codes)[:2]
        day = rows.filter(pl.col("currency") == codes[other])["date"][0]
        raise SourceError(f"{file}: prices are in {one}, and from {day} on in {other}: read is one currency a ticker")
    return next(iter(codes), None)


def currency_of_signs(signs: Iterable[str]) -> str | None:
    """Give the one currency that these signs and codes mean, None where they mean none; raises Refused for several."""
    codes = sorted({code for sign in signs if (code := _SIGNS.get(sign) or read_currency(sign))})
    if len(codes) > 1:
        raise Refused(None, f"amounts in {' and in '.join(codes)}: read is one currency")
    return codes[0] if codes else None
