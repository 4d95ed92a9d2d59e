"""What an answer leaves out stays: as it was, rescaled as its neighbours, or set aside; actions come back moved."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from flows.ingest.restatement import Comparison, compare
from flows.ingest.silence import AGREE, Action, Fate, Key, moves, one_factor
from tests.flows.ingest.test_restatement import actions

THEN, NOW = datetime(2024, 2, 1), datetime(2024, 2, 2)
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(12)]
ALL = {day: 100.0 + 2 * n for n, day in enumerate(DAYS)}
DIVIDEND = (DAYS[5], "dividend", 0.5)

Closes = Mapping[date, float | None]


def bars(closes: Closes, at: datetime = NOW, volume: float | None = 1000.0) -> pl.DataFrame:
    """Bars around their closes: open 1 below, high 2 above, low 3 below, on the scale of the close."""
    rows = []
    for day, close in closes.items():
        scale = None if close is None else close / ALL[day]
        four = (None,) * 4 if scale is None else tuple((ALL[day] + gap) * scale for gap in (-1, 2, -3, 0))
        rows.append((day, *four, volume if close is not None else 0.0, at))
    prices = dict.fromkeys(("open", "high", "low", "close", "volume"), pl.Float64)
    return pl.DataFrame(rows, schema={"date": pl.Date, **prices, "ingested_at": pl.Datetime("us")}, orient="row")


def held(
    given: Closes,
    old: Sequence[Action] = (),
    new: Sequence[Action] = (),
    since: date | None = None,
    stored: Closes = ALL,
    left_out: Mapping[Key, Fate] | None = None,
    volume: float | None = 1000.0,
) -> Comparison:
    stored_bars, given_bars = bars(stored, THEN), bars(given, volume=volume)
    return compare(stored_bars, actions(old, THEN), given_bars, actions(new), since, left_out=left_out or {}, now=NOW)


def without(*places: int, times: float = 1.0) -> dict[date, float | None]:
    return {day: close * times for n, (day, close) in enumerate(ALL.items()) if n not in places}


def close_of(found: Comparison, place: int) -> float:
    [close] = found.rows.filter(pl.col("date") == DAYS[place])["close"]
    return float(close)


def null(*places: int) -> dict[date, float | None]:
    return {day: None if n in places else close for n, (day, close) in enumerate(ALL.items())}


@pytest.mark.parametrize("answer", [without(5), null(5)], ids=["left out", "null"])
@pytest.mark.parametrize("since", [None, DAYS[3]], ids=["whole", "overlap"])
def test_a_bar_that_is_not_given_any_more_stays(answer: Closes, since: date | None) -> None:
    given = {day: close for day, close in answer.items() if since is None or day >= since}
    found = held(given, since=since)
    kept = found.rows.filter(pl.col("date") == DAYS[5])
    assert kept.equals(bars({DAYS[5]: ALL[DAYS[5]]}, THEN))
    assert found.fates == {(DAYS[5], "bar"): Fate("kept", 1.0, NOW)}
    assert (found.changed, found.prices_restated, found.revisions.height, found.new_rows) == (True, False, 0, 0)


def test_silence_that_goes_on_is_no_news_and_what_is_given_again_is_no_longer_left_out() -> None:
    before = held(without(5)).fates
    assert held(without(5), left_out=before).unchanged
    back = held(ALL, left_out=before)
    assert (back.fates, back.changed, back.prices_restated) == ({}, True, False)


def test_the_last_bar_given_as_null_stays() -> None:
    found = held(null(11))
    assert close_of(found, 11) == ALL[DAYS[11]]
    assert set(found.fates) == {(DAYS[11], "bar")}


def test_a_volume_that_is_not_given_any_more_stays() -> None:
    found = held(ALL, volume=None)
    assert found.rows["volume"].to_list() == [1000.0] * 12
    assert {fate.standing for fate in found.fates.values()} == {"kept"}


@pytest.mark.parametrize("place", [0, 5, 11])
@pytest.mark.parametrize("times", [0.5, 20.0, 0.987])
def test_a_bar_left_out_while_its_neighbours_are_rescaled_is_rescaled_alike(place: int, times: float) -> None:
    """A split applied backwards: 4 for 1 halves a price of 110 twice; a reverse split of 1:20 multiplies by 20."""
    found = held(without(place, times=times))
    assert close_of(found, place) == pytest.approx(ALL[DAYS[place]] * times, rel=1e-9)
    fate = found.fates[DAYS[place], "bar"]
    assert (fate.standing, fate.factor) == ("rescaled", pytest.approx(times))
    told = found.revisions.filter((pl.col("date") == DAYS[place]) & (pl.col("field") == "close"))
    assert told["new_value"].to_list() == [pytest.approx(ALL[DAYS[place]] * times)]
    assert found.prices_restated  # the others are


def test_volumes_follow_a_factor_of_their_own() -> None:
    """After a split of 2:1 prices are half and volumes double; after dividends were taken out, volumes are the same."""
    split = held(without(5, times=0.5), volume=2000.0)
    assert split.rows["volume"].to_list() == [2000.0] * 12
    dividends = held(without(5, times=0.98))
    assert dividends.rows["volume"].to_list() == [1000.0] * 12


def test_a_bar_at_the_edge_of_two_scales_is_set_aside() -> None:
    """Dividends taken out of prices up to the 6th: nobody knows on which side of the ex-date the missing bar was."""
    given = {day: close * (0.98 if n < 5 else 1.0) for n, (day, close) in enumerate(ALL.items()) if n != 5}
    found = held(given)
    assert found.fates[DAYS[5], "bar"] == Fate("set_aside", 1.0, NOW)
    assert close_of(found, 5) == ALL[DAYS[5]]
    assert found.rows.filter(pl.col("date") == DAYS[5])["ingested_at"].to_list() == [THEN]


def test_what_is_set_aside_stays_so_until_it_is_given_again() -> None:
    aside = {(DAYS[5], "bar"): Fate("set_aside", 1.0, THEN)}
    assert held(without(5), left_out=aside).fates == aside
    assert held(without(5, times=0.5), left_out=aside).fates == aside
    back = held(ALL | {DAYS[5]: 55.0}, left_out=aside)
    assert (back.fates, close_of(back, 5)) == ({}, 55.0)
    assert not back.prices_restated, "its scale was not known, so nothing follows for the other bars"


def test_one_neighbour_that_is_corrected_hides_no_factor() -> None:
    given = without(5) | {DAYS[4]: 77.0}
    assert held(given).fates == {(DAYS[5], "bar"): Fate("kept", 1.0, NOW)}


def test_prices_rounded_to_the_cent_still_have_one_factor() -> None:
    given = {day: round(close / 3, 2) for n, (day, close) in enumerate(ALL.items()) if n != 5}
    found = held(given)
    assert close_of(found, 5) == pytest.approx(110 / 3, rel=AGREE)


def test_factors_add_up_over_the_nights() -> None:
    first = held(without(5, times=0.5))
    now_stored = dict(first.rows.select("date", "close").iter_rows())
    second = held(without(5, times=0.1), stored=now_stored, left_out=first.fates)
    assert close_of(second, 5) == pytest.approx(11.0)
    assert second.fates[DAYS[5], "bar"].factor == pytest.approx(0.1)
    undone = held(without(5), stored=now_stored, left_out=first.fates)
    assert undone.fates[DAYS[5], "bar"].standing == "kept"
    assert close_of(undone, 5) == pytest.approx(110.0)


def test_an_answer_that_has_lost_nearly_all_deletes_nothing() -> None:
    found = held({DAYS[11]: ALL[DAYS[11]]})
    assert found.rows.height == 12
    assert len(found.fates) == 11


def test_actions_that_are_not_given_any_more_stay() -> None:
    split = (DAYS[6], "split", 2.0)
    found = held(ALL, old=[DIVIDEND, split])
    assert found.actions.select("date", "kind", "value").rows() == [DIVIDEND, split]
    assert found.fates == {(DAYS[5], "dividend"): Fate("kept", 1.0, NOW), (DAYS[6], "split"): Fate("kept", 1.0, NOW)}
    assert (found.revisions.height, found.prices_restated) == (0, False)
    assert held(ALL, old=[DIVIDEND, split], left_out=found.fates).unchanged


def test_a_dividend_is_rescaled_as_the_prices_beside_it_and_a_ratio_is_not() -> None:
    found = held(without(times=0.25), old=[DIVIDEND, (DAYS[6], "split", 2.0)])
    assert found.actions["value"].to_list() == [0.125, 2.0]
    assert found.fates[DAYS[5], "dividend"].standing == "rescaled"
    assert found.fates[DAYS[6], "split"].standing == "kept"
    told = found.revisions.filter(pl.col("field") == "dividend")
    assert told.rows() == [(DAYS[5], "dividend", 0.5, 0.125)]


@pytest.mark.parametrize(("days", "moved"), [(1, True), (-3, True), (10, True), (11, False)])
def test_the_same_amount_within_ten_days_is_a_move(days: int, moved: bool) -> None:
    early, late = date(2024, 3, 1), date(2024, 3, 1) + timedelta(days=days)
    found = held(ALL, old=[(early, "dividend", 0.5)], new=[(late, "dividend", 0.5)])
    assert found.actions["date"].to_list() == ([late] if moved else sorted([early, late]))
    assert bool(found.fates) != moved
    if moved:
        told = [(early, "dividend", 0.5, None), (late, "dividend", None, 0.5)]
        assert found.revisions.rows() == sorted(told)
        assert not found.prices_restated


def test_another_amount_is_another_dividend_and_another_kind_no_move() -> None:
    other = held(ALL, old=[DIVIDEND], new=[(DAYS[7], "dividend", 0.51)])
    assert other.actions.height == 2
    kind = held(ALL, old=[(DAYS[5], "split", 0.5)], new=[(DAYS[7], "dividend", 0.5)])
    assert kind.actions.height == 2


def test_a_weekly_payer_of_equal_amounts_loses_none() -> None:
    weeks = [(date(2024, 1, 1) + timedelta(days=7 * n), "dividend", 0.1) for n in range(4)]
    assert held(ALL, old=weeks[:3], new=weeks).actions["date"].to_list() == [row[0] for row in weeks]
    left_out = held(ALL, old=weeks[:3], new=[weeks[0], weeks[2], weeks[3]])
    assert left_out.actions["date"].to_list() == [row[0] for row in weeks], "the 8th is two weeks from the 22nd"


def test_a_twin_before_the_dates_asked_for_asks_for_the_whole_history() -> None:
    """Whether the 3rd's dividend has moved or a second one came, an answer that begins on the 5th cannot tell."""
    new = (DAYS[8], "dividend", 0.5)
    given = {day: close for day, close in ALL.items() if day >= DAYS[4]}
    stored = {day: close for n, (day, close) in enumerate(ALL.items()) if n < 8}
    found = held(given, old=[(DAYS[2], "dividend", 0.5)], new=[new], since=DAYS[4], stored=stored)
    assert found.prices_restated
    assert found.why == "the dividend of 0.5 on 2024-01-09 may be that of 2024-01-03, moved"


@pytest.mark.parametrize(
    ("ratios", "factor"),
    [
        ([], 1.0),
        ([1.0, 1.0 + 5e-7], 1.0),
        ([0.5, 0.5001, 0.4999], 0.5),
        ([0.5, 0.5, 0.5, 1.0], 0.5),  # three of four
        ([0.5, 0.5, 1.0], None),  # two of three
        ([0.5, 1.0], None),
        ([0.9, 0.95, 1.0, 1.05], None),
    ],
)
def test_one_factor(ratios: list[float], factor: float | None) -> None:
    assert one_factor(ratios) == factor


def test_the_nearest_move_is_taken_and_each_action_moves_once() -> None:
    gone = [(date(2024, 1, 1), "dividend", (0.5,)), (date(2024, 1, 8), "dividend", (0.5,))]
    come = [(date(2024, 1, 9), "dividend", 0.5)]
    assert moves(gone, come) == {1: 0}
