"""A run worked by hand: four days, two assets, one of every kind of row. The arithmetic stands beside the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from sdengine.scenario import Scenario

DAYS = [date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 2)]

PARAMETERS: dict[str, Any] = Scenario.from_dict(
    {
        "name": "by hand",
        "portfolio": {"initial_cash": 1000.0, "commission": 1.0},
        "asset_defaults": {"sd_n": 6},
        "assets": [
            {"ticker": "X", "value": 402.0, "asset_class": "shares"},
            {"ticker": "Y", "value": 102.0, "variant": "ath_sell"},
        ],
        "withdrawal": {"monthly_amount": 100.0},
    }
).parameters()


def bars() -> pl.DataFrame:
    """Leave out Y's third day; a stranger's bars, and bars outside the window, change nothing."""
    rows = [
        ("X", date(2024, 1, 29), 1.0),
        *zip("XXXX", DAYS, [100.0, 90.0, 110.0, 99.0], strict=True),
        *zip("YYY", [DAYS[0], DAYS[1], DAYS[3]], [50.0, 50.0, 60.0], strict=True),
        ("Z", DAYS[0], 7.0),
        ("X", date(2024, 2, 5), 500.0),
    ]
    return pl.DataFrame(rows, schema=["ticker", "date", "close"], orient="row")


def portfolio_days() -> pl.DataFrame:
    """Value the portfolio at the closes.

    1  bank 1000 - 400 - 1 - 100 - 1 = 498; 4 X at 100, 2 Y at 50: 998
    2  bank 498 - 92 - 1 + 1 = 406; 5 X at 90, 2 Y at 50: 956
    3  bank 406 + 216 - 1 - 100 = 521; 3 X at 110, 2 Y still at 50: 951
    4  bank 521 - 100 - 1 + 2 - 3 = 419; 4 X at 99, 2 Y at 60: 935
    """
    return pl.DataFrame(
        {
            "date": DAYS,
            "total_value": [998.0, 956.0, 951.0, 935.0],
            "bank": [498.0, 406.0, 521.0, 419.0],
            "nav_value": [500.0, 600.0, 430.0, 560.0],
            "withdrawn": [0.0, 0.0, 100.0, 0.0],
        }
    )


def fills() -> pl.DataFrame:
    rows = [
        (0, 0, "X", "INITIAL_BUY", 4.0, 100.0, 400.0, 1.0, 599.0, 4.0),
        (1, 0, "Y", "INITIAL_BUY", 2.0, 50.0, 100.0, 1.0, 498.0, 2.0),
        (2, 1, "Y", "DIVIDEND", 0.0, 0.5, 1.0, 0.0, 499.0, 2.0),
        (3, 1, "X", "BUY", 1.0, 92.0, 92.0, 1.0, 406.0, 5.0),
        (4, 2, "X", "SELL", 2.0, 108.0, 216.0, 1.0, 621.0, 3.0),
        (5, 2, "Y", "SKIP_BUY", 9.0, 45.0, 0.0, 0.0, 621.0, 2.0),
        (6, 2, None, "WITHDRAWAL", 0.0, 0.0, -100.0, 0.0, 521.0, 0.0),
        (7, 3, None, "INTEREST", 0.0, 0.0, 2.0, 0.0, 523.0, 0.0),
        (8, 3, None, "TAX", 0.0, 0.0, -3.0, 0.0, 520.0, 0.0),
        (9, 3, "X", "BUY", 1.0, 100.0, 100.0, 1.0, 419.0, 4.0),
    ]
    names = ["seq", "day", "ticker", "action", "qty", "price", "total", "costs", "bank_after", "holdings_after"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(date=pl.Series([DAYS[row[1]] for row in rows])).drop("day")


def lots() -> pl.DataFrame:
    """Sell two: the lot bought back (92 + 1 of commission) and one of the first four (401 / 4 each).

    It brings (216 - 1) / 2 = 107.5 a share: gains of 14.5 and 7.25.
    """
    rows = [
        ("X", 0, "INITIAL_BUY", 1.0, 100.0, 100.25, 4, 7.25),
        ("X", 0, "INITIAL_BUY", 3.0, 100.0, 100.25, None, None),
        ("X", 3, "BUY", 1.0, 92.0, 93.0, 4, 14.5),
        ("X", 9, "BUY", 1.0, 100.0, 101.0, None, None),
        ("Y", 1, "INITIAL_BUY", 2.0, 50.0, 50.5, None, None),
    ]
    names = ["ticker", "lot", "opened_by", "qty", "open_price", "unit_cost", "close_seq", "gain"]
    sold = pl.col("close_seq").is_not_null()
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(closed_on=pl.when(sold).then(DAYS[2]), long_term=pl.when(sold).then(False))


def tables() -> dict[str, pl.DataFrame]:
    return {"portfolio_days": portfolio_days(), "fills": fills(), "lots": lots()}
