"""All rules, in the order in which they are told."""

from __future__ import annotations

from flows.validate.rules import actions, dates, dividends, moves, sessions, silence, values, whole
from flows.validate.rules import standstill as runs
from flows.validate.rules.base import Rule

RULES: tuple[Rule, ...] = (
    *values.RULES,
    *dates.RULES,
    *silence.RULES,
    *sessions.RULES,
    *moves.RULES,
    *runs.RULES,
    *actions.RULES,
    *dividends.RULES,
    *whole.RULES,
)


def rules_of(grain: str) -> tuple[Rule, ...]:
    """List the rules that read frames of a grain."""
    return tuple(entry for entry in RULES if entry.grain == grain)
