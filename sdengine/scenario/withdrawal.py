"""Withdrawals: how much is wanted each month, what it must be covered by, and where missing cash comes from.

`rule` says how the amount comes about; V is the portfolio's value at the withdrawal, a year is twelve withdrawals:

    constant        monthly_amount, or initial_rate * V / 12 at the first withdrawal; each year times 1 + inflation.
                    With initial_rate 0.04 this is the "4 % rule" (W. P. Bengen, "Determining Withdrawal Rates Using
                    Historical Data", Journal of Financial Planning, October 1994).
    percent         rate * V / 12, anew each month.
    guyton_klinger  J. T. Guyton and W. J. Klinger, "Decision Rules and Maximum Initial Withdrawal Rates", Journal of
                    Financial Planning, March 2006. A year's amount W starts at initial_rate * V. Each later year:
                    1 withdrawal rule: W grows with inflation (at most inflation_cap), but not after a year of negative
                      return in which W / V would exceed initial_rate; what was missed is not made up for;
                    2 capital preservation: W / V > initial_rate * (1 + upper_guardrail) cuts W by `adjustment`, unless
                      15 or fewer of the `years` remain;
                    3 prosperity: W / V < initial_rate * (1 - lower_guardrail) raises W by `adjustment`;
                    4 portfolio management: where the cash comes from; here that is `funding` ("overweight" is theirs).
    vpw             Variable percentage withdrawal (Bogleheads community, longinvest 2013, wiki "Variable percentage
                    withdrawal"). With n of the `years` left and the assumed real return
                    g = stock_share * stock_return + (1 - stock_share) * bond_return,
                    the year's amount is V * g / ((1 + g) * (1 - (1 + g)**-n)), and V / n where g = 0: an annuity due.
                    Their 60/40 table has 21.5 % for n = 5 and 26.4 % for n = 4.
    vanguard        C. M. Jaconetti, F. M. Kinniry, M. A. DiJoseph, "A more dynamic approach to spending for investors
                    in retirement", Vanguard 2013. The year's amount is rate * V, held between (1 - floor) and
                    (1 + ceiling) times last year's amount grown by inflation.

The annual rules set a year's amount at its first withdrawal and pay it in twelve equal parts. `floor` and `ceiling`
hold the other rules the same way: against the amount of a year ago, grown by inflation.
"""

from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from sdengine.scenario.base import Settings, Share
from sdengine.scenario.errors import Refused

SpendingRule = Literal["constant", "percent", "guyton_klinger", "vpw", "vanguard"]
Funding = Literal["bank", "highest_premium", "overweight", "pro_rata", "least_tax"]


class RuleKeys(NamedTuple):
    """The keys that one rule takes: exactly one of `amount`, those with a default, and those that may stay away."""

    amount: tuple[str, ...]
    defaults: dict[str, float | int]
    optional: tuple[str, ...] = ()


SPENDING_RULES: dict[str, RuleKeys] = {
    "constant": RuleKeys(("monthly_amount", "initial_rate"), {}, ("floor", "ceiling")),
    "percent": RuleKeys(("rate",), {}, ("floor", "ceiling")),
    "guyton_klinger": RuleKeys(
        ("initial_rate",),
        {"upper_guardrail": 0.2, "lower_guardrail": 0.2, "adjustment": 0.1, "inflation_cap": 0.06, "years": 30},
    ),
    "vpw": RuleKeys(("years",), {"stock_share": 0.6, "stock_return": 0.05, "bond_return": 0.019}, ("floor", "ceiling")),
    "vanguard": RuleKeys(("rate",), {"floor": 0.025, "ceiling": 0.05}),
}
COMMON = ("rule", "coverage_ratio_min", "inflation", "funding")
AMOUNTS = ("monthly_amount", "rate", "initial_rate")


class Withdrawal(Settings):
    """The `[withdrawal]` table. Keys that the rule does not use are None; those that it uses are filled in."""

    rule: SpendingRule = Field(
        default="constant", description="How the amount comes about; percent if only a rate is given."
    )
    monthly_amount: float | None = Field(default=None, ge=0, description="Cash a month (constant).")
    rate: float | None = Field(default=None, ge=0, le=1, description="Share of the value a year (percent, vanguard).")
    initial_rate: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Share of the value a year, at the first withdrawal (constant, guyton_klinger).",
    )
    coverage_ratio_min: float = Field(
        default=1.0, ge=0, description="Withdraw only while synthetic dividends cover this share of what was due."
    )
    inflation: float = Field(default=0.0, gt=-1, description="Growth of the amount a year.")
    funding: Funding = Field(default="bank", description="Where missing cash comes from; bank sells nothing.")
    floor: Share | None = Field(default=None, description="Fraction that the amount may fall in a year, in real terms.")
    ceiling: float | None = Field(default=None, ge=0, description="Fraction that it may rise in a year, in real terms.")
    upper_guardrail: float | None = Field(default=None, ge=0, description="guyton_klinger: cut above this much over.")
    lower_guardrail: Share | None = Field(default=None, description="guyton_klinger: raise below this much under.")
    adjustment: Share | None = Field(default=None, description="guyton_klinger: the size of a cut or raise.")
    inflation_cap: float | None = Field(default=None, ge=0, description="guyton_klinger: largest inflation increase.")
    years: int | None = Field(default=None, ge=1, le=150, description="guyton_klinger, vpw: the planned horizon.")
    stock_share: Share | None = Field(default=None, description="vpw: share of stocks in the assumed mix.")
    stock_return: float | None = Field(default=None, gt=-1, description="vpw: assumed real return of stocks a year.")
    bond_return: float | None = Field(default=None, gt=-1, description="vpw: assumed real return of bonds a year.")

    @model_validator(mode="before")
    @classmethod
    def _fill_in_rule(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        given = {key: value for key, value in data.items() if value is not None}
        only_rate = "rate" in given and "monthly_amount" not in given
        given.setdefault("rule", "percent" if only_rate else "constant")
        keys = SPENDING_RULES.get(given["rule"]) if isinstance(given["rule"], str) else None
        return given if keys is None else keys.defaults | given

    @model_validator(mode="after")
    def _keys_fit_rule(self) -> Self:
        keys = SPENDING_RULES[self.rule]
        takes = (*keys.amount, *keys.defaults, *keys.optional)
        given = [key for key in type(self).model_fields if key not in COMMON and getattr(self, key) is not None]
        amounts = [key for key in given if key in keys.amount]
        findings: list[tuple[tuple[str, ...], str]] = [
            ((key,), f"`{{key}}` does not go with the rule {self.rule}; allowed with it: {', '.join(takes)}")
            for key in given
            if key not in takes
        ]
        if self.rule == "constant" and "rate" in given and amounts:
            findings = [(("rate",), "`{key}` stands beside `monthly_amount`; allowed: one of them")]
        if not amounts:
            wanted = " or ".join(f"`{key}`" for key in keys.amount)
            other = " (`rate` alone means the rule percent)" if self.rule == "constant" else ""
            findings.append(((keys.amount[0],), f"`{{key}}` is missing; the rule {self.rule} needs {wanted}{other}"))
        if len(amounts) > 1:
            findings.append(((amounts[1],), f"`{{key}}` stands beside `{amounts[0]}`; allowed: one of them"))
        if findings:
            raise Refused(*findings)
        return self
