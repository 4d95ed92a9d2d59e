"""Each picture holds the numbers that it was given, in the units that its axis names."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

pytest.importorskip("plotly", reason="Plotly draws the pictures")

from plotly.graph_objects import Figure

from sdengine import run_scenario
from sdengine.figures.counts import skipped_by_year
from sdengine.figures.curves import curve, weekly
from sdengine.figures.fan import fan_by_year
from sdengine.figures.income import income_by_year
from sdengine.figures.lasting import paid_by_start
from sdengine.figures.look import ASSETS, CRISES, THEMES, instants
from sdengine.figures.premiums import Premium, nav_premiums
from sdengine.figures.resting import resting_orders
from sdengine.figures.shares import allocation
from sdengine.figures.tables import monthly_returns, sweep_map
from sdengine.figures.value import Curve, value_and_fall

DAYS = np.array(["2007-12-31", "2008-01-02", "2010-01-04"], "datetime64[D]")


def drawn(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def test_plotly_finds_nothing_wrong_with_a_drawing_that_it_does_not_look_at() -> None:
    """Pages hand out `drawing` as it is. Plotly refuses a property that there is not, and would have added none."""
    nothing = float("nan")
    own = Curve(DAYS, [100.0, 80.0, 160.0], [0.0, 0.2, 0.0])
    fan = {q: [1.0, 2.0] for q in (0.05, 0.25, 0.5, 0.75, 0.95)}
    drawings = [
        value_and_fall.drawing({"portfolio": own, "benchmark": own}, [10.0, 0.0, -5.0]),
        resting_orders.drawing(["A", "B"], [-0.04, nothing], [0.141, 0.058]),
        income_by_year.drawing([2008, 2009], [5.0, 6.0], [1.0, 2.0], [4.0, 4.0], [4.0, 3.0]),
        paid_by_start.drawing(["2007", "2008"], [2008, 2009], [[0.5, 1.0], [np.nan, 0.25]]),
        monthly_returns.drawing([2008], [[0.01] * 12]),
        sweep_map.drawing(["8"], ["50"], [[0.1]], names=("sd_n", "profit"), of="growth"),
        skipped_by_year.drawing([2008, 2009], {"A": [3, 0]}),
        allocation.drawing(DAYS, {"A": [0.5, 0.6, 0.7]}, [0.5, 0.4, 0.3]),
        nav_premiums.drawing({"A": Premium(DAYS, [0.0, -0.2, 0.0], (DAYS[:1], ["buy"]))}, Premium(DAYS, [0.0] * 3)),
        fan_by_year.drawing([0, 1], fan, {"benchmark": [1.0, 2.0]}),
    ]
    for drawing in drawings:
        figure = Figure(drawing._asdict())
        assert len(figure.data) == len(drawing.data)
        told = figure.to_plotly_json()
        assert [set(trace) for trace in told["data"]] == [set(trace) for trace in drawing.data]
        assert set(told["layout"]) == set(drawing.layout)


def test_days_are_milliseconds_since_1970() -> None:
    assert instants(np.array([date(1970, 1, 1), date(1970, 1, 2)])).tolist() == [0.0, 86_400_000.0]


def test_value_and_fall() -> None:
    own = Curve(DAYS, [100.0, 80.0, 160.0], [0.0, 0.2, 0.0])
    held = Curve(DAYS, [100.0, 70.0, 150.0], [0.0, 0.3, 0.0])
    figure = value_and_fall({"portfolio": own, "buy and hold": held}, [10.0, 0.0, -5.0])
    traces = drawn(figure)
    assert traces["portfolio"].y.tolist() == [100.0, 80.0, 160.0]
    assert traces["fall of portfolio"].y.tolist() == [0.0, -20.0, 0.0]
    assert traces["fall of buy and hold"].y.tolist() == pytest.approx([0.0, -30.0, 0.0])
    bank = traces["bank"].y
    assert bank[0] == 10.0
    assert np.isnan(bank[1:]).all(), "where there is no cash, a logarithmic axis has nothing to show"


def test_the_falls_that_lie_in_the_window_are_shaded() -> None:
    figure = value_and_fall({"portfolio": Curve(DAYS, [1.0, 1.0, 1.0], [0.0, 0.0, 0.0])}, [0.0, 0.0, 0.0])
    assert {note.text for note in figure.layout.annotations} == {"2008"}
    assert figure.layout.shapes[0].x0 == "2007-12-31", "shaded from where the window begins"
    assert [high < low for _, high, low in CRISES] == [True] * 4


def test_orders_stand_at_their_distances() -> None:
    nothing = float("nan")
    figure = resting_orders(["A", "B"], [-0.04, nothing], [0.141, 0.058])
    line, buys, sells, closes = figure.data
    assert (buys.name, sells.name, closes.name) == ("buy", "sell", "last close")
    assert buys.x.tolist() == pytest.approx([-4.0, nothing], nan_ok=True)
    assert sells.x.tolist() == pytest.approx([14.1, 5.8])
    assert buys.text == ("-4.0 %", "")
    assert line.x.tolist() == pytest.approx([-4.0, 14.1, nothing, 0.0, 5.8, nothing], nan_ok=True)
    assert line.y.tolist() == ["A"] * 3 + ["B"] * 3


def test_income_and_payments_by_year() -> None:
    traces = drawn(income_by_year([2008, 2009], [5.0, 6.0], [1.0, 2.0], [4.0, 4.0], [4.0, 3.0]))
    assert traces["synthetic dividends"].y.tolist() == [5.0, 6.0]
    assert traces["paid"].y.tolist() == [4.0, 3.0]
    assert set(drawn(income_by_year([2008], [5.0], [1.0], [0.0], [0.0]))) == {
        "synthetic dividends",
        "dividends and interest",
    }


def test_paid_by_start() -> None:
    (trace,) = paid_by_start(["2007", "2008"], [2008, 2009], [[0.5, 1.0], [np.nan, 0.25]]).data
    assert trace.z[0].tolist() == [50.0, 100.0]
    assert (np.isnan(trace.z[1][0]), trace.z[1][1]) == (True, 25.0)
    assert (trace.zmin, trace.zmax) == (0, 100)


def test_a_fan_by_year() -> None:
    quantiles = {0.05: [9.0, 5.0], 0.25: [9.0, 7.0], 0.5: [9.0, 9.0], 0.75: [9.0, 11.0], 0.95: [9.0, 15.4]}
    figure = fan_by_year([0, 1], quantiles, {"benchmark": [9.0, 8.0]})
    bands = [(trace.name, list(trace.y)) for trace in figure.data if trace.fill == "tonexty"]
    assert bands == [("90 of 100", [9, 5]), ("50 of 100", [9, 7])]
    assert [list(trace.y) for trace in figure.data if trace.showlegend is False] == [[9, 15], [9, 11]]
    assert list(drawn(figure)["this portfolio, median"].y) == [9, 9]
    assert list(drawn(figure)["benchmark, median"].y) == [9, 8]


def test_premiums_with_their_trades() -> None:
    own = Premium(DAYS, [0.0, -0.1, -0.3], (DAYS[1:], np.array(["buy", "sell"])))
    traces = drawn(nav_premiums({"A": own}, Premium(DAYS, [0.0, -0.2, -0.2])))
    assert traces["A"].y.tolist() == pytest.approx([0.0, -10.0, -30.0])
    assert traces["A buys"].y.tolist() == pytest.approx([-10.0])
    assert traces["A sells"].x.tolist() == instants(DAYS[2:]).tolist()
    assert traces["portfolio"].line.width > traces["A"].line.width


def test_skips_by_year_and_allocation() -> None:
    assert drawn(skipped_by_year([2008, 2009], {"A": [3, 0]}))["A"].y.tolist() == [3, 0]
    traces = drawn(allocation(DAYS, {"A": [np.nan, 0.5, 0.75]}, [1.0, 0.5, 0.25]))
    assert traces["A"].y.tolist() == [0.0, 50.0, 75.0]
    assert traces["bank"].y.tolist() == [100.0, 50.0, 25.0]


def test_heat_maps_are_in_percent_and_even_around_nothing() -> None:
    returns = np.full((1, 12), np.nan)
    returns[0, :2] = [0.1, -0.04]
    (trace,) = monthly_returns([2008], returns).data
    assert trace.z[0][:2].tolist() == [10.0, -4.0]
    assert (trace.zmin, trace.zmax) == (-10.0, 10.0)
    (trace,) = sweep_map([4, 8], ["a"], [[0.01, np.nan]], names=("sd_n", "kind"), of="growth a year").data
    assert (trace.x, trace.z[0][0]) == (("4", "8"), 1.0)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_and_lines_stand_out_in_both_themes() -> None:
    """WCAG 2.2: 4.5 for text; for lines 3 on dark, and 2.4 on white, where each has its name beside it."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    for theme, back in (("light", "#ffffff"), ("dark", "#14171a")):
        assert contrast(THEMES[theme]["text"], back) >= 4.5
        assert min(contrast(colour, back) for colour in ASSETS) >= (2.4 if theme == "light" else 3.0)


def test_long_series_are_thinned_to_weeks_and_keep_their_worst_day() -> None:
    """400 days from a Monday: a fall of one Wednesday stands in its week, which ends on Sunday."""
    days = np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-01-01") + 400)
    values = np.full(400, 100.0)
    values[72] = 75.0  # 2024-03-13
    thin = curve(days, values, np.zeros(400), 100.0)
    assert len(np.asarray(thin.days)) == 58, "57 whole weeks, and a Monday"
    at = np.asarray(thin.days).tolist().index(date(2024, 3, 17))
    assert (np.asarray(thin.values)[at], np.asarray(thin.falls)[at]) == (100.0, 0.25)
    assert np.asarray(thin.falls).max() == 0.25


def test_few_days_are_all_drawn() -> None:
    assert weekly(DAYS).tolist() == [0, 1, 2]


def test_a_result_plots_itself() -> None:
    """100 in cash buy A at 10, all of it; 9 and 12 follow."""
    closes = [10.0, 9.0, 12.0]
    prices = dict.fromkeys(("open", "high", "low", "close"), closes)
    bars = pl.DataFrame({"ticker": ["A"] * 3, "date": [date(2024, 1, day) for day in (1, 2, 3)], **prices})
    asset = {"ticker": "A", "weight": 1.0, "variant": "buy_and_hold"}
    result = run_scenario({"portfolio": {"initial_cash": 100.0}, "assets": [asset]}, bars)
    traces = drawn(result.plot())
    assert traces["portfolio"].y.tolist() == [100.0, 90.0, 120.0]
    assert traces["fall of portfolio"].y.tolist() == pytest.approx([0.0, -10.0, 0.0])
