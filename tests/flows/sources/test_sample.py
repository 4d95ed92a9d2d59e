"""The embedded sample against facts from outside: the companies' own splits and dividends, and the adjusted closes of
the file it came from."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.sources.base import Source, SourceError
from flows.sources.sample import ENDS, FOLDER, TICKERS, SampleSource
from flows.sources.sample.build import KNOWN_SPLITS, SampleError, build, derive_actions, deviation, read_prices
from flows.validate.adjust import adjust_actions, adjust_bars, effective_splits
from tests.flows.data_shared import SHARED, needs_shared

STOCKS = SHARED / "sample" / "stocks.csv.gz"


def fetched(ticker: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    got = SampleSource().fetch(ticker, None, None)
    return got.bars, got.actions


def dividends(ticker: str, year: int) -> dict[date, float]:
    actions = fetched(ticker)[1].filter((pl.col("kind") == "dividend") & (pl.col("date").dt.year() == year))
    return dict(actions.select("date", "value").iter_rows())


def test_it_keeps_the_source_protocol() -> None:
    assert isinstance(SampleSource(), Source)


@pytest.mark.parametrize(
    ("ticker", "rows", "first"), [("AAPL", 3270, date(2000, 3, 1)), ("GOOG", 2148, date(2004, 8, 19))]
)
def test_span_of_the_file_it_came_from(ticker: str, rows: int, first: date) -> None:
    bars, _ = fetched(ticker)
    assert (bars.height, bars["date"].min(), bars["date"].max()) == (rows, first, ENDS)


def test_constants_say_what_the_parquet_holds() -> None:
    rows = pl.read_parquet(FOLDER / "bars.parquet")
    assert tuple(rows["ticker"].unique().sort()) == TICKERS
    assert set(rows.group_by("ticker").agg(pl.col("date").max())["date"]) == {ENDS}


def test_ibm_dividends_of_2012_as_paid() -> None:
    assert dividends("IBM", 2012) == {
        date(2012, 2, 8): 0.75,
        date(2012, 5, 8): 0.85,
        date(2012, 8, 8): 0.85,
        date(2012, 11, 7): 0.85,
    }


def test_microsofts_special_dividend_of_three_dollars_came_with_the_quarterly_eight_cents() -> None:
    assert dividends("MSFT", 2004) == {date(2004, 8, 23): 0.08, date(2004, 11, 15): 3.08}


def test_apples_first_three_dividends_of_the_century() -> None:
    assert {**dividends("AAPL", 2012), **dividends("AAPL", 2013)} == dict.fromkeys(
        (date(2012, 8, 9), date(2012, 11, 7), date(2013, 2, 7)), 2.65
    )


def test_google_paid_and_split_nothing_then() -> None:
    assert fetched("GOOG")[1].is_empty()


def test_splits_are_the_announced_ones() -> None:
    rows = pl.read_parquet(FOLDER / "actions.parquet").filter(pl.col("kind") == "split")
    assert set(rows.select("ticker", "date", "value").iter_rows()) == set(KNOWN_SPLITS)


def test_prices_are_as_traded() -> None:
    bars, _ = fetched("AAPL")
    closes = dict(bars.select("date", "close").iter_rows())
    # The last close before the split of 2005 and the first after it, from the papers of the day.
    assert (closes[date(2005, 2, 25)], closes[date(2005, 2, 28)]) == (88.99, 44.86)


def test_a_range_is_inclusive_at_both_ends_for_bars_and_actions() -> None:
    got = SampleSource().fetch("AAPL", date(2005, 2, 25), date(2005, 2, 28))
    assert got.bars["date"].to_list() == [date(2005, 2, 25), date(2005, 2, 28)]
    assert got.actions.rows() == [(date(2005, 2, 28), "split", 2.0)]


def test_an_unknown_ticker_is_refused_in_one_sentence() -> None:
    with pytest.raises(SourceError, match="'NVDA' is not in the sample, which holds AAPL, GOOG, IBM, MSFT") as refusal:
        SampleSource().fetch("NVDA", None, None)
    assert not refusal.value.retryable


def test_adjusted_prices_are_continuous_over_every_split() -> None:
    for ticker, day, ratio in KNOWN_SPLITS:
        bars, actions = fetched(ticker)
        bars = bars.with_columns(ticker=pl.lit(ticker), adjustment=pl.lit("none"))
        adjusted = adjust_bars(bars, effective_splits(bars, actions.with_columns(ticker=pl.lit(ticker)))).sort("date")
        around = adjusted.filter(pl.col("date") <= day).tail(2)
        step = around["close"][1] / around["close"][0]
        raw = bars.filter(pl.col("date") <= day).tail(2)["close"]
        assert step == pytest.approx(raw[1] / raw[0] * ratio, rel=1e-12)
        assert 0.9 < step < 1.12


def test_dividends_before_a_split_are_brought_to_todays_shares() -> None:
    """Microsoft paid nothing before its split of 2003, so a made-up dollar before it shows the halving."""
    bars, actions = fetched("MSFT")
    bars = bars.with_columns(ticker=pl.lit("MSFT"), adjustment=pl.lit("none"))
    made_up = pl.DataFrame({"date": [date(2002, 1, 2)], "kind": ["dividend"], "value": [1.0]})
    both = pl.concat([made_up, actions]).with_columns(ticker=pl.lit("MSFT"), adjustment=pl.lit("none"))
    values = dict(adjust_actions(both, effective_splits(bars, both)).select("date", "value").iter_rows())
    assert (values[date(2002, 1, 2)], values[date(2003, 2, 19)], values[date(2003, 2, 18)]) == (0.5, 0.08, 2.0)


@needs_shared
def test_rebuilding_gives_the_committed_rows(tmp_path: Path) -> None:
    bars, actions, worst = build(STOCKS, tmp_path)
    assert (bars, actions) == (11958, 95)
    assert worst < 1e-12
    for name in ("bars", "actions"):
        assert pl.read_parquet(tmp_path / f"{name}.parquet").equals(pl.read_parquet(FOLDER / f"{name}.parquet"))


@needs_shared
def test_the_comparison_of_adjusted_closes_notices_one_wrong_cent() -> None:
    prices = read_prices(STOCKS)
    actions = derive_actions(prices)
    one_off = pl.when(pl.int_range(pl.len()) == 40).then(pl.col("value") + 0.01).otherwise(pl.col("value"))
    assert deviation(prices, actions.with_columns(value=one_off)) > 1e-5


@needs_shared
def test_a_file_with_another_split_is_refused() -> None:
    prices = read_prices(STOCKS).filter(pl.col("date") > date(2001, 1, 1))
    with pytest.raises(SampleError, match="known are"):
        derive_actions(prices)


def test_a_file_without_a_ticker_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("Ticker,Date,Open,High,Low,Close,Volume,Adj Close\nAAPL,2000-03-01,1,1,1,1,1,1\n")
    with pytest.raises(SampleError, match="no rows for GOOG, IBM, MSFT"):
        read_prices(path)


# what the engine makes of it


def engine_bars(ticker: str, adjusted: bool = True) -> pl.DataFrame:
    """Give the sample as the engine gets it: split-adjusted, with dividends beside; or as traded."""
    bars, actions = (frame.with_columns(ticker=pl.lit(ticker), adjustment=pl.lit("none")) for frame in fetched(ticker))
    splits = effective_splits(bars, actions)
    if adjusted:
        bars, actions = adjust_bars(bars, splits), adjust_actions(actions, splits)
    cash = actions.filter(pl.col("kind") == "dividend").select("date", dividend="value")
    columns = ("ticker", "date", "open", "high", "low", "close")
    return bars.select(*columns).join(cash, on="date", how="left").with_columns(pl.col("dividend").fill_null(0.0))


def growth(bars: pl.DataFrame, ticker: str, first: date, last: date, variant: str) -> pl.Series:
    from sdengine import run_scenario

    scenario = {
        "name": "split",
        "portfolio": {"initial_cash": 1e6, "start": first, "end": last, "allow_margin": True},
        "assets": [{"ticker": ticker, "weight": 0.5, "variant": variant, "lot_size": 0}],
    }
    days = run_scenario(scenario, bars).portfolio_days
    return days["total_value"] / 1e6


def test_holding_through_a_split_earns_what_the_company_did() -> None:
    """Apple from 2005-01-03 (63.29 as traded) to 2005-06-30 (36.81): the share doubled, half the money was in it."""
    value = growth(engine_bars("AAPL"), "AAPL", date(2005, 1, 3), date(2005, 6, 30), "buy_and_hold")
    closes = dict(fetched("AAPL")[0].select("date", "close").iter_rows())
    ratio = 2 * closes[date(2005, 6, 30)] / closes[date(2005, 1, 3)]
    assert value[-1] == pytest.approx(0.5 + 0.5 * ratio, rel=1e-12)
    as_traded = growth(engine_bars("AAPL", adjusted=False), "AAPL", date(2005, 1, 3), date(2005, 6, 30), "buy_and_hold")
    assert as_traded[-1] == pytest.approx(0.5 + 0.5 * ratio / 2, rel=1e-12)


@pytest.mark.parametrize("variant", ["full", "ath_only", "ath_sell", "buy_and_hold"])
def test_without_a_split_in_the_window_adjustment_changes_nothing(variant: str) -> None:
    window = (date(2001, 1, 2), date(2004, 12, 31))  # between Apple's splits
    ours = growth(engine_bars("AAPL"), "AAPL", *window, variant)
    as_traded = growth(engine_bars("AAPL", adjusted=False), "AAPL", *window, variant)
    assert (ours / as_traded - 1).abs().max() < 1e-9


@pytest.mark.parametrize("variant", ["full", "ath_sell"])
def test_with_a_split_in_the_window_only_adjusted_bars_make_sense(variant: str) -> None:
    window = (date(2004, 6, 1), date(2005, 12, 30))
    ours = growth(engine_bars("AAPL"), "AAPL", *window, variant)
    as_traded = growth(engine_bars("AAPL", adjusted=False), "AAPL", *window, variant)
    assert ours[-1] > 1.5  # Apple rose fivefold
    assert as_traded[-1] < ours[-1] - 0.5
