"""What makes a bar sound, told once for a whole frame and for a single bar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.columns import PRICES
from sdengine.kernel.records import Record
from sdengine.kernel.tolerance import PRICE_NOISE
from sdengine.market.given import BarsError
from sdengine.market.numbers import is_nothing, number_of, shown

ALLOWED = "a finite price above 0"

Values = Mapping[str, NDArray[np.float64]]
"""Open, high, low, close and, if any, dividend: an array of each, all of one length."""


class Fault(NamedTuple):
    """The first row that is not sound: `subject` is what of it, `verdict` what is wrong with that."""

    row: int
    subject: str
    verdict: str


def first_fault(values: Values) -> Fault | None:
    """Return what is wrong with the first bar that breaks a rule, the rules in their order; None where all are sound.

    Prices are finite and above 0; the low is at most, the high at least, open, close and each other, but for the noise
    of adjusted prices (`PRICE_NOISE`, relative); a dividend is finite and at least 0.
    """
    for broken, *words in _rules(values):
        if broken.any():
            row = int(np.argmax(broken))
            numbers = {name: float(column[row]) for name, column in values.items()}
            return Fault(row, *(word.format(**numbers) for word in words))
    return None


def one_bar(bar: Record, ticker: str, prices: Any) -> None:
    """Fill in one BAR record from a mapping (or a row) of open, high, low, close and, if any, dividend.

    None and NaN are no dividend. Raises BarsError with the ticker, what was given and what is allowed.
    """
    if not hasattr(prices, "get") or isinstance(prices, type):
        raise BarsError(
            f"the bar of {ticker} is {shown(prices)}; allowed: a mapping of {', '.join(PRICES)}[, dividend]"
        )
    paid = prices.get("dividend")
    given = {name: prices.get(name) for name in PRICES} | {"dividend": 0.0 if is_nothing(paid) else paid}
    try:
        values = {name: np.array([number_of(value, f"{name} of {ticker}", ALLOWED)]) for name, value in given.items()}
    except ValueError as error:
        raise BarsError(str(error)) from None
    fault = first_fault(values)
    if fault is not None:
        raise BarsError(f"{fault.subject} of {ticker} {fault.verdict}")
    for name, value in values.items():
        bar[name] = value[0]


def _rules(values: Values) -> Iterator[tuple[NDArray[np.bool_], str, str]]:
    """Yield each rule: which rows break it, and the two halves of the sentence about one of them."""
    for name in PRICES:
        price = values[name]
        yield ~(np.isfinite(price) & (price > 0.0)), name, f"is {{{name}!r}}; allowed: {ALLOWED}"
    high, low = values["high"] * (1.0 + PRICE_NOISE), values["low"] * (1.0 - PRICE_NOISE)
    yield high < low, "high {high!r}", "is below low {low!r}; allowed: low <= high"
    for name in ("open", "close"):
        verdict = f"is outside of low {{low!r}} to high {{high!r}}; allowed: low <= {name} <= high"
        yield (values[name] > high) | (values[name] < low), f"{name} {{{name}!r}}", verdict
    if "dividend" in values:
        paid = values["dividend"]
        yield ~(np.isfinite(paid) & (paid >= 0.0)), "dividend", "is {dividend!r}; allowed: cash per share, or none"
