"""Rows of the same runs under other circumstances: other paths, starts and costs."""

from __future__ import annotations

from schemas.columns import RUN_ID, Column, Table, flag, fraction, number, text, whole
from schemas.figures import GAIN, Figure
from schemas.judge.kinds import FAMILY, as_the_metric, growth

_FREE = "path_free: all paths give `nearest`, or the metric is null"
_NO_METRIC = "the metric is null"
_NO_TIME = "no time has passed"


def _rate(of: str) -> Column:
    return growth("Growth", f"cagr of the run {of}", _NO_TIME, sign=GAIN)


def _excess(of: str) -> Column:
    return growth(f"Growth above the buy_and_hold twin's, {of}", "cagr - cagr of the twin", _NO_TIME)


class PathRange(
    Table,
    name="judge.path_range",
    key=("sweep", "run_id", "metric"),
    written_by="judge",
    grain="one row is one figure of one run over the paths that its bars allow, and with orders laid otherwise",
):
    """The law of `random` is Brownian motion through each bar's prices. There is no ceiling."""

    sweep = FAMILY
    run_id = RUN_ID
    metric = text(
        "The figure, as in metrics.runs",
        isin=("final_value", "cagr", "max_drawdown", "synthetic_dividends", "coverage"),
    )
    nearest = as_the_metric("On the shortest path", "the metric with path = nearest", _NO_METRIC)
    floor = as_the_metric(
        "On the path that leaves the least value, or a calm one where that is not known",
        "min over orders of high and low in every bar, of one asset's final_value; else with path = calm",
        _FREE,
    )
    random_5 = as_the_metric(
        "5 % quantile over paths drawn at random", "quantile(the metric of each drawn path, 0.05)", _FREE
    )
    random_50 = as_the_metric("Median over them", "median(the metric of each drawn path)", _FREE)
    random_95 = as_the_metric("95 % quantile over them", "quantile(the metric of each drawn path, 0.95)", _FREE)
    busy = as_the_metric("On a lively path, which invents money", "the metric with path = busy", _FREE)
    at_once = as_the_metric(
        "Nearest, with orders laid anew after each fill", "the metric with requote = at_once", _NO_METRIC
    )
    nightly = as_the_metric(
        "Nearest, with orders laid anew over night", "the metric with requote = nightly", _NO_METRIC
    )
    draws = whole(
        "Paths drawn at random; 0 where none can differ", ge=0, figure=Figure("20 with path = random, seed 1, 2, ...")
    )
    bars_spanning_a_bracket = fraction(
        "Share of the bars that span a bracket or more; above 0.25 brackets are too fine for daily bars",
        ge=0,
        le=1,
        figure=Figure("mean(high >= low * (1 + bracket)) over the bars of all assets"),
    )
    path_free = flag(
        "No bar spans a bracket, so that all paths give the same, and none is drawn",
        figure=Figure("bars_spanning_a_bracket = 0", sign="yes or no"),
    )


class Starts(
    Table,
    name="judge.starts",
    key=("sweep", "run_id", "shift"),
    written_by="judge",
    grain="one row is one run begun some sessions later",
):
    """Its end stays. What hangs on the first day is no property of the rule."""

    sweep = FAMILY
    run_id = RUN_ID
    shift = whole("Sessions by which the start is moved", unit="sessions", ge=1)
    cagr = _rate("begun so much later")
    excess_cagr = _excess("begun as late")


class Costs(
    Table,
    name="judge.costs",
    key=("sweep", "run_id", "slippage_bps"),
    written_by="judge",
    grain="one row is one run at another slippage",
):
    """The twin pays the same when it enters."""

    sweep = FAMILY
    run_id = RUN_ID
    slippage_bps = number("How much worse every fill price is", unit="1/10000", ge=0)
    cagr = _rate("at that slippage")
    excess_cagr = _excess("at the same slippage")
