"""Texts as markup: whatever they hold stays text, days stand whole, and words explain themselves.

A page is put together here and not by a library of templates: to bring one and have it read its templates took a night
as long as drawing ten pages. Most texts stand on every page, so each is made once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from flows.page.wording import GLOSSARY, NOTHING, instant, minute
from flows.text import printable, shown_lines

WORDS = re.compile(rf"\b({'|'.join(map(re.escape, sorted(GLOSSARY, key=len, reverse=True)))})s?\b", re.IGNORECASE)
MEANINGS = {word.lower(): meaning for word, meaning in GLOSSARY.items()}
TYPED = re.compile(r"`(sdengine [a-z][^`]*)`")
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
KEPT = 4096
"""Texts that are remembered."""


def filled(template: str, *values: Any, **named: Any) -> Markup:
    """Fill a template of our own, which `str.format` reads; what is no markup is escaped, and made printable."""
    return Markup(template.format(*map(_safe, values), **{name: _safe(value) for name, value in named.items()}))


def _safe(value: Any) -> Markup:
    if isinstance(value, Markup):
        return value
    text = str(value)
    return escape(text if text.isprintable() else shown_lines(text))


def each(template: str, items: Iterable[Any]) -> Markup:
    """Fill a template with each of some things, one after the other."""
    return Markup("").join(filled(template, item) for item in items)


@lru_cache(KEPT)
def explained(text: str) -> Markup:
    """Let the first word of the glossary in a text explain itself when it is pointed at, tapped or reached by key."""
    match = WORDS.search(text)
    if match is None:
        return undivided(text)
    meaning = MEANINGS[match[1].lower()]
    word = Markup('<dfn tabindex="0" data-means="{}" aria-label="{}: {}">{}</dfn>').format(
        meaning, match[0], meaning, match[0]
    )
    return undivided(text[: match.start()]) + word + undivided(text[match.end() :])


@lru_cache(KEPT)
def undivided(text: str) -> Markup:
    """Write a text whose days stand whole on a line, and whose commands look like what is typed."""
    written = str(escape(printable(text)))
    if "-" in written:
        written = DAY.sub(r'<span class="day">\g<0></span>', written)
    return Markup(TYPED.sub(r"<code>\1</code>", written) if "`" in written else written)


def breakable(name: str) -> Markup:
    """Let a long name go on in the next line after its signs, where it must."""
    return Markup("<wbr>").join(escape(printable(piece)) for piece in re.split(r"(?<=[_,=\[])", name))


def aged(day: date | None) -> Markup:
    """Write a day, or an instant, beside which the page tells its age."""
    if day is None:
        return Markup(NOTHING)
    return Markup(f'<time datetime="{instant(day)}" data-age>{minute(day)}</time>')
