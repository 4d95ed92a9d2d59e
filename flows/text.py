"""Text that others have written, made safe to show: without secrets, without what a terminal would obey, bounded."""

from __future__ import annotations

import codecs
import re
import sys
from io import TextIOWrapper

from schemas.masking import masked
from warehouse.memory import led_to

__all__ = ["as_markdown", "masked", "presentable", "printable", "say", "show_any_letter", "shown_lines", "strike"]

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|!~])")
"""What Markdown takes for more than itself."""
LONGEST = 4000
"""Characters that one sentence, or a cell of a table, may have."""
LOOKALIKES = {"─": "-", "—": "-", "·": "-", "…": ".", "✗": "x", "\u00d7": "x", "→": ">", "≥": ">", "≤": "<"}
"""What stands for our own signs where a terminal does not have them: as wide as they are, so that tables stay whole."""


def printable(text: str) -> str:
    """Write what a terminal would obey (line ends, escapes) as Python would; what can be read stays as it is."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown_lines(text: str) -> str:
    """Make each line of a text printable."""
    return "\n".join(map(printable, text.split("\n")))


def presentable(text: str) -> str:
    """Make a sentence for a person of what others may have had a word in: no secrets, each line printable, bounded."""
    text = masked(text)  # whole: half a secret would not be known for one
    return shown_lines(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def as_markdown(text: str) -> str:
    """Make a sentence that a page of Markdown shows as it is: no link, no picture, no HTML, no heading."""
    return MARKUP.sub(r"\\\1", presentable(text))


def say(text: str) -> None:
    """Print a text for a person."""
    print(shown_lines(masked(text)))


def show_any_letter() -> None:
    """Let whatever is printed find a form that the terminal has: where a letter cannot be shown, one like it is."""
    codecs.register_error("lookalike", _lookalike)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="lookalike")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def _lookalike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(LOOKALIKES.get(one) or ascii(one)[1:-1] for one in letters), error.end


def strike(error: BaseException) -> None:
    """Strike the secrets out of an exception, and out of those that led to it, in place: others will print it."""
    for seen in led_to(error):
        seen.args = tuple(masked(word) if isinstance(word, str) else word for word in seen.args)
        if isinstance(seen, OSError):  # which tells itself by these
            seen.strerror = masked(seen.strerror) if isinstance(seen.strerror, str) else seen.strerror
            seen.filename = masked(seen.filename) if isinstance(seen.filename, str) else seen.filename
