"""Answers held against what is stored, as pure frames; and nights upon nights against one night."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.calendars import Calendars
from flows.ingest.errand import Errand
from flows.ingest.restatement import Comparison, compare
from flows.ingest.silence import Action, Fate, Key
from flows.ingest.work import ingest
from flows.sources.base import Adjustment, Fetched
from warehouse import Warehouse

THEN, NOW = datetime(2024, 1, 5), datetime(2024, 1, 9)
DAYS = [date(2024, 1, day) for day in (2, 3, 4, 5, 8)]
AT = pl.Datetime("us")


def bars(closes: Mapping[date, float | None], at: datetime = NOW, volume: float | None = 100.0) -> pl.DataFrame:
    schema = {"date": pl.Date, "close": pl.Float64}
    frame = pl.DataFrame({"date": list(closes), "close": list(closes.values())}, schema=schema)
    prices = {name: pl.col("close") for name in ("open", "high", "low")}
    return frame.select("date", **prices, close="close", volume=pl.lit(volume), ingested_at=pl.lit(at, dtype=AT))


def actions(rows: Sequence[Action] = (), at: datetime = NOW) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64}, orient="row")
    return frame.with_columns(ingested_at=pl.lit(at, dtype=AT))


def held(
    stored: Mapping[date, float | None],
    given_: Mapping[date, float | None],
    since: date | None = None,
    old: Sequence[Action] = (),
    new: Sequence[Action] = (),
    left_out: Mapping[Key, Fate] | None = None,
) -> Comparison:
    return compare(
        bars(stored, THEN), actions(old, THEN), bars(given_), actions(new), since, left_out=left_out, now=NOW
    )


FOUR: dict[date, float | None] = dict(zip(DAYS[:4], [10.0, 11.0, 12.0, 13.0], strict=True))
FIVE = FOUR | {DAYS[4]: 14.0}


def without(closes: Mapping[date, float | None], *days: date) -> dict[date, float | None]:
    return {day: close for day, close in closes.items() if day not in days}


def test_the_same_is_unchanged() -> None:
    found = held(FOUR, FOUR)
    assert found.unchanged
    assert found.rows.equals(bars(FOUR, THEN))


def test_new_bars_are_new_and_old_ones_keep_their_time() -> None:
    found = held(FOUR, FIVE)
    assert (found.new_rows, found.prices_restated, found.revisions.height) == (1, False, 0)
    assert found.rows["ingested_at"].to_list() == [THEN] * 4 + [NOW]


@pytest.mark.parametrize(("change", "restated"), [(9e-7, False), (1.2e-6, True)])
def test_jitter_ends_at_a_millionth(change: float, restated: bool) -> None:
    found = held(FOUR, FOUR | {DAYS[1]: 11.0 * (1 + change)})
    assert found.prices_restated == restated
    assert found.rows["close"][1] == (11.0 * (1 + change) if restated else 11.0)


def test_a_null_that_becomes_a_number_is_told_and_restates_nothing() -> None:
    found = held(FOUR | {DAYS[3]: None}, FOUR)
    assert found.rows["close"].to_list() == [10.0, 11.0, 12.0, 13.0]
    assert found.revisions.filter(pl.col("field") == "close").rows() == [(DAYS[3], "close", None, 13.0)]
    assert (found.changed, found.prices_restated) == (True, False)
    assert held(FOUR | {DAYS[3]: None}, FOUR | {DAYS[3]: None}).unchanged


def test_a_date_that_appears_is_told_and_restates_nothing() -> None:
    appeared = held(without(FOUR, DAYS[1]), FOUR)
    assert appeared.revisions.filter(pl.col("field") == "close").rows() == [(DAYS[1], "close", None, 11.0)]
    assert (appeared.changed, appeared.prices_restated, appeared.new_rows) == (True, False, 0)


def test_what_lies_before_the_dates_asked_for_is_not_missed() -> None:
    since = {day: close for day, close in FIVE.items() if day >= DAYS[2]}
    found = held(FOUR, since, since=DAYS[2])
    assert (found.new_rows, found.prices_restated) == (1, False)


def test_actions_old_new_changed_and_late() -> None:
    dividend = (DAYS[1], "dividend", 0.5)
    assert held(FOUR, FOUR, old=[dividend], new=[dividend]).unchanged
    later = held(FOUR, FIVE, old=[dividend], new=[dividend, (DAYS[4], "split", 2.0)])
    assert (later.new_actions, later.prices_restated) == (1, False)
    changed = held(FOUR, FOUR, old=[dividend], new=[(DAYS[1], "dividend", 0.6)])
    assert changed.revisions.rows() == [(DAYS[1], "dividend", 0.5, 0.6)]
    assert changed.prices_restated
    late = held(FOUR, FOUR, new=[dividend])
    assert late.revisions.rows() == [(DAYS[1], "dividend", None, 0.5)]
    assert late.prices_restated


def test_nothing_stored_is_all_new() -> None:
    found = held({}, FOUR, new=[(DAYS[1], "dividend", 0.5)])
    assert (found.new_rows, found.new_actions, found.prices_restated) == (4, 1, False)
    assert found.revisions.is_empty()


def test_the_reason_names_the_first_close_that_moved() -> None:
    found = held(FOUR, {day: (10.0 + n) / 2 for n, day in enumerate(FOUR)})
    assert found.why == "the source restated its history: close of 2024-01-02 was 10, is 5 (4 dates differ)"


# a date given twice


def twice(volumes: tuple[float, float], at: datetime) -> pl.DataFrame:
    """FOUR with its last date given twice: the same prices, perhaps two volumes."""
    first, second = bars(FOUR, at, volumes[0]), bars(FOUR, at, volumes[1]).tail(1)
    return pl.concat([first.with_columns(volume=pl.lit(volumes[0])), second])


def test_a_date_given_twice_is_the_same_in_any_order() -> None:
    """The rows of a date come in no order that could be relied upon: neither from a file nor from the warehouse."""
    stored, answer = twice((100.0, 90.0), THEN), twice((100.0, 90.0), NOW)
    turned = pl.concat([answer.head(3), answer.tail(1), answer.slice(3, 1)])
    for given_ in (answer, turned):
        assert compare(stored, actions(), given_, actions(), None, now=NOW).unchanged


def test_a_repetition_that_comes_or_goes_is_stored_and_restates_nothing() -> None:
    once, both = bars(FOUR, THEN), twice((100.0, 90.0), THEN)
    come = compare(once, actions(), twice((100.0, 90.0), NOW), actions(), None, now=NOW)
    assert (come.rows.height, come.changed, come.prices_restated) == (5, True, False)
    gone = compare(both, actions(), bars(FOUR, NOW), actions(), None, now=NOW)
    assert (gone.rows.height, gone.changed, dict(gone.fates)) == (4, True, {})


@pytest.mark.parametrize("amounts", [(0.23999999463558197, 0.24), (0.24, 0.23999999463558197)])
def test_an_action_told_twice_within_float_noise_is_one(amounts: tuple[float, float]) -> None:
    told = [(DAYS[1], "dividend", amount) for amount in amounts]
    found = held(FOUR, FOUR, new=told)
    assert found.actions.select("date", "kind", "value").rows() == [(DAYS[1], "dividend", 0.24)]
    assert held(FOUR, FOUR, old=[(DAYS[1], "dividend", 0.24)], new=told).unchanged
    assert held(FOUR, FOUR, old=told, new=told).revisions.is_empty()
    splits = held(FOUR, FOUR, new=[(DAYS[1], "split", 1 / 3), (DAYS[1], "split", 0.33333334)])
    assert splits.actions.height == 1


def test_two_dividends_of_one_date_are_each_compared_with_themselves() -> None:
    both = [(DAYS[1], "dividend", 0.2), (DAYS[1], "dividend", 1.0)]
    assert held(FOUR, FOUR, old=both, new=both[::-1]).unchanged
    special_alone = held(FOUR, FOUR, old=both, new=both[1:])
    assert special_alone.actions["value"].sort().to_list() == [0.2, 1.0]
    assert set(special_alone.fates) == {(DAYS[1], "dividend")}
    assert special_alone.revisions.is_empty()


SESSIONS = [date(2024, 1, 2) + timedelta(n) for n in range(21) if (date(2024, 1, 2) + timedelta(n)).weekday() < 5]
SESSIONS.remove(date(2024, 1, 15))


class Moody:
    """A source that appends, corrects, splits and jitters as a story tells, and remembers its history."""

    name = "moody"
    adjustment: Adjustment = "split"
    local = False

    def __init__(self) -> None:
        self.closes: dict[date, float] = {}
        self.splits: list[date] = []
        self.jitter = 0.0

    def tickers(self) -> tuple[str, ...]:
        return ("M",)

    def ends(self, ticker: str) -> None:
        return None

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        rows = bars({day: close * (1 + self.jitter) for day, close in self.closes.items()}).drop("ingested_at")
        events = actions([(day, "split", 2.0) for day in self.splits]).drop("ingested_at")
        if first is not None:
            rows, events = (frame.filter(pl.col("date") >= first) for frame in (rows, events))
        return Fetched(rows, events, "split")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nights")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.sampled_from(["more", "correct", "split", "jitter", "quiet"]), min_size=2, max_size=8))
def test_many_nights_end_where_one_would(folder: Path, story: list[str]) -> None:
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
            outcome = ingest(Errand(wh, source, ["M"], now, own_calendars=calendars), batch_id=f"n{night}")
            assert outcome.status != "failed"
        stored = wh.read("raw.bars")
        assert dict(stored.select("date", "close").iter_rows()) == pytest.approx(source.closes, rel=2e-6)
        assert wh.read("raw.actions")["date"].to_list() == source.splits
