"""The values that a swept key takes: a list as given, or a range with both ends included."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

RANGE_KEYS = ("from", "to", "step")
MANY = 1_000_001


def values_of(given: Any, limit: int) -> list[Any]:
    """Spell out a list or a range {from, to, step}.

    A range is walked in decimal arithmetic, so that {from = 0, to = 0.3, step = 0.1} ends at 0.3 and not at
    0.30000000000000004; it ends before `to` where the step does not meet it. Whole from and step give whole numbers.

    Raises:
        ValueError: saying what is wrong and what is allowed; also for more than `limit` values.
    """
    if isinstance(given, list):
        if not given:
            raise ValueError("is an empty list; allowed: one value or more")
        return list(given)
    if not isinstance(given, Mapping):
        raise ValueError("is a single value; allowed: a list, or a range {from = 1, to = 9, step = 2}")
    if set(given) != set(RANGE_KEYS):
        raise ValueError(f"is a table with {', '.join(given) or 'no key'}; a range has from, to and step")
    for key in RANGE_KEYS:
        if isinstance(given[key], bool) or not isinstance(given[key], int | float):
            raise ValueError(f"has {key} = {given[key]!r:.80}; allowed: a number")
    first, last, step = (Decimal(str(given[key])) for key in RANGE_KEYS)
    if not (first.is_finite() and last.is_finite() and step.is_finite()):
        raise ValueError("has an end or a step that is not finite")
    if step == 0 or (last - first) * step < 0:
        raise ValueError(f"never gets from {given['from']} to {given['to']} in steps of {given['step']}")
    # fractions, since a quotient of decimals has no more digits than their precision
    count = int(Fraction(last - first) / Fraction(step)) + 1
    if count > limit:
        size = f"{count}" if count < MANY else "more than a million"
        raise ValueError(f"has {size} values; allowed: at most {limit}")
    whole = isinstance(given["from"], int) and isinstance(given["step"], int)
    spelled = [first + step * position for position in range(count)]
    return [int(value) if whole else float(value) for value in spelled]
