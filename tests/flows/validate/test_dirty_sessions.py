"""Group 08: sessions that are not, and sessions that are missing. Group 15: one cache as it was on twelve days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.ingest.errand import Errand
from flows.ingest.work import ingest
from flows.sources.base import Adjustment, Fetched, empty_actions
from tests.flows.data_shared import needs_shared
from tests.flows.validate.dirty_files import DIRTY, detail, examined, hits, read, rejected, suspects
from warehouse import Warehouse

pytestmark = needs_shared


def test_08_a_test_stub_that_leaked_in() -> None:
    path = DIRTY / "08_stub_year_and_holes" / "BIL.csv"
    found = examined(path, "BIL")
    rows = pl.read_csv(path, try_parse_dates=True)
    stub = rows.filter(pl.col("Date").dt.year() == 2024)
    assert stub["Close"].unique().to_list() == [100.0]
    assert rejected(found) == {"market_closed": stub.height - 252}  # New York had 252 sessions in 2024
    assert hits(found, "stale_run") == 252
    assert detail(found, "stub_year") == "2024 has 252 bars and 1 different closes"
    assert suspects(found) == {"stale_run", "stub_year"}  # the fund's own quiet years are not among them
    assert found.bars.height == rows.height - 114


def test_08_holes_are_found_to_the_session() -> None:
    path = DIRTY / "08_stub_year_and_holes" / "SPY_stitched_with_holes.csv"
    found = examined(path, "SPY")
    assert hits(found, "missing_session") == 2710
    assert detail(found, "missing_session") == (
        "2015-01-02: 1510 sessions missing before it; 2020-01-02: 1006 sessions missing before it; "
        "2020-11-11: 194 sessions missing before it"
    )
    assert hits(found, "ticker_reuse") == 2  # it is the same fund, but nobody could tell from the file
    assert found.rejects.is_empty()


SNAPSHOTS = sorted((DIRTY / "15_incremental_snapshots" / "NVDA").glob("*.csv"))
TAKEN = {
    path.name[:2]: datetime.strptime(path.name.split("_")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    for path in SNAPSHOTS
}


class Cache:
    """Somebody's cache of NVDA, as it stood on each of twelve days."""

    name = "cache"
    adjustment: Adjustment = "split"
    local = False
    snapshot = Path()

    def tickers(self) -> tuple[str, ...]:
        return ("NVDA",)

    def ends(self, ticker: str) -> None:
        return None

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        rows = read(self.snapshot)
        if first is not None:
            rows = rows.filter(pl.col("date") >= first)
        return Fetched(rows.select("date", "open", "high", "low", "close", "volume"), empty_actions(), "split")


Nights = Callable[..., tuple[Warehouse, list[Any]]]


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    """Run one night per snapshot, at the time at which it was taken; gives back each night's outcome."""
    with Warehouse.open(tmp_path / "wh", validation="sql") as wh:
        source = Cache()

        def run(*numbers: str) -> tuple[Warehouse, list[Any]]:
            outcomes = []
            for path in SNAPSHOTS:
                if path.name[:2] in numbers:
                    source.snapshot = path
                    outcome = ingest(Errand(wh, source, ["NVDA"], TAKEN[path.name[:2]]), batch_id=path.name[:2])
                    outcomes.append(outcome.items[0])
            return wh, outcomes

        yield run


def test_15_a_bar_taken_before_the_close_is_not_stored(nights: Nights) -> None:
    """Snapshots 6 and 8 were taken on a session's afternoon and hold its half-made bar, 10 likewise."""
    wh, outcomes = nights("06", "08", "10")
    assert "the bar of 2025-11-14 is left out, its session has not closed" in outcomes[0].reason
    assert "the bar of 2025-11-19 is left out" in outcomes[1].reason
    assert "the bar of 2025-11-21 is left out" in outcomes[2].reason
    assert wh.rows("select max(date) from raw.bars") == [(date(2025, 11, 20),)]


def test_15_a_small_correction_is_found_by_the_overlap(nights: Nights) -> None:
    """The open of 2025-11-11 was 195.155 in the first snapshot and 195.16 from the sixth on."""
    wh, outcomes = nights("01", "06")
    told = wh.read("raw.revisions").filter(pl.col("date") == date(2025, 11, 11))
    assert told.select("field", "old_value", "new_value").rows() == [
        ("open", pytest.approx(195.155, abs=1e-5), pytest.approx(195.16, abs=1e-5))
    ]
    assert "open of 2025-11-11 was 195.1549988, is 195.1600037" in outcomes[1].reason


def test_15_a_bar_that_was_stored_half_made_and_later_corrected_is_replaced(nights: Nights) -> None:
    """Had we trusted snapshot 10's bar of the 21st, taken at 12:44 in New York, a later one would have corrected it."""
    wh, _ = nights("09")
    half_made = read(next(path for path in SNAPSHOTS if path.name.startswith("10"))).filter(
        pl.col("date") == date(2025, 11, 21)
    )
    row = half_made.select("date", "open", "high", "low", "close", "volume").with_columns(
        ticker=pl.lit("NVDA"),
        source=pl.lit("cache"),
        adjustment=pl.lit("split"),
        ingested_at=pl.lit(datetime(2025, 11, 21, 17, 44)).cast(pl.Datetime("us")),
    )
    wh.append("raw.bars", row)
    _, outcomes = nights("12")
    assert outcomes[0].status == "done"
    assert wh.rows("select close from raw.bars where date = ?", [date(2025, 11, 21)])[0][0] == pytest.approx(178.88)
    told = wh.read("raw.revisions").filter((pl.col("date") == date(2025, 11, 21)) & (pl.col("field") == "close"))
    assert told.select("old_value", "new_value").rows() == [(pytest.approx(181.1794, abs=1e-4), pytest.approx(178.88))]


def test_15_what_the_cache_never_corrected_nobody_can_find(nights: Nights) -> None:
    """The 19th closed at 186.52; every snapshot since holds the 185.15 of that afternoon, and so do we."""
    wh, _ = nights("09", "12")
    assert wh.rows("select close from raw.bars where date = ?", [date(2025, 11, 19)])[0][0] == pytest.approx(185.15)


def test_15_twelve_nights_lose_no_date_and_end_with_the_prices_of_the_last(nights: Nights) -> None:
    """Snapshots begin later and later, three of them in 2023: what they leave out was given once, and stays."""
    wh, outcomes = nights(*TAKEN)
    stored = wh.read("raw.bars").select("date", "open", "high", "low", "close")
    ever = {day for path in SNAPSHOTS for day in read(path)["date"].to_list()}
    last = read(SNAPSHOTS[-1]).select("date", "open", "high", "low", "close").sort("date")
    assert stored["date"].to_list() == sorted(ever)
    assert len(ever) > last.height
    both = stored.join(last, on="date", suffix="_last")
    assert both.height == last.height
    for name in ("open", "high", "low", "close"):
        assert (both[name] / both[f"{name}_last"] - 1).abs().max() < 1e-6
    assert "failed" not in [outcome.status for outcome in outcomes]
