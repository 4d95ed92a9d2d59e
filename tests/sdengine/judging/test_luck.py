"""Luck by the engine: each world is what the public engine makes of its bars, and shares mean what they say."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from schemas.columns import PRICES
from sdengine.history.run import run_scenarios
from sdengine.judging.door import Cut, rebuild
from sdengine.judging.family import Family, family_of
from sdengine.judging.luck import luck
from sdengine.market.bars import BarStore
from sdengine.scenario import Scenario
from tests.sdengine.judging.markets import calendars, grid, noise

WITH_INCOME: dict[str, Any] = {
    "portfolio": {"initial_cash": 20_000.0, "cash_rate": 0.04, "margin_rate": 0.07, "allow_margin": True},
    "asset_defaults": {"weight": 0.3, "lot_size": 0},
    "assets": [{"ticker": ticker} for ticker in ("SHARE", "COIN", "LATE")],
    "withdrawal": {"monthly_amount": 100.0, "funding": "highest_premium"},
}


def scenario(name: str, **changes: Any) -> Scenario:
    """Make a scenario with every kind of income, some of its tables changed."""
    merged = {key: {**value} if isinstance(value, dict) else value for key, value in WITH_INCOME.items()}
    for table, values in changes.items():
        merged[table] = {**merged.get(table, {}), **values} if isinstance(values, dict) else values
    return Scenario.from_dict({**merged, "name": name})


MEMBERS = [
    scenario("ladder"),
    scenario("fine", asset_defaults={"sd_n": 20}),
    scenario("later", portfolio={"start": date(2015, 8, 3)}, dynamic_sd_n={}),
    scenario("coin", assets=[{"ticker": "COIN"}], taxes={"short_rate": 0.3, "long_rate": 0.1}),
    scenario("monthly", portfolio={"rebalancing_mode": "rebalancing"}, asset_defaults={"target": 0.3},
             rebalancing={"calendar": "month"}),
]  # fmt: skip


def without_income(member: Scenario) -> Scenario:
    portfolio = member.portfolio.model_copy(update={"cash_rate": 0.0, "margin_rate": 0.0})
    return member.model_copy(update={"portfolio": portfolio, "withdrawal": None})


def bars_of(family: Family, source: Any, tickers: tuple[str, ...]) -> pl.DataFrame:
    """Write the bars of a world of the whole market, as anybody could give them to the engine."""
    group = next(group for group in family.groups if group.market.tickers == tickers and group.cut.rows[0] == 0)
    batch = group.batch()
    rebuild(family.past.ground, Cut(group.cut.rows, group.cut.columns), source, batch.days, batch.bars)
    frames = []
    for a, ticker in enumerate(tickers):
        there = ~np.isnan(batch.bars["low"][:, a])
        columns = {name: batch.bars[name][there, a] for name in PRICES}
        days = pl.Series("date", batch.days["ordinal"][there]).cast(pl.Date)
        frames.append(pl.DataFrame({"ticker": [ticker] * int(there.sum()), "date": days, **columns}))
    return pl.concat(frames)


def t_of(run: pl.DataFrame, twin: pl.DataFrame) -> float:
    """Compute the t value of the mean difference of daily returns, by numpy."""
    own, held = (frame["total_value"].to_numpy() for frame in (run, twin))
    difference = (own[1:] / own[:-1]) - (held[1:] / held[:-1])
    return float(difference.mean() / difference.std(ddof=1) * np.sqrt(len(difference)))


def days_of(scenarios: list[Scenario], bars: pl.DataFrame) -> list[pl.DataFrame]:
    days: dict[int, pl.DataFrame] = {}
    for chunk in run_scenarios(scenarios, bars):
        frame = pl.DataFrame(chunk.tables["portfolio_days"])
        days |= {key[0]: each for key, each in frame.partition_by("run", as_dict=True).items()}
    return [days[k] for k in range(len(scenarios))]


@pytest.mark.parametrize("world", [0, 3])
def test_a_world_is_what_the_engine_makes_of_its_bars(world: int) -> None:
    members = [MEMBERS[0], MEMBERS[1], MEMBERS[4]]
    family = family_of(members, BarStore(calendars()))
    found = luck(family, 4, mean_days=10.0, worlds=world + 1)
    mean_weeks = max(1.0, 10.0 / family.past.days_a_week)
    bars = bars_of(family, family.past.draw(4, world, mean_weeks), ("SHARE", "COIN", "LATE"))
    bare = [without_income(member) for member in members]
    runs = days_of([*bare, *(each.twin("buy_and_hold") for each in bare)], bars)
    expected = [t_of(runs[k], runs[k + len(bare)]) for k in range(len(bare))]
    assert found.worlds[world, :, 0] == pytest.approx(expected, rel=1e-9)


def test_the_values_of_a_world_are_the_engines_to_the_bit() -> None:
    from sdengine.history.plans import plans_of
    from sdengine.judging.family import Space
    from sdengine.judging.family import without_income as stripped

    family = family_of(MEMBERS[:2], BarStore(calendars()))
    group, source = family.groups[0], family.past.draw(8, 1, 2.0)
    batch = group.batch(stripped(plans_of(group.scenarios)))
    batch.days["pays"] = 0
    rebuild(family.past.ground, group.cut, source, batch.days, batch.bars)
    values = np.empty((len(group.scenarios), len(batch.days)))
    Space(3, len(batch.days)).play(batch, 0, values, np.empty_like(values))
    bars = bars_of(family, source, group.market.tickers)
    for played, run in zip(values, days_of([without_income(s) for s in group.scenarios], bars), strict=True):
        assert (played == run["total_value"].to_numpy()).all()


def test_the_past_is_measured_by_the_same_door_without_income() -> None:
    bars = calendars()
    family = family_of(MEMBERS, BarStore(bars))
    found = luck(family, 4, mean_days=10.0, worlds=1)
    bare = [without_income(member) for member in MEMBERS]
    runs = days_of([*bare, *(each.twin("buy_and_hold") for each in bare)], bars.drop("dividend"))
    expected = [t_of(runs[k], runs[k + len(bare)]) for k in range(len(bare))]
    assert found.observed[:, 0] == pytest.approx(expected, rel=1e-9)


def test_daily_growth_is_that_of_the_recorded_runs_with_all_their_income() -> None:
    from sdengine.statistics import wealth_index

    bars = calendars()
    own, held = family_of(MEMBERS, BarStore(bars)).daily()
    runs = days_of([*MEMBERS, *(member.twin("buy_and_hold") for member in MEMBERS)], bars)
    for played, run in zip([*own, *held], runs, strict=True):
        expected = wealth_index(run["total_value"].to_numpy().copy(), run["withdrawn"].to_numpy().copy(), 20_000.0)
        assert (played.growth == expected).all()
        assert (played.ordinals == run["date"].to_physical().to_numpy()).all()


def test_threads_and_the_number_of_worlds_change_no_world() -> None:
    family = family_of(MEMBERS, BarStore(calendars()))
    one = luck(family, 2, mean_days=10.0, worlds=7)
    two = luck(family, 2, mean_days=10.0, worlds=5, threads=2)
    assert (one.worlds[:5] == two.worlds).all()
    assert (one.observed == two.observed).all()
    again = luck(family_of(MEMBERS[::-1], BarStore(calendars())), 2, mean_days=10.0, worlds=5)
    assert (again.worlds[:, ::-1] == two.worlds).all()


def test_a_room_that_is_too_small_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    from sdengine.judging import family as rooms

    family = family_of(MEMBERS, BarStore(calendars()))
    ample = luck(family, 2, mean_days=10.0, worlds=1)
    monkeypatch.setattr(rooms, "LOTS", 2)
    monkeypatch.setattr(rooms, "ROWS", 2)
    assert (luck(family, 2, mean_days=10.0, worlds=1).worlds == ample.worlds).all()
    assert (family.daily()[0][1].growth == family_of(MEMBERS, BarStore(calendars())).daily()[0][1].growth).all()


def test_a_run_that_is_its_own_twin_gains_nothing() -> None:
    held = scenario("held", asset_defaults={"variant": "buy_and_hold"})
    found = luck(family_of([held, MEMBERS[1]], BarStore(calendars())), 1, mean_days=10.0, worlds=3)
    assert found.observed[0].tolist() == [0.0, 0.0]
    assert (found.worlds[:, 0] == 0.0).all()


SMALL_GRID = grid([4.0, 8.0, 16.0, 32.0], [25.0, 50.0, 100.0])


def lucks(planted: float, markets: int = 20) -> list[float]:
    """Take the luck of a sweep of twelve in so many markets of two years and a half, 39 worlds each."""
    return [
        luck(family_of(SMALL_GRID, BarStore(noise(1000 + k, 628, planted=planted))), k, mean_days=10.0, worlds=39).share
        for k in range(markets)
    ]


def test_on_noise_luck_is_rarely_low() -> None:
    found = lucks(0.0)
    # 5 % of 20 and two standard errors: 0.05 + 2 * sqrt(0.05 * 0.95 / 20) = 0.147, which is 2 markets
    assert sum(share <= 0.05 for share in found) <= 2
    # and it takes all values: the mean of 20 uniform ones lies within 0.5 +- 3 * 0.29 / sqrt(20) = 0.31..0.69
    assert 0.31 < np.mean(found) < 0.69


def test_what_is_planted_is_found_more_often() -> None:
    assert sum(share <= 0.05 for share in lucks(0.16)) > 20 / 5
