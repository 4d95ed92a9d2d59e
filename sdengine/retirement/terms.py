"""What is asked of a plan: how long, how much, on which pasts and futures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from sdengine.scenario.retire import Expected

EXPECTED: tuple[Expected, ...] = get_args(Expected)

MONTHS = 12
LONGEST = 100
"""Years of a horizon, at most."""


class StudyError(ValueError):
    """Terms that make no study of this scenario and these bars: what was given, what is allowed."""


class HorizonTooLong(StudyError):
    """A horizon of more than half of the history: rolling windows would be one past told many times."""


@dataclass(frozen=True)
class Cpi:
    """An index of consumer prices, a level for each month in a row.

    Attributes:
        first: the first month, `12 * year + month - 1`.
        levels: [M], above 0.
    """

    first: int
    levels: NDArray[np.float64]

    @classmethod
    def of(cls, months: Sequence[date], levels: Sequence[float]) -> Cpi:
        """Take any day of each month and its level, in any order.

        Raises StudyError for no month at all, a month that is missing or stands there twice, a level that is not above
        0.
        """
        pairs = sorted(
            (MONTHS * month.year + month.month - 1, float(level)) for month, level in zip(months, levels, strict=True)
        )
        if not pairs:
            raise StudyError("the cpi has no month; allowed: a level for each month in a row")
        for at, (month, level) in enumerate(pairs):
            if month != pairs[0][0] + at:
                name = _month(pairs[0][0] + at)
                wrong = f"has {_month(month)} twice" if at and month == pairs[at - 1][0] else f"lacks {name}"
                raise StudyError(f"the cpi {wrong}; allowed: a level for each month in a row")
            if not 0.0 < level < math.inf:
                raise StudyError(f"the cpi of {_month(month)} is {level:g}; allowed: a number above 0")
        return cls(pairs[0][0], np.array([level for _, level in pairs]))

    @property
    def last(self) -> int:
        """Return the last month."""
        return self.first + len(self.levels) - 1


def _month(month: int) -> str:
    return f"{month // MONTHS:04}-{month % MONTHS + 1:02}"


@dataclass(frozen=True)
class Terms:
    """What is asked. Each of `years` with each of `rates` is a plan, in that order.

    Attributes:
        years: horizons, whole years from 1 to 100.
        rates: what is taken in the first year, as a share of the initial cash. Empty: `amount`, or else what the
            scenario's own `[withdrawal]` asks for.
        amount: cash a month, in place of rates (rule `constant`).
        inflation: growth of prices a year; None: that of the scenario's `[withdrawal]`, or 0.
        cpi: prices month by month, in place of `inflation`.
        paths: futures drawn, 0 for none.
        block_weeks: mean length of the blocks that they are drawn in.
        seed: which ones, from 0 on.
        floor: cash a year in money of the start, below which income is counted as short; None: not counted.
        expected: mean growth of each asset a year in drawn futures, dividends included: as it was, none, or a number.
        rate_paths: of the paths, how many the grids of safe and perpetual rates are played on; 0 for none.
    """

    years: tuple[int, ...] = (30,)
    rates: tuple[float, ...] = ()
    amount: float | None = None
    inflation: float | None = None
    cpi: Cpi | None = None
    paths: int = 10_000
    block_weeks: float = 12.0
    seed: int = 1
    floor: float | None = None
    expected: Expected | float = "as_it_was"
    rate_paths: int = 1_000

    def __post_init__(self) -> None:
        """Raise StudyError for what cannot be meant."""
        if not self.years or any(not 1 <= years <= LONGEST for years in self.years):
            raise StudyError(f"the horizon is {_listed(self.years)} years; allowed: whole years from 1 to {LONGEST}")
        if any(not 0.0 < rate <= 1.0 for rate in self.rates):
            raise StudyError(f"the rates are {_listed(self.rates)}; allowed: shares above 0, at most 1 (0.04 is 4 %)")
        if self.amount is not None and (self.rates or not 0.0 <= self.amount < math.inf):
            raise StudyError(f"the amount is {self.amount:g}; allowed: cash a month, from 0 on, without rates")
        if self.inflation is not None and not -1.0 < self.inflation < math.inf:
            raise StudyError(f"the inflation is {self.inflation:g}; allowed: a number a year above -1 (0.02 is 2 %)")
        if self.inflation is not None and self.cpi is not None:
            raise StudyError("inflation and a cpi are given; allowed: one of them")
        if self.paths < 0 or self.rate_paths < 0 or self.seed < 0:
            raise StudyError(
                f"paths are {self.paths}, rate paths {self.rate_paths}, the seed is {self.seed}; allowed: 0 or more"
            )
        if not 1.0 <= self.block_weeks < math.inf:
            raise StudyError(f"blocks have {self.block_weeks:g} weeks; allowed: 1 or more")
        if self.floor is not None and not 0.0 < self.floor < math.inf:
            raise StudyError(f"the floor is {self.floor:g}; allowed: cash a year above 0")
        if isinstance(self.expected, str) and self.expected not in EXPECTED:
            raise StudyError(
                f"the expected return is {self.expected!r}; allowed: {', '.join(EXPECTED)}, or a number a year"
            )
        if not isinstance(self.expected, str) and not -1.0 < self.expected < math.inf:
            raise StudyError(f"the expected return is {self.expected:g}; allowed: a number a year above -1")


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values) or "none"
