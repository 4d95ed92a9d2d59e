"""What ingest remembers of each ticker beside its bars and actions: what was left out, what lacks, what else is said.

These are small tables, read at once; the rows of the tickers that have answered are written anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flows.ingest.holes import known_holes
from flows.ingest.silence import Fate, Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flows.ingest.holes import Hole
    from warehouse import Warehouse


@dataclass(frozen=True)
class Claims:
    """What a source says of a ticker as a whole; None where it does not say."""

    currency: str | None = None
    adjusted_for_dividends: bool | None = None

    def after(self, later: Claims) -> Claims:
        """Tell what holds after a later answer: what it does not say stays."""
        adjusted = later.adjusted_for_dividends
        return Claims(later.currency or self.currency, self.adjusted_for_dividends if adjusted is None else adjusted)


class Memory:
    """What is remembered of the tickers that one source gave: by ticker, then by date."""

    def __init__(self, warehouse: Warehouse, source: str) -> None:
        self._source = source
        self.fates: dict[str, dict[Key, Fate]] = defaultdict(dict)
        self.holes: dict[str, dict[date, Hole]] = known_holes(warehouse, source)
        self.currencies: dict[str, dict[date, str]] = defaultdict(dict)
        self.claims: dict[str, Claims] = {}

        def rows(name: str, *columns: str) -> Iterable[tuple[Any, ...]]:
            return warehouse.read(name, {"source": source}, ("ticker", *columns), order=False).iter_rows()

        for ticker, day, kind, *fate in rows("raw.left_out", "date", "kind", "standing", "factor", "noticed_at"):
            self.fates[ticker][day, kind] = Fate(*fate)
        for ticker, day, currency in rows("raw.dividend_currencies", "date", "currency"):
            self.currencies[ticker][day] = currency
        for ticker, *claims in rows("raw.tickers", "currency", "adjusted_for_dividends"):
            self.claims[ticker] = Claims(*claims)

    def forget(self, ticker: str) -> None:
        """Forget all about a ticker, whose history is replaced."""
        for kept in (self.fates, self.holes, self.currencies, self.claims):
            kept.pop(ticker, None)

    def store(self, warehouse: Warehouse, tickers: Sequence[str], now: datetime, place: str | None) -> None:
        """Write what is now remembered of these tickers, which have answered; to be called within a transaction."""
        self._write(
            warehouse,
            "raw.left_out",
            tickers,
            [
                (ticker, *key, fate.standing, fate.factor, self._source, fate.noticed_at)
                for ticker in tickers
                for key, fate in self.fates[ticker].items()
            ],
        )
        self._write(
            warehouse,
            "raw.holes",
            tickers,
            [
                (ticker, day, hole.found_on, hole.asked_on, hole.nights, self._source)
                for ticker in tickers
                for day, hole in self.holes[ticker].items()
            ],
        )
        self._write(
            warehouse,
            "raw.dividend_currencies",
            tickers,
            [(t, day, currency, self._source) for t in tickers for day, currency in self.currencies[t].items()],
        )
        self._write(
            warehouse,
            "raw.tickers",
            tickers,
            [
                (ticker, claims.currency, claims.adjusted_for_dividends, place, self._source, now)
                for ticker in tickers
                if (claims := self.claims.get(ticker)) is not None
            ],
        )

    @staticmethod
    def _write(warehouse: Warehouse, name: str, tickers: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        import polars as pl

        from schemas import table

        frame = pl.DataFrame(rows, schema=table(name).polars_schema(), orient="row")
        warehouse.replace(name, frame, {"ticker": list(tickers)})
