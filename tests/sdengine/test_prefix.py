"""No look-ahead: the first days of a run equal a run of those days, to the last bit, in every table and mode."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle import run_oracle
from tests.oracle.engine_side import frame_of, named, run_engine
from tests.oracle.prefix import lots_until, until
from tests.strategies.lively import LIVELY, lively_scenario
from tests.strategies.markets import make_bars
from tests.strategies.profiles import examples
from tests.strategies.scenarios import MODES, PATHS, cases

Case = tuple[dict[str, Any], list[dict[str, Any]]]
Tables = dict[str, list[dict[str, Any]]]


def assert_prefix(whole: Tables, part: Tables, day: Any) -> None:
    """`part` is the run that ended with `day`."""
    for table in ("fills", "portfolio_days", "opportunities"):
        assert part[table] == until(whole[table], day), table
    sold, still_open = lots_until(whole["lots"], day)
    sold_then, open_then = lots_until(part["lots"], day)
    assert sold_then == sold
    assert open_then == pytest.approx(still_open, rel=1e-9)


def cut(scenario: dict[str, Any], bars: list[dict[str, Any]], share: float) -> tuple[list[dict[str, Any]], Any] | None:
    """Return the bars up to a day, and the day; None where an asset has none yet (a scenario needs bars of each)."""
    start, end = (scenario["portfolio"].get(key) for key in ("start", "end"))
    inside = [b for b in bars if (start is None or b["date"] >= start) and (end is None or b["date"] <= end)]
    dates = sorted({b["date"] for b in inside})
    day = dates[min(int(share * len(dates)), len(dates) - 1)]
    first = [b for b in bars if b["date"] <= day]
    tickers = {b["ticker"] for b in first if start is None or b["date"] >= start}
    return (first, day) if tickers == {a["ticker"] for a in scenario["assets"]} else None


@settings(max_examples=examples(150))
@given(cases(), st.sampled_from((0.1, 0.4, 0.7, 0.9, 0.98)))
def test_first_days_of_the_engine(case: Case, share: float) -> None:
    scenario, bars = case
    piece = cut(scenario, bars, share)
    if piece is not None:
        scenario = {**scenario, "portfolio": {k: v for k, v in scenario["portfolio"].items() if k != "end"}}
        assert_prefix(run_engine(scenario, bars), run_engine(scenario, piece[0]), piece[1])


@settings(max_examples=examples(50))
@given(cases(), st.sampled_from((0.1, 0.4, 0.7, 0.9, 0.98)))
def test_first_days_of_the_oracle(case: Case, share: float) -> None:
    scenario, bars = case
    piece = cut(scenario, bars, share)
    if piece is not None:
        scenario = {**scenario, "portfolio": {k: v for k, v in scenario["portfolio"].items() if k != "end"}}
        assert_prefix(vars(run_oracle(scenario, bars)), vars(run_oracle(scenario, piece[0])), piece[1])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", PATHS)
def test_asset_days_and_every_cut_of_one_history(mode: str, path: str) -> None:
    from sdengine import run_scenario

    scenario = lively_scenario(mode, path, "full")
    bars = make_bars(11, LIVELY, days=40)
    whole = run_scenario(named(scenario), frame_of(bars))
    for share in (0.3, 0.5, 0.8, 0.95):
        piece = cut(scenario, bars, share)
        assert piece is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part = run_scenario(named(scenario), frame_of(piece[0]))
        for table in ("fills", "portfolio_days", "asset_days", "opportunities"):
            frame = getattr(whole, table)
            first = [row for row in frame.to_dicts() if row["date"] <= piece[1]]
            assert getattr(part, table).to_dicts() == first, (table, piece[1])


def test_a_look_ahead_is_noticed() -> None:
    scenario = lively_scenario("simple", "nearest", "full")
    bars = make_bars(11, LIVELY, days=40)
    piece = cut(scenario, bars, 0.5)
    assert piece is not None
    whole, part = vars(run_oracle(scenario, bars)), vars(run_oracle(scenario, piece[0]))
    assert_prefix(whole, part, piece[1])
    for table in ("fills", "portfolio_days", "lots"):
        wrong = part | {table: [dict(row) for row in part[table]]}
        column = {"fills": "price", "portfolio_days": "bank", "lots": "qty"}[table]
        wrong[table][len(wrong[table]) // 2][column] *= 1 + 1e-6
        with pytest.raises(AssertionError):
            assert_prefix(whole, wrong, piece[1])
