"""What the metrics stage makes of each run: one wide row, and rows by asset, month, year and drawdown.

Conventions that all of them share. Returns are time-weighted: a withdrawal is not a loss, costs and taxes are. A year
is 365.25 calendar days; daily figures are annualised by the days a year that the run really had. Drawdowns, losses at
risk and costs are positive numbers. A figure that does not exist for a run (one close, no dispersion, no drawdown, no
policy, no twin) is null.
"""

from schemas.metrics.assets import Assets
from schemas.metrics.definitions import Definitions
from schemas.metrics.drawdowns import Drawdowns
from schemas.metrics.history import History
from schemas.metrics.monthly import Monthly
from schemas.metrics.runs import Runs
from schemas.metrics.years import Years

__all__ = ["TABLES", "Assets", "Definitions", "Drawdowns", "History", "Monthly", "Runs", "Years"]

TABLES = (Runs, Assets, Monthly, Years, Drawdowns, History, Definitions)
