"""`judge`: what results are worth. All of it is computed anew from bars and scenarios; no row of a run depends on it.

Runs are judged as families: the members of a sweep, or the scenarios outside of sweeps that share tickers and window.
A figure that does not exist is null, and the family's `reason` says why.
"""

from __future__ import annotations

from schemas.columns import RUN_ID, Column, Rule, Table, day, flag, fraction, number, text, whole

_YEARLY = "fraction a year"
_DAILY = "ratio a day"
_FAMILY = text("The family: the sweep's name; without a sweep the tickers and the window that its scenarios share")
_VERDICT = text(
    "What it is worth in a word: no growth above the twin; too little to tell; chance does as well; none of these",
    isin=("behind", "short", "luck", "edge"),
    nullable=True,
)
_SENTENCE = text("The same as a sentence, with its number")
_LUCK = (
    "Share of worlds in which nothing can be gained whose best run did as well, this past counted as one of them;"
    " by the t value of the mean daily return above the twin's"
)


def _share(meaning: str) -> Column:
    return fraction(meaning, ge=0, le=1, nullable=True)


def _rate(meaning: str) -> Column:
    return number(meaning, unit=_YEARLY, nullable=True)


def _figure(meaning: str) -> Column:
    return number(meaning, unit="as the metric", nullable=True)


class Sweeps(
    Table,
    name="judge.sweeps",
    key=("sweep",),
    written_by="judge",
    grain="one row is one family of runs judged together",
):
    """`best` is the run that leads the ranking; its verdict is the family's. Sharpe ratios here are per day."""

    sweep = _FAMILY
    input = text("Fingerprint of what was judged, and how", matches="[0-9a-f]{16}")
    luck_input = text("Fingerprint of the rules that worlds were played with", matches="[0-9a-f]{16}")
    judged_version = text("Fingerprint of the code that computed the row", matches="[0-9a-f]{16}")
    trials = whole("Runs in the family", ge=1)
    flat = whole("Of these, runs that do what their twin does, day by day", ge=0, nullable=True)
    days = whole("Returns on days that all have in common", unit="days", ge=0, nullable=True)
    first_date = day("First common day", nullable=True)
    last_date = day("Last common day", nullable=True)
    best_run_id = RUN_ID.of(meaning="The run that leads the ranking", nullable=True)
    best_scenario = text("Its scenario", nullable=True)
    best_excess_cagr = _rate("Its growth a year above its buy_and_hold twin's")
    verdict = _VERDICT
    sentence = _SENTENCE
    luck = _share(_LUCK)
    luck_sharpe = _share("The same by the difference of Sharpe ratios; on noise below 5 % more often than it should be")
    worlds = whole("Worlds played", ge=1, nullable=True)
    luck_until = day("Last day of the past that the worlds were drawn from", nullable=True)
    block_days = number("Mean length of the blocks in which days are redrawn", unit="days", ge=1, nullable=True)
    pbo = _share("How often, over all splits of the past, the best of one half came out in the lower half of the other")
    pbo_splits = whole("Splits of the past into halves", ge=1, nullable=True)
    spa_p = _share("Hansen's test that no run beats its twin: p-value; knows only the trend that came")
    stepm_better = whole("Runs better than their twins by Romano and Wolf, at 5 % over all", ge=0, nullable=True)
    walk_forward_folds = whole("Stretches of time, each run anew by the best until then", ge=1, nullable=True)
    walk_forward_cagr = _rate("Growth over all of these")
    walk_forward_twin_cagr = _rate("Growth of their buy_and_hold twins over the same")
    walk_forward_hindsight_cagr = _rate("Growth of each stretch's best, which nobody knew")
    walk_forward_excess_cagr = _rate("Growth of the chosen less that of their twins")
    walk_forward_efficiency = number("That over the chosen's excess until chosen", unit="ratio", nullable=True)
    mean_correlation = number("Mean correlation of all pairs of runs", unit="correlation", ge=-1, le=1, nullable=True)
    trial_sharpe_variance = number("Variance of the runs' Sharpe ratios", unit=_DAILY, ge=0, nullable=True)
    effective_trials_average = number("Runs as if independent, by mean correlation", unit="count", nullable=True)
    effective_trials_entropy = number("Runs as if independent, by entropy of correlations", unit="count", nullable=True)
    reason = text("Why figures are missing; null where none is", nullable=True)


class Trials(
    Table,
    name="judge.trials",
    key=("sweep", "scenario"),
    written_by="judge",
    grain="one row is one run within its family: what it is worth",
):
    """A judgement names the run that it judged; one whose run is gone is replaced when its family is judged anew."""

    sweep = _FAMILY
    scenario = text("Name of the scenario")
    run_id = RUN_ID
    verdict = _VERDICT
    sentence = _SENTENCE
    excess_cagr = _rate("Growth a year above the buy_and_hold twin's")
    luck = _share(f"{_LUCK}; among this run and those behind it, and never less than the run before (step-down)")
    luck_t = number("t value of the mean daily return above the twin's, without income", unit="ratio", nullable=True)
    superior = flag("Whether it is better than its twin by Romano and Wolf, at 5 % over the family", nullable=True)
    neighbours = whole("Runs one step away in one dimension of the family", ge=0, nullable=True)
    neighbours_median_excess = _rate("Median of their growth a year above their twins'")
    psr = _share("Probability that the true Sharpe ratio is above 0; it judges the market's premium, not the rule")
    dsr = _share("The same above what the best of the family would show by chance; it judges the premium, too")


class Folds(
    Table,
    name="judge.folds",
    key=("sweep", "fold"),
    written_by="judge",
    grain="one row is one stretch of a walk forward: the run chosen by the days before, run anew from its first close",
    rules=(Rule("in_order", "first_date <= last_date"),),
):
    """The chosen run has the highest growth from the first common day to the stretch's first."""

    sweep = _FAMILY
    fold = whole("Its place in time, from 1", ge=1)
    first_date = day("Its first day, at whose close everything enters")
    last_date = day("Its last day")
    chosen_run_id = RUN_ID.of(meaning="The run that was chosen; what was run anew are its rules")
    chosen_cagr = number("Growth of the chosen", unit=_YEARLY)
    twin_cagr = number("Growth of its buy_and_hold twin", unit=_YEARLY)
    hindsight_cagr = number("Growth of the best of the family", unit=_YEARLY)


class Intervals(
    Table,
    name="judge.intervals",
    key=("sweep", "run_id", "metric"),
    written_by="judge",
    grain="one row is one figure of one run with the range that redrawn pasts give it",
    rules=(Rule("low_below_high", "low <= high"),),
):
    """A run and its twin are redrawn alike, so that differences pair. Common days of the family alone count."""

    sweep = _FAMILY
    run_id = RUN_ID
    metric = text(
        "The figure, as in metrics.runs; excess: less the twin's",
        isin=("cagr", "volatility", "sharpe", "max_drawdown", "excess_cagr", "excess_sharpe"),
    )
    method = text(
        "percentile: an interval of confidence; redrawn: quantiles of redrawn pasts, whose blocks cut long falls short",
        isin=("percentile", "redrawn"),
    )
    estimate = number("The figure of the past", unit="as the metric", nullable=True)
    low = number("Its 5 % quantile", unit="as the metric", nullable=True)
    high = number("Its 95 % quantile", unit="as the metric", nullable=True)
    level = fraction("Share of redrawn pasts between", gt=0, lt=1)
    draws = whole("Redrawn pasts", ge=1)


class PathRange(
    Table,
    name="judge.path_range",
    key=("sweep", "run_id", "metric"),
    written_by="judge",
    grain="one row is one figure of one run over the paths that its bars allow, and with orders laid otherwise",
):
    """The law of `random` is Brownian motion through each bar's prices. There is no ceiling."""

    sweep = _FAMILY
    run_id = RUN_ID
    metric = text("The figure, as in metrics.runs", isin=("final_value", "cagr", "max_drawdown", "synthetic_dividends"))
    nearest = _figure("On the shortest path")
    floor = _figure("On the path that leaves the least value, or a calm one where that is not known")
    random_5 = _figure("5 % quantile over paths drawn at random")
    random_50 = _figure("Median over them")
    random_95 = _figure("95 % quantile over them")
    busy = _figure("On a lively path, which invents money")
    at_once = _figure("Nearest, with orders laid anew after each fill")
    nightly = _figure("Nearest, with orders laid anew over night")
    draws = whole("Paths drawn at random; 0 where none can differ", ge=0)
    bars_spanning_a_bracket = fraction(
        "Share of the bars that span a bracket or more; above 0.25 brackets are too fine for daily bars", ge=0, le=1
    )
    path_free = flag("No bar spans a bracket, so that all paths give the same, and none is drawn")


class Starts(
    Table,
    name="judge.starts",
    key=("sweep", "run_id", "shift"),
    written_by="judge",
    grain="one row is one run begun some sessions later",
):
    """Its end stays. What hangs on the first day is no property of the rule."""

    sweep = _FAMILY
    run_id = RUN_ID
    shift = whole("Sessions by which the start is moved", unit="sessions", ge=1)
    cagr = _rate("Growth")
    excess_cagr = _rate("Growth above the buy_and_hold twin's, begun as late")


class Costs(
    Table,
    name="judge.costs",
    key=("sweep", "run_id", "slippage_bps"),
    written_by="judge",
    grain="one row is one run at another slippage",
):
    """The twin pays the same when it enters."""

    sweep = _FAMILY
    run_id = RUN_ID
    slippage_bps = number("How much worse every fill price is", unit="1/10000", ge=0)
    cagr = _rate("Growth")
    excess_cagr = _rate("Growth above the buy_and_hold twin's")


TABLES = (Sweeps, Trials, Folds, Intervals, PathRange, Starts, Costs)
