"""Groups 02, 03, 06, 11, 13, 14: values that are missing, out of order, idle, or only noisy."""

from datetime import date

import polars as pl
import pytest

from flows.validate.examination import Examined
from flows.validate.policy import ValidatePolicy
from tests.flows.data_shared import SHARED, needs_shared
from tests.flows.validate.dirty_files import DIRTY, detail, examined, hits, read, rejected, suspects

pytestmark = needs_shared


def test_02_futures_lose_rows_and_not_the_ticker() -> None:
    found = examined(DIRTY / "02_futures_incoherent_and_negative" / "GC=F.csv", "GC=F")
    assert rejected(found) == {"high_below_low": 1, "open_close_outside": 440}
    assert found.rejects.filter(pl.col("rule") == "high_below_low")["date"].to_list() == [date(2009, 11, 23)]
    assert found.bars.height == 5353 - 441
    assert suspects(found) == {"zero_volume_run", "missing_session"}
    assert detail(found, "rejected_share").startswith(
        "441 of 5353 bars turned away (8.2 %); more than the 10% allowed in "
    )


def test_02_the_share_is_configurable() -> None:
    strict = ValidatePolicy(blocked_share=0.05)
    found = examined(DIRTY / "02_futures_incoherent_and_negative" / "GC=F.csv", "GC=F", policy=strict)
    share = found.checks.filter(pl.col("rule") == "rejected_share")
    assert share["verdict"].item() == "blocked"
    assert found.bars.height == 5353 - 441  # for scenarios whose own window has few


def test_03_empty_rows_are_counted_and_the_scale_break_is_flagged() -> None:
    path = DIRTY / "03_null_rows_and_scale_break" / "IFV.csv"
    found = examined(path, "IFV")
    assert rejected(found) == {"missing_price": 741}
    # more than a quarter of the rows is empty, all of them in three years
    assert detail(found, "rejected_share").endswith("in 2009 (245 of 252), 2010 (252 of 252), 2011 (222 of 252)")
    assert found.bars.height == 2572 - 741
    assert detail(found, "unit_error").startswith("2014-07-23: the close is 104.4 times the close before")
    assert {"stale_run", "stub_year", "zero_volume_run"} <= suspects(found)


def test_06_a_thinly_traded_share_keeps_its_history() -> None:
    found = examined(DIRTY / "06_open_close_outside_high_low" / "ELCO-L-1d-bad-div.csv", "ELCO.L")
    assert found.rejects.is_empty()
    assert found.bars.height == 665
    assert hits(found, "open_close_outside") == 309
    assert detail(found, "open_close_outside").startswith("a habit of the source: kept")
    assert hits(found, "large_dividend") == 5  # 0.40 on a price of 0.89: pence where the prices are pounds
    assert hits(found, "unit_error") == hits(found, "unapplied_split") == hits(found, "missing_session") == 0


def test_11_the_three_line_header_is_read() -> None:
    found = examined(DIRTY / "11_multiindex_header" / "AAPL_yfinance_to_csv.csv", "AAPL")
    first = found.bars.row(0, named=True)
    # the file's own line 4: 2010-01-04, adj close 6.43, close 7.643214225769043, high ..., low ..., open ..., volume
    assert (first["date"], first["close"], first["volume"]) == (date(2010, 1, 4), 7.643214225769043, 493729600.0)
    assert first["low"] == 7.585000038146973
    assert found.bars.height == 3021
    assert found.rejects.is_empty()
    assert suspects(found) == set()


def test_13_stale_and_idle_bars_are_flagged_and_kept() -> None:
    found = examined(DIRTY / "13_stale_zero_volume" / "EWC.csv", "EWC")
    assert found.rejects.is_empty()
    assert found.bars.height == 5416
    assert hits(found, "stale_run") == 46
    # single days without volume are life on a small fund in 1996; no run of ten is among them
    assert hits(found, "zero_volume_run") == 0
    # 2000-08-24: -23 % at the open, a true distribution of five dollars: the file's adj_close takes it for one
    assert detail(found, "outlier").startswith("2000-08-24: ")


def test_14_float_noise_passes() -> None:
    found = examined(DIRTY / "14_float_noise_must_pass" / "DIA.csv", "DIA")
    assert found.rejects.is_empty()
    assert suspects(found) == set()
    rows = pl.read_csv(DIRTY / "14_float_noise_must_pass" / "DIA.csv")
    noisy = rows.filter(pl.max_horizontal("Open", "Close") > pl.col("High"))
    assert noisy.height > 0  # the defect is there
    assert found.bars["high"].to_list() == rows["High"].to_list()  # and nothing was repaired


CLEAN: dict[str, set[str]] = {
    # name: (ticker, what the rules say of twenty years and more)
    "SPY": set(),
    "DIA": set(),
    "IWM": set(),
    "XLB": set(),
    "XLE": set(),
    "XLI": set(),
    "MDY": set(),
    "EWH": set(),
    "AAPL": set(),
    "MSFT": set(),
    "GOOG": set(),
    "META": set(),
    "NVDA": set(),
    "^GSPC": set(),
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_history_gives_no_alarm(name: str) -> None:
    path = SHARED / "bars" / f"{name}.csv"
    found = examined(path, name)
    assert found.rejects.is_empty()
    assert suspects(found) == CLEAN[name]
    assert found.bars.height == len(path.read_text().splitlines()) - 1


def test_as_traded_histories_alarm_only_where_something_real_happened() -> None:
    """Prices as traded, with no split declared: the alarms are the true splits, and highs or lows that were printed."""
    ibm = examined(SHARED / "bars" / "IBM.csv", "IBM", "none")
    assert suspects(ibm) == {"unapplied_split"}
    assert detail(ibm, "unapplied_split").startswith("1999-05-27: the close is 0.4928")  # 2:1
    bac = examined(SHARED / "bars" / "BAC.csv", "BAC", "none")
    assert detail(bac, "unapplied_split").startswith("2004-08-30: the close is 0.5007")  # 2:1
    assert suspects(bac) == {"unapplied_split", "outlier"}
    assert detail(bac, "outlier").startswith("2001-11-12: ")
    low = bac.bars.filter(pl.col("date") == date(2001, 11, 12)).row(0, named=True)
    assert low["low"] < 0.9 * min(low["open"], low["close"])  # the file's own low: a print far off, rightly told


def test_bitcoin_is_quiet_also_on_a_week_that_happened() -> None:
    """November 2018: -11 % on the 24th, +11 % on the 28th, in weeks in which such moves were usual."""
    found = examined(SHARED / "bars" / "BTC-USD.csv", "BTC-USD")
    assert found.rejects.is_empty()
    assert suspects(found) == set()


def with_dividends(bars_folder: str, name: str) -> Examined:
    """Bars of one folder with the dividends that stand in sd_dividends."""
    from flows.sources.files.events import Account, actions_of
    from tests.flows.validate.dirty_files import judge_frame

    rows = read(SHARED / bars_folder / f"{name}.csv").select("date", "open", "high", "low", "close", "volume")
    dividends = read(SHARED / "sd_dividends" / f"{name}_dividends.csv")
    return judge_frame(rows, actions_of([Account(name, dividends)]), name, "split")


def test_fragments_of_dividends_are_suspected() -> None:
    nvidia = with_dividends("sd", "NVDA")  # one dividend of 2024, where Nvidia has paid every quarter since 2012
    assert suspects(nvidia) == {"dividend_end"}
    assert detail(nvidia, "dividend_end") == "2024-03-05: is the last; prices go on for 3.5 times the usual wait"


@pytest.mark.parametrize("name", ["DIA", "IWM", "XLE", "XLF", "GOOG"])
def test_whole_dividends_are_not(name: str) -> None:
    assert suspects(with_dividends("sd", name)) - {"missing_session"} == set()


def test_apples_seventeen_years_without_a_dividend_are_told() -> None:
    """True, and worth telling: it paid none from the end of 1995 to the summer of 2012."""
    apple = with_dividends("bars", "AAPL")
    assert suspects(apple) == {"dividend_gap"}
    assert detail(apple, "dividend_gap").startswith("2012-08-09: comes after ")
