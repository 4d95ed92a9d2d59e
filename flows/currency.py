"""How currencies are spelled: ISO 4217 codes, and the three hundredths in which some exchanges quote their shares."""

from __future__ import annotations

import re

_SPELLINGS = {
    **dict.fromkeys(("GBX", "GBp", "PENCE", "GBPENCE"), "GBp"),
    **dict.fromkeys(("ZAC", "ZAc", "ZAX"), "ZAc"),
    **dict.fromkeys(("ILA", "ILa", "ILX"), "ILA"),
}


def read_currency(text: str) -> str | None:
    """Spell a currency as ISO 4217 does, `GBX` and its kin as `GBp`, `ZAc`, `ILA`; None for what is no code.

    `GBp` is a hundredth of `GBP`: upper and lower case differ in this one.
    """
    bare = text.strip()
    currency = _SPELLINGS.get(bare) or _SPELLINGS.get(bare.upper())
    if currency is not None:
        return currency
    return bare.upper() if re.fullmatch("[A-Za-z]{3}", bare) else None
