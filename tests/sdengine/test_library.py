"""The library as its user meets it: the lesson runs, objects show themselves, frames of pandas go in and out."""

from __future__ import annotations

import doctest
import subprocess
import sys
import tomllib
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sdengine
from schemas.shown import figure, html_table
from sdengine import Portfolio, Scenario, run_scenario, run_scenarios

ROOT = Path(__file__).parents[2]
DAYS = [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)]
PRICES = [100.0, 110.0, 99.0]
BARS: dict[str, list[Any]] = {
    "ticker": ["UP"] * 3,
    "date": DAYS,
    **dict.fromkeys(("open", "high", "low", "close"), PRICES),
}
SCENARIO = {"name": "first", "portfolio": {"initial_cash": 10_000}, "assets": [{"ticker": "UP", "weight": 0.5}]}
HOSTILE = "<script>alert(1)</script>"


def test_the_lesson_of_help_runs() -> None:
    """Its figures are worked by hand in the text."""
    done = doctest.testmod(sdengine)
    assert done.failed == 0
    assert done.attempted > 12


def test_importing_is_cheap_and_the_version_is_told() -> None:
    code = (
        "import sys, sdengine, warehouse\nprint(sdengine.__version__)\nfrom warehouse import open_results\n"
        "print([m for m in ('numpy', 'numba', 'polars', 'pandas', 'duckdb', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == [version("sdengine"), "[]"]


def test_each_package_says_that_it_is_typed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert packages == ["flows", "schemas", "sdengine", "warehouse"]  # a wheel holds all that lies in them
    assert all((ROOT / package / "py.typed").is_file() for package in packages)


def test_objects_tell_themselves_in_one_line() -> None:
    """10,000 - 50 * 100 + 2 * 110 - 2 * 99 + 50 * 99 = 9,972; after the second day 5,220 + 48 * 110 = 10,500."""
    result = run_scenario(SCENARIO, BARS)
    assert repr(result) == "ScenarioResult(first: UP, 2024-01-02 to 2024-01-04, 3 fills, final value 9,972.00)"
    assert repr(result.scenario) == "Scenario(first: UP, nav_opportunistic)"
    many = Scenario.from_dict({"assets": [{"ticker": f"T{k}", "weight": 0.1} for k in range(7)]})
    assert repr(many) == "Scenario(scenario: T0, T1, T2, T3, T4 and 2 more, nav_opportunistic)"
    assert [repr(chunk) for chunk in run_scenarios([result.scenario], BARS)] == ["Chunk(1 scenario, 0 failures)"]
    portfolio = Portfolio(10_000)
    assert repr(portfolio) == ("Portfolio(nav_opportunistic: no assets, value 10,000.00 before a day, bank 10,000.00)")
    portfolio.add_asset("UP", "stocks", 50, 100.0, date=DAYS[0])
    portfolio.process_day(DAYS[1], {"UP": dict.fromkeys(("open", "high", "low", "close"), 110.0)})
    assert repr(portfolio) == "Portfolio(nav_opportunistic: UP, value 10,500.00 on 2024-01-03, bank 5,220.00)"


def hostile() -> list[Any]:
    bars = BARS | {"ticker": [HOSTILE.replace(" ", "")] * 3}
    result = run_scenario({"name": HOSTILE, "assets": [{"ticker": bars["ticker"][0], "weight": 0.5}]}, bars)
    portfolio = Portfolio(1000)
    portfolio.add_asset(HOSTILE, "stocks", 1, 100.0)
    return [result, result.scenario, portfolio]


@pytest.mark.parametrize("place", [0, 1, 2], ids=["result", "scenario", "portfolio"])
def test_a_notebook_shows_a_table_in_which_no_name_is_markup(place: int) -> None:
    shown = hostile()[place]._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert shown.count("<table>") == shown.count("</table>") == 1


def test_cells_of_a_table_are_escaped_and_figures_are_written_for_the_eye() -> None:
    assert html_table("a<b", ["n&m"], [["<i>"], [1234.5]]) == (
        "<p>a&lt;b</p><table><thead><tr><th>n&amp;m</th></tr></thead><tbody><tr><td>&lt;i&gt;</td></tr>"
        '<tr><td style="text-align: right">1,234.50</td></tr></tbody></table>'
    )
    assert [figure(value) for value in (None, 0.05, 12_345, True, "x")] == ["", "0.05", "12,345", "True", "x"]


def test_a_summary_tells_figures_with_their_meaning() -> None:
    found = {name: (value, meaning) for name, value, meaning in run_scenario(SCENARIO, BARS).summary().rows()}
    assert found["final_value"] == (9972.0, "Bank and holdings at the last close [money]")
    assert found["total_return"][0] == pytest.approx(-0.0028)
    assert found["synthetic_dividends"][0] == 220.0  # two at 110
    assert found["fills"][0] == 3.0
    assert "withdrawals_due" not in found, "there is no policy"


def test_a_summary_of_a_portfolio_tells_how_it_did_so_far() -> None:
    portfolio = Portfolio(10_000)
    assert portfolio.summary().rows()[0][:2] == ("final_value", 10_000.0)
    portfolio.add_asset("UP", "stocks", 50, 100.0, date=DAYS[0])
    portfolio.process_day(DAYS[1], {"UP": dict.fromkeys(("open", "high", "low", "close"), 110.0)})
    found = dict(portfolio.summary().select("figure", "value").rows())
    assert found["final_value"] == 10_500.0
    assert found["total_return"] == pytest.approx(0.05)
    assert found["synthetic_dividends"] == 220.0


def test_a_portfolio_gives_frames_of_what_it_remembers() -> None:
    portfolio = Portfolio(10_000)
    portfolio.add_asset("UP", "stocks", 50, 100.0, date=DAYS[0])
    portfolio.process_day(DAYS[1], {"UP": dict.fromkeys(("open", "high", "low", "close"), 110.0)})
    frames = portfolio.to_polars()
    assert frames["transactions"].select("date", "action", "qty", "price").rows() == [
        (DAYS[0], "INITIAL_BUY", 50.0, 100.0),
        (DAYS[1], "SELL", 2.0, 110.0),
    ]
    assert frames["days"].rows() == [(DAYS[1], 10_500.0, 5_220.0)]
    # 48 shares at 110; the NAV before the day was 100, and 110 after it
    assert frames["asset_days"].rows() == [(DAYS[1], "UP", 48.0, 5280.0, 5280.0, pytest.approx(0.1))]


def test_what_is_no_scenario_is_refused_in_a_sentence() -> None:
    for given, name in ((5, "int"), ("mine.toml", "str"), (None, "NoneType")):
        with pytest.raises(ValueError, match=rf"the scenario is a {name}; allowed: a Scenario, or a mapping"):
            run_scenario(given, BARS)


pandas = pytest.importorskip("pandas", reason="yfinance brings pandas, which the engine does not need")


def of_yahoo() -> Any:
    """Lay out one ticker's bars as yfinance gives them with auto_adjust=False."""
    columns = dict.fromkeys(("Open", "High", "Low", "Close"), PRICES)
    return pandas.DataFrame(
        {**columns, "Adj Close": [1.0] * 3, "Volume": [1] * 3, "Dividends": [0.0, 0.5, 0.0]},
        index=pandas.DatetimeIndex(DAYS, name="Date"),
    )


def several(tickers_first: bool) -> Any:
    """Lay out two tickers as yfinance does, two levels of columns; DOWN has no bar on the third day."""
    down = of_yahoo() * 2
    down.iloc[2] = float("nan")
    wide = pandas.concat({"UP": of_yahoo(), "DOWN": down}, axis=1, names=["Ticker", "Price"])
    return wide if tickers_first else wide.swaplevel(axis=1)


def test_one_ticker_of_yfinance_is_read_with_its_name() -> None:
    usual = run_scenario(SCENARIO, BARS | {"dividend": [0.0, 0.5, 0.0]})
    given = of_yahoo().assign(ticker="UP")
    for bars in (given, given.rename_axis(index=None), given.tz_localize("America/New_York")):
        assert run_scenario(SCENARIO, bars).fills.equals(usual.fills)
    assert usual.fills.filter(pl.col("action") == "DIVIDEND")["total"].to_list() == [25.0]  # 50 shares at 0.5


@pytest.mark.parametrize("bars", [several(True), several(False), several(True).rename_axis(index=None)])
def test_several_tickers_of_yfinance_are_read_and_a_row_without_a_price_is_no_bar(bars: Any) -> None:
    result = run_scenario({"assets": [{"ticker": "UP", "weight": 0.3}, {"ticker": "DOWN", "weight": 0.3}]}, bars)
    assert result.bars.select("ticker", "date", "close", "dividend").rows() == [
        ("DOWN", DAYS[0], 200.0, 0.0),
        ("DOWN", DAYS[1], 220.0, 1.0),
        *(("UP", day, close, dividend) for day, close, dividend in zip(DAYS, PRICES, (0.0, 0.5, 0.0), strict=True)),
    ]


@pytest.mark.parametrize(
    ("bars", "sentence"),
    [
        (of_yahoo(), r"lack the column ticker; of one ticker's bars say whose: bars\.assign\(ticker='AAPL'\)"),
        (of_yahoo().assign(ticker="UP").drop(columns="Adj Close"), "Dividends but no Adj Close.*auto_adjust=False"),
        (of_yahoo().assign(ticker="UP", OPEN=1.0), "the columns Open and OPEN have one meaning; allowed: one of them"),
        (several(True).drop(columns="Open", level=1), "two levels, and none holds open, high, low, close"),
    ],
)
def test_a_frame_that_can_be_read_in_two_ways_is_refused(bars: Any, sentence: str) -> None:
    with pytest.raises(sdengine.BarsError, match=sentence):
        run_scenario(SCENARIO, bars)


def test_a_result_goes_out_to_pandas() -> None:
    result = run_scenario(SCENARIO, BARS)
    frames = result.to_pandas()
    assert set(frames) == {"fills", "portfolio_days", "lots", "opportunities", "orders"}
    assert all(isinstance(frame, pandas.DataFrame) for frame in frames.values())
    assert frames["portfolio_days"]["total_value"].to_list() == [10_000.0, 10_500.0, 9_972.0]
