"""Taxes that are due at the end of a run, by hand (`sdengine/RULES.md`, "Taxes")."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sdengine import run_scenario
from tests.golden.loader import load
from tests.oracle.engine_side import frame_of, named


def metrics_of(case: str, until: str | None = None, **taxes: float) -> dict[str, Any]:
    found = load(case)
    scenario = dict(found.scenario)
    if until is not None:
        scenario["portfolio"] = scenario["portfolio"] | {"end": until}
    scenario["taxes"] = taxes or scenario["taxes"]
    return run_scenario(named(scenario), frame_of(found.bars)).metrics


def test_what_is_accrued_this_year_is_due() -> None:
    """All of 2020 is paid. In 2021 twice 3 shares went at 400, bought at 100 in 2019: long gains of 1800, 15 %: 270.

    64 shares at 400 and a bank of 190 are 25 790.
    """
    found = metrics_of("taxes_carried_and_paid_late")
    assert found["taxes"] == 210.0
    assert found["taxes_due"] == pytest.approx(270.0, rel=1e-12)
    assert (found["final_value"], found["final_value_net"]) == (25_790.0, pytest.approx(25_520.0, rel=1e-12))
    grown = (1.0 + found["total_return"]) * 25_520.0 / 25_790.0
    assert found["cagr_net"] == pytest.approx(grown ** (1.0 / found["years"]) - 1.0, rel=1e-12)
    assert found["cagr_net"] < found["cagr"]


def test_what_the_bank_could_not_pay_is_due_beside_it() -> None:
    """On 4 January 2021 the 210 of 2020 are unpaid, and 3 shares sold that day gained 900, 15 %: 135."""
    found = metrics_of("taxes_carried_and_paid_late", until="2021-01-04")
    assert found["taxes_due"] == pytest.approx(345.0, rel=1e-12)


def test_losses_of_both_classes_offset_what_is_accrued() -> None:
    """Until the end of 2020: short 500 + 900 - 1000 = 400 at 30 %, long 600 at 15 %: 210."""
    found = metrics_of("taxes_carried_and_paid_late", until="2020-12-31")
    assert found["taxes_due"] == pytest.approx(210.0, rel=1e-12)


@pytest.mark.parametrize("case", ["taxes_carried_and_paid_late", "taxes_short_and_long"])
def test_where_nothing_is_taxed_net_is_equal(case: str) -> None:
    found = metrics_of(case, short_rate=0.0, long_rate=0.0)
    assert (found["taxes_due"], found["final_value_net"]) == (0.0, found["final_value"])
    assert found["cagr_net"] == found["cagr"]


def test_untaxed_lots_that_are_open_owe_nothing() -> None:
    case = load("one_bracket_down_and_up")
    scenario = case.scenario | {"taxes": {"short_rate": 0.5, "long_rate": 0.5}}
    result = run_scenario(named(scenario), frame_of(case.bars))
    gain = result.lots.filter(pl.col("gain").is_not_null())["gain"].sum()
    assert result.metrics["taxes_due"] == pytest.approx(gain / 2.0, rel=1e-12)
