"""How old bars are, in words."""

from __future__ import annotations

STALE_DAYS = 7
"""Calendar days without a bar after which nobody should trade by the last one."""


def days_old(days: int) -> str:
    """Say how old something of so many days ago is: `of today`, `1 day old`, `5,018 days old (13.7 years)`."""
    if days <= 0:
        return "of today"
    years = f" ({days / 365.25:.1f} years)" if days > 730 else ""
    return f"{days:,} day{'' if days == 1 else 's'} old{years}"
