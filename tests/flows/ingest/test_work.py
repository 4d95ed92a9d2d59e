"""Nights of fetching, with a source made by hand and a real warehouse in a temporary folder."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.errors import UsageError
from flows.ingest.asking import Patience, Question
from flows.ingest.plan import IngestPolicy, plan_ingest
from flows.ingest.work import ingest
from flows.outcomes import StageOutcome
from flows.sources.base import Adjustment, Fetched, Source, SourceError, empty_actions
from flows.sources.sample import SampleSource
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
        self.said: dict[str, Any] = {}
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
        return Fetched(rows, events, self.adjustment, **self.said)


@pytest.fixture
def wh(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "wh", validation="sql") as opened:
        yield opened


def night(
    wh: Warehouse,
    source: Source,
    tickers: Sequence[str] = ("A",),
    now: datetime = EVENING,
    batch: str = "b1",
    **options: Any,
) -> StageOutcome:
    slept = options.pop("slept", [])
    return ingest(
        wh,
        source,
        tickers,
        batch_id=batch,
        now=now,
        sleep=slept.append,
        random=lambda: 1.0,
        clock=lambda: 0.0,
        **options,
    )


def stored(wh: Warehouse, ticker: str = "A") -> dict[date, float | None]:
    return dict(wh.read("raw.bars", {"ticker": ticker}).select("date", "close").iter_rows())


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


def test_prices_said_to_be_adjusted_otherwise_are_stored_so_though_no_number_has_changed(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.events["A"] = actions((WEEKS[2], "split", 4.0))
    source.local = True
    night(wh, source)
    source.adjustment = "none"
    outcome = night(wh, source, batch="b2")
    assert outcome.status == "done"
    assert outcome.items[0].reason == "stored anew; the prices are now said to be as traded"
    for name in ("raw.bars", "raw.actions"):
        assert set(wh.read(name)["adjustment"]) == {"none"}
    assert night(wh, source, batch="b3").status == "skipped"


def test_an_overlap_said_to_be_adjusted_otherwise_has_the_whole_history_asked_for(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    source.histories["A"], source.adjustment = bars(WEEKS), "none"
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert source.asked[1:] == [("A", date(2024, 1, 5)), ("A", None)]
    assert set(wh.read("raw.bars")["adjustment"]) == {"none"}


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


def test_jitter_in_the_seventh_digit_is_no_change(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    before = stored(wh)
    source.histories["A"] = bars(WEEKS).with_columns(pl.col("close") * (1 + 3e-7))
    outcome = night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert outcome.rows == 4
    assert {day: close for day, close in stored(wh).items() if day in before} == before
    assert wh.count("raw.revisions") == 0


def test_a_restated_history_is_fetched_whole_and_the_revision_told(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    halved = bars(WEEKS).with_columns(pl.col("open", "high", "low", "close") / 2)
    source.histories["A"] = halved
    source.events["A"] = actions((WEEKS[5], "split", 2.0))
    outcome = night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert [first for _, first in source.asked] == [None, date(2024, 1, 5), None]
    assert stored(wh) == dict(halved.select("date", "close").iter_rows())
    told = wh.read("raw.revisions").filter((pl.col("date") == WEEKS[0]) & (pl.col("field") == "close"))
    assert told.select("old_value", "new_value").rows() == [(100.0, 50.0)]
    assert wh.count("raw.revisions") == 5 * 4
    assert "the source restated its history: close of 2024-01-08 was 100, is 50" in outcome.items[0].reason
    assert wh.read("raw.actions").select("date", "kind", "value").rows() == [(WEEKS[5], "split", 2.0)]


def test_a_corrected_bar_is_replaced(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    fixed = bars(WEEKS[:6]).with_columns(close=pl.when(pl.col("date") == WEEKS[4]).then(104.25).otherwise("close"))
    source.histories["A"] = fixed
    night(wh, source, now=datetime(2024, 1, 17, tzinfo=UTC), batch="b2")
    assert stored(wh)[WEEKS[4]] == 104.25
    assert wh.read("raw.revisions").select("date", "field", "old_value", "new_value").rows() == [
        (WEEKS[4], "close", 104.0, 104.25)
    ]


def test_a_dividend_that_comes_late_restates(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    source.histories["A"] = bars(WEEKS)
    source.events["A"] = actions((WEEKS[3], "dividend", 0.24), (WEEKS[6], "dividend", 0.25))
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert source.asked[-1] == ("A", None)
    assert wh.read("raw.revisions").select("date", "field", "old_value", "new_value").rows() == [
        (WEEKS[3], "dividend", None, 0.24)
    ]
    assert wh.read("raw.actions")["value"].to_list() == [0.24, 0.25]


def test_a_new_dividend_on_a_new_date_restates_nothing(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    source.histories["A"] = bars(WEEKS)
    source.events["A"] = actions((WEEKS[6], "dividend", 0.25))
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert [first for _, first in source.asked] == [None, date(2024, 1, 5)]
    assert wh.count("raw.revisions") == 0
    assert wh.count("raw.actions") == 1


def test_a_volume_that_goes_on_being_counted_is_corrected_in_place(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    recount = pl.when(pl.col("date") == WEEKS[4]).then(1017.0).otherwise("volume")
    source.histories["A"] = bars(WEEKS[:6]).with_columns(volume=recount)
    night(wh, source, now=datetime(2024, 1, 17, tzinfo=UTC), batch="b2")
    assert source.asked[-1][1] is not None
    rows = wh.read("raw.bars").filter(pl.col("date") == WEEKS[4])
    assert rows["volume"].to_list() == [1017.0]
    assert wh.read("raw.revisions")["field"].to_list() == ["volume"]


@pytest.mark.parametrize("force", [False, True])
def test_an_answer_that_has_lost_its_past_is_told_and_deletes_nothing(wh: Warehouse, force: bool) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.events["A"] = actions((WEEKS[1], "dividend", 0.24))
    night(wh, source)
    source.histories["A"] = bars(WEEKS[5:6], price=105.0)
    source.events["A"] = empty_actions()
    outcome = night(wh, source, now=datetime(2024, 1, 17, tzinfo=UTC), batch="b2", force=force)
    assert outcome.status == "done"
    assert outcome.items[0].reason == "1 new bar; 6 of 6 stored bars and actions are left out: 6 kept"
    assert stored(wh) == {day: 100.0 + n for n, day in enumerate(WEEKS[:6])}
    assert wh.read("raw.actions")["value"].to_list() == [0.24]
    told = wh.read("raw.left_out").select("date", "kind", "standing", "factor").rows()
    assert told == sorted([*((day, "bar", "kept", 1.0) for day in WEEKS[:5]), (WEEKS[1], "dividend", "kept", 1.0)])


def test_what_is_left_out_is_told_every_night_and_stored_once(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.local = True
    night(wh, source)
    source.histories["A"] = bars(WEEKS[:5]).filter(pl.col("date") != WEEKS[2])
    assert night(wh, source, batch="b2").status == "done"
    before = wh.read("raw.left_out")
    again = night(wh, source, now=EVENING + timedelta(days=1), batch="b3")
    assert (again.status, again.items[0].reason) == (
        "skipped",
        "nothing new; 1 of 5 stored bars and actions are left out: 1 kept",
    )
    assert wh.read("raw.left_out").equals(before)
    source.histories["A"] = bars(WEEKS[:5])
    night(wh, source, now=EVENING + timedelta(days=2), batch="b4")
    assert wh.count("raw.left_out") == 0


def test_a_split_applied_backwards_rescales_what_the_answer_leaves_out(wh: Warehouse) -> None:
    """2:1 on the 16th; the answer has forgotten the 10th, a bar of 102, and the dividend of 0.24 on the 9th."""
    source = FakeSource(A=bars(WEEKS[:5]))
    source.events["A"] = actions((WEEKS[1], "dividend", 0.24))
    night(wh, source)
    halved = bars(WEEKS).with_columns(pl.col("open", "high", "low", "close") / 2, volume=pl.lit(2000.0))
    source.histories["A"] = halved.filter(pl.col("date") != WEEKS[2])
    source.events["A"] = actions((WEEKS[5], "split", 2.0))
    outcome = night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert source.asked[-1] == ("A", None)
    kept = wh.read("raw.bars").filter(pl.col("date") == WEEKS[2])
    assert kept.select("open", "high", "low", "close", "volume").rows() == [(50.75, 51.5, 50.5, 51.0, 2000.0)]
    assert wh.read("raw.actions").select("kind", "value").rows() == [("dividend", 0.12), ("split", 2.0)]
    assert wh.read("raw.left_out").select("kind", "standing", "factor").rows() == [
        ("dividend", "rescaled", 0.5),
        ("bar", "rescaled", 0.5),
    ]
    assert outcome.items[0].reason.endswith("left out: 2 rescaled as the bars beside them")


def test_a_dividend_that_moved_is_one(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.events["A"] = actions((WEEKS[3], "dividend", 0.24))
    night(wh, source)
    source.histories["A"] = bars(WEEKS)
    source.events["A"] = actions((WEEKS[6], "dividend", 0.24))
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert wh.read("raw.actions").select("date", "value").rows() == [(WEEKS[6], 0.24)]
    assert wh.read("raw.revisions").select("date", "field", "old_value", "new_value").rows() == [
        (WEEKS[3], "dividend", 0.24, None),
        (WEEKS[6], "dividend", None, 0.24),
    ]


def test_what_a_source_says_of_a_ticker_is_kept(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    paid = actions((WEEKS[1], "dividend", 0.24), (WEEKS[3], "dividend", 0.3))
    source.events["A"] = paid.with_columns(currency=pl.Series([None, "USD"]))
    source.said = {"currency": "GBp", "adjusted_for_dividends": False}
    night(wh, source, place="/where/it/lies")
    said = "ticker", "currency", "adjusted_for_dividends", "place", "source"
    assert wh.read("raw.tickers").select(said).rows() == [("A", "GBp", False, "/where/it/lies", "fake")]
    assert wh.read("raw.dividend_currencies").select("date", "currency").rows() == [(WEEKS[3], "USD")]
    source.said = {}
    source.histories["A"], source.events["A"] = bars(WEEKS), paid.filter(pl.col("value") != 0.3)
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert wh.read("raw.tickers").select(said[:3]).rows() == [("A", "GBp", False)], "silence is no news"
    assert wh.read("raw.dividend_currencies")["currency"].to_list() == ["USD"], "its dividend was kept, too"


def test_what_a_source_read_past_is_told_once(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]), B=bars(WEEKS[:5]))
    source.said = {"notes": ("all.csv: the column `Adj Close` is not read",)}
    told: list[str] = []
    night(wh, source, ["A", "B"], note=told.append)
    assert told == ["all.csv: the column `Adj Close` is not read"]
    night(wh, source, ["A", "B"], note=told.append, force=True, batch="b2")
    assert len(told) == 1, "nothing was stored anew"


def test_one_failure_stays_one_failure(wh: Warehouse) -> None:
    outcome = night(wh, FakeSource(A=bars(WEEKS[:5])), ["A", "GONE"])
    assert [item.status for item in outcome.items] == ["done", "failed"]
    assert outcome.status == "failed"
    assert outcome.reason == "1 stored, 1 failed"
    assert outcome.sentence == "ingest: 1 stored, 1 failed (GONE: no GONE here; nothing is stored of it)"
    assert len(stored(wh)) == 5
    told = wh.read("raw.fetches").select("ticker", "status", "error", "rows").sort("ticker").rows()
    assert told == [("A", "ok", None, 5), ("GONE", "failed", "no GONE here", 0)]


def test_what_may_pass_is_tried_again_with_growing_waits(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.failures["A"] = [SourceError("busy", retryable=True), SourceError("busy", retryable=True)]
    slept: list[float] = []
    assert night(wh, source, slept=slept).status == "done"
    assert slept == [1.0, 2.0]  # chance says 1: the whole of 1 s and of 2 s
    assert wh.read("raw.fetches")["status"].to_list() == ["failed", "failed", "ok"]


def test_a_sources_own_hint_is_heeded_and_a_long_one_ends_the_asking(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]), B=bars(WEEKS[:5]))
    source.failures["A"] = [SourceError("slow down", retryable=True, wait=17.0)]
    slept: list[float] = []
    assert night(wh, source, slept=slept).status == "done"
    assert slept == [17.0]
    source.failures["B"] = [SourceError("come back tomorrow", retryable=True, wait=3600.0, everyone=True)]
    slept.clear()
    outcome = night(wh, source, ["B", "C"], slept=slept, policy=IngestPolicy(patience=Patience(at_once=1)))
    assert slept == []
    assert [item.reason.split(";")[0] for item in outcome.items] == [
        "come back tomorrow",
        "not asked: come back tomorrow",
    ]


def test_what_cannot_pass_is_not_tried_again(wh: Warehouse) -> None:
    source = FakeSource()
    night(wh, source, ["GONE"])
    assert source.asked == [("GONE", None)]


def test_without_network_the_night_goes_on_with_what_is_stored(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    night(wh, source)
    source.failures["A"] = [SourceError("no connection", everyone=True)]
    outcome = night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert outcome.items[0].reason == "no connection; what is stored, to 2024-01-12 (8 days old), is used"
    assert list(stored(wh)) == WEEKS[:5]


def test_after_a_bar_dated_far_ahead_the_source_is_asked_as_before(wh: Warehouse) -> None:
    ahead = date(9999, 12, 31)
    source = FakeSource(A=bars([*WEEKS[:5], ahead]))
    night(wh, source)
    source.histories["A"] = bars([*WEEKS, ahead]).with_columns(
        pl.when(pl.col("date") == ahead).then(105.0).otherwise(pl.col("close")).alias("close")
    )
    night(wh, source, now=datetime(2024, 1, 20, tzinfo=UTC), batch="b2")
    assert source.asked[1] == ("A", date(2024, 1, 5))  # five sessions before the 12th
    assert list(stored(wh)) == [*WEEKS, ahead]
    source.failures["A"] = [SourceError("no connection", everyone=True)]
    outcome = night(wh, source, now=datetime(2024, 1, 27, tzinfo=UTC), batch="b3")
    assert outcome.items[0].reason == "no connection; what is stored, to 2024-01-19 (8 days old), is used"


def test_a_ticker_that_keeps_failing_is_set_aside_and_asked_again_later(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.local = True  # A comes through every night
    statuses = []
    for n in range(9):
        night(wh, source, ["A", "GONE"], now=EVENING + timedelta(days=n), batch=f"n{n}")
        statuses.append(wh.read("raw.fetches", {"batch_id": f"n{n}", "ticker": "GONE"})["status"].item())
    # three nights of failure, two of rest until three days have passed, one more try, rest, try
    assert statuses == ["failed"] * 3 + ["set_aside"] * 2 + ["failed"] + ["set_aside"] * 2 + ["failed"]
    assert source.asked.count(("GONE", None)) == 5
    assert (
        "failed 3 nights in a row, last on 2024-01-14; will be asked again from 2024-01-17"
        in (wh.read("raw.fetches").filter(pl.col("status") == "set_aside")["error"][0])
    )


def test_runs_of_one_night_count_as_one_so_that_who_mends_a_file_is_not_shut_out(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]))
    source.local = True
    for n in range(5):
        night(wh, source, ["A", "MENDED"], now=EVENING + timedelta(minutes=n), batch=f"n{n}")
    source.histories["MENDED"] = bars(WEEKS[:5])
    assert night(wh, source, ["A", "MENDED"], now=EVENING + timedelta(minutes=9), batch="n9").rows == 5


def test_a_ticker_that_comes_back_is_not_set_aside(wh: Warehouse) -> None:
    source = FakeSource(A=bars(WEEKS[:5]), B=bars(WEEKS[:5]))
    source.local = True
    for n in range(5):
        if n != 2:
            source.failures["B"] = [SourceError("busy")]
        outcome = night(wh, source, ["A", "B"], now=EVENING + timedelta(days=n), batch=f"n{n}")
        assert outcome.items[1].status == ("done" if n == 2 else "failed")


def test_nights_on_which_everybody_failed_set_nobody_aside(wh: Warehouse) -> None:
    source = FakeSource()
    for n in range(6):
        outcome = night(wh, source, ["A", "B"], now=EVENING + timedelta(days=n), batch=f"n{n}")
    assert [item.status for item in outcome.items] == ["failed", "failed"]


def test_another_source_replaces_nothing_unless_asked_to(wh: Warehouse) -> None:
    night(wh, FakeSource(AAPL=bars(WEEKS[:5])), ["AAPL"])
    [item] = plan_ingest(wh, SampleSource(), ["AAPL"], now=EVENING)
    assert (item.due, item.reason) == (
        False,
        "refused: what is stored came from fake; --replace-source puts what sample gives in its place",
    )
    before = wh.read("raw.bars")
    refused = r"AAPL: what is stored came from fake, and sample would replace it; .*--source sample --replace-source"
    for force in (False, True):
        with pytest.raises(UsageError, match=refused):
            night(wh, SampleSource(), ["AAPL", "MSFT"], batch="b2", force=force)
    assert wh.read("raw.bars").equals(before)
    [item] = plan_ingest(wh, SampleSource(), ["AAPL"], now=EVENING, replace_source=True)
    assert (item.due, item.reason) == (True, "in the place of what came from fake")
    night(wh, SampleSource(), ["AAPL"], batch="b2", replace_source=True)
    rows = wh.read("raw.bars", {"ticker": "AAPL"})
    assert rows["source"].unique().to_list() == ["sample"]
    assert rows.height == 3270
    assert wh.read("raw.tickers")["source"].to_list() == ["sample"]


def test_replacing_takes_the_source_at_its_word(wh: Warehouse) -> None:
    """What is left out is forgotten only on purpose: a wrong dividend, say, that was taken out of one's own file."""
    source = FakeSource(A=bars(WEEKS[:5]))
    source.events["A"] = actions((WEEKS[1], "dividend", 24.0))
    night(wh, source)
    source.histories["A"], source.events["A"] = bars(WEEKS[1:5], price=101.0), empty_actions()
    night(wh, source, batch="b2", force=True)
    assert (wh.count("raw.bars"), wh.count("raw.actions"), wh.count("raw.left_out")) == (5, 1, 2)
    night(wh, source, batch="b3", replace_source=True)
    assert (wh.count("raw.bars"), wh.count("raw.actions"), wh.count("raw.left_out")) == (4, 0, 0)


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
    assert [(item.due, item.reason) for item in plan_ingest(wh, source, ["A"], now=EVENING)] == [
        (True, "nothing is stored")
    ]
    night(wh, source)
    later = plan_ingest(wh, source, ["A", "A"], now=datetime(2024, 1, 20, tzinfo=UTC))
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


def test_an_answer_with_nothing_finished_is_a_failure(wh: Warehouse) -> None:
    outcome = night(wh, FakeSource(A=bars(WEEKS[:5]).clear()))
    assert outcome.items[0].reason == "fake has no finished bars of it; nothing is stored of it"
