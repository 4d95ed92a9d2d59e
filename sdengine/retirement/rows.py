"""From figures to the rows of `retire.*`: what all windows, or all drawn futures, say of one role."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.tolerance import DUST
from sdengine.retirement import figures as f
from sdengine.retirement.cast import Role
from sdengine.retirement.odds import drawing_error, wilson
from sdengine.retirement.policy import BENCHMARK, NEVER_FAIL
from sdengine.retirement.rates import SHARES, Sought
from sdengine.retirement.span import Span
from sdengine.retirement.terms import Terms
from sdengine.retirement.weeks import WEEK, Weeks, months_of
from sdengine.statistics.annual import DAYS_PER_YEAR

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Row = dict[str, Any]

WINDOWS, DRAWN = "windows", "drawn"

LEFT = (0.05, 0.25, 0.5, 0.75, 0.95)
FAN = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def key_of(role: Role) -> Row:
    """Return what names a role in every table."""
    return {"plan": role.plan.number, "years": role.plan.years, "rate": role.plan.rate, "who": role.who}


def ranks(rows: Floats) -> Ints:
    """Rank cases, [C, 16] -> [C], 1 the worst: by what was paid, what lacked to the floor, what is left; then order."""
    shortfall = np.nan_to_num(rows[:, f.SHORTFALL])
    order = np.lexsort((rows[:, f.FINAL], -shortfall, rows[:, f.SHARE]))
    found = np.empty(len(rows), np.int64)
    found[order] = np.arange(1, len(rows) + 1)
    return found


@dataclass(frozen=True)
class Cases:
    """A role's cases, its rates where they were sought, and how long the past is that they come from."""

    rows: Floats  # [C, 16]
    yearly: Singles  # [C, years + 1, 2]
    rates: tuple[Sought, Sought] | None
    past_years: float
    starts: Ints  # [C]: the month in which each began


def summary(role: Role, basis: str, span: Span, terms: Terms, cases: Cases | None, reasons: list[str]) -> Row:
    """Sum a role's cases up as a row of `plans`; without any the figures are None."""
    first, last = span.dates
    reasons = [*reasons, *span.cut]
    row = key_of(role) | {
        "basis": basis, "rule": role.plan.policy.rule, "cases": 0 if cases is None else len(cases.rows),
        "span_first": first, "span_last": last, "span_years": span.years, "floor": terms.floor,
        "independent": span.years / role.plan.years,
    }  # fmt: skip
    if cases is None:
        return row | {"reason": "; ".join(reasons) or None}
    row |= _success(role, basis, cases, span.years / role.plan.years) | _payments(role, cases)
    row |= _income(role, cases, terms.floor)
    row |= _rates(cases.rates, role.plan.policy.rule in NEVER_FAIL)
    return row | {"reason": "; ".join([*reasons, *_to_know(role, basis, span, cases)]) or None}


def _success(role: Role, basis: str, cases: Cases, independent: float) -> Row:
    share = float((cases.rows[:, f.SHORT] == 0.0).mean())
    low, high = wilson(share, independent) or (None, None)
    error = drawing_error(share, len(cases.rows)) if basis == DRAWN else None
    return {"success": share, "success_low": low, "success_high": high, "mc_error": error}


def _payments(role: Role, cases: Cases) -> Row:
    rows, cash = cases.rows, role.plan.scenario.portfolio.initial_cash
    asked = float(rows[:, f.ASKED].sum())
    final = rows[:, f.FINAL]
    left = np.quantile(final, LEFT)
    return {
        "paid_share": float(rows[:, f.PAID].sum()) / asked if asked > 0.0 else 1.0,
        "months_in_full": 1.0 - float(rows[:, f.SHORT].mean()) / role.plan.months,
        "longest_short": int(rows[:, f.LONGEST].max()),
        "deepest_short": float(rows[:, f.DEEPEST].max()),
        "unpaid_real": float((rows[:, f.ASKED] - rows[:, f.PAID]).mean()),
        "depleted": float((~np.isnan(rows[:, f.DEPLETED])).mean()),
        "first_depleted_month": _first_depleted(rows[:, f.DEPLETED], cases.starts),
        **{f"final_real_{share * 100:.0f}": float(value) for share, value in zip(LEFT, left, strict=True)},
        "kept_share": float((final >= cash * (1.0 - DUST)).mean()),
    }


def _income(role: Role, cases: Cases, floor: float | None) -> Row:
    rows, years = cases.rows, role.plan.years
    return {
        "first_income_real": _median(rows[:, f.FIRST_INCOME]),
        "lowest_income_ratio": _median(rows[:, f.LOWEST_INCOME]),
        "income_change_sd": _median(rows[:, f.CHANGE]),
        "cut_share": float(rows[:, f.CUTS].mean()) / (years - 1) if years > 1 else None,
        **_floor(rows, years, floor),
    }


def _first_depleted(days: Floats, starts: Ints) -> int | None:
    gone = ~np.isnan(days)
    return int((months_of(days[gone]) - starts[gone]).min()) if gone.any() else None


def _floor(rows: Floats, years: int, floor: float | None) -> Row:
    if floor is None:
        return {"below_floor": None, "floor_shortfall": None}
    lacks = float(rows[:, f.SHORTFALL].mean()) / (floor * years)
    return {"below_floor": float(rows[:, f.BELOW].mean()) / years, "floor_shortfall": lacks}


def _rates(both: tuple[Sought, Sought] | None, never_fails: bool) -> Row:
    if both is None:
        return {}
    row: Row = {"rate_cases": len(both[0].values), "rate_top": both[0].top}
    row["monotone"] = both[0].monotone and both[1].monotone
    for name, sought in zip(("swr", "pwr"), both, strict=True):
        if name == "swr" and never_fails:
            continue
        for share in SHARES:
            row[f"{name}_{share * 100:.0f}"] = none_for_nan(sought.safe(share))
    return row


def _to_know(role: Role, basis: str, span: Span, cases: Cases) -> list[str]:
    """Return what a reader of the row has to know, as sentences without a full stop."""
    sentences, years, rule = [], role.plan.years, role.plan.policy.rule
    if span.years < years:
        sentences.append(
            f"this history of {span.years:.1f} years holds less than one such retirement, so there is no interval"
        )
    if basis == DRAWN and cases.past_years < years:
        sentences.append(f"each of its weeks appears about {years / cases.past_years:.1f} times in {years} years")
    if rule in NEVER_FAIL:
        sentences.append(
            f"the rule {rule} asks for a share of what there is, so all is paid: see what lacks to a floor"
        )
    if rule not in NEVER_FAIL and role.plan.policy.coverage_ratio_min > 0.0 and (cases.rows[:, f.SHORT] > 0.0).any():
        sentences.append("a month that the synthetic dividends do not cover is not paid, and counts as short")
    if role.who != BENCHMARK and any(asset.quantity is not None for asset in role.plan.scenario.assets):
        sentences.append("assets bought by quantity cost another share of the cash at each start")
    return sentences


def past_years(weeks: Weeks) -> float:
    """Return how many years the weeks make that futures are drawn from."""
    return weeks.count * WEEK / DAYS_PER_YEAR


def _median(values: Floats) -> float | None:
    there = values[~np.isnan(values)]
    return float(np.median(there)) if len(there) else None


def none_for_nan(value: float) -> float | None:
    """Return None for NaN."""
    return None if math.isnan(value) else value


def fan(role: Role, basis: str, cases: Cases) -> list[Row]:
    """Return the quantiles of each year's value and income."""
    years = role.plan.years
    values = np.quantile(cases.yearly[:, : years + 1, f.VALUE].astype(np.float64), FAN, axis=0)
    paid = np.quantile(cases.yearly[:, 1 : years + 1, f.INCOME].astype(np.float64), FAN, axis=0)
    return [
        key_of(role)
        | {"basis": basis, "year": year, "quantile": share}
        | {"value_real": float(values[q, year]), "income_real": float(paid[q, year - 1]) if year else None}
        for year in range(years + 1)
        for q, share in enumerate(FAN)
    ]
