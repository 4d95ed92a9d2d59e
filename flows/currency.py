"""How currencies are spelled: ISO 4217 codes, and the three hundredths in which some exchanges quote their shares."""

from __future__ import annotations

import re

HUNDREDTHS = {"GBp": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
"""A unit in which shares are quoted -> the currency of which it is a hundredth."""

_SPELLINGS = {
    **dict.fromkeys(("GBX", "GBp", "PENCE", "GBPENCE"), "GBp"),
    **dict.fromkeys(("ZAC", "ZAc", "ZAX"), "ZAc"),
    **dict.fromkeys(("ILA", "ILa", "ILX"), "ILA"),
}


def read_currency(text: str) -> str | None:
    """Spell a currency as ISO 4217 does, `GBX` and its kin as in HUNDREDTHS; None for what is no code of a currency.

    `GBp` is a hundredth of `GBP`: upper and lower case differ in this one.
    """
    bare = text.strip()
    currency = _SPELLINGS.get(bare) or _SPELLINGS.get(bare.upper())
    if currency is not None:
        return currency
    return bare.upper() if re.fullmatch("[A-Za-z]{3}", bare) else None


def money_of(currency: str) -> tuple[str, float]:
    """Find the currency that a unit belongs to, and how much of it one unit is: `('GBP', 0.01)` for `GBp`."""
    whole = HUNDREDTHS.get(currency)
    return (currency, 1.0) if whole is None else (whole, 0.01)
