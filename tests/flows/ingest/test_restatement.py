"""Answers held against what is stored, as pure frames; and nights upon nights against one night."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.calendars import Calendars
from flows.ingest.restatement import compare
from flows.ingest.work import ingest
from flows.sources.base import Fetched
from warehouse import Warehouse

THEN, NOW = datetime(2024, 1, 5), datetime(2024, 1, 9)
DAYS = [date(2024, 1, day) for day in (2, 3, 4, 5, 8)]
AT = pl.Datetime("us")


def bars(closes: dict, at=NOW, volume=100.0) -> pl.DataFrame:
    schema = {"date": pl.Date, "close": pl.Float64}
    frame = pl.DataFrame({"date": list(closes), "close": list(closes.values())}, schema=schema)
    prices = {name: pl.col("close") for name in ("open", "high", "low")}
    return frame.select("date", **prices, close="close", volume=pl.lit(volume), ingested_at=pl.lit(at, dtype=AT))


def actions(rows=(), at=NOW) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64}, orient="row")
    return frame.with_columns(ingested_at=pl.lit(at, dtype=AT))


def held(stored, given_, since=None, old=(), new=()):
    return compare(bars(stored, THEN), actions(old, THEN), bars(given_), actions(new), since)


FOUR = dict(zip(DAYS[:4], [10.0, 11.0, 12.0, 13.0], strict=True))
FIVE = FOUR | {DAYS[4]: 14.0}


def test_the_same_is_unchanged():
    found = held(FOUR, FOUR)
    assert found.unchanged
    assert found.rows.equals(bars(FOUR, THEN))


def test_new_bars_are_new_and_old_ones_keep_their_time():
    found = held(FOUR, FIVE)
    assert (found.new_rows, found.prices_restated, found.revisions.height) == (1, False, 0)
    assert found.rows["ingested_at"].to_list() == [THEN] * 4 + [NOW]


@pytest.mark.parametrize(("change", "restated"), [(9e-7, False), (1.2e-6, True)])
def test_jitter_ends_at_a_millionth(change, restated):
    found = held(FOUR, FOUR | {DAYS[1]: 11.0 * (1 + change)})
    assert found.prices_restated == restated
    assert found.rows["close"][1] == (11.0 * (1 + change) if restated else 11.0)


def test_a_null_that_becomes_a_number_and_back():
    assert held(FOUR | {DAYS[3]: None}, FOUR).prices_restated
    assert held(FOUR, FOUR | {DAYS[3]: None}).prices_restated
    assert held(FOUR | {DAYS[3]: None}, FOUR | {DAYS[3]: None}).unchanged


def test_a_date_that_is_gone_and_one_that_appears():
    gone = held(FOUR, {day: close for day, close in FOUR.items() if day != DAYS[1]})
    assert gone.revisions.filter(pl.col("field") == "close").rows() == [(DAYS[1], "close", 11.0, None)]
    appeared = held({day: close for day, close in FOUR.items() if day != DAYS[1]}, FOUR)
    assert appeared.revisions.filter(pl.col("field") == "close").rows() == [(DAYS[1], "close", None, 11.0)]
    assert gone.prices_restated
    assert appeared.prices_restated


def test_what_lies_before_the_dates_asked_for_is_not_missed():
    since = {day: close for day, close in FIVE.items() if day >= DAYS[2]}
    found = held(FOUR, since, since=DAYS[2])
    assert (found.new_rows, found.prices_restated) == (1, False)


def test_actions_old_new_changed_and_gone():
    dividend = (DAYS[1], "dividend", 0.5)
    assert held(FOUR, FOUR, old=[dividend], new=[dividend]).unchanged
    later = held(FOUR, FIVE, old=[dividend], new=[dividend, (DAYS[4], "split", 2.0)])
    assert (later.new_actions, later.prices_restated) == (1, False)
    changed = held(FOUR, FOUR, old=[dividend], new=[(DAYS[1], "dividend", 0.6)])
    assert changed.revisions.rows() == [(DAYS[1], "dividend", 0.5, 0.6)]
    assert changed.prices_restated
    gone = held(FOUR, FOUR, old=[dividend])
    assert gone.revisions.rows() == [(DAYS[1], "dividend", 0.5, None)]
    assert gone.actions.is_empty()


def test_nothing_stored_is_all_new():
    found = held({}, FOUR, new=[(DAYS[1], "dividend", 0.5)])
    assert (found.new_rows, found.new_actions, found.prices_restated) == (4, 1, False)
    assert found.revisions.is_empty()


def test_the_reason_names_the_first_close_that_moved():
    found = held(FOUR, {day: close / 2 for day, close in FOUR.items()})
    assert found.why == "the source restated its history: close of 2024-01-02 was 10, is 5 (4 dates differ)"


SESSIONS = [date(2024, 1, 2) + timedelta(n) for n in range(21) if (date(2024, 1, 2) + timedelta(n)).weekday() < 5]
SESSIONS.remove(date(2024, 1, 15))


class Moody:
    """A source that appends, corrects, splits and jitters as a story tells, and remembers its history."""

    name = "moody"
    adjustment = "split"
    local = False

    def __init__(self):
        self.closes = {}
        self.splits = []
        self.jitter = 0.0

    def tickers(self):
        return ("M",)

    def ends(self, ticker):
        return None

    def fetch(self, ticker, first, last):
        rows = bars({day: close * (1 + self.jitter) for day, close in self.closes.items()}).drop("ingested_at")
        events = actions([(day, "split", 2.0) for day in self.splits]).drop("ingested_at")
        if first is not None:
            rows, events = (frame.filter(pl.col("date") >= first) for frame in (rows, events))
        return Fetched(rows, events, "split")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("nights")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.sampled_from(["more", "correct", "split", "jitter", "quiet"]), min_size=2, max_size=8))
def test_many_nights_end_where_one_would(folder, story):
    """Whatever a source does within the overlap, its stored history is its last history."""
    source, calendars, shown = Moody(), Calendars(folder), 3
    source.closes = {day: 100.0 + n for n, day in enumerate(SESSIONS[:3])}
    target = folder / f"wh{abs(hash((tuple(story), id(source))))}"
    with Warehouse.open(target, validation="sql") as wh:
        for night, event in enumerate(["more", *story, "more"]):
            day = SESSIONS[shown]
            shown += 1
            if event == "correct":
                source.closes[SESSIONS[shown - 3]] *= 1.01
            if event == "split":
                source.closes = {old: close / 2 for old, close in source.closes.items()}
                source.splits.append(day)
            source.jitter = 3e-7 if event == "jitter" else 0.0
            source.closes[day] = 100.0 + night
            now = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
            outcome = ingest(wh, source, ["M"], batch_id=f"n{night}", now=now, calendars=calendars)
            assert outcome.status != "failed"
        stored = wh.read("raw.bars")
        assert dict(stored.select("date", "close").iter_rows()) == pytest.approx(source.closes, rel=2e-6)
        assert wh.read("raw.actions")["date"].to_list() == source.splits
