"""Whether synthetic dividends paid for what the owner wanted to take out."""

from __future__ import annotations

import math

from sdengine.metrics.parameters import Parameters


def constant_due(monthly_amount: float, inflation: float, months: int) -> float:
    """Sum `months` monthly amounts that grow by `inflation` every twelve months, cash.

    `sum(amount * (1 + inflation) ** ((k - 1) // 12) for k = 1..months)`
    """
    return math.fsum(monthly_amount * (1.0 + inflation) ** (k // 12) for k in range(months))


def plain_amount(policy: Parameters) -> float | None:
    """Find the monthly amount that a policy fixes whatever the portfolio is worth; None where it does not."""
    plain = policy.get("rule") == "constant" and policy.get("floor") is None and policy.get("ceiling") is None
    return policy.get("monthly_amount") if plain else None


def withdrawals_due(parameters: Parameters, months: int, wanted: float) -> float | None:
    """Tell what the policy would have taken out, `months` after the start month, cash; None without a policy.

    A plain monthly amount is due in every month elapsed, whatever was paid. Where the amount depends on the
    portfolio's value, it is what the months asked for, `wanted` (see `sdengine.metrics.payments`).
    """
    policy = parameters.get("withdrawal")
    if not policy:
        return None
    amount = plain_amount(policy)
    return wanted if amount is None else constant_due(amount, policy.get("inflation") or 0.0, months)


def coverage(synthetic_dividends: float, due: float | None) -> float | None:
    """Divide synthetic dividends by what was due; None where nothing was due."""
    return synthetic_dividends / due if due is not None and due > 0.0 else None
