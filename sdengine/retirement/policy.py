"""What a plan asks of a scenario: its withdrawal policy with the terms' horizon, amount and inflation put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sdengine.retirement.terms import MONTHS, StudyError, Terms
from sdengine.scenario import Scenario
from sdengine.scenario.withdrawal import Withdrawal

SCENARIO, TWIN, BENCHMARK = "scenario", "buy_and_hold", "benchmark"
WHO = (SCENARIO, TWIN, BENCHMARK)
"""Who retires: the scenario, what only holds the same shares, and what holds others."""

PLAIN = {"rule": "constant", "coverage_ratio_min": 0.0, "funding": "pro_rata"}
"""How a scenario without a policy pays: as a twin does, in shares of all that it has."""

RATE_OF = {
    "constant": "monthly_amount",
    "percent": "rate",
    "vanguard": "rate",
    "guyton_klinger": "initial_rate",
}
"""What of a rule a rate a year sets. The rule `vpw` has none."""
NEVER_FAIL = ("percent", "vpw")
"""Rules that ask for a share of what there is, and so are paid in full whatever happens."""


@dataclass(frozen=True)
class Plan:
    """One plan: a horizon, a rate (None: an amount, or the scenario's own policy), and the scenario that lives it."""

    number: int
    years: int
    rate: float | None
    scenario: Scenario

    @property
    def months(self) -> int:
        """Return how many payments there are."""
        return self.years * MONTHS

    @property
    def policy(self) -> Withdrawal:
        """Return the withdrawal policy, which every plan has."""
        assert self.scenario.withdrawal is not None
        return self.scenario.withdrawal


def plans_asked(scenario: Scenario, terms: Terms) -> tuple[Plan, ...]:
    """Return a plan for each horizon and rate of the terms. Raises StudyError for terms that its rule cannot take."""
    given: dict[str, Any] = dict(PLAIN)
    if scenario.withdrawal is not None:
        given = scenario.withdrawal.model_dump(exclude_none=True)
    elif not terms.rates and terms.amount is None:
        raise StudyError(
            f"{scenario.name} has no `[withdrawal]`, so nothing says what is taken out; allowed: rates, an amount, or a"
            " `[withdrawal]` in the scenario"
        )
    plans: list[Plan] = []
    for years in terms.years:
        for rate in terms.rates or (None,):
            asked = _asked(given, terms, rate, years, scenario.portfolio.initial_cash)
            lives = scenario.model_copy(update={"withdrawal": Withdrawal.model_validate(asked)})
            plans.append(Plan(len(plans) + 1, years, rate, lives))
    return tuple(plans)


def _asked(given: dict[str, Any], terms: Terms, rate: float | None, years: int, cash: float) -> dict[str, Any]:
    asked, rule = dict(given), given["rule"]
    if terms.amount is not None and rule != "constant":
        raise StudyError(f"an amount does not go with the rule {rule}; allowed: rates, or the rule constant")
    if rate is not None and rule not in RATE_OF:
        raise StudyError(f"rates do not go with the rule {rule}; allowed with them: {', '.join(RATE_OF)}")
    if rule == "constant" and (rate is not None or terms.amount is not None):
        asked.pop("initial_rate", None)
        asked["monthly_amount"] = terms.amount if rate is None else rate * cash / MONTHS
    elif rate is not None:
        asked[RATE_OF[rule]] = rate
    if "years" in asked:
        asked["years"] = years
    if terms.inflation is not None:
        asked["inflation"] = terms.inflation
    if terms.cpi is not None and rule == "constant":
        for bound in ("floor", "ceiling"):  # a constant amount grows as prices do: none ever binds
            asked.pop(bound, None)
    return asked
