"""What the tables of `judge` share: the family, the verdict, and how their figures are computed."""

from __future__ import annotations

from schemas.columns import Column, fraction, number, text
from schemas.figures import BY_CALENDAR, MORE, TIME_WEIGHTED, Figure
from schemas.metrics.kinds import rate

FAMILY = text("The family: the sweep's name; without a sweep the tickers and the window that its scenarios share")
VERDICT = text(
    "What it is worth in a word: no growth above the twin; too little to tell; chance does as well; none of these",
    isin=("behind", "short", "luck", "edge"),
    nullable=True,
    figure=Figure(
        "behind: excess_cagr <= 0; short: under 3 years or 30 fills; edge: luck <= 0.05 and, of the best, pbo < 0.5;"
        " else luck",
        sign="a word",
        flows=TIME_WEIGHTED,
        nothing="not judged, or it does what its twin does",
    ),
)
SENTENCE = text("The same as a sentence, with its number")
LUCK = (
    "Share of worlds in which nothing can be gained whose best run did as well, this past counted as one of them;"
    " by the t value of the mean daily return above the twin's"
)
NOT_PLAYED = "no worlds were played; reason says why"
TOO_SHORT = "fewer than 60 common days"
NO_CHOICE = "fewer than 60 common days, or fewer than two runs that differ from their twins"
WORLDS_HAVE_NONE = "worlds have no withdrawals, dividends and interest"


def probability(meaning: str, formula: str, nothing: str, source: str = "ours", flows: str = TIME_WEIGHTED) -> Column:
    """Declare a share from 0 to 1."""
    figure = Figure(formula, flows=flows, nothing=nothing, source=source)
    return fraction(meaning, ge=0, le=1, nullable=True, figure=figure)


def growth(meaning: str, formula: str, nothing: str, *, sign: str = MORE) -> Column:
    """Declare growth a year, or a difference of such."""
    return rate(meaning, Figure(formula, sign=sign, annualised=BY_CALENDAR, flows=TIME_WEIGHTED, nothing=nothing))


def as_the_metric(meaning: str, formula: str, nothing: str) -> Column:
    """Declare a figure of `metrics.runs` under other circumstances: its unit and sign are that figure's."""
    figure = Figure(formula, sign="as the metric", annualised="as the metric", flows="as the metric", nothing=nothing)
    return number(meaning, unit="as the metric", nullable=True, figure=figure)
