"""What a name may be, be it of a ticker, a scenario or a label: the one rule for whoever takes one in.

A name goes to terminals, logs, pages and tables that many read. So it is bounded, and made of characters that show:
nothing that a terminal obeys, that turns the direction of writing, or that has no width and makes two names look alike.
"""

from __future__ import annotations

LONGEST_TICKER = 80
LONGEST_NAME = 1000
"""Letters; the name of a sweep's member holds all that it varies."""
TICKER_PATTERN = rf"[^\s\x00-\x1f\x7f]{{1,{LONGEST_TICKER}}}"
"""What of the rule the tables hold their tickers to, in words that Python, DuckDB and polars read alike."""


def unfit(name: str, longest: int) -> str | None:
    """Say why a text is no name, in words that follow what it is called; None where it is one."""
    if len(name) > longest:
        return f"has {len(name):,} letters; allowed: at most {longest:,}"
    if name.isprintable():
        return None
    hidden = next(letter for letter in name if not letter.isprintable())
    return f"holds the character U+{ord(hidden):04X}, which does not show; leave it out"
