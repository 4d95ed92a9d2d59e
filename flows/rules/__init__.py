"""What validation looks for: one rule per suspicion or error, each with a name, a sentence and an expression.

`RULES` lists them all, in the order in which clean.checks tells them. A family of rules that looks at the same rows
lives in one module, beside the function that prepares the columns its expressions read. polars loads with the first
rule, not with this
package: a night on which nothing has changed needs only the policy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flows.rules.base import GRAINS, SEVERITIES, Rule
from flows.rules.policy import Limits, ValidatePolicy

if TYPE_CHECKING:
    from flows.rules.listing import RULES, rule, rules_of

__all__ = ["GRAINS", "RULES", "SEVERITIES", "Limits", "Rule", "ValidatePolicy", "rule", "rules_of"]


def __getattr__(name: str) -> Any:
    if name in ("RULES", "rule", "rules_of"):
        return getattr(import_module("flows.rules.listing"), name)
    raise AttributeError(f"module 'flows.rules' has no attribute {name!r}")
