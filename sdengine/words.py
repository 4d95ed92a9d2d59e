"""How long lists and unknown names are told to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def first_few(names: Sequence[str], shown: int, separator: str = ", ") -> str:
    """List the first `shown` of the names and count the others: `a, b and 2 more`."""
    more = f" and {len(names) - shown:,} more" if len(names) > shown else ""
    return separator.join(names[:shown]) + more


def did_you_mean(word: str, known: Iterable[str], form: str = "`{}`") -> str:
    """Ask for the known word most like `word` (ratio 0.6 or more, case aside), written in `form`: `; did you mean x?`.

    Say nothing when none is near.
    """
    from difflib import get_close_matches  # only when something is wrong

    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return f"; did you mean {form.format(by_lower[near[0]])}?" if near else ""
