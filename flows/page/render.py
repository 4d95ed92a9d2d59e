"""A page as HTML, from its parts: what fills a template is escaped unless it is markup."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from flows.page.markup import aged, breakable, each, explained, filled, undivided
from flows.page.sections import NONE, section, warned
from flows.page.wording import GLOSSARY
from flows.results.age import STALE_DAYS

if TYPE_CHECKING:
    from flows.page.head import Card
    from flows.page.part import Part

TEMPLATES = Path(__file__).parent / "templates"
WARNINGS = '<div class="warning" role="note"><ul>{}</ul></div>\n'
CARD = '<li><span class="name">{}</span> <strong>{}</strong> <span class="below">{}</span></li>'
CONTENTS = '<nav class="contents" aria-label="Parts of this page">{}</nav>\n'
NOT_TODAY = "The last bar is of {}: nothing here is about today."


def render(
    *, name: str, key: str, batch: Mapping[str, Any], title: str, sentence: str, last: date | None, old: bool,
    description: str | None = None, way: Markup = NONE, warnings: Sequence[str] = (), cards: Sequence[Card] = (),
    parts: Sequence[Part] = (), main: Markup = NONE, single: bool = False,
) -> str:  # fmt: skip
    """Write a page.

    Args:
        name: what its file is called, without `.html`.
        key: names all that it is made from.
        batch: the night that published it.
        title: what it is about.
        sentence: what that comes to.
        last: the last bar that it knows of.
        old: whether that is too old to act on, on the day on which the page is made.
        description: what it is for, in the words of who wrote it.
        way: where it is reached from.
        warnings: what went wrong.
        cards: figures at its head.
        parts: what it tells.
        main: what stands before them.
        single: whether it holds all that it needs, to be mailed.
    """
    page = filled(
        _template("base.html"), key=key, title=title, style=Markup(_template("page.css")), old_after=STALE_DAYS,
        way=way, heading=breakable(title),
        description=filled('<p class="description">{}</p>\n', description) if description else "",
        sentence=undivided(sentence),
        old=warned(last, old, filled(NOT_TODAY, aged(last))) if last else "",
        warnings=filled(WARNINGS, each("<li>{}</li>", map(undivided, warnings))) if warnings else "",
        cards=_cards(cards), contents=_contents(parts), name=name, night=batch["batch_id"],
        begun=aged(batch["started_at"]), main=main + NONE.join(section(part, old) for part in parts),
        glossary=_glossary(), scripts=_scripts(single, any(part.figure is not None for part in parts)),
        script=_script(),
    )  # fmt: skip
    return str(page)


def _cards(cards: Sequence[Card]) -> Markup:
    made = [filled(CARD, explained(card.name), card.figure, explained(card.below)) for card in cards]
    return filled('<ul class="cards">{}</ul>\n', NONE.join(made)) if made else NONE


def _contents(parts: Sequence[Part]) -> Markup:
    links = [filled('<a href="#{}">{}</a>', part.key, part.title) for part in parts]
    return filled(CONTENTS, NONE.join(links)) if len(links) > 3 else NONE


@cache
def _glossary() -> Markup:
    return NONE.join(filled("<dt>{}</dt><dd>{}</dd>", word, meaning) for word, meaning in GLOSSARY.items())


def _scripts(single: bool, drawn: bool) -> Markup:
    """Name the scripts that lie beside the page, or write Plotly's into it; a page without pictures needs none."""
    if single:
        return Markup(f"<script>{library()}</script>\n") if drawn else NONE
    drawing = '<script src="plotly.min.js"></script>\n' if drawn else ""
    return Markup(f'<script src="night.js"></script>\n{drawing}')


@cache
def library() -> str:
    """Give Plotly's own script; it is stored once beside the pages."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


@cache
def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _script() -> Markup:
    from sdengine.figures.look import THEMES

    return Markup(f"window.sdengineThemes = {json.dumps(THEMES)};\n{_template('page.js')}")
