"""One row a run within its family."""

from __future__ import annotations

from schemas.columns import RUN_ID, Table, flag, number, text, whole
from schemas.figures import MORE, NO_DENOMINATOR, Figure
from schemas.judge.kinds import (
    FAMILY,
    LUCK,
    NOT_PLAYED,
    SENTENCE,
    TOO_SHORT,
    VERDICT,
    WORLDS_HAVE_NONE,
    growth,
    probability,
)

_NO_SHARPE = "fewer than 60 common days, or no dispersion"


class Trials(
    Table,
    name="judge.trials",
    key=("sweep", "scenario"),
    written_by="judge",
    grain="one row is one run within its family: what it is worth",
):
    """A judgement names the run that it judged; one whose run is gone is replaced when its family is judged anew."""

    sweep = FAMILY
    scenario = text("Name of the scenario")
    run_id = RUN_ID
    verdict = VERDICT
    sentence = SENTENCE
    excess_cagr = growth("Growth a year above the buy_and_hold twin's", "cagr - buy_and_hold_cagr", "no twin")
    luck = probability(
        f"{LUCK}; among this run and those behind it, and never less than the run before (step-down)",
        "as judge.sweeps.luck, max over the runs whose t is not above this one's; at least that of those above",
        NOT_PLAYED,
        "Westfall and Young 1993",
        WORLDS_HAVE_NONE,
    )
    luck_t = number(
        "t value of the mean daily return above the twin's, without income",
        unit="ratio",
        nullable=True,
        figure=Figure("mean(r - b) / sd(r - b) * sqrt(N)", sign=MORE, flows=WORLDS_HAVE_NONE, zero=NO_DENOMINATOR,
                      nothing=NOT_PLAYED),
    )  # fmt: skip
    superior = flag(
        "Whether it is better than its twin by Romano and Wolf, at 5 % over the family",
        nullable=True,
        figure=Figure("as judge.sweeps.stepm_better", sign="yes or no", nothing=TOO_SHORT,
                      source="Romano and Wolf 2005"),
    )  # fmt: skip
    neighbours = whole(
        "Runs one step away in one dimension of the family",
        ge=0,
        nullable=True,
        figure=Figure("number of runs whose settings differ in one dimension, by one step of its values",
                      nothing="not judged"),
    )  # fmt: skip
    neighbours_median_excess = growth(
        "Median of their growth a year above their twins'",
        "median(excess_cagr of neighbours)",
        "no neighbours, or not judged",
    )
    psr = probability(
        "Probability that the true Sharpe ratio is above 0; it judges the market's premium, not the rule",
        "Phi(s sqrt(N - 1) / sqrt(1 - g3 s + (g4 - 1) / 4 s ** 2)), s = mean(r) / sd(r), g3, g4 biased moments",
        _NO_SHARPE,
        "Bailey and Lopez de Prado 2012",
    )
    dsr = probability(
        "The same above what the best of the family would show by chance; it judges the premium, too",
        "the same with s - sqrt(V) ((1 - g) Phi^-1(1 - 1/M) + g Phi^-1(1 - 1/(M e))), V trial_sharpe_variance,"
        " M trials, g Euler's constant",
        _NO_SHARPE,
        "Bailey and Lopez de Prado 2014",
    )
