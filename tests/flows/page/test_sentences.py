"""Nothing, one and all are said as people say them; what was turned away comes with the command that shows it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from flows.page.head import cards, troubles
from flows.page.parts.income import income
from flows.page.parts.skipped import skipped
from flows.page.wording import money, points, signed

RUN: dict[str, Any] = {
    "final_value": 1000.0, "final_bank": 0.0, "withdrawals": 0.0, "withdrawals_due": 0.0, "synthetic_dividends": 0.2,
    "dividends": 0.0, "max_drawdown": 0.1, "current_drawdown": 0.0, "cagr_net": 0.05, "years": 2.0, "benchmark": None,
    "excess_cagr": 0.0, "initial_cash": 1000.0, "longest_gap_months": 0,
}  # fmt: skip
YEAR = {
    "year": 2024, "synthetic_dividends": 0.0, "dividends": 0.0, "interest": 0.0, "due": 800.0, "paid": 0.0,
    "paid_share": 0.0, "months_short": 0, "months_none": 4, "final_value": 1000.0,
}  # fmt: skip


def told(answers: object = None, **figures: Any) -> Any:
    run = SimpleNamespace(run_id="a", scenario="full", first_date=date(2023, 1, 1), last_date=date(2024, 1, 1))
    return SimpleNamespace(
        figures=RUN | figures, currency="", run=run, ran_dry=lambda _: None, ask=lambda _: answers, sql=lambda _: ""
    )


@pytest.mark.parametrize(
    ("figures", "card", "said"),
    [
        ({}, 0, "none of it cash"),
        ({"final_bank": 1000.0}, 0, "all of it cash"),
        ({"final_bank": 400.0}, 0, "400 of it cash"),
        ({"final_bank": -400.0}, 0, "400 of it borrowed"),
        ({}, 1, "nothing earned by the ladder"),
        ({"withdrawals_due": 800.0}, 1, "nothing of 800"),
        ({}, 2, "now at its high"),
        ({"current_drawdown": 0.05}, 2, "now 5.0 % below the high"),
    ],
)
def test_cards(figures: dict[str, float], card: int, said: str) -> None:
    assert cards(told(**figures))[card].below == said


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        (0.0, "Of 800 that were due, nothing was paid."),
        (799.6, "All 800 that were due were paid."),
        (200.0, "Of 800 that were due, 200 were paid."),
    ],
)
def test_what_was_paid(paid: float, said: str) -> None:
    part = income(told([YEAR], withdrawals_due=800.0, withdrawals=paid))
    assert part is not None
    assert part.lead == f"The ladder brought nothing in synthetic dividends, the assets nothing in dividends. {said}"


def test_orders_that_were_not_done_are_told_by_year_asset_and_reason() -> None:
    row = {"year": 2023, "ticker": "A", "action": "SKIP_BUY", "orders": 1, "times": 1, "wanted": 90.0, "lacked": 40.0}
    one = skipped(told([row]))
    several = skipped(told([row, row | {"action": "SKIP_BAND", "orders": 2, "times": 7, "lacked": 0.0}]))
    assert one is not None
    assert several is not None
    assert one.lead == "1 order was reached and not done; it rests until its asset trades."
    assert several.lead == "3 orders were reached and not done, 8 times in all; each rests until its asset trades."
    assert one.table is not None
    assert one.table.rows == [("2023", "A", "the bank lacked money", "1", "1", "90", "40")]
    assert one.figure is not None
    assert several.figure is not None
    assert [trace["name"] for trace in one.figure.data] == ["A"]
    assert {trace["name"]: trace["y"].tolist() for trace in several.figure.data} == {
        "A, its band forbade it": [2, 0],
        "A, the bank lacked money": [1, 0],
    }


def test_rows_turned_away_come_with_the_command_that_shows_them() -> None:
    row = {
        "ticker": "-A",
        "until": date(2024, 1, 1),
        "verdict": "rejected",
        "rejected": 13,
        "found": "missing_price 13",
    }
    (found,) = troubles([row | {"found": "missing_price 13"}])
    assert found.word == "13 rows turned away"
    assert found.sentence == "-A: 13 rows turned away (missing_price 13): `sdengine data --ticker=-A`"


def test_nothing_has_no_sign() -> None:
    assert [points(0.0004), points(-0.0004), points(0.001), signed(0.0), signed(-0.012)] == [
        "0.0 points", "0.0 points", "+0.1 points", "0.0 %", "-1.2 %",
    ]  # fmt: skip
    assert [money(0.2), money(1234.5)] == ["nothing", "1,234"]
