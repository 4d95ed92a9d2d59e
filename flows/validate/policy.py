"""How strict validation is: severities and limits, by kind of market or by a scenario's asset class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from flows.validate.limits import Limits

#: Where a kind of market is not like a share: Treasury-bill funds stand still by nature, currencies, indices and yields
#: have no volume and no splits, coins neither.
SEVERITY_BY_KIND: dict[str, dict[str, str]] = {
    "index": {"zero_volume_run": "off", "unapplied_split": "off"},
    "yield": {"zero_volume_run": "off", "unapplied_split": "off", "unit_error": "off"},
    "currency": {"zero_volume_run": "off", "unapplied_split": "off"},
    "crypto": {"unapplied_split": "off"},
    "future": {"unapplied_split": "off"},
}
LIMITS_BY_KIND: dict[str, dict[str, Any]] = {
    "bill_fund": {"stale_bars": 40},
    "currency": {"stale_bars": 10},
    "index": {"stale_bars": 10},
    "yield": {"stale_bars": 40},
}


@dataclass(frozen=True)
class ValidatePolicy:
    """Severities and limits of a validation.

    Attributes:
        blocked_share: a ticker with more than this share of its bars turned away is blocked.
        habit_share: when more than this share of a ticker's bars has an open or close outside its range, that is the
            source's way of quoting it: the bars are kept with a warning, their range widened to hold all four prices.
        ended_days: a ticker is told when most others of its source go on for so many days after its last bar.
        limits: the numbers, where a kind has none of its own.
        severities: kind or asset class -> rule -> 'error', 'warning' or 'off'; an asset class wins over a kind.
        limits_by: kind or asset class -> limit -> number.
    """

    blocked_share: float = 0.10
    habit_share: float = 0.10
    ended_days: int = 180
    limits: Limits = field(default_factory=Limits)
    severities: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: SEVERITY_BY_KIND)
    limits_by: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: LIMITS_BY_KIND)

    def __post_init__(self) -> None:
        for name in ("blocked_share", "habit_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: {getattr(self, name)!r}; a share lies between 0 and 1")
        if self.ended_days < 1:
            raise ValueError(f"ended_days: {self.ended_days!r}; a whole number of days, 1 or more")
        known = {entry.name for entry in fields(Limits)}
        for group, numbers in self.limits_by.items():
            if unknown := set(numbers) - known:
                raise ValueError(
                    f"limits of {group!r}: {sorted(unknown)} unknown; limits are {', '.join(sorted(known))}"
                )
        if self.severities is not SEVERITY_BY_KIND:  # ours are tested; checking them here would load polars every night
            self._check_severities()

    def _check_severities(self) -> None:
        from flows.validate.rules.listing import RULES

        rules = {rule.name: rule for rule in RULES}
        for group, wanted in self.severities.items():
            for name, severity in wanted.items():
                if name not in rules:
                    raise ValueError(f"severities of {group!r}: rule {name!r} is unknown; rules are {', '.join(rules)}")
                allowed = rules[name].allowed
                if severity not in allowed:
                    sentence = f"severity of {name} for {group!r}: {severity!r}; allowed are {', '.join(allowed)}"
                    raise ValueError(sentence)

    def severity(self, rule: str, default: str, kind: str, asset_class: str = "") -> str:
        """Tell the severity of a rule for a ticker of this kind and asset class."""
        for group in (asset_class, kind):
            chosen = self.severities.get(group, {}).get(rule)
            if chosen is not None:
                return chosen
        return default

    def limits_of(self, kind: str, asset_class: str = "") -> Limits:
        """Tell the limits for a ticker of this kind and asset class."""
        return replace(self.limits, **{**self.limits_by.get(kind, {}), **self.limits_by.get(asset_class, {})})
