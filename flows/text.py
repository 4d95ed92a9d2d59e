"""Text that others have written, made safe to show: without secrets, without what a terminal would obey."""

from __future__ import annotations

import re

LOGIN = re.compile(r"(?<=://)[^\s/@]+@")
"""USER:PASSWORD@ of an address."""
SECRET = re.compile(r"([?&][\w.-]*(?:key|token|secret|passw|pwd|sig|credential)[\w.-]*=)[^&\s'\"]+", re.IGNORECASE)
"""A secret among the values behind an address."""


def masked(text: str) -> str:
    """Strike the secrets out of the addresses in a text."""
    return SECRET.sub(r"\1***", LOGIN.sub("***@", text)) if "://" in text else text


def printable(text: str) -> str:
    """Write what a terminal would obey (line ends, escapes) as Python would; what can be read stays as it is."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown_lines(text: str) -> str:
    """Make each line of a text printable."""
    return "\n".join(map(printable, text.split("\n")))
