"""From parts to HTML: templates that escape whatever they are given, figures as data that the page's script draws."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from flows.page.wording import GLOSSARY
from flows.text import printable, shown_lines

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, *, single: bool = False, drawn: bool = True, **values: Any) -> str:
    """Fill in a template. `single`: everything inside, to be mailed; `drawn`: whether there are pictures at all."""
    given = {
        "style": Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        "script": Markup(_script()),
        "library": Markup(library()) if single and drawn else "",
        "glossary": GLOSSARY,
        "single": single,
        "drawn": drawn,
    }
    return _environment().get_template(template).render(given | values)


@cache
def library() -> str:
    """Give Plotly's own script; it is stored once beside the pages."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _script() -> str:
    from sdengine.figures.look import THEMES

    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    return f"window.sdengineThemes = {json.dumps(THEMES)};\n{script}"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        finalize=lambda value: shown_lines(value) if type(value) is str else value,
    )  # fmt: skip
    made.tests["figure"] = lambda text: bool(FIGURE.fullmatch(text))
    made.filters |= {"explained": explained, "drawing": drawing}
    return made


def drawing(figure: Figure) -> Markup:
    """Write a figure as JSON that nothing in it can end, and whose texts hold nothing that cannot be read."""
    text = figure.to_json().replace("<", "\\u003c")
    return Markup(UNREADABLE.sub(lambda found: printable(json.loads(f'"{found[0]}"')).replace("\\", "\\\\"), text))


FIGURE = re.compile(r"[-+]?[\d,.]+( %| points)?|\N{EN DASH}")
"""A cell that holds a figure stands at the right of its column."""
UNREADABLE = re.compile(r"[^\x20-\x7e]|\\u00[01][0-9a-f]")
"""In JSON: what is beyond ASCII, which may or may not be readable, and escaped control characters."""


WORDS = re.compile(rf"\b({'|'.join(map(re.escape, sorted(GLOSSARY, key=len, reverse=True)))})s?\b", re.IGNORECASE)


def explained(text: str) -> Markup:
    """Let the first word of the glossary in a text explain itself when it is pointed at, tapped or reached by key."""
    found = WORDS.search(text)
    if found is None:
        return escape(printable(text))
    meaning = next(means for word, means in GLOSSARY.items() if word.lower() == found[1].lower())
    word = Markup('<dfn tabindex="0" data-means="{}" aria-label="{}: {}">{}</dfn>').format(
        meaning, found[0], meaning, found[0]
    )
    return escape(printable(text[: found.start()])) + word + escape(printable(text[found.end() :]))
