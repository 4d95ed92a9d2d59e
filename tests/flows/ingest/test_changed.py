"""What a source gives otherwise than before: corrected, restated, left out, or from another source."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from flows.errors import UsageError
from flows.ingest.errand import Errand
from flows.ingest.plan import plan_ingest
from flows.sources.base import empty_actions
from flows.sources.sample import SampleSource
from tests.flows.ingest.fake_source import EVENING, WEEKS, FakeSource, actions, bars, night, stored
from warehouse import Warehouse


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


def test_another_source_replaces_nothing_unless_asked_to(wh: Warehouse) -> None:
    night(wh, FakeSource(AAPL=bars(WEEKS[:5])), ["AAPL"])
    [item] = plan_ingest(Errand(wh, SampleSource(), ["AAPL"], now=EVENING))
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
    [item] = plan_ingest(Errand(wh, SampleSource(), ["AAPL"], now=EVENING, replace_source=True))
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
