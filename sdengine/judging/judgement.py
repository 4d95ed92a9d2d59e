"""Judging a family of runs: one pure call from scenarios, bars and metrics to the rows of `judge.*`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from schemas.canonical import canonical_json
from sdengine.judging import rows
from sdengine.judging.aligned import Aligned, aligned
from sdengine.judging.bootstrap import stationary_indices, sweep_block_length
from sdengine.judging.draws import seed_of
from sdengine.judging.family import Family, family_of
from sdengine.judging.judged import Judgement
from sdengine.judging.luck import AFFORDABLE, WORLDS, luck
from sdengine.judging.paths import path_ranges
from sdengine.judging.rows import Candidate
from sdengine.judging.sharpe import MOST_TRIALS, spreads
from sdengine.judging.variants import costs, starts
from sdengine.judging.verdict import Facts, verdict
from sdengine.judging.walk import walk_forward
from sdengine.market.bars import BarStore

SHORTEST = 60
"""Common days that any statistic needs."""
FLAT = "it does what its buy and hold twin does, day by day"


@dataclass(frozen=True)
class Counted:
    """What worlds said of a family, now or on an earlier night: `of` has each scenario's t value and adjusted share."""

    worlds: int
    until: date
    share: float
    sharpe_share: float
    of: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Terms:
    """How a family is judged: redrawn pasts, worlds (None: as many as are affordable), and what need not be played."""

    draws: int = 1000
    worlds: int | None = None
    counted: Counted | None = None
    threads: int = 1


def judge(
    name: str,
    candidates: Sequence[Candidate],
    store: BarStore,
    terms: Terms,
) -> Judgement:
    """Judge the candidates as one family; `name` seeds what is drawn. Raises as `family_of` does."""
    family = family_of([each.scenario for each in candidates], store)
    past = aligned(*family.daily())
    differs = spreads(past.differences) > 0.0 if len(past.returns) > 1 else np.ones(len(candidates), np.bool_)
    best = rows.leader(candidates, differs)
    judged = Judgement(rows.of_family(candidates, past, differs, best), rows.of_trials(candidates))
    counted = None
    if len(past.returns) < SHORTEST:
        judged.missing.append(f"{len(past.returns)} common days, where {SHORTEST} are needed")
    else:
        block = sweep_block_length(past.returns)
        judged.sweep["block_days"] = block
        counted = terms.counted or _count(name, family, block, terms, judged)
        _resample(name, candidates, past, differs, block, terms, judged)
        _walk(candidates, store, past, judged)
        _vary(candidates, store, family, judged)
    _conclude(candidates, differs, best, counted, judged)
    return judged


def _count(name: str, family: Family, block: float, terms: Terms, judged: Judgement) -> Counted | None:
    """Play the worlds; None, with the reason, where that is too dear."""
    if terms.worlds is None and family.asset_bars > AFFORDABLE:
        judged.missing.append(
            f"no worlds were played: all runs together go through {family.asset_bars / 1e6:.1f} million bars, more than"
            f" {AFFORDABLE / 1e6:.0f}; `[judge] worlds = {WORLDS}` plays them all the same"
        )
        return None
    worlds = terms.worlds or WORLDS
    seed = _seed(name, "worlds", worlds)
    odds = luck(family, seed, mean_days=block, worlds=worlds, threads=terms.threads)
    names = [member.name for member in family.members]
    of = {each: (float(t), float(p)) for each, t, p in zip(names, odds.observed[:, 0], odds.adjusted, strict=True)}
    until = max(group.last_day for group in family.groups)
    return Counted(worlds, until, odds.share, odds.sharpe_share, of)


def _resample(
    name: str,
    candidates: Sequence[Candidate],
    past: Aligned,
    differs: NDArray[np.bool_],
    block: float,
    terms: Terms,
    judged: Judgement,
) -> None:
    """Add what splits and redrawn pasts of the daily returns say."""
    drawn = stationary_indices(_seed(name, "draws", terms.draws), terms.draws, len(past.returns), block)
    judged.sweep |= rows.of_ratios(past) | rows.of_tests(past, drawn, judged.trials)
    judged.intervals = rows.of_intervals(candidates, past, drawn)
    if differs.sum() > 1:
        judged.sweep |= rows.of_choice(past, differs)
    else:
        judged.missing.append("one run that differs from its twin is no choice that could hold up")


def _walk(candidates: Sequence[Candidate], store: BarStore, past: Aligned, judged: Judgement) -> None:
    """Walk forward where there is a choice, and time for it."""
    if len(candidates) == 1:
        return
    if len(candidates) > MOST_TRIALS:
        judged.missing.append(f"no walk forward: {len(candidates)} runs are more than {MOST_TRIALS}")
        return
    walked = walk_forward([each.scenario for each in candidates], store, past)
    if walked is None:
        judged.missing.append(f"{past.years:.1f} years are too short to walk forward")
        return
    judged.sweep |= rows.of_walk(walked)
    judged.folds = rows.of_folds(walked, candidates)


def _vary(candidates: Sequence[Candidate], store: BarStore, family: Family, judged: Judgement) -> None:
    """Run everything over other paths, from other starts and at other costs, unless that is too dear."""
    if family.asset_bars > AFFORDABLE:
        judged.missing.append(
            f"no other paths, starts and costs: they are for up to {AFFORDABLE / 1e6:.0f} million bars"
        )
        return
    scenarios = [each.scenario for each in candidates]
    judged.path_range = rows.each_of(candidates, path_ranges(family, store))
    judged.starts = rows.each_of(candidates, starts(scenarios, store, family.daily()[0]))
    judged.costs = rows.each_of(candidates, costs(scenarios, store))


def _conclude(
    candidates: Sequence[Candidate], differs: NDArray[np.bool_], best: int, counted: Counted | None, judged: Judgement
) -> None:
    """Give every run its verdict, and the family that of its best."""
    unknown = judged.missing[0] if judged.missing else "luck was not counted"
    for k, (trial, candidate) in enumerate(zip(judged.trials, candidates, strict=True)):
        if not differs[k]:
            trial["sentence"] = FLAT
            continue
        if counted is not None:
            trial["luck_t"], trial["luck"] = counted.of[candidate.scenario.name]
        trial["verdict"], trial["sentence"] = verdict(
            Facts(
                candidate.excess_cagr, candidate.years, candidate.fills, trial.get("luck"), judged.sweep.get("pbo"),
                k == best, int(differs.sum()), unknown,
            )
        )  # fmt: skip
    if counted is not None:
        judged.sweep |= {
            "luck": counted.share, "luck_sharpe": counted.sharpe_share, "worlds": counted.worlds,
            "luck_until": counted.until,
        }  # fmt: skip
    judged.sweep |= {name: judged.trials[best].get(name) for name in ("verdict", "sentence")}
    judged.sweep["reason"] = "; ".join(judged.missing) or None


def _seed(name: str, of: str, count: int) -> int:
    return seed_of(canonical_json([name, of, count]))
