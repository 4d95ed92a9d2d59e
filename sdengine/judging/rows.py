"""The rows of a judgement, each from one kind of evidence. A figure that does not exist is None."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdengine.judging.aligned import Aligned
from sdengine.judging.bootstrap import Places
from sdengine.judging.intervals import CAGR, FIGURES, HIGH, LOW, MAX_DRAWDOWN, SHARPE, interval, redrawn_figures
from sdengine.judging.judged import Row
from sdengine.judging.neighbours import neighbours
from sdengine.judging.overfitting import overfitting
from sdengine.judging.sharpe import (
    effective_trials,
    expected_best,
    mean_correlation,
    probabilistic_sharpe,
    sharpe_ratios,
)
from sdengine.judging.superiority import superiority
from sdengine.judging.walk import Walk
from sdengine.market.calendar import date_of
from sdengine.scenario import Scenario
from sdengine.statistics.annual import period_rate

PERCENTILE, REDRAWN = "percentile", "redrawn"


@dataclass(frozen=True)
class Candidate:
    """One run: its scenario, its settings as columns (for its neighbours), and what its metrics say of it."""

    run_id: str
    scenario: Scenario
    settings: Mapping[str, Any]
    cagr_net: float | None
    excess_cagr: float | None
    years: float
    fills: int


def leader(candidates: Sequence[Candidate], differs: NDArray[np.bool_]) -> int:
    """Find who leads the ranking among those that differ from their twins, if any does."""

    def place(k: int) -> tuple[bool, float, str]:
        growth = candidates[k].cagr_net
        return not differs[k], math.inf if growth is None else -growth, candidates[k].scenario.name

    return min(range(len(candidates)), key=place)


def of_family(candidates: Sequence[Candidate], past: Aligned, differs: NDArray[np.bool_], best: int) -> Row:
    """Say who is judged, over which days, and who leads."""
    days = past.ordinals
    return {
        "trials": len(candidates), "flat": int((~differs).sum()), "days": len(past.returns),
        "first_date": date_of(days[0]) if len(days) else None, "last_date": date_of(days[-1]) if len(days) else None,
        "best_run_id": candidates[best].run_id, "best_scenario": candidates[best].scenario.name,
        "best_excess_cagr": candidates[best].excess_cagr,
    }  # fmt: skip


def of_trials(candidates: Sequence[Candidate]) -> list[Row]:
    """Make each run's row: its excess, and that of its neighbours."""
    rows = []
    for candidate, beside in zip(candidates, neighbours([each.settings for each in candidates]), strict=True):
        around = [excess for k in beside if (excess := candidates[k].excess_cagr) is not None]
        rows.append({
            "run_id": candidate.run_id, "scenario": candidate.scenario.name, "excess_cagr": candidate.excess_cagr,
            "neighbours": len(beside), "neighbours_median_excess": median(around) if around else None,
        })  # fmt: skip
    return rows


def of_ratios(past: Aligned) -> Row:
    """Count the trials, and say how their Sharpe ratios scatter."""
    ratios = sharpe_ratios(past.returns)
    average, entropy = effective_trials(past.returns)
    return {
        "mean_correlation": known(mean_correlation(past.returns)), "trial_sharpe_variance": known(_scatter(ratios)),
        "effective_trials_average": known(average), "effective_trials_entropy": known(entropy),
    }  # fmt: skip


def of_tests(past: Aligned, drawn: Places, trials: Sequence[Row]) -> Row:
    """Test whether runs beat their twins, and how sure their Sharpe ratios are; add to the trials' rows."""
    ratios = sharpe_ratios(past.returns)
    count = int((~np.isnan(ratios)).sum())
    hurdle = expected_best(_scatter(ratios), count) if count > 1 else math.nan
    test = superiority(past.differences, drawn)
    for m, trial in enumerate(trials):
        returns = np.ascontiguousarray(past.returns[:, m])
        trial["superior"] = bool(test.better[m])
        trial["psr"] = known(probabilistic_sharpe(returns))
        trial["dsr"] = known(probabilistic_sharpe(returns, hurdle))
    return {
        "spa_p": known(test.p), "reality_check_p": known(test.reality_check), "stepm_better": int(test.better.sum()),
    }  # fmt: skip


def of_choice(past: Aligned, differs: NDArray[np.bool_]) -> Row:
    """Ask how often a choice by the difference to the twin held up, of the runs that differ from theirs."""
    overfitted = overfitting(np.ascontiguousarray(past.differences[:, differs]))
    return {"pbo": overfitted.share, "pbo_splits": overfitted.splits}


def of_intervals(candidates: Sequence[Candidate], past: Aligned, drawn: Places) -> list[Row]:
    """Make each run's intervals from the same redrawn pasts as its twin's."""
    places = np.vstack([np.arange(len(past.returns), dtype=np.int32)[None], drawn])
    twins: dict[tuple[bytes, float], NDArray[np.float64]] = {}
    rows = []
    for m, candidate in enumerate(candidates):
        rate = float(period_rate(candidate.scenario.portfolio.cash_rate, past.periods))
        held = np.ascontiguousarray(past.twin_returns[:, m])
        if (held.tobytes(), rate) not in twins:
            twins[held.tobytes(), rate] = redrawn_figures(held, places, past.years, past.periods, rate)
        twin = twins[held.tobytes(), rate]
        own = redrawn_figures(np.ascontiguousarray(past.returns[:, m]), places, past.years, past.periods, rate)
        figures = {name: own[:, k] for k, name in enumerate(FIGURES)}
        figures |= {f"excess_{FIGURES[k]}": own[:, k] - twin[:, k] for k in (CAGR, SHARPE)}
        for name, values in figures.items():
            low, high = interval(values[1:])
            rows.append({
                "run_id": candidate.run_id, "metric": name, "estimate": known(float(values[0])), "low": known(low),
                "high": known(high), "level": HIGH - LOW, "draws": len(drawn),
                "method": REDRAWN if name == FIGURES[MAX_DRAWDOWN] else PERCENTILE,
            })  # fmt: skip
    return rows


def of_walk(walked: Walk) -> Row:
    """Say what walking forward brought."""
    names = ("cagr", "twin_cagr", "hindsight_cagr", "excess_cagr", "efficiency")
    figures = {f"walk_forward_{name}": known(getattr(walked, name)) for name in names}
    return {"walk_forward_folds": len(walked.folds), **figures}


def of_folds(walked: Walk, candidates: Sequence[Candidate]) -> list[Row]:
    """Make each fold's row."""
    return [
        {
            "fold": k, "first_date": fold.first, "last_date": fold.last,
            "chosen_run_id": candidates[fold.chosen].run_id, "chosen_cagr": fold.chosen_cagr,
            "twin_cagr": fold.twin_cagr, "hindsight_cagr": fold.hindsight_cagr,
        }
        for k, fold in enumerate(walked.folds, start=1)
    ]  # fmt: skip


def each_of(candidates: Sequence[Candidate], found: Sequence[Sequence[Row]]) -> list[Row]:
    """Name the run in the rows of each; numbers that do not exist are None."""
    return [
        {name: known(value) if isinstance(value, float) else value for name, value in row.items()}
        | {"run_id": candidate.run_id}
        for candidate, rows in zip(candidates, found, strict=True)
        for row in rows
    ]


def known(value: float) -> float | None:
    """Return a finite number to nine digits, so that no last bit of a library's sums is in it, else None."""
    return float(f"{value:.9g}") if math.isfinite(value) else None


def _scatter(ratios: NDArray[np.float64]) -> float:
    """Compute the sample variance of the Sharpe ratios that exist; NaN of fewer than two."""
    there = ratios[~np.isnan(ratios)]
    return float(there.var(ddof=1)) if len(there) > 1 else math.nan
