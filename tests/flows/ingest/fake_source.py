"""A source made by hand, what it answers, and nights of fetching from it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from flows.ingest.asking import Timing
from flows.ingest.errand import Errand
from flows.ingest.work import ingest
from flows.outcomes import StageOutcome
from flows.sources.base import Adjustment, Fetched, Source, SourceError, empty_actions
from warehouse import Warehouse

# Monday 2024-01-08 to Friday 2024-01-19; the 15th is Martin Luther King's day.
WEEKS = [date(2024, 1, day) for day in (8, 9, 10, 11, 12, 16, 17, 18, 19)]
EVENING = datetime(2024, 1, 12, 23, tzinfo=UTC)  # Friday, New York has closed


def bars(days: Sequence[date] = WEEKS, price: float = 100.0, step: float = 1.0) -> pl.DataFrame:
    closes = [price + step * n for n in range(len(days))]
    return pl.DataFrame({"date": days, "close": closes}, schema={"date": pl.Date, "close": pl.Float64}).select(
        "date",
        open=pl.col("close") - 0.5,
        high=pl.col("close") + 1,
        low=pl.col("close") - 1,
        close=pl.col("close"),
        volume=pl.lit(1000.0),
    )


def actions(*rows: tuple[date, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=empty_actions().schema, orient="row") if rows else empty_actions()


class FakeSource:
    """Answers from what a test puts into it, and remembers what it was asked."""

    name = "fake"
    adjustment: Adjustment = "split"
    local = False

    def __init__(self, **histories: pl.DataFrame) -> None:
        self.histories = histories
        self.events: dict[str, pl.DataFrame] = {}
        self.failures: dict[str, list[Exception]] = {}
        self.about: dict[str, Any] = {}
        self.asked: list[tuple[str, date | None]] = []

    def tickers(self) -> tuple[str, ...]:
        return tuple(sorted(self.histories))

    def ends(self, ticker: str) -> date | None:
        return None

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        self.asked.append((ticker, first))
        waiting = self.failures.get(ticker, [])
        if waiting:
            raise waiting.pop(0)
        if ticker not in self.histories:
            raise SourceError(f"no {ticker} here")
        rows, events = self.histories[ticker], self.events.get(ticker, empty_actions())
        if first is not None:
            rows, events = (frame.filter(pl.col("date") >= first) for frame in (rows, events))
        if last is not None:
            rows, events = (frame.filter(pl.col("date") <= last) for frame in (rows, events))
        return Fetched(rows, events, self.adjustment, **self.about)


def night(
    wh: Warehouse,
    source: Source,
    tickers: Sequence[str] = ("A",),
    now: datetime = EVENING,
    batch: str = "b1",
    **options: Any,
) -> StageOutcome:
    slept = options.pop("slept", [])
    beside = {name: options.pop(name) for name in ("place", "note") if name in options}
    timing = Timing(slept.append, random=lambda: 1.0, clock=lambda: 0.0)
    return ingest(Errand(wh, source, tickers, now, **options), batch_id=batch, timing=timing, **beside)


def stored(wh: Warehouse, ticker: str = "A") -> dict[date, float | None]:
    return dict(wh.read("raw.bars", {"ticker": ticker}).select("date", "close").iter_rows())
