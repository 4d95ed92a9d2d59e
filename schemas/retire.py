"""`retire`: whether an income would have lasted, on the windows of the past and on futures drawn from it.

A scenario's terms have a plan for each rate that is asked about. Each plan is played by the scenario, by its twin that
never trades, and by its benchmark. "Real" is money of the start. What does not exist is null.
"""

from __future__ import annotations

from schemas.columns import (
    Column,
    Rule,
    Table,
    day,
    flag,
    fraction,
    integer,
    money,
    number,
    text,
)

_CASH_A_YEAR = "money a year"


def _share(meaning: str) -> Column:
    return fraction(meaning, ge=0, le=1, nullable=True)


def _real(meaning: str) -> Column:
    return money(f"{meaning}, real", nullable=True)


def _safe(percent: str) -> Column:
    who = "every case" if percent == "0" else f"all but {percent} % of cases"
    return _rate(f"Highest rate at which every amount is paid in {who}; null: the rule never fails, or none was sought")


def _lasting(percent: str) -> Column:
    who = "every case" if percent == "0" else f"all but {percent} % of cases"
    return _rate(f"Highest rate at which, besides, as much is left as there was, real, in {who}; null: as before")


def _rate(meaning: str) -> Column:
    return number(meaning, unit="fraction of the initial cash a year", ge=0, nullable=True)


class _Life:
    """Who lives on which plan."""

    plan_id = text("What is asked: fingerprint of a scenario and its terms, without the bars", matches="[0-9a-f]{16}")
    plan = integer("Number of the plan among those of the scenario's terms, from 1", ge=1)
    years = integer("Its horizon", unit="years", ge=1, le=100)
    rate = fraction(
        "What it takes in the first year, of the initial cash; null: an amount, or the scenario's own policy",
        gt=0,
        le=1,
        nullable=True,
    )
    who = text("Who lives on it", isin=("scenario", "buy_and_hold", "benchmark"))


class _Basis:
    """What it is played on."""

    basis = text("On windows of the past, or on futures drawn from it", isin=("windows", "drawn"))


class _Rank:
    """How a case compares with the others."""

    rank = integer(
        "Its place among all of them, 1 being the worst: by paid share, what lacks to the floor, and what is left", ge=1
    )


class Terms(
    Table,
    name="retire.terms",
    key=("plan_id",),
    written_by="retire",
    grain="one row is what one scenario's [retire] asks, and on which bars it was answered",
):
    """The other tables hold the answers. A drawn future is remade of these terms and its number."""

    plan_id = _Life.plan_id
    scenario = text("Name of the scenario")
    asked = text("The terms as canonical JSON: horizon, rates, paths, seed and the others")
    cpi = text("Consumer prices that were read, as canonical JSON of month to index; null: none", nullable=True)
    last_date = day("Last day of the bars that it was answered on")
    input = text("Fingerprint of what was asked, and of the bars", matches="[0-9a-f]{16}")
    planned_version = text("Fingerprint of the code that computed the answers", matches="[0-9a-f]{16}")


class Plans(
    Table,
    name="retire.plans",
    key=("plan_id", "plan", "who", "basis"),
    written_by="retire",
    grain="one row is how one plan went for one of those who live on it, over all windows or over all drawn futures",
    rules=(Rule("interval_in_order", "success_low <= success_high"),),
    parts=(_Life, _Basis),
):
    """Success is no forecast: it tells what the past had, or what is made of the past's own weeks."""

    rule = text("The rule by which is withdrawn")
    cases = integer("Windows, or drawn futures, that were played", ge=0)
    span_first = day("First day of the past that they come from", nullable=True)
    span_last = day("Last day of it", nullable=True)
    span_years = number("Its length", unit="years", ge=0, nullable=True)
    success = _share("Share of cases in which every amount was paid in full")
    success_low = _share("Lower end of the interval of 95 % on independent pasts; null where there is not one of them")
    success_high = _share("Upper end of it")
    independent = number("Pasts that do not overlap: span over horizon", unit="count", ge=0, nullable=True)
    mc_error = fraction("Standard error that success has from drawing; null for windows", ge=0, nullable=True)
    paid_share = _share("Paid of what was asked, real, over all cases")
    months_in_full = _share("Share of the months that were paid in full")
    longest_short = integer("Most months in a row that were not, in any case", unit="months", ge=0, nullable=True)
    deepest_short = _share("Largest share of a month's amount that was missing, in any case")
    unpaid_real = _real("What was asked and not paid, mean over the cases")
    depleted = _share("Share of cases in which nothing was left before the end")
    first_depleted_month = integer("Earliest month of these, from the start", unit="months", ge=0, nullable=True)
    swr_0 = _safe("0")
    swr_5 = _safe("5")
    swr_10 = _safe("10")
    swr_50 = _safe("50")
    pwr_0 = _lasting("0")
    pwr_5 = _lasting("5")
    pwr_10 = _lasting("10")
    pwr_50 = _lasting("50")
    rate_cases = integer("Cases that these rates were sought on", ge=0, nullable=True)
    rate_top = _rate("Highest rate that was tried: one as high says at least that")
    monotone = flag("Whether no rate held again above one that had not, in any case", nullable=True)
    final_real_5 = _real("What is left at the end: 5 % quantile over the cases, taxes due taken off")
    final_real_25 = _real("The same: 25 % quantile")
    final_real_50 = _real("The same: median")
    final_real_75 = _real("The same: 75 % quantile")
    final_real_95 = _real("The same: 95 % quantile")
    kept_share = _share("Share of cases that leave as much as there was, real")
    first_income_real = _real("Income of the first year, median")
    lowest_income_ratio = number("Lowest year's income over the first's, median", unit="ratio", ge=0, nullable=True)
    income_change_sd = fraction("Deviation of the yearly change of real income, median", ge=0, nullable=True)
    cut_share = _share("Share of years in which real income fell by more than a tenth")
    floor = number("Income a year below which it is short, real; null: not asked", unit=_CASH_A_YEAR, nullable=True)
    below_floor = _share("Share of years with less than that")
    floor_shortfall = fraction("What was missing to it, of the floor, over all years and cases", ge=0, nullable=True)
    reason = text("Why figures are missing, or what to know of them; null: nothing", nullable=True)


class _Figures:
    """The sixteen figures of a case, whatever it is played on."""

    asked_real = money("Asked for, real", ge=0)
    paid_real = money("Paid, real", ge=0)
    paid_share = fraction("Paid of what was asked; 1 where nothing was", ge=0, le=1)
    months_short = integer("Months that were not paid in full", unit="months", ge=0)
    longest_short = integer("Most of these in a row", unit="months", ge=0)
    deepest_short = fraction("Largest share of a month's amount that was missing", ge=0, le=1)
    failed_on = day("Day of the first payment that was not in full; null: all were", nullable=True)
    depleted_on = day(
        "Day of the payment after which nothing was left, before the last; null: something was", nullable=True
    )
    final_value_real = money("What is left after the last payment, real, taxes due taken off")
    lowest_value_real = money("Lowest value after a payment, real")
    first_income_real = money("Paid in the first year, real", ge=0)
    lowest_income_ratio = number("Lowest year's income over the first's", unit="ratio", ge=0, nullable=True)
    income_change_sd = fraction("Deviation of the yearly change of real income", ge=0, nullable=True)
    cuts = integer("Years whose real income was more than a tenth below the year before", unit="years", ge=0)
    years_below_floor = integer("Years with less than the floor; null: none asked", unit="years", ge=0, nullable=True)
    floor_shortfall_real = money("What was missing to the floor in all, real; null: none asked", nullable=True)


class _Window:
    """A window of the past, and what it would have carried."""

    first_date = day("Its first day, at whose close everything enters")
    last_date = day("Its last day")
    swr = _rate("Highest rate at which every amount would have been paid in this window")
    pwr = _rate("Highest rate at which, besides, as much would have been left as there was, real")


class Windows(
    Table,
    name="retire.windows",
    key=("plan_id", "plan", "who", "first_date"),
    written_by="retire",
    grain="one row is one window of the past, begun in one month, and how the plan went in it",
    parts=(_Life, _Rank, _Window, _Figures),
):
    """Each is a run of its own, with entries of its own. They overlap, and are far fewer independent pasts."""


class _Path:
    """A drawn future."""

    path = integer("Its number, from 0", ge=0)


class Paths(
    Table,
    name="retire.paths",
    key=("plan_id", "plan", "who", "path"),
    written_by="retire",
    grain="one row is one future drawn from the past, and how the plan went in it",
    parts=(_Life, _Rank, _Path, _Figures),
):
    """The past's own days in blocks of whole weeks. The future is not kept: its number and the seed remake it."""


class Fan(
    Table,
    name="retire.fan",
    key=("plan_id", "plan", "who", "basis", "year", "quantile"),
    written_by="retire",
    grain="one row is one quantile over all cases after one year of a plan",
    parts=(_Life, _Basis),
):
    """Quantiles of each year on its own: no single case runs along one of them."""

    year = integer("Years since the start; 0 is the start", unit="years", ge=0)
    quantile = fraction("Share of cases with less", gt=0, lt=1)
    value_real = money("Value, real")
    income_real = money("Paid in the year that ends then, real; null at the start", nullable=True)


class Changes(
    Table,
    name="retire.changes",
    key=("plan_id", "plan", "who", "basis", "which", "date", "change"),
    written_by="retire",
    grain="one row is one payment that a rule's guardrail changed, in the worst, the median or the best case of a plan",
    parts=(_Life, _Basis),
):
    """Rules without guardrails, floor and ceiling have none."""

    which = text("Which case of all", isin=("worst", "median", "best"))
    first_date = day("First day of the window; null: a drawn future", nullable=True)
    path = integer("Number of the drawn future; null: a window", ge=0, nullable=True)
    date = day("Day of the payment")
    change = text("What the rule did", isin=("cut", "raise", "no_inflation", "floor", "ceiling"))
    before = money("Amount a month before")
    after = money("Amount a month from then on")


TABLES = (Terms, Plans, Windows, Paths, Fan, Changes)
