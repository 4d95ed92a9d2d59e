"""One row a family of runs."""

from __future__ import annotations

from schemas.columns import RUN_ID, Table, day, number, text, whole
from schemas.figures import GAIN, NO_DENOMINATOR, TIME_WEIGHTED, Figure
from schemas.judge.kinds import (
    FAMILY,
    LUCK,
    NO_CHOICE,
    NOT_PLAYED,
    SENTENCE,
    TOO_SHORT,
    VERDICT,
    WORLDS_HAVE_NONE,
    growth,
    probability,
)

_NOT_WALKED = "one run, more than 2,000, or years too short to walk forward"
_COMMON = "no day in common"


def _effective(formula: str, source: str) -> Figure:
    return Figure(formula, flows=TIME_WEIGHTED, nothing="fewer than two runs that vary", source=source)


class Sweeps(
    Table,
    name="judge.sweeps",
    key=("sweep",),
    written_by="judge",
    grain="one row is one family of runs judged together",
):
    """`best` is the run that leads the ranking; its verdict is the family's. Sharpe ratios here are per day."""

    sweep = FAMILY
    input = text("Fingerprint of what was judged, and how", matches="[0-9a-f]{16}")
    luck_input = text("Fingerprint of the rules that worlds were played with", matches="[0-9a-f]{16}")
    judged_version = text("Fingerprint of the code that computed the row", matches="[0-9a-f]{16}")
    trials = whole("Runs in the family", ge=1, figure=Figure("number of runs"))
    flat = whole(
        "Of these, runs that do what their twin does, day by day",
        ge=0,
        nullable=True,
        figure=Figure("number of runs with sd(r - b) = 0", nothing="not judged"),
    )
    days = whole(
        "Returns on days that all have in common",
        unit="days",
        ge=0,
        nullable=True,
        figure=Figure("number of r on common days", nothing="not judged"),
    )
    first_date = day("First common day", nullable=True, figure=Figure("min(common days)", nothing=_COMMON))
    last_date = day("Last common day", nullable=True, figure=Figure("max(common days)", nothing=_COMMON))
    best_run_id = RUN_ID.of(meaning="The run that leads the ranking", nullable=True)
    best_scenario = text("Its scenario", nullable=True)
    best_excess_cagr = growth("Its growth a year above its buy_and_hold twin's", "cagr - buy_and_hold_cagr", "no twin")
    verdict = VERDICT
    sentence = SENTENCE
    luck = probability(
        LUCK,
        "(1 + worlds with max over runs of t >= t of the best) / (1 + worlds), t = mean(r - b) / sd(r - b) * sqrt(N)",
        NOT_PLAYED,
        "Westfall and Young 1993; README.md of sdengine/judging",
        WORLDS_HAVE_NONE,
    )
    luck_sharpe = probability(
        "The same by the difference of Sharpe ratios; on noise below 5 % more often than it should be",
        "the same with mean(r) / sd(r) - mean(b) / sd(b) in the place of t",
        NOT_PLAYED,
        flows=WORLDS_HAVE_NONE,
    )
    worlds = whole("Worlds played", ge=1, nullable=True, figure=Figure("number of worlds", nothing=NOT_PLAYED))
    luck_until = day(
        "Last day of the past that the worlds were drawn from",
        nullable=True,
        figure=Figure("last_date when they were played", nothing=NOT_PLAYED),
    )
    block_days = number(
        "Mean length of the blocks in which days are redrawn",
        unit="days",
        ge=1,
        nullable=True,
        figure=Figure(
            "max(5, median over r and abs(r) of all runs of (2 G ** 2 / D) ** (1/3) * N ** (1/3))", nothing=TOO_SHORT,
            source="Politis and White 2004, corrected 2009",
        ),
    )  # fmt: skip
    pbo = probability(
        "How often, over all splits of the past, the best of one half came out in the lower half of the other",
        "share of splits of 16 blocks into halves in which the first's best Sharpe ratio of r - b ranks in the lower"
        " half of the second",
        NO_CHOICE,
        "Bailey, Borwein, Lopez de Prado and Zhu 2017",
    )
    pbo_splits = whole(
        "Splits of the past into halves",
        ge=1,
        nullable=True,
        figure=Figure("16 over 8", nothing=NO_CHOICE),
    )
    spa_p = probability(
        "Hansen's test that no run beats its twin: p-value; knows only the trend that came",
        "(1 + redrawn pasts whose max t, hopeful columns recentred, >= max t) / (1 + draws)",
        TOO_SHORT,
        "Hansen 2005 (consistent)",
    )
    reality_check_p = probability(
        "White's Reality Check that no run beats its twin: p-value; hopeless runs make it larger",
        "(1 + redrawn pasts whose max(mean(r - b) redrawn - mean(r - b)) >= max(mean(r - b))) / (1 + draws)",
        TOO_SHORT,
        "White 2000",
    )
    stepm_better = whole(
        "Runs better than their twins by Romano and Wolf, at 5 % over all",
        ge=0,
        nullable=True,
        figure=Figure("number of runs with t above the 95 % quantile of the redrawn max t, step by step",
                      nothing=TOO_SHORT, source="Romano and Wolf 2005"),
    )  # fmt: skip
    walk_forward_folds = whole(
        "Stretches of time, each run anew by the best until then",
        ge=1,
        nullable=True,
        figure=Figure("number of rows in judge.folds", nothing=_NOT_WALKED),
    )
    walk_forward_cagr = growth("Growth over all of these", "chosen_cagr of the folds chained", _NOT_WALKED, sign=GAIN)
    walk_forward_twin_cagr = growth(
        "Growth of their buy_and_hold twins over the same", "twin_cagr of the folds chained", _NOT_WALKED, sign=GAIN
    )
    walk_forward_hindsight_cagr = growth(
        "Growth of each stretch's best, which nobody knew", "hindsight_cagr of the folds chained", _NOT_WALKED,
        sign=GAIN,
    )  # fmt: skip
    walk_forward_excess_cagr = growth(
        "Growth of the chosen less that of their twins", "walk_forward_cagr - walk_forward_twin_cagr", _NOT_WALKED
    )
    walk_forward_efficiency = number(
        "That over the chosen's excess until chosen",
        unit="ratio",
        nullable=True,
        figure=Figure("walk_forward_excess_cagr / mean excess of the chosen until each fold", sign=GAIN,
                      flows=TIME_WEIGHTED, zero=NO_DENOMINATOR, nothing=_NOT_WALKED),
    )  # fmt: skip
    mean_correlation = number(
        "Mean correlation of all pairs of runs",
        unit="correlation",
        ge=-1,
        le=1,
        nullable=True,
        figure=_effective("mean over pairs of corr(r of one, r of the other)", "ours"),
    )
    trial_sharpe_variance = number(
        "Variance of the runs' Sharpe ratios",
        unit="ratio a day",
        ge=0,
        nullable=True,
        figure=_effective("var(mean(r) / sd(r)) over runs, none annualised", "Bailey and Lopez de Prado 2014"),
    )
    effective_trials_average = number(
        "Runs as if independent, by mean correlation",
        unit="count",
        nullable=True,
        figure=_effective("c + (1 - c) * trials, c mean_correlation", "Bailey and Lopez de Prado 2014"),
    )
    effective_trials_entropy = number(
        "Runs as if independent, by entropy of correlations",
        unit="count",
        nullable=True,
        figure=_effective("exp(-sum(q ln q)), q the shares of the correlations' eigenvalues", "Roy and Vetterli 2007"),
    )
    reason = text("Why figures are missing; null where none is", nullable=True)
