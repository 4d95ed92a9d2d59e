"""Groups 01, 04, 05, 07, 09, 10: jumps that are splits, units, swapped dates, other companies, or real."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.flows.data_shared import needs_shared
from tests.flows.validate.dirty_files import DIRTY, detail, examined, hits, rejected, suspects

pytestmark = needs_shared


def dates_of(path: Path, ticker: str, rule: str, adjustment: str = "split") -> list[str]:
    """Dates that a rule named, all of them (a check's detail tells three)."""
    from flows.validate.policy import ValidatePolicy

    strict = ValidatePolicy(severities={"stock": {rule: "error"}}, blocked_share=1.0)
    found = examined(path, ticker, adjustment, policy=strict)
    return found.rejects.filter(pl.col("rule") == rule)["date"].cast(pl.String).to_list()


def test_01_swapped_days_and_months_jump_and_leave_a_hole() -> None:
    found = examined(DIRTY / "01_fx_day_month_swap" / "EURUSD=X.csv", "EURUSD=X")
    assert rejected(found) == {"open_close_outside": 96}
    assert {"level_shift", "missing_session"} <= suspects(found)
    assert detail(found, "level_shift").startswith("2008-01-08: the close is 1.06 times")
    # Not found: the swapped bars of March to December 2008, which by chance lie within what the pair then moved.
    assert hits(found, "level_shift") == 3
    rows = pl.read_csv(DIRTY / "01_fx_day_month_swap" / "EURUSD=X.csv", try_parse_dates=True)
    august = rows.filter(pl.col("Date").is_between(pl.date(2008, 8, 1), pl.date(2008, 8, 12)))
    hole = 8 - august.filter(pl.col("Date").dt.weekday() <= 5).height
    assert hole > 0
    assert hits(found, "missing_session") >= hole


def test_04_pence_among_pounds() -> None:
    found = examined(DIRTY / "04_unit_100x" / "AET-L-1d-100x-error.csv", "AET.L")
    assert hits(found, "unit_error") == 2
    assert "2022-05-09: the close is 100.0 times" in detail(found, "unit_error")
    assert "2022-05-20: the close is 0.01 times" in detail(found, "unit_error")
    fixed = examined(DIRTY / "04_unit_100x" / "AET-L-1d-100x-error-fixed.csv", "AET.L")
    assert hits(fixed, "unit_error") == 0


def test_04_every_switch_of_unit_is_found() -> None:
    rows = pl.read_csv(DIRTY / "04_unit_100x" / "LSC-L-1d-bad-div.csv")
    steps = (rows["Close"] / rows["Close"].shift(1)).drop_nulls()
    switches = int(((steps > 80) | (steps < 1 / 80)).sum())
    found = examined(DIRTY / "04_unit_100x" / "LSC-L-1d-bad-div.csv", "LSC.L")
    assert hits(found, "unit_error") == switches == 14
    assert hits(found, "large_dividend") == 4  # 0.42 on a price of 0.375; the fifth was paid on a price in pence
    # the maintainers' repair of this file is one of dividends; the units are as they were
    assert hits(examined(DIRTY / "04_unit_100x" / "LSC-L-1d-bad-div-fixed.csv", "LSC.L"), "unit_error") == 14


def test_04_order_does_not_matter(tmp_path: Path) -> None:
    path = DIRTY / "04_unit_100x" / "AET-L-1d-100x-error.csv"
    head, *lines = path.read_text().splitlines()
    turned = tmp_path / "AET.csv"
    turned.write_text("\n".join([head, *reversed(lines)]))
    assert examined(turned, "AET.L").checks.equals(examined(path, "AET.L").checks)


@pytest.mark.parametrize(
    ("name", "ticker", "rule", "said"),
    [
        (
            "4063-T",
            "4063.T",
            "unapplied_split",
            "2023-03-29: the close is 0.2031 times",
        ),  # 5:1, the day before its date
        (
            "DEX-AX",
            "DEX.AX",
            "unapplied_split",
            "2023-05-22: the close is 2.27 times",
        ),  # its own 0.4406, eight days early
        ("ALPHA-PA", "ALPHA.PA", "unit_error", "2023-05-09: the close is 10000.0 times"),  # one bar off by 10,000
    ],
)
def test_05_a_split_applied_to_part_of_the_rows(name: str, ticker: str, rule: str, said: str) -> None:
    folder = DIRTY / "05_split_not_applied_descending"
    found = examined(folder / f"{name}-1d-bad-stock-split.csv", ticker)
    assert detail(found, rule).startswith(said)
    assert hits(found, rule) == 1
    fixed = examined(folder / f"{name}-1d-bad-stock-split-fixed.csv", ticker)
    assert hits(fixed, "unapplied_split") == hits(fixed, "unit_error") == hits(fixed, "level_shift") == 0


def test_05_the_other_edge_of_the_bad_bar_is_told_too() -> None:
    found = examined(DIRTY / "05_split_not_applied_descending" / "ALPHA-PA-1d-bad-stock-split.csv", "ALPHA.PA")
    assert detail(found, "level_shift").startswith(
        "2023-05-08: the close is 0.00005 times"
    )  # half of a unit: 2 -> 0.0001


def test_07_a_jump_is_flagged_and_a_wrong_adj_close_is_nothing_to_us() -> None:
    found = examined(DIRTY / "07_adjclose_wrong" / "SCR-TO-1d-bad-div.csv", "SCR.TO")
    # its four dividends are in cents where the prices are in dollars: three stand out, the median of falls tells of all
    assert suspects(found) == {"unapplied_split", "large_dividend", "dividend_unit", "dividend_income"}
    assert (hits(found, "large_dividend"), hits(found, "dividend_unit")) == (3, 4)
    assert detail(found, "unapplied_split").startswith("2023-10-05: the close is 15.44 times")
    # adj_close is not read: dividends are cash here. That the file's are wrong is neither found nor harmful.
    assert found.bars.height == 722


def test_09_two_companies_under_one_ticker() -> None:
    waste = examined(DIRTY / "09_ticker_reuse_and_rename" / "WM.csv", "WM", "none")
    assert detail(waste, "ticker_reuse") == (
        "2009-08-05: no bars from 2008-09-26 on, then the price is 178.6 times what it was"
    )
    assert hits(waste, "missing_session") == 214
    brent = examined(DIRTY / "09_ticker_reuse_and_rename" / "BNO.csv", "BNO", "none")
    assert "no bars from 2002-05-20 on, then the price is 10.53 times" in detail(brent, "ticker_reuse")
    assert hits(brent, "missing_session") == 2022
    assert hits(brent, "unapplied_split") == 1  # a true 2:1 on 2013-08-29 that the file does not declare


def test_10_every_true_split_is_found_and_the_real_fall_is_not_one() -> None:
    path = DIRTY / "10_raw_unadjusted_splits" / "AAPL.csv"
    assert dates_of(path, "AAPL", "unapplied_split", "none") == [
        "2000-06-21",  # 2:1
        "2005-02-28",  # 2:1
        "2014-06-09",  # 7:1
        "2020-08-31",  # 4:1
    ]
    assert "2000-09-29" not in dates_of(path, "AAPL", "outlier", "none")  # -52 %, 18 times its scale: real, and let be


def test_10_the_crisis_of_2008_is_no_split() -> None:
    path = DIRTY / "10_raw_unadjusted_splits" / "AIG.csv"
    assert dates_of(path, "AIG", "unapplied_split", "none") == [
        "1998-08-03",  # 3:2
        "1999-08-02",  # 5:4
        "2000-07-31",  # 3:2
        "2009-07-01",  # 1:20
    ]


def test_10_declared_splits_are_no_suspicion() -> None:
    rows = pl.read_csv(DIRTY / "10_raw_unadjusted_splits" / "AAPL.csv", try_parse_dates=True)
    rows = rows.with_columns(pl.col("volume").cast(pl.Float64))
    from tests.flows.validate.dirty_files import judge_frame

    declared = pl.DataFrame(
        {
            "date": ["2000-06-21", "2005-02-28", "2014-06-09", "2020-08-31"],
            "kind": "split",
            "value": [2.0, 2.0, 7.0, 4.0],
        }
    ).with_columns(pl.col("date").str.to_date())
    found = judge_frame(rows, declared, "AAPL", "none")
    assert hits(found, "unapplied_split") == 0
    # Apple's close of 2014-06-06 was 645.57 as traded: a seventh, and a quarter of that, in the shares of 2021.
    day = found.bars.filter(pl.col("date") == pl.date(2014, 6, 6)).row(0, named=True)
    assert day["close"] == pytest.approx(645.57 / 28, rel=1e-4)
    assert day["split_factor"] == 28.0
