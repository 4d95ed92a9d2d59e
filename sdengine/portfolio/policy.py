"""The withdrawal policy of a portfolio."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sdengine.portfolio.reading import read_settings
from sdengine.scenario import Withdrawal

if TYPE_CHECKING:
    from sdengine.portfolio.face import Portfolio


class WithdrawalPolicy:
    """Monthly withdrawals while synthetic dividends cover them.

    `monthly_amount` (or a `rate` a year of the portfolio's value), `coverage_ratio_min`, and by name whatever else the
    `[withdrawal]` table of a scenario takes: `inflation`, `floor`, `ceiling`, `funding`, `rule` and its parameters.
    Raises ValueError for impossible values.
    """

    def __init__(self, monthly_amount: float | None = None, coverage_ratio_min: float = 1.0, **options: Any) -> None:
        given = options | {"monthly_amount": monthly_amount, "coverage_ratio_min": coverage_ratio_min}
        self._settings = read_settings(Withdrawal, given, "withdrawal")

    @property
    def settings(self) -> Withdrawal:
        """The `[withdrawal]` table of a scenario; fixed from the start."""
        return self._settings

    @property
    def monthly_amount(self) -> float | None:
        """The amount a month; None where a rate or a rule says it."""
        return self._settings.monthly_amount

    @property
    def coverage_ratio_min(self) -> float:
        """The least coverage by synthetic dividends at which anything is paid."""
        return self._settings.coverage_ratio_min

    def calculate_withdrawal(self, portfolio: Portfolio, current_date: date) -> float | None:
        """Preview what the policy would pay if `current_date` were processed now, without a price having moved.

        None where no withdrawal is due (it is due on the day of business of each new calendar month after the start
        month: `sdengine/RULES.md`, "The day of the month's business"), 0 where coverage or the bank does not allow it.
        Nothing is changed. Raises ValueError for a portfolio that has another policy: what is due depends on what has
        been due and paid so far.
        """
        if getattr(portfolio, "withdrawal_policy", None) is not self:
            raise ValueError("the portfolio has another withdrawal policy; allowed: the one that it was made with")
        return portfolio.preview_withdrawal(current_date)
