"""A validation policy from TOML: `validation.toml` in the warehouse's folder, where there is one.

    blocked_share = 0.2       # a scenario in whose window more than 20 % of a ticker's bars are turned away is not run
    habit_share = 0.2         # bars whose open or close lies outside their range are kept if so many are like that
    ended_days = 30           # a ticker is told that ends so many days before most others of its source

    [severities.penny_stocks]                # a kind (stock, bill_fund, crypto, ...) or a scenario's asset class
    stale_run = "off"

    [limits.penny_stocks]
    outlier_scales = 40

What the file does not say stays as it is by default, also for kinds that it names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from reprlib import repr as short
from typing import Any

from flows.errors import PipelineError
from flows.toml_file import BadToml, read_toml
from flows.validate.limits import Limits
from flows.validate.policy import LIMITS_BY_KIND, SEVERITY_BY_KIND, ValidatePolicy

FILE = "validation.toml"
NUMBERS = ("blocked_share", "habit_share", "ended_days")
KEYS = (*NUMBERS, "severities", "limits")
LARGEST = 1_000_000
"""No share, limit or number of days needs to be above it."""


class BadPolicy(PipelineError):
    """The file cannot be used; the message names file, key, what was given and what is allowed."""


def policy_in(folder: Path) -> ValidatePolicy:
    """Read the policy of a warehouse's folder: that of its validation.toml, or the default."""
    path = folder / FILE
    return policy_from(path) if os.path.lexists(path) else ValidatePolicy()


def policy_from(path: Path) -> ValidatePolicy:
    """Read the policy that a file describes; raises BadPolicy."""
    try:
        table = read_toml(path)
    except BadToml as trouble:
        raise BadPolicy(f"{path}: cannot be read as TOML: {trouble.why}") from None
    except FileNotFoundError:
        raise BadPolicy(f"{path}: there is no such file") from None
    if unknown := sorted(set(table) - set(KEYS)):
        raise BadPolicy(f"{path}: key {unknown[0]!r} is unknown; allowed are {', '.join(KEYS)}")
    for name in NUMBERS:
        if name in table:
            _number(path, name, table[name])
    severities, limits = (_groups(path, key, table.get(key, {})) for key in ("severities", "limits"))
    for group, numbers in limits.items():
        for name, value in numbers.items():
            _limit(path, f"limits.{group}.{name}", name, value)
    shares = {key: table[key] for key in NUMBERS if key in table}
    try:
        return ValidatePolicy(
            **shares, severities=_over(SEVERITY_BY_KIND, severities), limits_by=_over(LIMITS_BY_KIND, limits)
        )
    except ValueError as trouble:
        raise BadPolicy(f"{path}: {trouble}") from None


def _groups(path: Path, key: str, given: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(given, dict) or not all(isinstance(value, dict) for value in given.values()):
        raise BadPolicy(f"{path}: {key} is a table of tables: [{key}.crypto], for example")
    return given


def _limit(path: Path, key: str, name: str, value: Any) -> None:
    known = {entry.name: entry.default for entry in fields(Limits)}
    if name not in known:
        raise BadPolicy(f"{path}: {key} is unknown; limits are {', '.join(known)}")
    _number(path, key, value)
    if value < 0:
        raise BadPolicy(f"{path}: {key} is {value!r}; a limit is not negative")
    if isinstance(known[name], int) and value != int(value):
        raise BadPolicy(f"{path}: {key} is {value!r}; a whole number is needed")


def _number(path: Path, key: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadPolicy(f"{path}: {key} is {short(value)}; a number is needed")
    if not abs(value) <= LARGEST:
        raise BadPolicy(f"{path}: {key} is {short(value)}; allowed: a number up to {LARGEST:,}")


def _over(ours: Mapping[str, Mapping[str, Any]], theirs: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Our groups with theirs laid over them, entry by entry."""
    return {group: {**ours.get(group, {}), **theirs.get(group, {})} for group in {**ours, **theirs}}
