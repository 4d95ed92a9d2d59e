"""What `sdengine data` says, from a warehouse after a night with good, bad and missing tickers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.errors import UsageError
from flows.ingest.errand import Errand
from flows.ingest.work import ingest
from flows.results.data import data_rows, data_table
from flows.sources.base import Adjustment, Fetched, SourceError
from flows.validate.plan import Docket
from flows.validate.work import validate
from tests.flows.validate.rules_market import change, no_actions, quiet_bars, scale
from warehouse import Warehouse

DAY = date(2023, 5, 10)
NOW = datetime(2024, 7, 1, 6, tzinfo=UTC)


class Shelf:
    """A source made of frames."""

    name = "shelf"
    adjustment: Adjustment = "split"
    local = True

    def __init__(self, **histories: pl.DataFrame) -> None:
        self.histories = histories

    def tickers(self) -> tuple[str, ...]:
        return tuple(self.histories)

    def ends(self, ticker: str) -> date | None:
        return None

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        if ticker not in self.histories:
            raise SourceError(f"{ticker} is not on the shelf")
        dividend = pl.DataFrame({"date": [date(2024, 3, 6)], "kind": ["dividend"], "value": [0.3]})
        return Fetched(self.histories[ticker], dividend if ticker == "AAA" else no_actions(), "split")


@pytest.fixture(scope="module")
def wh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path_factory.mktemp("data") / "wh", validation="sql") as opened:
        shelf = Shelf(
            AAA=quiet_bars(),
            BAD=scale(change(quiet_bars(), DAY, high=None), pl.col("date") >= date(2024, 1, 3), 0.5),
        )
        ingest(Errand(opened, shelf, ["AAA", "BAD", "GONE"], NOW), batch_id="b1")
        validate(Docket(opened))
        shelf.histories["AAA"] = change(quiet_bars(), DAY, close=pl.col("close") * 1.001)
        ingest(Errand(opened, shelf, ["AAA"], NOW.replace(hour=7)), batch_id="b2")
        yield opened


def row(table: pl.DataFrame, ticker: str) -> dict[str, Any]:
    return table.filter(pl.col("ticker") == ticker).row(0, named=True)


def test_one_row_a_ticker(wh: Warehouse) -> None:
    table = data_table(wh, today=date(2024, 7, 2))
    assert table["ticker"].to_list() == ["AAA", "BAD", "GONE"]
    good = row(table, "AAA")
    assert (good["source"], good["bars"], good["since"], good["until"]) == (
        "shelf",
        quiet_bars().height,
        date(2022, 1, 3),
        date(2024, 6, 28),
    )
    assert (good["days_old"], good["trusted"], good["rejected"], good["dividends"]) == (4, quiet_bars().height, 0, 1)
    assert (good["verdict"], good["found"], good["last_try"], good["revised"]) == ("pass", None, "ok", 1)


def test_a_bar_dated_far_ahead_makes_no_ticker_fresh(tmp_path: Path) -> None:
    ahead = quiet_bars().tail(1).with_columns(date=pl.lit(date(9999, 12, 31)))
    with Warehouse.open(tmp_path / "wh", validation="sql") as opened:
        ingest(Errand(opened, Shelf(AAA=pl.concat([quiet_bars(), ahead])), ["AAA"], NOW), batch_id="b1")
        told = row(data_table(opened, today=date(2024, 7, 2)), "AAA")
    assert (told["until"], told["days_old"], told["bars"]) == (date(2024, 6, 28), 4, quiet_bars().height + 1)


def test_what_was_rejected_and_suspected(wh: Warehouse) -> None:
    bad = row(data_table(wh, today=NOW.date()), "BAD")
    assert (bad["trusted"], bad["rejected"], bad["verdict"]) == (quiet_bars().height - 1, 1, "rejected")
    assert bad["found"] == "missing_price 1, unapplied_split 1"


def test_a_ticker_that_never_came_is_there_with_its_reason(wh: Warehouse) -> None:
    gone = row(data_table(wh, today=NOW.date()), "GONE")
    assert (gone["bars"], gone["since"], gone["verdict"]) == (0, None, "not validated")
    assert (gone["last_try"], gone["last_error"]) == ("failed", "GONE is not on the shelf")


def test_the_rows_of_one_ticker(wh: Warehouse) -> None:
    parts = data_rows(wh, "BAD", limit=5)
    assert list(parts) == ["bars", "trusted bars", "rejected", "checks", "fetches"]
    assert parts["bars"].height == 5
    assert parts["bars"]["date"][0] == date(2024, 6, 28)
    assert parts["rejected"]["rule"].to_list() == ["missing_price"]
    assert parts["checks"]["rule"].to_list() == ["missing_price", "unapplied_split"]
    assert data_rows(wh, "AAA")["revisions"]["field"].to_list() == ["close"]


def test_an_unknown_ticker_is_told(wh: Warehouse) -> None:
    with pytest.raises(UsageError, match="'ZZZ': nothing is stored of it; there are AAA, BAD"):
        data_rows(wh, "ZZZ")


def test_an_empty_warehouse_has_an_empty_table(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "wh", validation="sql") as empty:
        assert data_table(empty, today=NOW.date()).is_empty()
        with pytest.raises(UsageError, match="nothing is stored yet"):
            data_rows(empty, "AAA")
