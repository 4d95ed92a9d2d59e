"""Text that others have written, made safe to show: without secrets, without what a terminal would obey."""

from __future__ import annotations

from schemas.masking import masked

__all__ = ["masked", "printable", "shown_lines", "strike"]


def printable(text: str) -> str:
    """Write what a terminal would obey (line ends, escapes) as Python would; what can be read stays as it is."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown_lines(text: str) -> str:
    """Make each line of a text printable."""
    return "\n".join(map(printable, text.split("\n")))


def strike(error: BaseException) -> None:
    """Strike the secrets out of an exception, and out of those that led to it, in place: others will print it."""
    seen: BaseException | None = error
    while seen is not None:
        seen.args = tuple(masked(word) if isinstance(word, str) else word for word in seen.args)
        if isinstance(seen, OSError):  # which tells itself by these
            seen.strerror = masked(seen.strerror) if isinstance(seen.strerror, str) else seen.strerror
            seen.filename = masked(seen.filename) if isinstance(seen.filename, str) else seen.filename
        seen = seen.__cause__ or seen.__context__
