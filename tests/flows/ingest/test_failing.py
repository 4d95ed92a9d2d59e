"""Nights on which a source fails for one ticker or for all: tried again, set aside, gone on without."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from flows.ingest.asking import Patience
from flows.ingest.errand import IngestPolicy
from flows.sources.base import SourceError
from tests.flows.ingest.fake_source import EVENING, WEEKS, FakeSource, bars, night, stored
from warehouse import Warehouse


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


def test_an_answer_with_nothing_finished_is_a_failure(wh: Warehouse) -> None:
    outcome = night(wh, FakeSource(A=bars(WEEKS[:5]).clear()))
    assert outcome.items[0].reason == "fake has no finished bars of it; nothing is stored of it"
