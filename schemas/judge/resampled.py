"""Rows of what the past itself says: stretches of it, and redrawn pasts."""

from __future__ import annotations

from schemas.columns import RUN_ID, Column, Rule, Table, day, fraction, number, text, whole
from schemas.figures import BY_CALENDAR, GAIN, TIME_WEIGHTED, Figure
from schemas.judge.kinds import FAMILY, as_the_metric
from schemas.metrics.kinds import YEARLY


def _growth(meaning: str, formula: str) -> Column:
    figure = Figure(formula, sign=GAIN, annualised=BY_CALENDAR, flows=TIME_WEIGHTED)
    return number(meaning, unit=YEARLY, figure=figure)


class Folds(
    Table,
    name="judge.folds",
    key=("sweep", "fold"),
    written_by="judge",
    grain="one row is one stretch of a walk forward: the run chosen by the days before, run anew from its first close",
    rules=(Rule("in_order", "first_date <= last_date"),),
):
    """The chosen run has the highest growth from the first common day to the stretch's first."""

    sweep = FAMILY
    fold = whole("Its place in time, from 1", ge=1)
    first_date = day(
        "Its first day, at whose close everything enters", figure=Figure("k / (folds + 1) of the common days")
    )
    last_date = day("Its last day", figure=Figure("(k + 1) / (folds + 1) of the common days"))
    chosen_run_id = RUN_ID.of(meaning="The run that was chosen; what was run anew are its rules")
    chosen_cagr = _growth("Growth of the chosen", "cagr of the run with the highest I until first_date, run anew")
    twin_cagr = _growth("Growth of its buy_and_hold twin", "cagr of its buy_and_hold twin, run anew")
    hindsight_cagr = _growth("Growth of the best of the family", "max(cagr) of the family, run anew")


_NO_QUANTILE = "a redrawn past has none"


class Intervals(
    Table,
    name="judge.intervals",
    key=("sweep", "run_id", "metric"),
    written_by="judge",
    grain="one row is one figure of one run with the range that redrawn pasts give it",
    rules=(Rule("low_below_high", "low <= high"),),
):
    """A run and its twin are redrawn alike, so that differences pair. Common days of the family alone count."""

    sweep = FAMILY
    run_id = RUN_ID
    metric = text(
        "The figure, as in metrics.runs; excess: less the twin's",
        isin=("cagr", "volatility", "sharpe", "max_drawdown", "excess_cagr", "excess_sharpe"),
    )
    method = text(
        "percentile: an interval of confidence; redrawn: quantiles of redrawn pasts, whose blocks cut long falls short",
        isin=("percentile", "redrawn"),
    )
    estimate = as_the_metric("The figure of the past", "the metric over the common days", "the metric is null")
    low = as_the_metric("Its 5 % quantile", "quantile(the metric of each redrawn past, 0.05)", _NO_QUANTILE)
    high = as_the_metric("Its 95 % quantile", "quantile(the metric of each redrawn past, 0.95)", _NO_QUANTILE)
    level = fraction("Share of redrawn pasts between", gt=0, lt=1, figure=Figure("0.95 - 0.05"))
    draws = whole(
        "Redrawn pasts",
        ge=1,
        figure=Figure("as [judge] draws says; each a stationary bootstrap of the common days, blocks of block_days",
                      source="Politis and Romano 1994"),
    )  # fmt: skip
