"""`judge`: what results are worth. All of it is computed anew from bars and scenarios; no row of a run depends on it.

Runs are judged as families: the members of a sweep, or the scenarios outside of sweeps that share tickers and window.
A figure that does not exist is null, and the family's `reason` says why.
"""

from schemas.judge.resampled import Folds, Intervals
from schemas.judge.sweeps import Sweeps
from schemas.judge.trials import Trials
from schemas.judge.varied import Costs, PathRange, Starts

__all__ = ["TABLES", "Costs", "Folds", "Intervals", "PathRange", "Starts", "Sweeps", "Trials"]

TABLES = (Sweeps, Trials, Folds, Intervals, PathRange, Starts, Costs)
