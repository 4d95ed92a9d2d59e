"""From parts to HTML: templates that escape whatever they are given, figures as data that the page's script draws."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from flows.page.part import Aged, Table
from flows.page.wording import GLOSSARY, NOTHING, instant, minute
from flows.results.age import STALE_DAYS
from flows.text import printable, shown_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sdengine.figures.look import Drawing

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
        "old_after": STALE_DAYS,
        "nothing": NOTHING,
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
    made.tests["aged"] = lambda cell: isinstance(cell, Aged)
    made.tests["short"] = short
    made.filters |= {
        "explained": explained, "drawing": drawing, "breakable": breakable, "undivided": undivided,
        "figures": figures, "instant": instant, "minute": minute,
    }  # fmt: skip
    return made


def figures(table: Table) -> list[bool]:
    """Tell which columns hold figures alone: they stand at the right."""
    columns = ([cell for row in table.rows if (cell := row[k]) != NOTHING] for k in range(len(table.names)))
    return [bool(cells) and all(isinstance(c, str) and FIGURE.fullmatch(c) for c in cells) for cells in columns]


def short(table: Table) -> bool:
    """Tell whether no cell is long: then each stands on one line."""
    return all(len(cell) <= SHORT for row in table.rows for cell in row if isinstance(cell, str))


def breakable(name: str) -> Markup:
    """Let a long name go on in the next line after its signs, where it must."""
    return Markup("<wbr>").join(escape(printable(piece)) for piece in re.split(r"(?<=[_,=\[])", name))


def drawing(figure: Drawing) -> Markup:
    """Write a figure as JSON that nothing in it can end, and whose texts hold nothing that cannot be read."""
    text = json.dumps(figure._asdict(), default=packed, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(UNREADABLE.sub(lambda found: printable(json.loads(f'"{found[0]}"')).replace("\\", "\\\\"), text))


def packed(values: NDArray[Any]) -> Any:
    """Write an array as Plotly's script reads it, its bytes in base64: as `to_json` does, in a tenth of the time."""
    if values.dtype.kind not in "fi" or not values.size:
        return values.tolist()
    if values.dtype.kind == "i":
        reach = max(abs(int(values.min())), abs(int(values.max())))
        values = values.astype("i1" if reach < 1 << 7 else "i2" if reach < 1 << 15 else "i4")
    shape = {"shape": ", ".join(map(str, values.shape))} if values.ndim > 1 else {}
    return {"dtype": values.dtype.str[1:], "bdata": b64encode(values.tobytes()).decode("ascii")} | shape


SHORT = 28
"""Characters: a table whose cells are no longer does not fold them, and a narrow screen scrolls."""
_NUMBER = r"[-+]?[\d,.]+( %| points)?"
FIGURE = re.compile(rf"{_NUMBER}( of [\d,.]+|, paid [\d,.]+| to {_NUMBER})?")
UNREADABLE = re.compile(r"[^\x20-\x7e]|\\u00[01][0-9a-f]")
"""In JSON: what is beyond ASCII, which may or may not be readable, and escaped control characters."""


WORDS = re.compile(rf"\b({'|'.join(map(re.escape, sorted(GLOSSARY, key=len, reverse=True)))})s?\b", re.IGNORECASE)


def explained(text: str) -> Markup:
    """Let the first word of the glossary in a text explain itself when it is pointed at, tapped or reached by key."""
    found = WORDS.search(text)
    if found is None:
        return undivided(text)
    meaning = next(means for word, means in GLOSSARY.items() if word.lower() == found[1].lower())
    word = Markup('<dfn tabindex="0" data-means="{}" aria-label="{}: {}">{}</dfn>').format(
        meaning, found[0], meaning, found[0]
    )
    return undivided(text[: found.start()]) + word + undivided(text[found.end() :])


def undivided(text: str) -> Markup:
    """Write a text whose days stand whole on a line, and whose commands look like what is typed."""
    said = str(escape(printable(text)))
    if "-" in said:
        said = DAY.sub(r'<span class="day">\g<0></span>', said)
    return Markup(TYPED.sub(r"<code>\1</code>", said) if "`" in said else said)


TYPED = re.compile(r"`(sdengine [a-z][^`]*)`")
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
