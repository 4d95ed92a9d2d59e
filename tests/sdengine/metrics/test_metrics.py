"""The metrics of a run worked by hand (`metrics_case`), figure by figure."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import Any

import polars as pl
import pytest

from schemas import table
from sdengine.metrics import RunMetrics, run_metrics
from sdengine.metrics.parameters import RUN_COLUMNS
from tests.sdengine.metrics import metrics_case as case
from tests.sdengine.metrics.by_hand import END, FIGURES, SPREAD, UNITS

CLOSE: dict[str, Any] = {"rel": 1e-12, "abs": 1e-12}


@pytest.fixture(scope="module")
def measured() -> RunMetrics:
    return run_metrics(case.PARAMETERS, case.portfolio_days(), case.fills(), case.lots(), case.bars())


@pytest.fixture(scope="module")
def summary(measured: RunMetrics) -> dict[str, Any]:
    return measured.summary


@pytest.mark.parametrize(("name", "expected"), FIGURES.items())
def test_figure(summary: dict[str, Any], name: str, expected: Any) -> None:
    assert summary[name] == (pytest.approx(expected, **CLOSE) if isinstance(expected, float) else expected)


def test_every_metric_is_worked_by_hand(summary: dict[str, Any]) -> None:
    assert set(summary) - set(RUN_COLUMNS) <= set(FIGURES)


def test_every_metric_of_the_table_is_there(summary: dict[str, Any]) -> None:
    of_the_stage = {"run_id", "scenario", "role", "sweep", "metrics_version"}
    of_twins = {
        name for name in table("metrics.runs").names() if name.startswith(("buy_and_hold_", "ath_only_", "benchmark"))
    }
    of_twins |= {"excess_return", "excess_cagr", "baseline_volatility_alpha", "paid_unlike"}
    assert set(summary) == set(table("metrics.runs").names()) - of_the_stage - of_twins


def test_assets(measured: RunMetrics) -> None:
    x, y = measured.assets.rows(named=True)
    weights = (400 / 998, 450 / 956, 330 / 951, 396 / 935)
    assert x == {
        "ticker": "X",
        "asset_class": "shares",
        "position": 1,
        "sd_n": 6.0,
        "profit_sharing_pct": 50.0,
        "variant": "full",
        "lot_size": 1.0,
        "initial_weight": None,
        "initial_value": 402.0,
        "initial_quantity": None,
        "target": None,
        "band_min": None,
        "band_max": None,
        "entered_on": case.DAYS[0],
        "entry_price": 100.0,
        "last_traded_on": case.DAYS[3],
        "last_close": 99.0,
        "holdings": 4.0,
        "value": 396.0,
        "weight": pytest.approx(396 / 935, **CLOSE),
        "mean_weight": pytest.approx(sum(weights) / 4, **CLOSE),
        "fills": 4,
        "buys": 2,
        "sells": 1,
        "skipped_buys": 0,
        "skipped_bands": 0,
        "bought": 592.0,
        "sold": 216.0,
        "synthetic_dividends": 216.0,
        "dividends": 0.0,
        "costs": 4.0,
        "gain": pytest.approx(16.0, **CLOSE),
        "price_return": pytest.approx(-0.01, **CLOSE),
        "realised_gain": 21.75,
        "unrealised_gain": pytest.approx(-5.75, **CLOSE),
        "realised_volatility_alpha": 14.5,
        "unrealised_volatility_alpha": -1.0,
        # 400 - 400 - 1, then 450 - 400 - 92 - 1, then 330 - 450 + 216 - 1, then 396 - 330 - 100 - 1
        "return_contribution": pytest.approx(-UNITS[0] - 43 * UNITS[1] + 95 * UNITS[2] - 35 * UNITS[3], **CLOSE),
        "drawdown_contribution": pytest.approx(0.044, **CLOSE),  # from the capital: the first two days, over 1
        "synthetic_dividend_share": 1.0,
        "income_correlation": None,
    }
    # 100 - 100 - 1, then a dividend of 1, then nothing, then 120 - 100
    assert y["return_contribution"] == pytest.approx(-UNITS[0] + UNITS[1] + 20 * UNITS[3], **CLOSE)
    assert (y["drawdown_contribution"], y["synthetic_dividend_share"]) == (pytest.approx(0.0, **CLOSE), 0.0)
    parts = x["return_contribution"] + y["return_contribution"] - UNITS[3]
    assert parts == pytest.approx(END - 1, **CLOSE)
    assert (y["asset_class"], y["variant"], y["skipped_buys"], y["dividends"]) == (None, "ath_sell", 1, 1.0)
    assert (y["gain"], y["value"], y["price_return"]) == (pytest.approx(20.0, **CLOSE), 120.0, pytest.approx(0.2))
    # what the assets gained, interest and taxes are what the portfolio gained before the withdrawal
    assert x["gain"] + y["gain"] + 2 - 3 == pytest.approx(935 - 1000 + 100, **CLOSE)


def test_months(measured: RunMetrics) -> None:
    january, february = measured.monthly.rows(named=True)
    assert january == {
        "month": date(2024, 1, 1),
        "days": 2,
        "total_return": pytest.approx(-0.044, **CLOSE),
        "final_value": 956.0,
        "final_bank": 406.0,
        "deepest_drawdown": pytest.approx(0.044, **CLOSE),
        "synthetic_dividends": 0.0,
        "dividends": 1.0,
        "interest": 0.0,
        "withdrawals": 0.0,
        "costs": 3.0,
        "taxes": 0.0,
        "fills": 3,
    }
    assert february == {
        "month": date(2024, 2, 1),
        "days": 2,
        "total_return": pytest.approx(END / 0.956 - 1, **CLOSE),
        "final_value": 935.0,
        "final_bank": 419.0,
        "deepest_drawdown": pytest.approx(16 / 951, **CLOSE),
        "synthetic_dividends": 216.0,
        "dividends": 0.0,
        "interest": 2.0,
        "withdrawals": 100.0,
        "costs": 2.0,
        "taxes": 3.0,
        "fills": 2,
    }


def test_years(measured: RunMetrics) -> None:
    assert measured.years.rows(named=True) == [
        {
            "year": 2024,
            "days": 4,
            "fills": 5,
            "months_due": 1,
            "months_in_full": 1,
            "months_short": 0,
            "months_none": 0,
            "total_return": pytest.approx(END - 1, **CLOSE),
            "final_value": 935.0,
            "due": 100.0,
            "paid": 100.0,
            "paid_share": 1.0,
            "synthetic_dividends": 216.0,
            "dividends": 1.0,
            "interest": 2.0,
            "costs": 5.0,
            "taxes": 3.0,
        }
    ]


def test_drawdowns(measured: RunMetrics) -> None:
    assert measured.drawdowns.rows(named=True) == [
        {
            "number": 1,
            "rank": 1,
            "depth": pytest.approx(0.044, **CLOSE),
            "peak_on": case.DAYS[0],
            "trough_on": case.DAYS[1],
            "recovered_on": case.DAYS[2],
            "days_down": 1,
            "days_up": 1,
            "days": 2,
        },
        {
            "number": 2,
            "rank": 2,
            "depth": pytest.approx(16 / 951, **CLOSE),
            "peak_on": case.DAYS[2],
            "trough_on": case.DAYS[3],
            "recovered_on": None,
            "days_down": 1,
            "days_up": None,
            "days": 1,
        },
    ]


@pytest.mark.parametrize("name", ["assets", "monthly", "years", "drawdowns"])
def test_rows_fit_their_tables(measured: RunMetrics, name: str) -> None:
    declared = table(f"metrics.{name}")
    rows = getattr(measured, name).with_columns(run_id=pl.lit("0123456789abcdef"))
    declared.validate(declared.conform(rows))


def test_arrow_tables_with_dictionaries_do_as_well(summary: dict[str, Any]) -> None:
    def arrow(frame: pl.DataFrame) -> Any:
        return frame.with_columns(pl.col(pl.String).cast(pl.Categorical)).to_arrow()

    tables = {name: arrow(frame) for name, frame in case.tables().items()}
    assert run_metrics(case.PARAMETERS, **tables, bars=arrow(case.bars())).summary == summary


def test_periods_a_year_can_be_given(summary: dict[str, Any]) -> None:
    given = run_metrics(case.PARAMETERS, **case.tables(), bars=case.bars(), periods_per_year=252.0).summary
    assert given["periods_per_year"] == 252.0
    assert given["volatility"] == pytest.approx(SPREAD * sqrt(252), **CLOSE)
    assert given["cagr"] == summary["cagr"]
