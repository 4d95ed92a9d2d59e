"""What a judgement is, of a family that is judged or not: who judges nothing waits for nothing that judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Judgement:
    """Rows of `judge.sweeps` (one) and of the tables that are called as the fields, without what names the family.

    What a row lacks does not exist; `missing` says why, each reason once.
    """

    sweep: Row
    trials: list[Row]
    folds: list[Row] = field(default_factory=list)
    intervals: list[Row] = field(default_factory=list)
    path_range: list[Row] = field(default_factory=list)
    starts: list[Row] = field(default_factory=list)
    costs: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def not_judged(runs: Sequence[Mapping[str, Any]], reason: str) -> Judgement:
    """Make the rows of a family that is not judged at all; of each run: run_id, scenario, excess_cagr."""
    trials = [{**run, "sentence": reason} for run in runs]
    return Judgement({"trials": len(runs), "sentence": reason, "reason": reason}, trials)
