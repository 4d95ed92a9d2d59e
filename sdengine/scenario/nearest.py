"""The nearest known word to an unknown one."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word` (ratio 0.6 or more, case aside), or None."""
    from difflib import get_close_matches  # only when something is wrong

    by_lower = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], prefix: str = "") -> str:
    """`; did you mean `x`?`, or nothing when no known word is near."""
    found = nearest(word, known)
    return f"; did you mean `{prefix}{found}`?" if found else ""
