"""Nights of fetching, with a source made by hand and a real warehouse in a temporary folder."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from flows.ingest.asking import Question
from flows.ingest.errand import Errand
from flows.ingest.plan import plan_ingest
from flows.ingest.work import ingest
from flows.sources.sample import SampleSource
from tests.flows.ingest.fake_source import EVENING, WEEKS, FakeSource, actions, bars, night, stored
from warehouse import Warehouse


def test_a_first_night_stores_everything_as_given(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    outcome = night(wh, source)
    assert (outcome.status, outcome.rows) == ("done", 5)
    assert source.asked == [("A", None)]
    rows = wh.read("raw.bars", {"ticker": "A"})
    assert rows.select("date", "open", "high", "low", "close", "volume").equals(bars(WEEKS[:5]))
    assert rows["source"].unique().to_list() == ["fake"]
    assert rows["adjustment"].unique().to_list() == ["split"]
    assert rows["ingested_at"].unique().to_list() == [EVENING.replace(tzinfo=None)]


def test_the_same_evening_again_asks_nobody(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    outcome = night(wh, source, batch="b2")
    assert outcome.status == "skipped"
    assert len(source.asked) == 1
    assert outcome.items[0].reason == "the last session that has closed, 2024-01-12, is stored"
    assert wh.count("raw.fetches") == 1


def test_the_next_week_asks_for_what_is_new_and_an_overlap(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    source.histories["A"] = bars(WEEKS)
    outcome = night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert source.asked[-1] == ("A", date(2024, 1, 5))  # five sessions before the 12th, which is itself asked again
    assert outcome.rows == 4
    assert list(stored(wh)) == WEEKS
    first_night = wh.read("raw.bars").filter(pl.col("date") <= WEEKS[4])["ingested_at"].unique().to_list()
    assert first_night == [EVENING.replace(tzinfo=None)]


def test_the_first_answer_with_something_new_is_told_at_once(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]), B=bars(WEEKS[:5]))
    heard: list[int] = []

    def ask(now: datetime, batch: str) -> None:
        ingest(Errand(wh, source, ["A", "B"], now=now), batch_id=batch, news=lambda: heard.append(wh.count("raw.bars")))

    ask(EVENING, "b1")
    assert heard == [0]  # once for both, and before anything is stored
    later = datetime(2024, 1, 20, tzinfo=UTC)
    ask(later, "b2")
    assert heard == [0]  # asked, but there is nothing new
    source.histories["B"] = bars(WEEKS)
    ask(later, "b3")
    assert heard == [0, 10]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2024, 1, 16, 20, 59, tzinfo=UTC), WEEKS[4]),  # New York closes at 21:00 UTC in winter
        (datetime(2024, 1, 16, 21, 15, tzinfo=UTC), WEEKS[4]),  # the closing auction is being counted
        (datetime(2024, 1, 16, 21, 30, tzinfo=UTC), WEEKS[5]),
    ],
)
def test_a_bar_of_a_session_that_has_not_closed_is_not_stored(wh: Warehouse, now: datetime, last: date) -> None:
    outcome = night(wh, FakeSource(A=bars(WEEKS[:6])), now=now)
    assert max(stored(wh)) == last
    assert ("is left out, its session has not closed" in outcome.items[0].reason) == (last == WEEKS[4])


def test_half_days_close_early(wh: Warehouse) -> None:
    """The day after Thanksgiving 2024 ended at 13:00, 18:00 UTC."""
    days = [date(2024, 11, 27), date(2024, 11, 29)]
    night(wh, FakeSource(A=bars(days)), now=datetime(2024, 11, 29, 18, 45, tzinfo=UTC))
    assert max(stored(wh)) == date(2024, 11, 29)


def test_coins_close_at_midnight(wh: Warehouse) -> None:
    days = [date(2024, 1, 13), date(2024, 1, 14)]
    source = FakeSource(**{"BTC-USD": bars(days)})
    night(wh, source, ["BTC-USD"], now=datetime(2024, 1, 14, 23, 59, tzinfo=UTC))
    assert list(stored(wh, "BTC-USD")) == days[:1]
    night(wh, source, ["BTC-USD"], now=datetime(2024, 1, 15, 0, 31, tzinfo=UTC), batch="b2")
    assert list(stored(wh, "BTC-USD")) == days


def test_what_a_source_says_of_a_ticker_is_kept(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    paid = actions((WEEKS[1], "dividend", 0.24), (WEEKS[3], "dividend", 0.3))
    source.events["A"] = paid.with_columns(currency=pl.Series([None, "USD"]))
    source.about = {"currency": "GBp", "adjusted_for_dividends": False}
    night(wh, source, place="/where/it/lies")
    said = "ticker", "currency", "adjusted_for_dividends", "place", "source"
    assert wh.read("raw.tickers").select(said).rows() == [("A", "GBp", False, "/where/it/lies", "fake")]
    assert wh.read("raw.dividend_currencies").select("date", "currency").rows() == [(WEEKS[3], "USD")]
    source.about = {}
    source.histories["A"], source.events["A"] = bars(WEEKS), paid.filter(pl.col("value") != 0.3)
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert wh.read("raw.tickers").select(said[:3]).rows() == [("A", "GBp", False)], "silence is no news"
    assert wh.read("raw.dividend_currencies")["currency"].to_list() == ["USD"], "its dividend was kept, too"


def test_what_a_source_read_past_is_told_once(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]), B=bars(WEEKS[:5]))
    source.about = {"notes": ("all.csv: the column `Adj Close` is not read",)}
    told: list[str] = []
    night(wh, source, ["A", "B"], note=told.append)
    assert told == ["all.csv: the column `Adj Close` is not read"]
    night(wh, source, ["A", "B"], note=told.append, force=True, batch="b2")
    assert len(told) == 1, "nothing was stored anew"


def test_a_night_is_written_whole_or_not_at_all(wh: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    original = wh.append

    def broken(table: str, rows: pl.DataFrame) -> int:
        if table == "raw.fetches":
            raise RuntimeError("the disk is full")
        return original(table, rows)

    monkeypatch.setattr(wh, "append", broken)
    with pytest.raises(RuntimeError, match="disk is full"):
        night(wh, source)
    assert wh.count("raw.bars") == 0


def test_the_sample_is_stored_once_and_then_left_alone(wh: Warehouse) -> None:
    source = SampleSource()
    assert night(wh, source, source.tickers()).rows == 11958
    again = night(wh, source, source.tickers(), batch="b2")
    assert (again.status, again.reason) == ("skipped", "4 unchanged")
    assert wh.count("raw.fetches") == 4
    assert wh.count("raw.actions") == 95


def test_the_plan_says_what_the_night_does(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    assert [(item.due, item.reason) for item in plan_ingest(Errand(wh, source, ["A"], now=EVENING))] == [
        (True, "nothing is stored")
    ]
    night(wh, source)
    later = plan_ingest(Errand(wh, source, ["A", "A"], now=datetime(2024, 1, 20, tzinfo=UTC)))
    assert [(item.due, item.questions, item.reason) for item in later] == [
        (True, (Question("A", date(2024, 1, 5), None),), "stored to 2024-01-12, a session has closed since")
    ]


def test_a_repeated_date_is_kept_as_given(wh: Warehouse) -> None:
    twice = pl.concat([bars(WEEKS[:5]), bars(WEEKS[4:5])])
    source = FakeSource(A=twice)
    night(wh, source)
    assert wh.count("raw.bars") == 6
    source.histories["A"] = pl.concat([twice, bars(WEEKS[5:6], price=105.0)])
    outcome = night(wh, source, now=datetime(2024, 1, 17, tzinfo=UTC), batch="b2")
    assert outcome.rows == 1
    assert wh.count("raw.revisions") == 0
